# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounds and rules say what the pinned botocore says, and no bounded value that a description reaches is forgotten."""

from __future__ import annotations

import re

import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.bounds import BOUNDS
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import RETENTION_DAYS
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.specification import read
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import team_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team_rules import (
    team_mistakes,
)
from emulator.shared.validation import compiled
from tests.unit.blueprint import limits, reachable
from tests.unit.blueprint.test_names_fit import MADE

# Shapes that no value of a description breaks, by the reason. Every reachable shape that has no bound stands here once.
WE_SET = """
    apigateway.ContentHandlingStrategy apigateway.EndpointType apigateway.GatewayResponseType
    apigateway.IntegrationType apigateway.Op apigateway.StatusCode backup.BackupRuleName backup.BackupSelectionName
    budgets.BudgetType budgets.ComparisonOperator budgets.GenericString budgets.Metric budgets.Metrics
    budgets.NotificationType budgets.SubscriptionType budgets.ThresholdType budgets.TimeUnit budgets.UnitValue
    cloudwatch.ComparisonOperator cloudwatch.DimensionName cloudwatch.DimensionValue cloudwatch.Dimensions
    cloudwatch.EvaluationPeriods cloudwatch.MetricId cloudwatch.MetricName cloudwatch.Period cloudwatch.StandardUnit
    cloudwatch.Statistic cloudwatch.TreatMissingData cognito-idp.AccessTokenValidityType
    cognito-idp.AliasAttributeType cognito-idp.AttributeDataType cognito-idp.AttributeMappingKeyType
    cognito-idp.AttributeNameType cognito-idp.ClientPermissionType cognito-idp.CustomAttributeNameType
    cognito-idp.CustomAttributesListType cognito-idp.DeletionProtectionType cognito-idp.DeliveryMediumType
    cognito-idp.EmailMfaMessageType cognito-idp.EmailSendingAccountType
    cognito-idp.EmailVerificationMessageType
    cognito-idp.EmailVerificationSubjectType cognito-idp.ExplicitAuthFlowsType cognito-idp.IdTokenValidityType
    cognito-idp.IdpIdentifierType cognito-idp.IdpIdentifiersListType cognito-idp.LogoutURLsListType
    cognito-idp.MessageActionType cognito-idp.OAuthFlowType cognito-idp.OAuthFlowsType
    cognito-idp.PreTokenGenerationLambdaVersionType cognito-idp.PreventUserExistenceErrorTypes
    cognito-idp.PriorityType cognito-idp.RecoveryMechanismsType cognito-idp.RecoveryOptionNameType
    cognito-idp.RefreshTokenValidityType cognito-idp.SchemaAttributesListType cognito-idp.ScopeListType
    cognito-idp.ScopeType cognito-idp.SmsVerificationMessageType cognito-idp.TimeUnitsType
    cognito-idp.UsernameAttributeType cognito-idp.VerifiedAttributeType dynamodb.BillingMode dynamodb.KeySchema
    dynamodb.KeySchemaAttributeName dynamodb.KeyType dynamodb.ScalarAttributeType ec2.FlowLogsResourceType
    ec2.ResourceType
    ec2.TrafficType ec2.VpcEndpointType iam.policyPathType iam.roleMaxSessionDurationType kms.OriginType
    kms.PolicyNameType lambda.Action lambda.Architecture lambda.ArchitecturesList lambda.EnvironmentVariableName
    lambda.Handler
    lambda.KMSKeyArn lambda.MemorySize lambda.NamespacedStatementId lambda.Principal lambda.S3Bucket
    lambda.SecurityGroupIds lambda.SourceOwner lambda.StatementId lambda.Timeout lambda.TracingMode
    logs.DimensionsKey logs.DimensionsValue logs.FilterName logs.FilterPattern logs.MetricName
    logs.MetricTransformations logs.MetricValue logs.StandardUnit s3.BucketCannedACL s3.BucketType
    s3.BucketVersioningStatus s3.ExpirationStatus s3.ObjectOwnership s3.ServerSideEncryption
    s3.TransitionStorageClass sagemaker.AppName sagemaker.AppNetworkAccessType sagemaker.AuthMode
    sagemaker.AutoMountHomeEFS sagemaker.ClientToken sagemaker.DomainSecurityGroupIds
    sagemaker.ExecutionRoleIdentityConfig sagemaker.FeatureStatus sagemaker.HomeEfsFileSystemCreation
    sagemaker.KernelSpecs sagemaker.LandingUri sagemaker.LifecycleManagement sagemaker.NotebookOutputOption
    sagemaker.SageMakerImageVersionAlias sagemaker.SecurityGroupIds sagemaker.SingleSignOnUserIdentifier
    sagemaker.StudioWebPortal sagemaker.TagPropagation
"""
AWS_GIVES = """
    budgets.AmazonResourceName cloudwatch.AmazonResourceName cognito-idp.ClientIdType
    cognito-idp.ClientSecretType dynamodb.ResourceArnString efs.FileSystemId efs.ResourceId kms.KeyIdType lambda.Arn
    lambda.SecurityGroupId
    lambda.TaggableResource logs.AmazonResourceName logs.KmsKeyId sagemaker.KmsKeyId sagemaker.ResourceArn
    sagemaker.SecurityGroupId sagemaker.StudioLifecycleConfigArn
"""
# Made of the names of platform, team and person, which are checked; test_names_fit.py holds the longest to these.
MADE_OF_NAMES = """
    backup.BackupVaultName budgets.BudgetName budgets.DimensionValue cloudwatch.AlarmDescription cloudwatch.AlarmName
    cloudwatch.Namespace cognito-idp.ClientNameType cognito-idp.DescriptionType cognito-idp.UserPoolNameType
    dynamodb.TableArn iam.pathType iam.policyDescriptionType iam.policyNameType iam.roleDescriptionType
    iam.roleNameType kms.AliasNameType kms.DescriptionType lambda.Description lambda.FunctionName
    lambda.NamespacedFunctionName lambda.RoleArn logs.LogGroupName logs.MetricNamespace
"""
OTHERWISE = {
    "budgets.AccountId": "the caller's own account",
    "cloudwatch.AccountId": "alarms watch the account that they are in",
    "budgets.ResourceTagKeyList": "tags that are there already",
    "logs.TagKeyList": "tags that are there already",
    "iam.policyDocumentType": "written as ASCII; statement_rules.py knows the sizes",
    "kms.PolicyType": "written as ASCII, from names alone",
    "s3.BucketLocationConstraint": "the region, which regions.py knows",
    "sagemaker.KernelDisplayName": "display_name, whose bound of 128 is closer than 1024",
}
# What a description could say, for comparing our patterns with those of the models.
PROBES = [
    *[
        "",
        "a",
        "A",
        "7",
        "ab",
        "aB3",
        "a-b",
        "a--b",
        "-a",
        "a-",
        "a_b",
        "a.b",
        "a b",
        " a",
        "a ",
        "a/b",
        "a+b",
        "ä",
        "名",
    ],
    *["a@b.example", "ada@example.com", "a:b", "a\nb", "a" * 24, "a" * 63, "a" * 64, "a" * 90, "a" * 128, "a" * 129],
    *["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws-cn:iam::111111111111:policy/a/b", "vpc-0a", "subnet-0a"],
    *[f"arn:aws:iam::111111111111:policy/{'a' * 2000}", f"vpc-{'0' * 28}", f"subnet-{'0' * 25}"],
    *["arn:aws:sns:eu-central-1:111111111111:alarms", f"arn:aws:sns:eu-central-1:111111111111:{'a' * 256}"],
    f"arn:aws:ses:eu-central-1:111111111111:identity/{'a' * 1900}",
    f"arn:aws:wafv2:eu-central-1:111111111111:regional/webacl/{'a' * 1900}",
]


