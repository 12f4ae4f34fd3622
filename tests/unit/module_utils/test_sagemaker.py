# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SageMaker calls: what their errors mean, when they are repeated, how statuses are waited for."""

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber

from ansible_collections.mlplatform.studio.plugins.module_utils import _waiting
from ansible_collections.mlplatform.studio.plugins.module_utils._plan import Lists, Plan, make_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker import calls, settings, status
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.domain import Domain
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.space import Space
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.status import Watch
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.user_profile import UserProfile
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError, TimedOut


def aws_error(code, message="", http_status=400):
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": http_status}},
        "AnyOperation",
    )


LOST = ConnectionClosedError(endpoint_url="https://api.sagemaker.eu-central-1.amazonaws.com")
TIMEOUT = ReadTimeoutError(endpoint_url="https://api.sagemaker.eu-central-1.amazonaws.com")
REFUSED = EndpointConnectionError(endpoint_url="https://api.sagemaker.eu-central-1.amazonaws.com")


@pytest.mark.parametrize(
    ("error", "names"),
    [
        (aws_error("ResourceNotFound", "Domain [d-1] does not exist."), {"is_missing"}),
        (aws_error("ValidationException", "Space RecordNotFound"), {"is_missing", "is_invalid"}),
        (aws_error("ValidationException", "UserProfile [a] does not exist."), {"is_missing", "is_invalid"}),
        (aws_error("ValidationException", "Value 'x' at 'domainId' failed"), {"is_invalid"}),
        (aws_error("ResourceInUse", "it is in Updating state"), {"is_busy"}),
        (aws_error("ConflictException", "modified concurrently"), {"is_busy"}),
        (aws_error("ResourceLimitExceeded", "'Total domains' is 1"), set()),
        (aws_error("AccessDeniedException", "is not authorized to perform: iam:PassRole"), set()),
        (
            aws_error("ValidationException", "Could not assume role arn:x. Please ensure that the role exists"),
            {"is_invalid", "is_propagating"},
        ),
        (
            aws_error("ValidationException", "SageMaker is unable to use your associated ExecutionRole [x]"),
            {"is_invalid", "is_propagating"},
        ),
        (
            aws_error("ValidationException", "User x is not authorized to perform: iam:PassRole"),
            {"is_invalid", "is_propagating"},
        ),
        (
            aws_error("ValidationException", "The service-linked role AWSServiceRoleForAmazonSageMakerNotebooks"),
            {"is_invalid", "is_propagating"},
        ),
        (aws_error("ThrottlingException", "Rate exceeded"), {"is_without_effect"}),
        (REFUSED, {"is_without_effect"}),
        (LOST, {"is_ambiguous"}),
        (TIMEOUT, {"is_ambiguous"}),
        (aws_error("InternalFailure", http_status=500), {"is_ambiguous"}),
        (aws_error("ServiceUnavailable", http_status=503), {"is_ambiguous"}),
        (KeyError("x"), set()),
    ],
)
def test_what_an_error_means(error, names):
    tests = ("is_missing", "is_busy", "is_invalid", "is_propagating", "is_without_effect", "is_ambiguous")
    assert {name for name in tests if getattr(calls, name)(error)} == names


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (aws_error("ValidationException", "because space arn:x is not in InService state"), True),
        (aws_error("ValidationException", "1 validation error detected: Value 'x' at 'spaceName' failed"), False),
        (aws_error("ValidationException", "4 validation errors detected: Value"), False),
        (aws_error("ResourceInUse", "it is in Updating state"), False),
    ],
)
def test_refusals_of_a_state(error, refused):
    assert calls.is_state_refused(error) is refused


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now

    time = monotonic

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(_waiting, "time", clock)
    monkeypatch.setattr(status, "time", clock)
    return clock


def sequence(*answers):
    """A function that gives or raises one answer after the other, the last one for ever; .count says how often."""

    def call():
        answer = answers[min(call.count, len(answers) - 1)]
        call.count += 1
        if isinstance(answer, Exception):
            raise answer
        return answer

    call.count = 0
    return call


@pytest.mark.parametrize(
    ("create", "find", "result", "creates"),
    [
        (("made",), (None,), "made", 1),
        ((LOST,), ("found",), "found", 1),
        ((TIMEOUT,), (None, None, None, "found"), "found", 1),
        ((aws_error("InternalFailure", http_status=500),), (None, "found"), "found", 1),
        ((aws_error("ServiceUnavailable", http_status=503), "made"), (None,), "made", 2),
    ],
)
def test_create_without_token_happens_once(create, find, result, creates):
    create, find = sequence(*create), sequence(*find)
    assert calls.create_once(create, find, "domain d") == result
    assert create.count == creates


