# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
import yaml

from scripts.role_readmes import ROOT, readme

ROLES = sorted(path.parents[1] for path in ROOT.glob("roles/*/meta/argument_specs.yml"))


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_readme_says_what_the_argument_spec_says(role):
    assert (role / "README.md").read_text() == readme(role), "run: python -m scripts.role_readmes"


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_defaults_of_spec_and_role_are_the_same(role):
    options = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text())
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    assert {name: defaults.get(name) for name in documented} == documented
    assert set(defaults) <= set(options)


def test_every_role_has_a_spec():
    assert [role.name for role in ROLES] == ["login", "network", "studio"]