def shape(name):
    """The shape of a model, by service and name."""
    service, _, shape_name = name.partition(".")
    return reachable.model(service).shape_for(shape_name)


def lasting(limit):
    """(limit, shape) pairs of the limits that say what the code has."""
    return [(limit, name) for name in limit.shapes.split() if limit.own is not None]


OWN = [pair for limit in limits.LIMITS for pair in lasting(limit)]


@pytest.mark.parametrize("name", BOUNDS)
def test_bound_is_that_of_the_model(name):
    bound, said = BOUNDS[name], reachable.limits(shape(name))
    assert (bound.least, bound.most, bound.pattern) == (said.get("min"), said.get("max"), said.get("pattern", ""))


@pytest.mark.parametrize(
    ("limit", "name"), OWN, ids=lambda value: value if isinstance(value, str) else value.option[:40]
)
def test_rule_takes_what_the_model_takes(limit, name):
    said = reachable.limits(shape(name))
    if isinstance(limit.own, re.Pattern):
        taken = [probe for probe in PROBES if limit.own.fullmatch(probe)]
        assert taken, "no probe fits: add one"
        assert [probe for probe in taken if not fits(said, probe)] == []
    elif all(isinstance(one, str) for one in limit.own):
        assert set(limit.own) <= set(said["enum"])
        assert bool(limit.stricter) == (set(limit.own) < set(said["enum"]))
    else:
        assert_range(limit, said)


def fits(said, value):
    """Whether a model takes a text."""
    within = said.get("min", 0) <= len(value) <= said.get("max", len(value))
    return within and ("pattern" not in said or bool(compiled(said["pattern"]).fullmatch(value)))


def assert_range(limit, said):
    """A rule's range is the model's, or within it and says why. What is empty is not sent, so 0 and 1 are one."""
    least, most = limit.own
    lowest, highest = said.get("min", 0), said.get("max", most)
    assert max(least or 0, 1) >= max(lowest, 1) and most <= highest
    is_same = max(least or 0, 1) == max(lowest, 1) and most == highest
    assert is_same or limit.stricter


