# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests are checked against the botocore model. Sources: emulator/shared/validation.py and the docstrings here."""

import pytest
from botocore.session import get_session

from emulator.shared import validation

MODEL = get_session().get_service_model("sagemaker")
PROFILE_PATTERN = "^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
DOMAIN_PATTERN = "^d-(-*[a-z0-9]){1,61}"


def check(operation, request, **arguments):
    return validation.check(MODEL.operation_model(operation), request, **arguments)


def broken(operation, request, **arguments):
    with pytest.raises(validation.ConstraintError) as caught:
        check(operation, request, **arguments)
    return str(caught.value)


def test_good_request_passes_unchanged():
    request = {"DomainId": "d-1", "UserProfileName": "ada", "UserSettings": {"SecurityGroups": ["sg-1"]}}
    assert check("CreateUserProfile", request) == request


def test_pattern_is_quoted_with_a_leading_circumflex_and_errors_are_joined():
    """sagemaker-ssh-helper #70: header, '; ' between entries, camelCase paths, pattern with ^."""
    assert broken("DescribeUserProfile", {"DomainId": "x", "UserProfileName": "_ada"}) == (
        f"2 validation errors detected: Value 'x' at 'domainId' failed to satisfy constraint: Member must satisfy "
        f"regular expression pattern: {DOMAIN_PATTERN}; Value '_ada' at 'userProfileName' failed to satisfy "
        f"constraint: Member must satisfy regular expression pattern: {PROFILE_PATTERN}"
    )


def test_pattern_and_length_of_one_value_are_both_reported():
    """terraform-provider-aws #27990: an empty ExecutionRole breaks minimum length and pattern."""
    message = broken(
        "UpdateUserProfile", {"DomainId": "d-1", "UserProfileName": "a", "UserSettings": {"ExecutionRole": ""}}
    )
    assert message.startswith(
        "2 validation errors detected: Value '' at 'userSettings.executionRole' failed to satisfy constraint: "
        "Member must have length greater than or equal to 20; Value '' at 'userSettings.executionRole' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: ^arn:aws"
    )


def test_missing_members_are_null():
    """AWS's form for a required member, as other services of the JSON protocol answer it."""
    assert broken("CreateUserProfile", {"DomainId": "d-1"}) == (
        "1 validation error detected: Value null at 'userProfileName' failed to satisfy constraint: "
        "Member must not be null"
    )


def test_missing_members_inside_a_list_are_numbered():
    """AWS's form for structures in lists: tags.1.member.value."""
    message = broken(
        "AddTags", {"ResourceArn": "arn:aws:sagemaker:eu-central-1:111111111111:domain/d-1", "Tags": [{"Key": "a"}]}
    )
    assert "Value null at 'tags.1.member.value' failed" in message


def test_list_size():
    """terraform-provider-aws #29225 (the limit has grown from 10 to 16 subnets since)."""
    message = broken("UpdateDomain", {"DomainId": "d-1", "SubnetIds": [f"subnet-{n}" for n in range(17)]})
    assert message.endswith(
        "at 'subnetIds' failed to satisfy constraint: Member must have length less than or equal to 16"
    )


def test_scalars_in_a_list_are_reported_together():
    """AWS's form for constraints of list members, as other services of the JSON protocol answer it."""
    message = broken("UpdateDomain", {"DomainId": "d-1", "SubnetIds": ["subnet_1"]})
    assert message == (
        "1 validation error detected: Value '[subnet_1]' at 'subnetIds' failed to satisfy constraint: Member must "
        "satisfy constraint: [Member must have length less than or equal to 32, Member must have length greater than "
        "or equal to 0, Member must satisfy regular expression pattern: ^[-0-9a-zA-Z]+]"
    )


def test_enum():
    """Model: AuthMode."""
    message = broken("CreateDomain", {"DomainName": "a", "AuthMode": "OAUTH", "DefaultUserSettings": {}})
    assert message.endswith(
        "Value 'OAUTH' at 'authMode' failed to satisfy constraint: Member must satisfy enum value set: [SSO, IAM]"
    )


@pytest.mark.parametrize(("seconds", "words"), [(4, "greater than or equal to 5"), (301, "less than or equal to 300")])
def test_range(seconds, words):
    """Model: CreatePresignedDomainUrl.ExpiresInSeconds is 5 to 300."""
    message = broken(
        "CreatePresignedDomainUrl", {"DomainId": "d-1", "UserProfileName": "a", "ExpiresInSeconds": seconds}
    )
    assert message.endswith(f"at 'expiresInSeconds' failed to satisfy constraint: Member must have value {words}")


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"DomainId": 1}, "NUMBER_VALUE can not be converted to a String"),
        ({"DomainId": True}, "TRUE_VALUE can not be converted to a String"),
        ({"DomainId": ["d-1"]}, "Start of list found where not expected."),
        ({"DomainId": "d-1", "SubnetIds": "subnet-1"}, "Expected list or null"),
        ({"DomainId": "d-1", "DefaultUserSettings": "x"}, "Expected structure or map or null"),
        ([], "Start of structure or map expected"),
    ],
)
def test_wrong_types_cannot_be_read(request_, message):
    """SerializationException of AWS's JSON protocol, by public reports of its texts."""
    with pytest.raises(validation.SerializationError) as caught:
        check("UpdateDomain", request_)
    assert str(caught.value) == message


def test_number_for_an_integer_only():
    with pytest.raises(validation.SerializationError, match="STRING_VALUE can not be converted to an Integer"):
        check("ListDomains", {"MaxResults": "10"})


def test_nulls_are_absent_members():
    assert check("ListDomains", {"MaxResults": None}) == {}


def test_unknown_members_are_ignored_or_refused():
    """What AWS does with them on the wire is not known: a switch."""
    request = {"DomainId": "d-1", "DefaultUserSettings": {"Colour": "blue"}}
    assert check("UpdateDomain", request) == {"DomainId": "d-1", "DefaultUserSettings": {}}
    assert "'defaultUserSettings.colour'" in broken("UpdateDomain", request, unknown="refuse")


def test_unicode_classes_of_patterns():
    """Model: TagKey allows letters, separators and numbers of any script, but not every sign."""
    pattern = MODEL.shape_for("TagKey").metadata["pattern"]
    assert validation.compiled(pattern).fullmatch("Kostenstelle für 経費 Ⅷ")
    assert not validation.compiled(pattern).fullmatch("what?")


def patterns_below(shape, seen):
    if shape is None or shape.name in seen:
        return
    seen.add(shape.name)
    if "pattern" in shape.metadata:
        yield shape.metadata["pattern"]
    for inner in [*getattr(shape, "members", {}).values(), *filter(None, [getattr(shape, "member", None)])]:
        yield from patterns_below(inner, seen)


def test_every_pattern_of_studio_can_be_compiled(emulator):
    from emulator.sagemaker.service import OPERATIONS

    seen = set()
    found = [p for name in OPERATIONS for p in patterns_below(MODEL.operation_model(name).input_shape, seen)]
    assert len(found) > 20
    assert all(validation.compiled(pattern) for pattern in found)
