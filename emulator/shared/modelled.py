# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the requests of a whole service of the JSON protocol against its model, before ministack sees them.

Source: recordings of AWS (localstack, tests/aws/services/kms/test_kms.snapshot.json
test_create_key_with_invalid_tag_key, tests/aws/services/logs/test_logs_metric_filters.snapshot.json
test_put_metric_filter_invalid_filter_name). Types that are wrong stay with front/malformed.py.
"""

from __future__ import annotations

import json

from ministack.core.responses import error_response_json

from emulator.shared import validation
from emulator.shared.models import service_model
from emulator.shared.shapes import Answer, AsyncHandler, Function, Headers, Structure, Wrapper


def constrained(service: str, code: str) -> Wrapper:
    """A wrapper of ``handle_request``: what breaks the model of a service, as boto3 names it, is answered with code."""

    def wrapper(original: Function) -> Function:
        handle: AsyncHandler = original

        async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
            refused = refusal(service, headers.get("x-amz-target", "").rpartition(".")[2], body)
            if refused:
                return error_response_json(code, refused, 400)
            return await handle(method, path, headers, body, query)

        return handle_request

    return wrapper


def refusal(service: str, operation: str, body: bytes) -> str | None:
    """AWS's one sentence on all constraints that a request breaks; None where it breaks none."""
    model = service_model(service)
    if operation not in model.operation_names:
        return None
    try:
        validation.check(model.operation_model(operation), json.loads(body or b"{}"))
    except validation.ConstraintError as error:
        return str(error)
    except ValueError:
        return None
    return None