def test_lost_create_that_never_appears_is_not_repeated(clock):
    create, begin = sequence(LOST, "second"), clock.now
    with pytest.raises(
        StudioError, match=r"The answer to the creation of domain d was lost.*not created a second time"
    ):
        calls.create_once(create, sequence(None), "domain d")
    assert create.count == 1 and clock.now - begin >= calls.LISTING_LAG


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (aws_error("ResourceLimitExceeded"), 1),
        (aws_error("ValidationException"), 1),
        (aws_error("InternalFailure", http_status=500), calls.CREATE_ATTEMPTS),
    ],
)
def test_create_ends_with_aws_error(error, attempts):
    create = sequence(error)
    with pytest.raises(ClientError) as caught:
        calls.create_once(create, sequence(None), "domain d")
    assert caught.value is error and create.count == attempts


def described(status, **members):
    return {"status": status, **members}


def watch(*answers, timeout=600):
    return Watch(sequence(*answers), "domain team1 (d-1)", timeout)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((described("InService"),), "InService"),
        ((described("Pending"), described("Pending"), described("InService")), "InService"),
        ((described("Updating"), described("Update_Failed")), "Update_Failed"),
        ((described("Deleting"), None), None),
        ((described("Pending"), described("Failed")), "Failed"),
        ((described("Deleting"), described("Delete_Failed")), "Delete_Failed"),
    ],
)
def test_settle(answers, expected):
    settled = watch(*answers).settle()
    assert (settled and settled["status"]) == expected


def test_new_resource_may_not_be_found_yet(clock):
    new = watch(None, None, None, described("Pending"), described("InService"))
    new.created()
    assert new.read() == described("Pending")
    new.expect_in_service()


def test_new_resource_that_never_appears(clock):
    new, begin = watch(None), clock.now
    new.created()
    with pytest.raises(StudioError, match=r"domain team1 \(d-1\) is gone"):
        new.expect_in_service()
    assert clock.now - begin >= status.CREATE_LAG


def test_what_was_not_just_created_is_gone_at_once(clock):
    begin = clock.now
    assert watch(None).read() is None and watch(None).settle() is None and clock.now == begin


def test_update_that_does_not_show_yet_is_waited_for(clock):
    old, new = described("InService", last_modified_time="1"), described("InService", last_modified_time="2")
    read = watch(old, old, old, described("Updating", last_modified_time="2"), new)
    read.expect_in_service(newer_than="1")
    assert read._read.count == 5
    begin = clock.now
    watch(old).expect_in_service(newer_than="1")
    assert clock.now - begin >= status.UPDATE_LAG, "the caller then compares what was asked for with what is"


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (
            described("Failed", failure_reason="InternalFailure."),
            "domain team1 (d-1) ended in status Failed: InternalFailure. It cannot be repaired: remove the cause, "
            "then run again with recreate_failed: true (studio_recreate_failed_domain: true in the team's "
            "description).",
        ),
        (
            described("Update_Failed"),
            "domain team1 (d-1) ended in status Update_Failed: AWS gives no reason. Remove the cause and run again: "
            "the update is then sent again.",
        ),
    ],
)
def test_failures_name_the_reason_and_the_way_out(last, sentence):
    with pytest.raises(StudioError) as caught:
        watch(described("Pending"), last).expect_in_service()
    assert str(caught.value) == sentence


def test_deletion_is_asked_for_once_more_when_it_fails():
    again = []
    watch(described("Deleting"), described("Delete_Failed"), described("Deleting"), None).expect_gone(
        lambda: again.append(1)
    )
    assert again == [1]
    with pytest.raises(StudioError, match="could not be deleted: Delete_Failed: mount targets"):
        watch(described("Delete_Failed", failure_reason="mount targets")).expect_gone(lambda: None)


def test_waiting_ends():
    with pytest.raises(TimedOut, match=r"Timed out after 30 s waiting for domain team1 \(d-1\) to settle"):
        watch(described("Pending"), timeout=30).settle()


