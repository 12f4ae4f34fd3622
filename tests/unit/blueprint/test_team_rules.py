# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.instance_types import hidden
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team_rules import team_mistakes
from tests.unit.policies.rendering import team_with

ARN = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ROLE = "arn:aws:iam::111111111111:role"
IMAGE = "arn:aws:sagemaker:eu-central-1:111111111111:image/x"
REGISTRY = "111111111111.dkr.ecr.eu-central-1.amazonaws.com"
SCRIPT = {"name": "proxy", "app_type": "JupyterLab", "content": "echo"}
RIGHT = {
    "users": [
        {"name": "ada", "email": "ada@example.com", "groups": ["reviewers"], "policy_arns": [ARN]},
        {"name": "grace", "email": "grace@example.com", "execution_role_arn": "arn:aws:iam::111111111111:role/x"},
    ],
    "spaces": [{"name": "lab", "owner": "ada", "instance_type": "ml.m5.large"}],
    "personal_spaces": [{"name": "own"}],
    "role_per_person": True,
    "extra_policy_arns": [ARN, "arn:aws:iam::111111111111:policy/team/x"],
    "extra_statements": {"lead": [{"Effect": "Allow", "Action": "s3:*", "NotResource": "*"}], "space": None},
    "default_instance_type": "ml.t3.medium",
    "allowed_instance_types": ["ml.t3.*", "ml.m5.large", "ml.trn2.48xlarge"],
    "idle_timeout_minutes": 120,
    "idle_timeout_maximum_minutes": 480,
    "jupyterlab": {"image_arn": IMAGE, "image_version_alias": "3.1", "idle_timeout_minutes": None},
    "code_editor": {"instance_type": "ml.t3.large"},
    "lifecycle_scripts": [SCRIPT],
    "custom_images": [
        {"name": "geo", "image_uri": f"{REGISTRY}/geo:1.4"},
        {"name": "geo-2", "image_uri": f"{REGISTRY}/team/geo@sha256:{'0' * 64}"},
    ],
    "package_index": {
        "type": "codeartifact",
        "domain": "packages",
        "repository": "python",
        "domain_owner": "222222222222",
    },
    "budget": {"limit_usd": 500, "notify": ["lead@example.com"], "thresholds": [50, 100]},
}
GEO = {"name": "geo", "image_uri": f"{REGISTRY}/geo:1.4"}
MIRROR = {"type": "mirror", "pip_url": "https://mirror.example.com/simple/"}
MONEY = RIGHT["budget"]


def mistakes(options):
    """What is wrong with a team of these options, without their prefix."""
    return team_mistakes(team_with(**{f"studio_{name}": value for name, value in options.items()}).team)


