# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: nobody more than their part, and nobody anything in another team."""

from __future__ import annotations

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.policies.boundary import team_boundary
from tests.unit.policies.evaluation import Request, decide
from tests.unit.policies.rendering import ACCOUNT, REGION, execution_policies, role_policies, team
from tests.unit.policies.studio_requests import DOMAINS, SAGEMAKER, request_keys, studio_session, tags_of

PERSONAS = ["data-scientist", "lead", "space"]
PEOPLE = PERSONAS[:2]
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ANOTHER_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/other"
BOUNDARY = team_boundary(team().names, schedules=True)
OWN, OTHER = DOMAINS["team1"], DOMAINS["team2"]


def allowed(persona, action, resources="*", **context):
    """Whether a role of team1 may; resources as ARN suffixes of SageMaker, ARNs, or a dict with their tags."""
    listed = resources if isinstance(resources, dict) else {resources: {}}
    arns = {name if name.startswith(("arn:", "*")) else f"{SAGEMAKER}:{name}": tags for name, tags in listed.items()}
    keys = {**({} if persona == "space" else studio_session()), "sagemaker:DomainId": OWN, **context}
    decisions = [decide(role_policies(persona, fenced), Request(action, arns, keys)) for fenced in (True, False)]
    if decisions != ["Allow", "Allow"]:
        return False
    assert decide([BOUNDARY], Request(action, arns, keys)) == "Allow", "the boundary takes away what the team needs"
    return True


def space(owner, sharing, domain=OWN):
    return {
        "sagemaker:OwnerUserProfileArn": f"{SAGEMAKER}:user-profile/{domain}/{owner}",
        "sagemaker:SpaceSharingType": sharing,
    }


# Reach of the statements themselves


def test_only_these_statements_speak_of_everything():
    """Lists and tokens that AWS cannot narrow, and two calls that a condition narrows."""
    wide = {
        part["Sid"]
        for document in execution_policies().values()
        for part in document["Statement"]
        if part["Effect"] == "Allow" and part["Resource"] == "*"
    }
    assert wide == {"ListNamesOnly", "LookAround", "SearchWhatIsNotAnotherTeams", "WriteMetrics"}


def test_no_statement_leaves_the_account_or_the_region():
    """But for what AWS keeps for everybody, and the organization's roles, which conditions narrow."""
    abroad = {
        part["Sid"]
        for document in execution_policies().values()
        for part in document["Statement"]
        for arn in ([part["Resource"]] if isinstance(part["Resource"], str) else part["Resource"])
        if arn != "*" and not arn.startswith("arn:aws:s3:::") and f":{ACCOUNT}:" not in arn
    }
    assert abroad == {"PullImagesOfAws", "ReadTheModelCatalogueOfAws", "TheTeamsRolesInTheOrganization"}


# Own rights


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize(
    "action",
    [
        *(f"sagemaker:{verb}{kind}" for verb in ("Create", "Update", "Delete") for kind in ("Domain", "UserProfile")),
        "sagemaker:CreateStudioLifecycleConfig",
        "sagemaker:DeleteStudioLifecycleConfig",
        "sts:AssumeRole",
    ],
)
def test_nobody_changes_their_own_rights(persona, action):
    """Even if somebody attaches a policy that allows everything."""
    assert decide([*role_policies(persona), EVERYTHING], Request(action, {"arn:aws:x": tags_of("team1")})) == "Deny"


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize(
    "action",
    [
        "iam:AttachRolePolicy",
        "iam:CreatePolicyVersion",
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "lambda:CreateFunction",
        "lambda:InvokeFunction",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:DeleteBucket",
        "cognito-idp:AdminAddUserToGroup",
        "sagemaker:CreateNotebookInstance",
        "sagemaker:CreateStudioLifecycleConfig",
        "sagemaker:DeleteTags",
        "sagemaker:PutModelPackageGroupPolicy",
    ],
)
def test_nobody_touches_the_platform(persona, action):
    own_things = {f"arn:aws:{action.split(':')[0]}:{REGION}:{ACCOUNT}:thing": tags_of("team1"), "*": tags_of("team1")}
    for resource, tags in own_things.items():
        assert not allowed(persona, action, {resource: tags}, **request_keys("team1"))


