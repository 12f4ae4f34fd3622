# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A difference names the option that describes it: each row of the table is proven by the plan."""

import dataclasses
import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.drift_report import _leaves
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.found import found_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import network_from
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_found import found_network
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_plan import network_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.option_names import (
    OF_PLATFORMS,
    OF_TEAMS,
    platform_options,
    team_options,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import team_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in import sign_in_from
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_addresses import found_sign_in
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_plan import sign_in_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.steps import NETWORK, SIGN_IN, TEAM
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import App, Budget, team_from

ROOT = Path(__file__).parents[3]
PLATFORM = {"name": "ml", "region": "eu-central-1", "account_id": "111111111111", "partition": "aws"}
ADA = {"name": "ada", "email": "ada@example.com"}
LAB = "default_user_settings.jupyter_lab_app_settings."
IDLE = f"{LAB}app_lifecycle_management.idle_settings."


def settings(steps, plan):
    """Every setting of a plan, by (step in words, dotted path)."""
    parts = {step.words: plan[step.part] for step in steps if isinstance(plan[step.part], dict)}
    return {(step, path): value for step, part in parts.items() for path, value in _leaves(part).items()}


def of_team(**options):
    team = dataclasses.replace(team_from({"name": "team1", "platform": PLATFORM, "users": [ADA]}, {}), **options)
    return settings(TEAM, team_plan(team, found_of({}), "", predicts=True))


def of_network(**options):
    network = dataclasses.replace(network_from({"platform": PLATFORM}), **options)
    return settings(NETWORK, network_plan(network, found_network({})))


def of_sign_in(**options):
    sign_in = dataclasses.replace(sign_in_from({"platform": PLATFORM}, ""), **options)
    return settings(SIGN_IN, sign_in_plan(sign_in, found_sign_in({}), str(ROOT / "roles/login/files")))


BUDGET = Budget(500, ("ada@example.com",))
# (what makes the settings, how they are at first, what is changed, a setting that is another then, options)
CASES = [
    (
        of_team,
        {},
        {"idle_timeout_minutes": 77},
        ("domain", f"{IDLE}idle_timeout_in_minutes"),
        "studio_idle_timeout_minutes",
    ),
    (
        of_team,
        {},
        {"jupyterlab": App(idle_timeout_minutes=77)},
        ("domain", f"{IDLE}idle_timeout_in_minutes"),
        "studio_jupyterlab.idle_timeout_minutes",
    ),
    (of_team, {}, {"idle_shutdown": False}, ("domain", f"{IDLE}lifecycle_management"), "studio_idle_shutdown"),
    (
        of_team,
        {},
        {"default_instance_type": "ml.m5.large"},
        ("domain", f"{LAB}default_resource_spec.instance_type"),
        "studio_default_instance_type",
    ),
    (
        of_team,
        {},
        {"ebs_maximum_gb": 200},
        (
            "domain",
            "default_space_settings.space_storage_settings.default_ebs_storage_settings.maximum_ebs_volume_size_in_gb",
        ),
        "studio_ebs_maximum_gb",
    ),
    (
        of_team,
        {},
        {"docker_access": True},
        ("domain", "domain_settings.docker_settings.enable_docker_access"),
        "studio_docker_access",
    ),
    (of_team, {}, {"session_minutes": 60}, ("domain", "tags.SessionMinutes"), "studio_session_minutes"),
    (of_team, {}, {"home_efs": False}, ("domain", "home_efs_file_system_creation"), "studio_home_efs"),
    (of_team, {}, {"key_rotation": False}, ("key", "enable_key_rotation"), "studio_key_rotation"),
    (of_team, {}, {"old_versions_days": 7}, ("data bucket", "lifecycle_rules"), "studio_old_versions_days"),
    (of_team, {"budget": BUDGET}, {"budget": Budget(9, BUDGET.notify)}, ("budget", "limit"), "studio_budget.limit_usd"),
    (of_team, {"backup": True}, {"backup_days": 7}, ("backup plan", "rules"), "studio_backup_days"),
    (of_team, {}, {"tags": {"Mine": "x"}}, ("key", "tags.Mine"), "studio_tags"),
    (of_network, {}, {"cidr": "10.9.0.0/16"}, ("vpc", "cidr_block"), "network_cidr"),
    (of_network, {}, {"tags": {"Mine": "x"}}, ("endpoints", "tags.Mine"), "network_tags"),
    (of_sign_in, {}, {"mfa": "required"}, ("user pool", "mfa_configuration"), "login_mfa"),
    (of_sign_in, {}, {"session_seconds": 1800}, ("function", "environment.SESSION_SECONDS"), "login_session_seconds"),
    (of_sign_in, {}, {"tracing": True}, ("api", "stage.tracing_enabled"), "login_tracing"),
    (of_sign_in, {}, {"tags": {"Mine": "x"}}, ("api", "tags.Mine"), "login_tags"),
]


@pytest.mark.parametrize(("make", "first", "changed", "setting", "option"), CASES, ids=[case[-1] for case in CASES])
def test_setting_is_described_by_the_option_that_changes_it(make, first, changed, setting, option):
    before, after = make(**first), make(**{**first, **changed})
    assert before.get(setting) != after.get(setting)
    options_of = team_options if make is of_team else platform_options
    assert option in options_of(*setting)


def described(role):
    """The options of a role, those of dicts with a dot."""
    spec = yaml.safe_load((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    options = spec["options"]
    return {*options, *(f"{name}.{key}" for name, one in options.items() for key in one.get("options", {}))}


def test_every_option_that_is_named_exists():
    named = {option for _step, _path, options in (*OF_TEAMS, *OF_PLATFORMS) for option in options}
    assert named - {one for role in ("studio", "network", "login") for one in described(role)} == set()


def test_every_step_that_is_named_exists():
    for rows, steps in ((OF_TEAMS, TEAM), (OF_PLATFORMS, (*NETWORK, *SIGN_IN))):
        assert {step for step, _path, _options in rows} - {step.words for step in steps} == set()
        assert all(re.compile(path) for _step, path, _options in rows)


@pytest.mark.parametrize("path", ["tags.Platform", "tags.DomainName", "document.Statement"])
def test_what_no_option_sets_names_none(path):
    assert team_options("roles and policies", path) == platform_options("roles and policies", path) == ()