def test_nothing_is_wrong_with_what_fits():
    assert mistakes(RIGHT) == []
    assert mistakes({}) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"idle_timeout_minutes": 59}, "studio_jupyterlab: idle_timeout_minutes (59) and"),
        ({"code_editor": {"idle_timeout_minutes": 600}}, "studio_code_editor: idle_timeout_minutes (600) and idle"),
        ({"jupyterlab": {"image_version_alias": "3"}}, "names a version (image_version_alias) and no image_arn"),
        (
            {"jupyterlab": {"image_arn": IMAGE, "image_version_arn": f"{IMAGE}-version/1", "image_version_alias": "3"}},
            "studio_jupyterlab names a version of its image twice",
        ),
        ({"allowed_instance_types": ["ml.t3.*", "t3.medium"]}, "t3.medium of studio_allowed_instance_types matches no"),
        ({"default_instance_type": "ml.g5.xlarge"}, "apps start on ml.g5.xlarge, and studio_allowed_instance_types"),
        ({"spaces": [{"name": "x", "instance_type": "ml.c5.large"}]}, "apps start on ml.c5.large"),
        ({"personal_spaces": [{"name": "x", "instance_type": "ml.c5.large"}]}, "apps start on ml.c5.large"),
        (
            {"users": [{"name": "ada", "email": "ada@example.com", "groups": ["a b"]}]},
            "a group within the team cannot be named a b",
        ),
        ({"role_per_person": False}, "ada has policy_arns and no role of their own to carry them"),
        (
            {"users": [{"name": "ada", "policy_arns": [ARN], "execution_role_arn": f"{ROLE}/x"}]},
            "execution_role_arn names a role that is not made here",
        ),
        ({"extra_policy_arns": ["ReadOnlyAccess"]}, "ReadOnlyAccess is not the ARN of a managed policy"),
        ({"extra_policy_arns": [ARN, f"{ARN}1", f"{ARN}2", f"{ARN}3"]}, "a role would carry 5 further policies"),
        (
            {"extra_statements": {"lead": [{"Action": "s3:*", "Resource": "*"}]}},
            "studio_extra_statements.lead[0] needs Allow or Deny as its Effect, which is missing.",
        ),
        (
            {"extra_statements": {"lead": [{"Effect": "Allow", "Action": "s3:*"}]}},
            "studio_extra_statements.lead[0] needs Resource or NotResource, one of them.",
        ),
        ({"custom_images": [{**GEO, "name": "Geo_1"}]}, "a custom image cannot be named Geo_1"),
        ({"custom_images": [GEO, GEO]}, "studio_custom_images names an image twice"),
        (
            {"custom_images": [{**GEO, "image_uri": "python:3.12"}]},
            "image_uri python:3.12 of geo is no image in Amazon ECR",
        ),
        (
            {"region": "us-east-1", "custom_images": [GEO]},
            "image_uri of geo is in eu-central-1; SageMaker takes images of us",
        ),
        ({"platform_name": "a--b"}, 'studio_platform_name "a--b" must be 2 to 20'),
        ({"package_index": {"type": "codeartifact"}, "lifecycle_scripts": []}, "type codeartifact needs domain"),
        ({"package_index": {"type": "mirror"}}, "type mirror needs pip_url"),
        ({"package_index": {"pip_url": "https://x/"}}, "studio_package_index needs a type: codeartifact or mirror"),
        ({"budget": {"limit_usd": -1, "notify": ["a@b.example"]}}, "studio_budget: limit_usd must be more than 0"),
        ({"budget": {**MONEY, "notify": ["a@b.example"] * 11}}, "studio_budget: notify takes one to ten"),
        (
            {"package_index": {**MIRROR, "pip_url": "http://mirror.example.com/"}},
            "pip_url of studio_package_index must begin",
        ),
        (
            {"package_index": {**MIRROR, "conda_url": "https://mirror:8443/"}},
            "conda_url of studio_package_index must begin",
        ),
        (
            {"package_index": {**RIGHT["package_index"], "domain_owner": "12"}},
            "domain_owner 12 of studio_package_index",
        ),
        (
            {"lifecycle_scripts": [{**SCRIPT, "name": "built-in--x"}]},
            "lifecycle script built-in--x has the name",
        ),
        ({"budget": {**MONEY, "limit_usd": 0}}, "studio_budget needs limit_usd, which must be more than 0, and notify"),
        ({"budget": {**MONEY, "notify": []}}, "studio_budget needs limit_usd, which must be more than 0, and notify"),
        ({"budget": {**MONEY, "notify": ["lead"]}}, "studio_budget: notify takes e-mail"),
        ({"budget": {**MONEY, "thresholds": [80, 80]}}, "studio_budget: thresholds takes up to nine"),
        ({"budget": {**MONEY, "thresholds": [0]}}, "studio_budget: thresholds must be more than 0"),
    ],
)
def test_what_does_not_fit_is_named_in_one_sentence(wrong, sentence):
    found = mistakes({**RIGHT, **wrong})
    assert len([each for each in found if sentence in each]) == 1, found


def shortened(made, prefix):
    """The long name, and the one that is already what AWS would know the long one by."""
    return "a" * 63, made("a" * 63).removeprefix(prefix)


def test_name_that_another_would_be_shortened_to_is_refused():
    names = team_with().names
    person = shortened(names.person_role, names.person_role(""))
    script = shortened(names.script, names.script_prefix)
    image = shortened(names.image, names.image(""))
    described = {
        "users": [{"name": name, "email": "ada@example.com"} for name in person],
        "lifecycle_scripts": [{**SCRIPT, "name": name, "default": False} for name in script],
        "custom_images": [{**GEO, "name": name} for name in image],
    }
    for option, options in described.items():
        assert mistakes({option: options[:1]}) == mistakes({option: options[1:]}) == []
        (sentence,) = mistakes({option: options})
        assert f"studio_{option} has {'a' * 9}" in sentence and "would both be" in sentence


def test_hidden_instance_types_are_the_others():
    others = hidden(["ml.t3.*", "ml.m5.large"])
    assert {"ml.t3.medium", "ml.m5.large", "system"} & set(others) == set()
    assert {"ml.m5.xlarge", "ml.g5.xlarge"} <= set(others)
    assert "ml.m5d.large" in hidden(["ml.m5.*"])
    assert hidden([]) == []