def test_days_of_logs_are_those_that_the_model_lists():
    text = shape("logs.PutRetentionPolicyRequest").members["retentionInDays"].documentation
    listed = re.search(r"Possible values are:(.*?)\.", text, re.DOTALL)[1]
    assert list(RETENTION_DAYS) == [int(number) for number in re.findall(r"\d+", listed)]


def test_budget_of_all_thresholds_has_as_many_notifications_as_aws_takes():
    # Nine thresholds and the forecast; addresses are ten, and one more would be a topic.
    assert reachable.limits(shape("budgets.NotificationWithSubscribersList"))["max"] == 10
    assert reachable.limits(shape("budgets.Subscribers"))["max"] == 11


def covered():
    """[shape] of everything that is bounded, ruled, chosen, or out of a description's reach."""
    ruled = [name for limit in limits.LIMITS for name in limit.shapes.split()]
    tables = " ".join([WE_SET, AWS_GIVES, MADE_OF_NAMES]).split()
    return [*dict.fromkeys([*BOUNDS, *ruled]), *tables, *OTHERWISE]


def test_every_reachable_bound_is_heeded_or_has_a_reason():
    missing = {name: places[:3] for name, places in reachable.reachable().items() if name not in covered()}
    assert missing == {}, "add a bound, a rule with a row in limits.py, or a reason here"


def test_no_reason_outlives_its_shape():
    # CodeArtifact is called by the apps' pip, and by nothing here.
    others = {name for name in covered() if name.startswith("codeartifact.")}
    assert set(covered()) - others - set(reachable.reachable()) == set()
    assert sorted({name for name in covered() if covered().count(name) > 1}) == []


def test_names_are_held_to_the_shapes_that_they_become():
    assert set(MADE_OF_NAMES.split()) - set(MADE) == set()


def test_names_that_nobody_writes_are_out_of_reach():
    assert "sagemaker.CodeRepositories" in reachable.reachable()
    assert "sagemaker.RStudioServerProAccessStatus" not in reachable.reachable()


def test_every_file_that_calls_a_service_is_known():
    callers = [path for path in reachable.SHARED.rglob("*.py") if re.search(r"Operations\(\w", path.read_text())]
    assert [path.name for path in callers if not reachable.services_of(path)] == []


def test_modules_of_amazon_aws_are_known():
    tasks = [yaml.safe_load(path.read_text()) or [] for path in reachable.ROOT.glob("roles/*/tasks/*.yml")]
    used = set(re.findall(r"amazon\.aws\.([a-z0-9_]+)", str(tasks)))
    assert used == set(reachable.OF_AMAZON_AWS)


def test_every_operation_is_one_of_the_model():
    for service, operations in reachable.written().items():
        assert set(operations) <= set(reachable.model(service).operation_names)
    assert {"CreateDomain", "UpdateDomain", "CreateSpace"} <= set(reachable.written()["sagemaker"])


def test_page_shows_the_limits_as_they_are():
    text = limits.PAGE.read_text()
    for role in limits.ROLES:
        begin, end = limits.marks(role)
        assert begin in text and end in text
    assert text == limits.with_tables(text), "run: python -m tests.unit.blueprint.limits"


@pytest.mark.parametrize(
    "options",
    [
        {"studio_code_repositories": ["https://git.example.com/a"] * 11},
        {"studio_users": [{"name": False, "email": "ada@example.com"}]},
        {"studio_jupyterlab": {"idle_timeout": 90}},
    ],
)
def test_page_quotes_sentences_as_they_are(options):
    place = {
        "studio_domain_name": "team1",
        "studio_platform_name": "ml",
        "studio_region": "r",
        "studio_account_id": "1",
    }
    values, mistakes = read({**place, **options}, limits.spec("studio"))
    (sentence,) = mistakes or team_mistakes(team_of(values))
    assert f"\n{sentence}\n" in limits.PAGE.read_text()


def test_every_place_of_a_bound_is_an_option():
    """What the rules call a value is what a role calls its option."""
    names = {name for role in limits.ROLES for name in spec_names(limits.spec(role))}
    places = {option for options in limits.bounded_options().values() for option in options}
    listed = {option for limit in limits.LIMITS for option in limit.option.split(", ")}
    told = {re.sub(r"\[\]$|:.*", "", option) for option in places | listed}
    free = {"login_identity_provider.details", "studio_custom_images[].environment", *names}
    assert told - free == set()


def spec_names(specs, above=""):
    """The options of a spec, nested ones with what they stand in."""
    for name, spec in specs.items():
        yield f"{above}{name}"
        inner = f"{above}{name}[]." if spec.get("type") == "list" else f"{above}{name}."
        yield from spec_names(spec.get("options", {}), inner)