@pytest.mark.parametrize("persona", PERSONAS)
def test_jobs_get_the_data_scientists_role_and_no_other(persona):
    for name in ("team1", "team2"):
        for target, arn in team(name).role_arns.items():
            wanted = persona in PEOPLE and (name, target) == ("team1", "data-scientist")
            for service in ("sagemaker.amazonaws.com", "events.amazonaws.com"):
                assert (
                    allowed(persona, "iam:PassRole", {arn: tags_of(name)}, **{"iam:PassedToService": service}) is wanted
                )
            assert not allowed(
                persona, "iam:PassRole", {arn: tags_of(name)}, **{"iam:PassedToService": "lambda.amazonaws.com"}
            )
            assert not allowed(persona, "sts:AssumeRole", {arn: tags_of(name)})


# Platforms


@pytest.mark.parametrize("persona", PEOPLE)
@pytest.mark.parametrize(
    "action",
    [
        "sagemaker:DescribeTrainingJob",
        "sagemaker:StopTrainingJob",
        "sagemaker:InvokeEndpoint",
        "sagemaker:DeleteModel",
        "ecr:BatchGetImage",
        "elasticfilesystem:DescribeMountTargets",
    ],
)
def test_team_of_the_same_name_on_another_platform_is_out_of_reach(persona, action):
    """Its things carry the same DomainName."""
    service, _colon, operation = action.partition(":")
    kinds = {"ecr": "repository/x", "elasticfilesystem": "file-system/fs-1"}
    arn = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{kinds.get(service, operation.lower() + '/x')}"
    assert allowed(persona, action, {arn: tags_of("team1")})
    assert allowed(persona, action, {arn: {"DomainName": "team1"}}), "what people made carries no Platform"
    namesake = {**tags_of("team1"), "Platform": "other"}
    assert decide(role_policies(persona), Request(action, {arn: namesake}, studio_session())) == "Deny"


@pytest.mark.parametrize("persona", PEOPLE)
def test_role_for_the_same_team_of_another_platform_is_not_assumed(persona):
    """Roles of other accounts of the organization are known by their tag."""
    arn = "arn:aws:iam::222222222222:role/data-lake"
    place = {"aws:ResourceAccount": "222222222222", "aws:ResourceOrgID": "o-1", "aws:PrincipalOrgID": "o-1"}
    place["aws:PrincipalAccount"] = ACCOUNT
    assert allowed(persona, "sts:AssumeRole", {arn: tags_of("team1")}, **place)
    assert not allowed(persona, "sts:AssumeRole", {arn: {**tags_of("team1"), "Platform": "other"}}, **place)


# Tags


@pytest.mark.parametrize("persona", PERSONAS)
def test_tags_are_given_only_while_something_is_made_and_only_the_own(persona):
    making = {"sagemaker:TaggingAction": "CreateTrainingJob"}
    assert allowed(persona, "sagemaker:AddTags", "training-job/x", **making, **{"aws:RequestTag/DomainName": "team1"})
    assert allowed(persona, "sagemaker:AddTags", f"space/{OWN}/lab", **making)
    assert not allowed(
        persona, "sagemaker:AddTags", "training-job/x", **making, **{"aws:RequestTag/DomainName": "team2"}
    )
    assert not allowed(persona, "sagemaker:AddTags", "training-job/x", **{"aws:RequestTag/DomainName": "team1"})


# Things made out of other things: the new one says team1, the old one belongs to team2


