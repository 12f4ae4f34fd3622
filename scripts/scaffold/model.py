# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What botocore's model says of a thing that a service makes, describes, changes and deletes by its name."""

from __future__ import annotations

import dataclasses
import html
import re
import typing as t

import botocore.session
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

TYPES = {"string": "str", "integer": "int", "long": "int", "boolean": "bool"}
TAG_OPERATIONS = ("ListTagsForResource", "TagResource", "UntagResource")


BY_HAND = "Write this module by hand; plugins/module_utils/_backup.py has two that were."


class Unfit(ValueError):
    """The service has no such thing, or it is not made, described and deleted by a name; the text says what to do."""


@dataclasses.dataclass(frozen=True)
class Option:
    """An option of the module: its name, Ansible's type, whether AWS sets it at creation alone, and what it is."""

    name: str
    type: str
    immutable: bool
    about: str


@dataclasses.dataclass(frozen=True)
class Thing:
    """A thing, and the operations on it. wrapper is the member that holds its description, or "" where all of it does.

    arn is the member with its ARN where it has tags, else ""; arn_option what the operations on tags call that.
    """

    service: str
    words: str
    find: str
    create: str
    update: str
    delete: str
    name: str
    wrapper: str
    arn: str
    arn_option: str
    options: tuple[Option, ...]
    missing: tuple[str, ...]


def read(service: str, words: str) -> Thing:
    """Return a thing of a service (boto3's name) that is called by words such as "event bus". Raises Unfit."""
    noun = "".join(word.capitalize() for word in words.split())
    try:
        model = botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        raise Unfit(f"botocore knows no service {service}: take boto3's name of it, such as events.") from None
    verbs = ("Describe Get", "Create", "Update", "Delete")
    find, create, update, delete = (_operation(model, verb, noun) for verb in verbs)
    lacking = [verb for verb, one in (("Describe", find), ("Create", create), ("Delete", delete)) if not one]
    if lacking:
        raise Unfit(f"{service} has no {lacking[0]}{noun}. {BY_HAND}")
    shapes = {one: model.operation_model(one) for one in (find, create, update, delete) if one}
    name = _name(shapes[delete], shapes[create])
    described, given = shapes[find].output_shape.members, shapes[create].input_shape.members
    structures = [one for one, shape in described.items() if shape.type_name == "structure"]
    wrapper = next((one for one in structures if one.lower() == noun.lower()), "")
    found = described[wrapper].members if wrapper else described
    options = tuple(_options(given, found, shapes[update].input_shape.members if update else {}, name))
    if not any(one.type == "str" for one in options):
        raise Unfit(f"{create} takes no text that {find} shows again. {BY_HAND}")
    return Thing(
        service=service,
        words=words,
        find=find,
        create=create,
        update=update,
        delete=delete,
        name=name,
        wrapper=xform_name(wrapper) if wrapper else "",
        arn=_arn(model, found, given),
        arn_option=_arn_option(model),
        options=options,
        missing=tuple(one.name for one in shapes[find].error_shapes if "NotFound" in one.name),
    )


def _operation(model: t.Any, verbs: str, noun: str) -> str:
    return next((f"{verb}{noun}" for verb in verbs.split() if f"{verb}{noun}" in model.operation_names), "")


def _name(delete: t.Any, create: t.Any) -> str:
    required = [one for one in delete.input_shape.required_members if one in create.input_shape.required_members]
    if len(required) != 1:
        raise Unfit(
            f"{delete.name} wants {' and '.join(required) or 'what the creation does not say'}, and no name alone."
        )
    return required[0]


def _arn(model: t.Any, found: t.Mapping[str, t.Any], given: t.Mapping[str, t.Any]) -> str:
    tagged = "Tags" in given and all(one in model.operation_names for one in TAG_OPERATIONS)
    arns = [one for one in found if one.endswith("Arn")]
    return xform_name(arns[0]) if tagged and arns else ""


def _arn_option(model: t.Any) -> str:
    if "TagResource" not in model.operation_names:
        return ""
    required = model.operation_model("TagResource").input_shape.required_members
    return next((xform_name(one) for one in required if one.lower().endswith("arn")), "")


def _options(
    given: t.Mapping[str, t.Any], found: t.Mapping[str, t.Any], changes: t.Mapping[str, t.Any], name: str
) -> t.Iterator[Option]:
    """Yield what can be both said and seen: plain values; what has members is added by hand."""
    for member, shape in given.items():
        if member != name and member in found and shape.type_name in TYPES:
            about = sentence(shape.documentation) or f"C({member}) of the API."
            yield Option(xform_name(member), TYPES[shape.type_name], member not in changes, about)


def sentence(documentation: str) -> str:
    """Return the first sentence of what botocore says, without its marks."""
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", documentation or "")).split())
    first = re.split(r"(?<=[.!?])\s", text)[0].replace('"', "'")
    return f"{first.rstrip('.')}." if first else ""
