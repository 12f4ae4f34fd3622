# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a SageMaker call is made and repeated, and what its errors mean."""

from __future__ import annotations

import re
import typing as t

from .._attempts import Trouble
from .._naming import Operations, tag_dict, tag_list, trouble_of
from .._plan import tag_changes
from .._waiting import StudioError, TimedOut, poll

try:
    from botocore.exceptions import ClientError, ConnectionError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

R = t.TypeVar("R")

# A new role, its policies or the account's first service-linked role reach SageMaker within this many seconds.
IAM_PROPAGATION = 120
# Listings may trail a create by this many seconds.
LISTING_LAG = 60
# An error answer says that AWS refused the call; a short look is enough to be sure.
REFUSAL_LAG = 5
CREATE_ATTEMPTS = 3

MISSING_CODES = ("ResourceNotFound", "ResourceNotFoundException")
# Spaces and apps used to answer with a ValidationException (terraform-provider-aws, sagemaker/find.go).
MISSING_TEXT = re.compile(r"RecordNotFound|does not exist", re.IGNORECASE)
BUSY_CODES = ("ResourceInUse", "ConflictException")
THROTTLING_CODES = ("ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded")
PROPAGATION_TEXT = re.compile(
    r"assume role|unable to use your associated ExecutionRole"
    r"|not authorized to perform: (iam:PassRole|sts:AssumeRole)|service[- ]linked role",
    re.IGNORECASE,
)


def code_and_text(error: Exception) -> tuple[str, str]:
    """Return the AWS error code and message of an exception, two empty texts where it is not an answer of AWS."""
    answer = error.response.get("Error", {}) if isinstance(error, ClientError) else {}
    return answer.get("Code", ""), answer.get("Message", "")


def is_missing(error: Exception) -> bool:
    """Tell whether a read or delete failed because there is no such thing, in any of SageMaker's dialects."""
    code, text = code_and_text(error)
    return code in MISSING_CODES or (code == "ValidationException" and bool(MISSING_TEXT.search(text)))


def is_busy(error: Exception) -> bool:
    """Tell whether SageMaker refused a call because the resource, or one beside it, is being changed or is in use."""
    return code_and_text(error)[0] in BUSY_CODES


def is_invalid(error: Exception) -> bool:
    """Tell whether SageMaker refused the call's content, or the state of what it names."""
    return code_and_text(error)[0] == "ValidationException"


def is_state_refused(error: Exception) -> bool:
    """Tell whether SageMaker may have refused a call for the state of what it names, and not for its content.

    Content that the model forbids has a text of its own (terraform-provider-aws #27990).
    """
    return is_invalid(error) and not re.search(r"validation errors? detected", code_and_text(error)[1])


def is_propagating(error: Exception) -> bool:
    """Tell whether SageMaker does not see a role yet that IAM has just created."""
    return is_invalid(error) and bool(PROPAGATION_TEXT.search(code_and_text(error)[1]))


def is_without_effect(error: Exception) -> bool:
    """Tell whether a call certainly changed nothing and may be sent again: throttled, or never delivered."""
    return code_and_text(error)[0] in THROTTLING_CODES or isinstance(error, ConnectionError)


def is_ambiguous(error: Exception) -> bool:
    """Tell whether a failed call may have taken effect all the same: its answer was lost, or AWS failed half-way."""
    return trouble_of(error) is Trouble.LOST


def create_once(create: t.Callable[[], R], find_made: t.Callable[[], R | None], what: str) -> R:
    """Return create()'s answer, or what it made although its answer was lost.

    For creating calls without a client token: after an ambiguous failure find_made() looks for the new resource (None
    while there is none), for as long as a listing may lag. After a lost answer nothing is ever created again: raises
    StudioError when nothing appears. After an error answer of AWS the call is repeated.
    """
    for attempt in range(1, CREATE_ATTEMPTS + 1):
        try:
            return create()
        except Exception as error:
            if not is_ambiguous(error):
                raise
            refused = isinstance(error, ClientError)
            made = _look_for(find_made, REFUSAL_LAG if refused else LISTING_LAG)
            if made is not None:
                return made
            if not refused:
                raise StudioError(
                    f"The answer to the creation of {what} was lost, and it has not appeared for {LISTING_LAG} s. "
                    f"It is not created a second time. Run again: what exists by then is used. ({error})"
                ) from error
            if attempt == CREATE_ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _look_for(find: t.Callable[[], R | None], seconds: float) -> R | None:
    try:
        return poll(find, lambda found: found is not None, seconds, "a new resource", longest_pause=3)
    except TimedOut:
        return None


class SageMaker(Operations):
    """SageMaker's operations in option names, its not-found dialects and its tags.

    client repeats failed calls. connect_once() gives a client that does not, for creating calls without a client token.
    """

    def __init__(self, client: t.Any, connect_once: t.Callable[[], t.Any] | None = None) -> None:
        super().__init__(client)
        self.connect_once = connect_once

    def once(self, operation: str, **values: t.Any) -> dict[str, t.Any]:
        """Make a call that must not be repeated, as call() does it."""
        return Operations(self.connect_once() if self.connect_once else self.client).call(operation, **values)

    def read(self, operation: str, **key: t.Any) -> dict[str, t.Any] | None:
        """Return the answer of a Describe operation, None where there is no such thing."""
        return self.unless_missing(lambda: self.call(operation, **key))

    def list(self, operation: str, noun: str, **values: t.Any) -> t.List[dict[str, t.Any]]:
        """Return all items of a List operation (100 a page); none where their parent does not exist."""
        return self.unless_missing(lambda: self.pages(operation, noun, max_results=100, **values)) or []

    def unless_missing(self, call: t.Callable[[], R]) -> R | None:
        """Return call(), None where SageMaker says that there is no such thing."""
        try:
            return call()
        except ClientError as error:
            if is_missing(error):
                return None
            raise

    def tags(self, arn: str) -> dict[str, str]:
        """Return the tags of a resource; none where it is gone."""
        return tag_dict(self.list("ListTags", "tags", resource_arn=arn))

    def change_tags(self, arn: str, before: dict[str, str], after: dict[str, str]) -> None:
        """Make the tags of a resource what after says: only AddTags and DeleteTags can, an update cannot."""
        new, gone = tag_changes(before, after)
        if new:
            self.call("AddTags", resource_arn=arn, tags=tag_list(new))
        if gone:
            self.call("DeleteTags", resource_arn=arn, tag_keys=gone)