@pytest.mark.parametrize("persona", PEOPLE)
@pytest.mark.parametrize(
    ("action", "made", "used"),
    [
        ("sagemaker:CreateEndpoint", "endpoint/x", "endpoint-config/x"),
        ("sagemaker:CreateTrial", "experiment-trial/x", "experiment/x"),
        ("sagemaker:CreateModelPackage", "model-package/x", "model-package-group/x"),
        ("sagemaker:CreateTrainingJob", "training-job/x", "training-plan/x"),
    ],
)
def test_nothing_is_made_of_what_is_anothers(persona, action, made, used):
    keys = request_keys("team1")
    if not action.endswith("TrainingJob"):
        assert allowed(persona, action, {made: {}, used: tags_of("team1")}, **keys)
    assert not allowed(persona, action, {made: {}, used: tags_of("team2")}, **keys)
    assert not allowed(persona, action, {made: {}, used: {}}, **keys)


@pytest.mark.parametrize("persona", PEOPLE)
def test_versions_are_added_to_the_own_model_package_groups(persona):
    """API reference CreateModelPackage: a versioned package takes its group's tags, and may be given none."""
    version = "model-package/group/1"
    assert allowed(
        persona, "sagemaker:CreateModelPackage", {version: {}, "model-package-group/group": tags_of("team1")}
    )
    for tags in (tags_of("team2"), {}):
        assert not allowed(persona, "sagemaker:CreateModelPackage", {version: {}, "model-package-group/group": tags})


@pytest.mark.parametrize("action", ["CreateTransformJob", "CreateEndpointConfig"])
def test_models_named_for_a_team_are_the_teams(action):
    resource = {"CreateTransformJob": "transform-job/x", "CreateEndpointConfig": "endpoint-config/x"}[action]

    def with_model(name):
        keys = {**request_keys("team1"), "sagemaker:ModelArn": [f"{SAGEMAKER}:model/{name}"]}
        return allowed("data-scientist", f"sagemaker:{action}", resource, **keys)

    assert with_model("team1--churn")
    assert not with_model("xgboost-2026-01-01")
    assert not with_model("team2--churn")
    assert not with_model("team1-b--churn")


# Encryption


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, True),
        ({"sagemaker:VolumeKmsKey": None}, False),
        # S3's own key, which the data bucket refuses (API reference OutputDataConfig.KmsKeyId).
        ({"sagemaker:OutputKmsKey": None}, False),
        ({"sagemaker:VolumeKmsKey": ANOTHER_KEY}, False),
        ({"sagemaker:VolumeKmsKey": None, "sagemaker:InstanceTypes": ["ml.g4dn.xlarge"]}, True),
        ({"sagemaker:VolumeKmsKey": None, "sagemaker:InstanceTypes": ["ml.g4dn.xlarge", "ml.m5.large"]}, False),
        ({"sagemaker:VolumeKmsKey": None, "sagemaker:InstanceTypes": None}, False),
        ({"sagemaker:VolumeKmsKey": ANOTHER_KEY, "sagemaker:InstanceTypes": ["ml.g4dn.xlarge"]}, False),
        (
            {
                "sagemaker:VolumeKmsKey": None,
                "sagemaker:InstanceTypes": ["ml.p4d.24xlarge"],
                "aws:RequestTag/DomainName": "team2",
            },
            False,
        ),
    ],
)
def test_jobs_use_the_teams_key_or_disks_that_encrypt_themselves(changes, wanted):
    """API reference, ResourceConfig: VolumeKmsKeyId is refused for instance types with local storage."""
    keys = {**request_keys("team1"), **changes}
    assert allowed("data-scientist", "sagemaker:CreateTrainingJob", "training-job/x", **keys) is wanted


@pytest.mark.parametrize(
    ("types", "key", "tag", "wanted"),
    [
        (["ml.m5.large"], None, "team1", False),
        (None, None, "team1", True),
        (None, None, "team2", False),
        (None, ANOTHER_KEY, "team1", False),
    ],
)
def test_a_schedule_of_a_defined_job_needs_no_key(types, key, tag, wanted):
    keys = {"sagemaker:InstanceTypes": types, "sagemaker:VolumeKmsKey": key, "aws:RequestTag/DomainName": tag}
    action = "sagemaker:CreateMonitoringSchedule"
    assert allowed("data-scientist", action, "monitoring-schedule/x", **keys) is wanted


