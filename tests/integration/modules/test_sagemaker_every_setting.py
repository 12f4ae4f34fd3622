# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every setting that AWS's model has for Studio reaches AWS, and is no difference afterwards."""

import pytest

from tests.support.ansible_module import run_module
from tests.support.parents import Parents
from tests.support.studio_settings import OPTIONS


def without_scripts(value):
    """Settings without lifecycle configurations, which would have to exist; other tests attach them."""
    if isinstance(value, dict):
        return {key: without_scripts(item) for key, item in value.items() if "lifecycle_config" not in key}
    return [without_scripts(item) for item in value] if isinstance(value, list) else value


def paths(value, above=""):
    """The dotted paths of all dict keys in a value."""
    if isinstance(value, list):
        return {path for item in value for path in paths(item, above)}
    if not isinstance(value, dict):
        return set()
    return {f"{above}{key}" for key in value}.union(*(paths(item, f"{above}{key}.") for key, item in value.items()))


SETTINGS = {name: without_scripts(value) for name, value in OPTIONS.items()}
OF_DOMAIN = ("default_user_settings", "default_space_settings", "domain_settings")


@pytest.fixture
def parents(emulator, client):
    return Parents(client)


def settle(module, **options):
    """Run a module, expect a change, and no further one; return what it says of the resource."""
    done = run_module(module, **options)
    assert done["changed"]
    again = run_module(module, **options)
    assert again["changed"] is False, again["diff"]
    return done


def test_domain_takes_every_setting(parents):
    network = parents.network
    place = {"vpc_id": network["vpc_id"], "subnet_ids": network["subnet_ids"]}
    found = settle("sagemaker_domain", domain_name="team1", **place, **{name: SETTINGS[name] for name in OF_DOMAIN})
    for name in OF_DOMAIN:
        assert paths(SETTINGS[name]) - paths(found["domain"][name]) == set()


def test_profile_takes_every_setting(parents):
    profile = {"name": "ada", "user_settings": SETTINGS["user_settings"]}
    found = settle("sagemaker_user_profiles", domain_id=parents.domain_id, user_profiles=[profile])
    assert paths(profile["user_settings"]) - paths(found["user_profiles"][0]["user_settings"]) == set()


def test_space_takes_every_setting(parents):
    parents.profile("ada")
    settings = {**SETTINGS["space_settings"], "app_type": "JupyterLab"}
    space = {"name": "lab", "owner": "ada", "sharing_type": "Private", "space_settings": settings}
    found = settle("sagemaker_spaces", domain_id=parents.domain_id, spaces=[space])
    assert paths(settings) - paths(found["spaces"][0]["space_settings"]) == set()
