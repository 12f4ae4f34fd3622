# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in function with a clock: benchmarks/sign_in.py deploys it in place of handler.handler, beside its files.

Two headers of the answer tell, in milliseconds, what the request took and what of it was spent waiting for SageMaker:
from the moment a request is sent until its answer is there. All else, boto3's own work too, is the function's.
"""

from __future__ import annotations

import time

import aws

_make_client = aws.make_client
_waited = {"begin": 0.0, "seconds": 0.0}


def _begin(**_event):
    _waited["begin"] = time.perf_counter()


def _end(**_event):
    _waited["seconds"] += time.perf_counter() - _waited["begin"]


def _timed_client(service, region):
    client = _make_client(service, region)
    client.meta.events.register("before-send", _begin)
    client.meta.events.register("response-received", _end)
    return client


aws.make_client = _timed_client

import handler as function  # noqa: E402 - it makes its client when it is imported


def handler(event, context):
    """Answer as the function does, and say in headers how long it took."""
    _waited["seconds"] = 0.0
    begin = time.perf_counter()
    answer = function.handler(event, context)
    took = time.perf_counter() - begin
    timing = {"X-Took": f"{1000 * took:.3f}", "X-Waited": f"{1000 * _waited['seconds']:.3f}"}
    return {**answer, "headers": {**answer["headers"], **timing}}