@pytest.mark.parametrize(("key", "wanted"), [(None, True), (ANOTHER_KEY, False)])
def test_an_endpoint_has_no_other_key(key, wanted):
    """API reference CreateEndpointConfig: serverless endpoints and instances with local storage refuse a key."""
    keys = {**request_keys("team1"), "sagemaker:VolumeKmsKey": key}
    assert allowed("data-scientist", "sagemaker:CreateEndpointConfig", "endpoint-config/x", **keys) is wanted


@pytest.mark.parametrize("persona", PERSONAS)
def test_grants_are_for_aws_services_only(persona):
    key = {team().found.key_arn: tags_of("team1")}
    assert allowed(persona, "kms:CreateGrant", key, **{"kms:GrantIsForAWSResource": "true"})
    assert not allowed(persona, "kms:CreateGrant", key, **{"kms:GrantIsForAWSResource": "false"})
    assert not allowed(persona, "kms:CreateGrant", key)


# Studio


@pytest.mark.parametrize("verb", ["Create", "Update", "Delete"])
@pytest.mark.parametrize(
    ("persona", "owner", "sharing", "domain", "verbs"),
    [
        ("data-scientist", "ada", "Private", OWN, {"Create", "Update", "Delete"}),
        ("data-scientist", "ada", "Shared", OWN, {"Create", "Update", "Delete"}),
        ("data-scientist", "bob", "Private", OWN, set()),
        ("data-scientist", "bob", "Shared", OWN, set()),
        ("data-scientist", "ada", "Private", OTHER, set()),
        ("lead", "bob", "Shared", OWN, {"Update", "Delete"}),
        ("lead", "bob", "Private", OWN, set()),
        ("lead", "bob", "Shared", OTHER, set()),
        ("space", "ada", "Shared", OWN, set()),
        ("space", "ada", "Private", OWN, set()),
    ],
)
def test_spaces(persona, owner, sharing, domain, verbs, verb):
    keys = space(owner, sharing, domain)
    assert allowed(persona, f"sagemaker:{verb}Space", f"space/{domain}/lab", **keys) is (verb in verbs)


@pytest.mark.parametrize("verb", ["Create", "Delete"])
@pytest.mark.parametrize(
    ("persona", "owner", "sharing", "domain", "verbs"),
    [
        ("data-scientist", "ada", "Private", OWN, {"Create", "Delete"}),
        ("data-scientist", "bob", "Private", OWN, set()),
        ("data-scientist", "bob", "Shared", OWN, {"Create", "Delete"}),
        ("data-scientist", "bob", "Shared", OTHER, set()),
        ("lead", "bob", "Private", OWN, {"Delete"}),
        ("lead", "bob", "Private", OTHER, set()),
        ("space", "ada", "Shared", OWN, {"Create", "Delete"}),
        ("space", "ada", "Private", OWN, set()),
        ("space", "ada", "Shared", OTHER, set()),
    ],
)
def test_apps_of_spaces(persona, owner, sharing, domain, verbs, verb):
    keys = space(owner, sharing, domain)
    app = f"app/{domain}/lab/jupyterlab/default"
    assert allowed(persona, f"sagemaker:{verb}App", app, **keys) is (verb in verbs)


def test_apps_of_profiles():
    """Apps of Classic belong to a profile and no space, so they have no owner key."""
    for action in ("sagemaker:CreateApp", "sagemaker:DeleteApp"):
        assert allowed("data-scientist", action, f"app/{OWN}/ada/jupyterserver/default")
        assert not allowed("data-scientist", action, f"app/{OWN}/bob/jupyterserver/default")
        # A space may bear a colleague's space name that equals one's own profile's.
        assert not allowed("data-scientist", action, f"app/{OWN}/ada/jupyterlab/default", **space("bob", "Private"))


