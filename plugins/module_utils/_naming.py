# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Translate between option names and the exact member names of the AWS API model.

Blind camel/snake conversion loses names such as CallbackURLs or EFSFileSystemConfig; the botocore service model has
them all, so every translation follows a shape of that model. All values are plain dicts and lists.
"""

from __future__ import annotations

import difflib
import typing as t

from ._attempts import Trouble
from ._waiting import StudioError

try:
    from botocore import xform_name
    from botocore.exceptions import ClientError, HTTPClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

R = t.TypeVar("R")
HTTP_SERVER_ERROR = 500
# Those by which AWS says that it is busy; LimitExceededException says that a quota is full, too (botocore's own list).
THROTTLED = frozenset(
    {
        *("EC2ThrottledException", "PriorRequestNotComplete", "RequestLimitExceeded", "RequestThrottled", "SlowDown"),
        *("RequestThrottledException", "ThrottledException", "Throttling", "ThrottlingException"),
        "TooManyRequestsException",
    }
)


class Shape(t.Protocol):
    """What is asked of a shape of botocore's service models; each kind has those of the members that fit it."""

    type_name: str
    metadata: dict[str, t.Any]
    members: dict[str, Shape]
    member: Shape
    value: Shape
    required_members: list[str]
    is_tagged_union: bool
    enum: list[str]


class UnknownOption(StudioError):
    """An option dict has a key that the AWS API model does not know."""


def member_names(shape: Shape) -> dict[str, str]:
    """Return {option name: API member name} of a structure shape."""
    return {xform_name(name): name for name in shape.members}


def to_api(value: t.Any, shape: Shape, path: str = "") -> t.Any:
    """Return value with API member names, following shape. Raises UnknownOption, naming the nearest known key.

    Keys of maps (tags, environment variables) are the user's own and stay as they are.
    """
    if value is None:
        return None
    if shape.type_name == "structure" and isinstance(value, dict):
        names = member_names(shape)
        return {
            _known(key, names, path): to_api(
                item, shape.members[_known(key, names, path)], f"{path}.{key}" if path else key
            )
            for key, item in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [to_api(item, shape.member, f"{path}[{number}]") for number, item in enumerate(value)]
    return _scalar(value, shape, path)


def _known(key: str, names: dict[str, str], path: str) -> str:
    if key in names:
        return names[key]
    nearest = difflib.get_close_matches(key, names, n=1)
    hint = f"Did you mean {nearest[0]}?" if nearest else f"Known are: {', '.join(sorted(names))}."
    raise UnknownOption(f"Unknown option {path + '.' if path else ''}{key}. {hint}")


def _scalar(value: t.Any, shape: Shape, path: str) -> t.Any:
    """Return value in the type the shape asks for: templated numbers arrive as text."""
    convert = {"integer": int, "long": int, "float": float, "double": float, "string": str}.get(shape.type_name)
    if convert is None or isinstance(value, (dict, list)):
        return value
    try:
        converted = convert(value)
    except ValueError:
        converted = None
    # Python takes true for 1, and cuts 1.5 to 1.
    if converted is None or (convert is not str and (isinstance(value, bool) or converted != float(value))):
        raise UnknownOption(f"Option {path} must be a number, not {value!r}.")
    return converted


def from_api(value: t.Any, shape: Shape) -> t.Any:
    """Return an API answer with option names, following shape; members that the model does not know are dropped."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            xform_name(key): from_api(item, shape.members[key]) for key, item in value.items() if key in shape.members
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [from_api(item, shape.member) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: from_api(item, shape.value) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return value.isoformat() if hasattr(value, "isoformat") else value
    return value


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Return tags as AWS's list of keys and values, by key, in the names of Operations."""
    return [{"key": key, "value": str(value)} for key, value in sorted(tags.items())]


def tag_dict(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Return AWS's list of keys and values, in the names of Operations, as options show tags."""
    return {tag["key"]: tag.get("value", "") for tag in tags or []}


def code_of(error: Exception) -> str:
    """Return the AWS error code of an exception, or ""."""
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def trouble_of(error: Exception) -> Trouble:
    """Return what an error says of the call: LOST where it may have taken effect, REFUSED where AWS only was busy."""
    if isinstance(error, HTTPClientError):
        return Trouble.LOST
    if not isinstance(error, ClientError):
        return Trouble.NONE
    if code_of(error) in THROTTLED:
        return Trouble.REFUSED
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Trouble.LOST if status >= HTTP_SERVER_ERROR else Trouble.NONE


def unless_missing(call: t.Callable[[], R], codes: t.Collection[str]) -> R | None:
    """Return call(), or None where AWS answers with one of the error codes that say "there is no such thing"."""
    try:
        return call()
    except ClientError as error:
        if code_of(error) in codes:
            return None
        raise


class Operations:
    """One client's operations in option names: ``call("CreateUserPool", pool_name=...)`` answers in option names."""

    def __init__(self, client: t.Any) -> None:
        self.client = client
        self.model = client.meta.service_model

    def knows(self, operation: str) -> bool:
        """Tell whether this botocore has an operation."""
        return operation in self.model.operation_names

    def accepted(self, operation: str) -> set[str]:
        """Return the option names that an operation takes."""
        return set(member_names(self.model.operation_model(operation).input_shape))

    def arguments(self, operation: str, values: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the members of values that operation takes, with API names. Raises UnknownOption for nested keys."""
        accepted = self.accepted(operation)
        shape = self.model.operation_model(operation).input_shape
        named = {key: item for key, item in values.items() if key in accepted and item is not None}
        return dict(to_api(named, shape))

    def call(self, operation: str, **values: t.Any) -> dict[str, t.Any]:
        """Call operation with the members of values that it takes and return its answer in option names."""
        return self.answer(operation, getattr(self.client, xform_name(operation))(**self.arguments(operation, values)))

    def pages(self, operation: str, key: str, **values: t.Any) -> list[t.Any]:
        """Return the items under key (an option name) of all pages of a List or Describe operation."""
        paginator = self.client.get_paginator(xform_name(operation))
        pages = paginator.paginate(**self.arguments(operation, values))
        return [item for page in pages for item in self.answer(operation, page).get(key, [])]

    def answer(self, operation: str, response: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return a raw response of operation in option names."""
        shape = self.model.operation_model(operation).output_shape
        return from_api(response, shape) if shape else {}
