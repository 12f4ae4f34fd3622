# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""MLflow tracking servers: they belong to no domain, and go on costing money when the last domain is gone."""

from __future__ import annotations

import typing as t

from .calls import SageMaker

try:
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library


def warn_of_tracking_servers(sagemaker: SageMaker, warn: t.Callable[[str], None]) -> None:
    """Call warn() with one sentence that names the tracking servers of the account and region, if there are any.

    Nobody asked for this list, so whoever may not read it (or has a botocore or a region without it) gets no warning.
    """
    try:
        listed = sagemaker.list("ListMlflowTrackingServers", "tracking_server_summaries")
    except (BotoCoreError, ClientError):
        return
    names = sorted(server["tracking_server_name"] for server in listed)
    if names:
        warn(
            f"These MLflow tracking servers are not deleted with a domain and go on costing money: {', '.join(names)}. "
            "Delete those that nobody needs (aws sagemaker delete-mlflow-tracking-server)."
        )