@pytest.mark.parametrize("persona", PERSONAS)
def test_studio_is_opened_as_oneself(persona):
    action = "sagemaker:CreatePresignedDomainUrl"
    assert allowed(persona, action, f"user-profile/{OWN}/ada") is (persona in PEOPLE)
    assert not allowed(persona, action, f"user-profile/{OWN}/bob")
    assert not allowed(persona, action, f"user-profile/{OTHER}/ada")


def test_a_job_has_no_session_of_studio():
    """A training job runs with the same role, but SageMaker gives it neither domain nor profile."""
    keys = dict.fromkeys(["sagemaker:DomainId", "sagemaker:UserProfileName"])
    assert not allowed("data-scientist", "sagemaker:CreatePresignedDomainUrl", f"user-profile/{OWN}/ada", **keys)
    assert not allowed(
        "data-scientist", "sagemaker:CreateApp", f"app/{OWN}/x/jupyterlab/default", **keys, **space("ada", "Shared")
    )


@pytest.mark.parametrize("persona", PEOPLE)
def test_lifecycle_scripts_and_images_are_read_by_tag(persona):
    for resource in ("studio-lifecycle-config/sagemaker-studio--team1--x", "image-version/x/1", "app-image-config/x"):
        action = {"s": "StudioLifecycleConfig", "i": "ImageVersion", "a": "AppImageConfig"}[resource[0]]
        assert allowed(persona, f"sagemaker:Describe{action}", {resource: tags_of("team1")})
        assert not allowed(persona, f"sagemaker:Describe{action}", {resource: tags_of("team2")})


def test_the_catalogue_of_aws():
    hub = f"arn:aws:sagemaker:{REGION}:aws:hub/SageMakerPublicHub"
    content = f"arn:aws:sagemaker:{REGION}:aws:hub-content/SageMakerPublicHub/Model/x/1.0.0"
    assert allowed("data-scientist", "sagemaker:DescribeHubContent", {hub: {}, content: {}})
    assert not allowed(
        "data-scientist", "sagemaker:DescribeHubContent", {"hub/private": {}, "hub-content/private/Model/x/1": {}}
    )
    cache = f"arn:aws:s3:::jumpstart-cache-prod-{REGION}/model.tar.gz"
    assert allowed("space", "s3:GetObject", cache)
    assert not allowed("space", "s3:PutObject", cache)


# The space role


@pytest.mark.parametrize(
    "action",
    [
        "sagemaker:CreateTrainingJob",
        "sagemaker:CreateModel",
        "sagemaker:CreatePipeline",
        "sagemaker:InvokeEndpoint",
        "sagemaker:Search",
        "events:PutRule",
        "ec2:CreateNetworkInterface",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
    ],
)
def test_apps_of_shared_spaces_start_no_jobs(action):
    """Everybody in the space is the same role, so nobody could tell who started a job."""
    resource = {"*": tags_of("team1"), f"arn:aws:x:{REGION}:{ACCOUNT}:y/z": tags_of("team1")}
    assert not any(allowed("space", action, {arn: tags}, **request_keys("team1")) for arn, tags in resource.items())


# Logs, network, schedules


@pytest.mark.parametrize(
    ("stream", "wanted"),
    [
        (f"/aws/sagemaker/studio:log-stream:{OWN}/ada/JupyterLab/default", True),
        (f"/aws/sagemaker/studio:log-stream:{OTHER}/ada/JupyterLab/default", False),
        ("/aws/sagemaker/TrainingJobs:log-stream:team1--xgb/algo-1", True),
        ("/aws/sagemaker/TrainingJobs:log-stream:team1-b--xgb/algo-1", False),
        ("/aws/sagemaker/TrainingJobs:log-stream:team2--xgb/algo-1", False),
        ("/aws/sagemaker/TrainingJobs:log-stream:xgb/algo-1", False),
        ("/aws/sagemaker/Endpoints/team1--churn:log-stream:AllTraffic/i-1", True),
        ("/aws/sagemaker/Endpoints/team2--churn:log-stream:AllTraffic/i-1", False),
        ("/aws/lambda/x:log-stream:team1--x", False),
    ],
)
def test_logs_are_read_by_name(stream, wanted):
    assert (
        allowed("data-scientist", "logs:GetLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{stream}") is wanted
    )