@pytest.mark.parametrize(
    ("plan", "updated", "reads"),
    [
        (Plan("none", before=described("InService")), False, 0),
        (Plan("none", before=described("Pending")), False, 2),
        (Plan("create"), False, 2),
        (Plan("update", before=described("InService", last_modified_time="1")), True, 2),
    ],
)
def test_finish_reads_only_what_has_to_be_known(plan, updated, reads):
    read = watch(described("Pending"), described("InService", last_modified_time="2"))
    read.finish(plan, updated, lambda: None)
    assert read._read.count == reads


@pytest.fixture
def sagemaker():
    client = boto3.client("sagemaker", region_name="eu-central-1")
    with Stubber(client) as stubber:
        service = calls.SageMaker(client)
        service.stubber = stubber
        yield service
        stubber.assert_no_pending_responses()


ARN = "arn:aws:sagemaker:eu-central-1:111111111111:domain/d-1"


@pytest.mark.parametrize("code", ["ResourceNotFound", "ValidationException"])
def test_reads_of_what_is_not_there(sagemaker, code):
    for operation in ("describe_domain", "list_user_profiles", "list_tags"):
        sagemaker.stubber.add_client_error(operation, code, "Domain [d-1] does not exist.")
    assert sagemaker.read("DescribeDomain", domain_id="d-1") is None
    assert sagemaker.list("ListUserProfiles", "user_profiles", domain_id_equals="d-1") == []
    assert sagemaker.tags(ARN) == {}


def test_other_errors_are_not_taken_for_missing(sagemaker):
    sagemaker.stubber.add_client_error("describe_domain", "AccessDeniedException", "no")
    with pytest.raises(ClientError, match="AccessDenied"):
        sagemaker.read("DescribeDomain", domain_id="d-1")


def test_tags_change_by_tag_calls_alone(sagemaker):
    sagemaker.stubber.add_response("add_tags", {}, {"ResourceArn": ARN, "Tags": [{"Key": "b", "Value": "2"}]})
    sagemaker.stubber.add_response("delete_tags", {}, {"ResourceArn": ARN, "TagKeys": ["c", "d"]})
    sagemaker.change_tags(ARN, {"a": "1", "b": "1", "d": "1", "c": "1"}, {"a": "1", "b": "2"})
    sagemaker.change_tags(ARN, {"a": "1"}, {"a": "1"})


def shape(operation):
    return (
        boto3.client("sagemaker", region_name="eu-central-1").meta.service_model.operation_model(operation).input_shape
    )


@pytest.mark.parametrize(
    ("resource", "noun", "left_out"),
    [
        # Tags have calls of their own, DomainSettings another name in the update; the third is KmsKeyId's old name.
        (Domain, "Domain", {"Tags", "DomainSettings", "HomeEfsFileSystemKmsKeyId"}),
        (UserProfile, "UserProfile", {"Tags"}),
        (Space, "Space", {"Tags"}),
    ],
)
def test_immutable_is_what_the_model_can_create_and_not_update(resource, noun, left_out):
    create, update = shape(f"Create{noun}").members, shape(f"Update{noun}").members
    create_only = create.keys() - update.keys() - left_out
    # Documented for domains without a VPC only (API reference UpdateDomain).
    documented = {"VpcId"} if resource is Domain else set()
    assert resource.immutable == {xform_name(name) for name in create_only | documented}
    assert left_out <= create.keys() and documented <= create.keys()


def test_no_list_of_studio_has_an_order():
    paths = settings.list_paths(shape("CreateDomain"))
    assert {
        "subnet_ids",
        "domain_settings.security_group_ids",
        "default_user_settings.security_groups",
        "default_space_settings.security_groups",
        "default_user_settings.jupyter_lab_app_settings.lifecycle_config_arns",
        "default_user_settings.studio_web_portal_settings.hidden_app_types",
        "default_user_settings.studio_web_portal_settings.hidden_sage_maker_image_version_aliases.version_aliases",
    } <= paths
    assert not any(path.endswith(("vpc_id", "execution_role")) for path in paths)


NUMBERED = {"image_name": "geo", "app_image_config_name": "geo", "image_version_number": 3}
NEWEST = {"image_name": "geo", "app_image_config_name": "geo"}
EFS = {"efs_file_system_config": {"file_system_id": "fs-1"}}


