# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make one AWS call, for what no module does: call.py SERVICE METHOD ARGUMENTS (as JSON). Prints the answer as JSON."""

import json
import sys

import boto3

service, method, arguments = sys.argv[1:]
print(json.dumps(getattr(boto3.client(service), method)(**json.loads(arguments)), default=str))