@pytest.mark.parametrize("persona", PERSONAS)
def test_metrics_are_sagemakers(persona):
    for namespace, wanted in (("/aws/sagemaker/TrainingJobs", True), ("AWS/EC2", False), (None, False)):
        assert allowed(persona, "cloudwatch:PutMetricData", **{"cloudwatch:namespace": namespace}) is wanted


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("kind", ["domain/{}", "user-profile/{}/bob", "space/{}/lab", "app/{}/lab/jupyterlab/default"])
def test_the_own_studio_is_seen(persona, kind):
    action = {"d": "Domain", "u": "UserProfile", "s": "Space", "a": "App"}[kind[0]]
    assert allowed(persona, f"sagemaker:Describe{action}", kind.format(OWN))
    assert not allowed(persona, f"sagemaker:Describe{action}", kind.format(OTHER))


@pytest.mark.parametrize("persona", PEOPLE)
@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sagemaker-mlflow:CreateRun", "mlflow-tracking-server/x"),
        ("sagemaker:CreatePresignedMlflowTrackingServerUrl", "mlflow-tracking-server/x"),
        ("sagemaker:CallMlflowAppApi", "mlflow-app/app-x"),
        ("sagemaker:CreatePresignedMlflowAppUrl", "mlflow-app/app-x"),
        ("sagemaker:DescribeMlflowApp", "mlflow-app/app-x"),
    ],
)
def test_mlflow_is_shared_by_tag(persona, action, resource):
    for tags, wanted in ((tags_of("team1"), True), (tags_of("team2"), False), ({}, False)):
        assert allowed(persona, action, {resource: tags}) is wanted


@pytest.mark.parametrize("persona", PEOPLE)
@pytest.mark.parametrize("action", ["sagemaker:ListMlflowApps", "sagemaker:ListMlflowTrackingServers"])
def test_mlflow_is_listed(persona, action):
    assert allowed(persona, action)


NETWORK = f"arn:aws:ec2:{REGION}:{ACCOUNT}"


@pytest.mark.parametrize(
    ("group", "tags", "subnet", "through", "wanted"),
    [
        ("sg-team", tags_of("team1"), "subnet-000a", None, True),
        ("sg-clients", {"Platform": "sagemaker-studio"}, "subnet-000b", None, True),
        ("sg-team2", tags_of("team2"), "subnet-000a", None, False),
        ("sg-endpoints", {"Platform": "sagemaker-studio"}, "subnet-000a", None, False),
        ("sg-team", tags_of("team1"), "subnet-elsewhere", None, False),
        ("sg-team", tags_of("team1"), "subnet-000a", "vpc-1", False),
        ("sg-team", tags_of("team1"), "subnet-000a", "vpc-of-sagemaker", True),
    ],
)
def test_network_interfaces_of_jobs(group, tags, subnet, through, wanted):
    """SageMaker makes them with the role, from outside the VPC; what comes through our own endpoints is a person."""
    resources = {
        f"{NETWORK}:network-interface/*": {},
        f"{NETWORK}:subnet/{subnet}": {"Platform": "sagemaker-studio"},
        f"{NETWORK}:security-group/{group}": tags,
    }
    assert allowed("data-scientist", "ec2:CreateNetworkInterface", resources, **{"aws:SourceVpc": through}) is wanted