@pytest.mark.parametrize(
    ("present", "wanted", "action"),
    [
        ({"custom_images": [NUMBERED]}, {"custom_images": [NEWEST]}, "update"),
        ({"custom_images": [NEWEST]}, {"custom_images": [NUMBERED]}, "update"),
        ({"custom_images": [NUMBERED, NEWEST]}, {"custom_images": [NEWEST, NUMBERED]}, "none"),
    ],
)
@pytest.mark.parametrize(
    ("noun", "settings_of"),
    [
        ("Domain", "default_user_settings"),
        ("Domain", "default_space_settings"),
        ("UserProfile", "user_settings"),
        ("Space", "space_settings"),
    ],
)
def test_items_of_lists_are_compared_whole(present, wanted, action, noun, settings_of):
    create = shape(f"Create{noun}")
    lists = Lists(settings.list_paths(create), settings.filled_paths(create))
    current, desired = ({settings_of: {"kernel_gateway_app_settings": value}} for value in (present, wanted))
    assert make_plan(current, desired, lists=lists).action == action


def test_what_aws_may_fill_in_in_an_item_is_no_change():
    create = shape("CreateUserProfile")
    lists = Lists(settings.list_paths(create), settings.filled_paths(create))
    filled = {"efs_file_system_config": {"file_system_id": "fs-1", "file_system_path": "/"}}
    other = {"efs_file_system_config": {"file_system_id": "fs-1", "file_system_path": "/data"}}
    for present, wanted, action in ((filled, EFS, "none"), (filled, other, "update"), (EFS, filled, "update")):
        current, desired = ({"user_settings": {"custom_file_system_configs": [item]}} for item in (present, wanted))
        assert make_plan(current, desired, lists=lists).action == action


def test_every_member_that_aws_may_fill_in_is_in_the_model():
    nouns = ("Domain", "UserProfile", "Space")
    found = {path.rpartition(".")[2] for noun in nouns for path in settings.filled_paths(shape(f"Create{noun}"))}
    assert found == {xform_name(name) for name in settings.PERHAPS_FILLED}


SPEC = {"lifecycle_config_arn": "arn:x", "sage_maker_image_version_arn": "None", "sage_maker_image_arn": ""}
LAB = {"jupyter_lab_app_settings": {"default_resource_spec": SPEC, "lifecycle_config_arns": ["None"]}}


def spec_of(changed):
    return changed["jupyter_lab_app_settings"]["default_resource_spec"]


def test_references_are_cleared_with_the_word_none_and_compared_as_empty():
    user_settings = shape("CreateDomain").members["DefaultUserSettings"]
    read = settings.read_references(LAB, user_settings)
    assert spec_of(read) == {**SPEC, "sage_maker_image_version_arn": ""}
    assert read["jupyter_lab_app_settings"]["lifecycle_config_arns"] == ["None"], "members of lists are no references"
    sent = settings.references_to_clear(read, user_settings)
    assert spec_of(sent) == SPEC, "sage_maker_image_arn has no word for unset"
    made = settings.without_unset_references(read, user_settings)
    assert spec_of(made) == {"lifecycle_config_arn": "arn:x", "sage_maker_image_arn": ""}
    hollow = {"kernel_gateway_app_settings": {"default_resource_spec": {"lifecycle_config_arn": ""}}}
    assert settings.without_unset_references({**read, **hollow}, user_settings) == made


def test_typed_gives_every_scalar_the_type_of_the_model():
    user_settings = shape("CreateDomain").members["DefaultUserSettings"]
    storage = {"space_storage_settings": {"default_ebs_storage_settings": {"default_ebs_volume_size_in_gb": "10"}}}
    typed = settings.typed(storage, user_settings, "default_user_settings")
    assert typed["space_storage_settings"]["default_ebs_storage_settings"] == {"default_ebs_volume_size_in_gb": 10}
    assert settings.typed(None, user_settings, "default_user_settings") is None


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (None, {"a": 1}, {"a": 1}),
        (None, {"a": {"x": [], "y": {"z": ""}}}, {}),
        ({"a": {"x": [1]}}, {"a": {"x": []}}, {"a": {"x": []}}),
        ({"a": 1, "b": {"x": 1, "y": 2}}, {"a": 1, "b": {"x": 1, "y": 3}}, {"b": {"x": 1, "y": 3}}),
        ({"a": 1}, {"a": 1}, {}),
        ({"a": [1]}, {"a": []}, {"a": []}),
    ],
)
def test_only_what_changes_is_sent_and_each_structure_whole(before, after, changed):
    assert settings.changed_members(before, after) == changed
