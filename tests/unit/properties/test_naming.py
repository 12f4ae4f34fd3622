# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No two descriptions share a name that must be one's own, and every name is one that AWS takes."""

import re

from hypothesis import assume, example, given
from hypothesis import strategies as st

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.access import POLICIES
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.names import Names
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import Network
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.platform import Platform, platform_mistakes
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in import (
    API_LOGS,
    PRESIGNED_URL,
    TOKEN_GROUPS,
    SignIn,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import PERSONAS
from emulator.shared.validation import compiled
from tests.unit.blueprint import reachable
from tests.unit.properties.strategies import (
    ACCOUNTS,
    IMAGE_NAMES,
    PLATFORMS,
    STUDIO_NAMES,
    TEAM_NAMES,
    TEAMS,
    WELL_FORMED,
    neighbours,
)

PURPOSES = (PRESIGNED_URL, TOKEN_GROUPS, API_LOGS)
S3_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
# What AWS keeps for itself or for things of another kind: S3 user guide, bucket naming rules; API references of EC2
# (CreateSecurityGroup), KMS (CreateAlias); IAM's answer to other roles with the path of service-linked ones.
RESERVED_BEGINNINGS = {
    "bucket": ("xn--", "sthree-", "amzn-s3-demo-"),
    "security group": ("sg-",),
    "alias": ("alias/aws/",),
    "role path": ("/aws-service-role/",),
}
RESERVED_ENDS = {"bucket": ("-s3alias", "--ol-s3", "--x-s3", "--table-s3", ".mrap")}


def of_the_world(team):
    """Buckets, whose names all customers of AWS share."""
    return {"bucket": [team.data_bucket, team.access_log_bucket]}


def of_the_account(team, person):
    """What an account has once, whatever its regions."""
    roles = [*map(team.role, PERSONAS), team.backup_role, team.person_role(person)]
    return {"role": roles, "policy": list(map(team.policy, POLICIES)), "budget": [team.budget]}


def of_the_region(team, script, image):
    """What an account has once in each region."""
    return {
        "alias": [f"alias/{team.key_alias}"],
        "security group": [team.security_group],
        "script": [team.script(script)],
        "image": [team.image(image)],
        "app image config": [team.app_image_config(image, kind) for kind in ("JupyterLab", "CodeEditor")],
        "vault": [team.backup_vault],
    }


def of_a_platform(platform):
    """What a platform has once: in the account, and in each region."""
    sign_in, network = SignIn(platform), Network(platform)
    roles = [*map(sign_in.role, PURPOSES), network.flow_log_role]
    groups = [*map(network.group_name, ("clients", "endpoints", "browsers")), sign_in.function_security_group]
    logs = [*map(sign_in.function_log_group, PURPOSES[:2]), sign_in.access_log_group, network.flow_log_group]
    return {"role": roles}, {"security group": groups, "log group": logs}


def owned(kinds, scope):
    """Names with all that tells them from others of the same name."""
    return [(scope, kind, name) for kind, found in kinds.items() for name in found]


def all_names(team, person, script, image):
    """What a team has, as (scope, kind, name)."""
    place = team.platform
    return [
        *owned(of_the_world(team), "world"),
        *owned(of_the_account(team, person), place.account_id),
        *owned(of_the_region(team, script, image), (place.account_id, place.region)),
    ]


def names_of_platform(place):
    """What a platform has, as (scope, kind, name)."""
    account, region = of_a_platform(place)
    return [*owned(account, place.account_id), *owned(region, (place.account_id, place.region))]


def team_of(platform, name, region="eu-central-1"):
    return Names(Platform(platform, region, ACCOUNTS[0]), name)


PARTS = st.tuples(STUDIO_NAMES, STUDIO_NAMES, IMAGE_NAMES)
ADA = ("ada", "proxy", "geo")


@given(TEAMS, TEAMS, PARTS, PARTS)
@example(team_of("ml", "a"), team_of("ml-a", "b"), ADA, ADA)
@example(team_of("p" * 20, "t" * 24, "ap-southeast-1"), team_of("p" * 20, "t" * 24, "ap-southeast-2"), ADA, ADA)
def test_no_two_teams_share_a_name(one, other, its, others):
    check_apart(one, other, its, others)


@given(neighbours())
def test_names_that_run_into_each_other_stay_apart(found):
    (one, its), (other, others) = found
    check_apart(one, other, ("ada", its, "geo"), ("ada", others, "geo"))
    check_patterns(one, other, "ada")


def check_apart(one, other, its, others):
    assume(one != other)
    ours, theirs = all_names(one, *its), all_names(other, *others)
    assert len(set(ours)) == len(ours)
    assert set(ours) & set(theirs) == set()
    assert one.prefix != other.prefix or one.account_id != other.account_id


ML = Platform("ml", "eu-central-1", ACCOUNTS[0])


@given(PLATFORMS, PLATFORMS, TEAMS, PARTS)
@example(ML, ML, team_of("ml", "eu-central-1-flow-logs"), ADA)
@example(ML, ML, team_of("ml", "presigned-url"), ADA)
def test_no_platform_shares_a_name_with_another_or_with_a_team(one, other, team, parts):
    ours = names_of_platform(one)
    assert len(set(ours)) == len(ours)
    assert one == other or set(ours) & set(names_of_platform(other)) == set()
    assert set(ours) & set(all_names(team, *parts)) == set()


@given(TEAMS, TEAMS, STUDIO_NAMES)
def test_no_pattern_of_a_team_takes_names_of_another(one, other, person):
    check_patterns(one, other, person)


def check_patterns(one, other, person):
    """As policies write them, with * at the end."""
    assume((one.platform.name, one.team) != (other.platform.name, other.team))
    roles = [*map(other.role, PERSONAS), other.person_role(person)]
    assert not [name for name in roles if name.startswith(f"{one.platform.name}--{one.team}--")]
    arns = [*map(other.role_arn, PERSONAS), other.person_role_arn(person)]
    assert not [arn for arn in arns if arn.startswith(one.own_people_role_arns.rstrip("*"))]
    assert not other.role_path.startswith(one.role_path)
    assert not other.script("x").startswith(one.script_prefix)
    assert one.team == other.team or not other.work_prefix.startswith(one.work_prefix)
    assert one.platform.name == other.platform.name or not other.prefix.startswith(f"{one.platform.name}--")


@given(TEAMS, STUDIO_NAMES)
@example(team_of("p" * 20, "t" * 24, "ap-southeast-1"), "p" * 63)
def test_pattern_of_people_takes_the_roles_of_all_of_them(team, person):
    """As policies of operators write it; long names are cut, and end in a hash."""
    assert team.person_role_arn(person).startswith(team.own_people_role_arns.rstrip("*"))


@given(TEAMS, st.lists(STUDIO_NAMES, min_size=2, max_size=4, unique_by=str.lower))
def test_people_of_a_team_have_roles_of_their_own(team, people):
    roles = [*map(team.role, PERSONAS), team.backup_role, *map(team.person_role, people)]
    assert len(set(roles)) == len(roles)
    assert len({team.script(name) for name in people}) == len(people)


@given(TEAMS, PARTS)
def test_names_are_such_as_aws_takes(team, parts):
    found = {**of_the_account(team, parts[0]), **of_the_region(team, *parts[1:])}
    shapes = {
        "iam.roleNameType": found["role"],
        "iam.policyNameType": found["policy"],
        "iam.pathType": [team.role_path],
        "budgets.BudgetName": found["budget"],
        "kms.AliasNameType": found["alias"],
        "sagemaker.StudioLifecycleConfigName": [f"{name}-12345678" for name in found["script"]],
        "sagemaker.AppImageConfigName": found["app image config"],
        "sagemaker.ImageName": found["image"],
        "sagemaker.DomainName": [team.team],
        "backup.BackupVaultName": found["vault"],
    }
    for shape, values in shapes.items():
        assert fits(shape, values) == []
    assert [name for name in (team.data_bucket, team.access_log_bucket) if not S3_BUCKET.fullmatch(name)] == []


@given(PLATFORMS)
def test_names_of_platforms_are_such_as_aws_takes(platform):
    account, region = of_a_platform(platform)
    assert platform_mistakes(platform.name, platform.region, platform.account_id) == []
    assert fits("iam.roleNameType", account["role"]) == fits("logs.LogGroupName", region["log group"]) == []
    assert [name for name in region["security group"] if len(name) > 255] == []
    assert fits("cognito-idp.DomainType", [SignIn(platform).hosted_ui_prefix]) == []


@given(WELL_FORMED, TEAM_NAMES)
@example("sg", "team1")
@example("sg-ml", "team1")
@example("xn", "team1")
@example("sthree", "team1")
@example("sthree-ml", "team1")
@example("amzn-s3-demo", "team1")
@example("amzn-s3-demo-ml", "team1")
@example("aws", "team1")
@example("aws-service-role", "team1")
@example("aws-ml", "s3alias")
def test_platform_is_refused_where_aws_reserves_names_that_it_would_have(name, team):
    own = team_of(name, team)
    found = {**of_the_world(own), **of_the_region(own, "proxy", "geo"), "role path": [own.role_path]}
    groups = [*found["security group"], *of_a_platform(own.platform)[1]["security group"]]
    assert bool(platform_mistakes(name, own.region, own.account_id)) == bool(
        reserved({**found, "security group": groups})
    )


def reserved(kinds):
    """Those names of each kind that AWS does not let customers have."""
    ends = [one for kind in RESERVED_ENDS for one in kinds[kind] if one.endswith(RESERVED_ENDS[kind])]
    return [one for kind, begun in RESERVED_BEGINNINGS.items() for one in kinds[kind] if one.startswith(begun)] + ends


def fits(shape, values):
    """The values that the model of AWS's API does not take as such a shape."""
    service, _, name = shape.partition(".")
    said = reachable.limits(reachable.model(service).shape_for(name))
    # Java may switch to any case within a pattern, and what is left out by it here is a script's tag.
    pattern = compiled(said.get("pattern", r"[\s\S]*").replace("(?i)", ""))
    bounds = said.get("min", 0), said.get("max", 10**9)
    return [one for one in values if not pattern.fullmatch(one) or not bounds[0] <= len(one) <= bounds[1]]