@pytest.mark.parametrize(("through", "wanted"), [(None, True), ("vpc-1", False)])
@pytest.mark.parametrize(
    "action", ["DeleteNetworkInterface", "CreateNetworkInterfacePermission", "DeleteNetworkInterfacePermission"]
)
def test_people_do_not_handle_network_interfaces(action, through, wanted):
    keys = {"ec2:Vpc": f"{NETWORK}:vpc/vpc-1", "aws:SourceVpc": through}
    assert allowed("data-scientist", f"ec2:{action}", f"{NETWORK}:network-interface/eni-1", **keys) is wanted


@pytest.mark.parametrize(
    ("targets", "owner", "notebook", "wanted"),
    [
        ([f"{SAGEMAKER}:pipeline/x"], "team1", "true", True),
        ([f"{SAGEMAKER}:pipeline/x", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:x"], "team1", "true", False),
        ([f"arn:aws:events:{REGION}:222222222222:event-bus/theirs"], "team1", "true", False),
        (None, "team1", "true", False),
        ([f"{SAGEMAKER}:pipeline/x"], "team2", "true", False),
        ([f"{SAGEMAKER}:pipeline/x"], "team1", None, False),
    ],
)
def test_schedules_start_pipelines_only(targets, owner, notebook, wanted):
    rule = {f"arn:aws:events:{REGION}:{ACCOUNT}:rule/x": tags_of(owner)}
    keys = {"events:TargetArn": targets, "aws:ResourceTag/sagemaker:is-scheduling-notebook-job": notebook}
    assert allowed("data-scientist", "events:PutTargets", rule, **keys) is wanted


@pytest.mark.parametrize(
    ("owner", "notebook", "tag", "wanted"),
    [
        ("team1", "true", None, True),
        ("team1", "true", "team1", True),
        ("team1", "true", "team2", False),
        ("team1", None, None, False),
        ("team2", "true", None, False),
        ("", "true", None, False),
    ],
)
@pytest.mark.parametrize("action", ["DeleteRule", "DisableRule", "RemoveTargets", "TagResource"])
def test_schedules_are_the_teams(action, owner, notebook, tag, wanted):
    rule = {f"arn:aws:events:{REGION}:{ACCOUNT}:rule/x": tags_of(owner)}
    keys = {"aws:ResourceTag/sagemaker:is-scheduling-notebook-job": notebook, "aws:RequestTag/DomainName": tag}
    assert allowed("data-scientist", f"events:{action}", rule, **keys) is wanted


def test_another_teams_rule_is_not_overwritten():
    """EventBridge API reference, PutRule: tags for an existing rule are ignored, so they prove nothing."""
    keys = {"aws:RequestTag/DomainName": "team1"}
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/x"
    assert allowed("data-scientist", "events:PutRule", {rule: {}}, **keys)
    assert allowed("data-scientist", "events:PutRule", {rule: tags_of("team1")}, **keys)
    request = Request("events:PutRule", {rule: tags_of("team2")}, keys)
    assert decide(role_policies("data-scientist"), request) == "Deny"


@pytest.mark.parametrize("persona", PEOPLE)
def test_images(persona):
    own, aws = (f"arn:aws:ecr:{REGION}:{account}:repository/x" for account in (ACCOUNT, "763104351884"))
    for action, foreign in (("ecr:BatchGetImage", True), ("ecr:PutImage", False), ("ecr:BatchDeleteImage", False)):
        assert allowed(persona, action, {own: tags_of("team1")})
        assert not allowed(persona, action, {own: tags_of("team2")})
        assert not allowed(persona, action, {own: {}})
        assert allowed(persona, action, {aws: {}}) is foreign


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize(
    "action", ["s3:GetObject", "sagemaker:DescribeModel", "sqs:SendMessage", "kms:Decrypt", "iam:PassRole"]
)
def test_the_tag_of_another_team_closes_everything(persona, action):
    """Even if somebody attaches a policy that allows everything."""
    documents = role_policies(persona)
    assert decide([*documents, EVERYTHING], Request(action, {"arn:aws:x": tags_of("team2")})) == "Deny"
    assert decide([*documents, EVERYTHING], Request(action, {"arn:aws:x": tags_of("team1")})) == "Allow"
