# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas of SageMaker Studio, by their names in Service Quotas; the text is AWS's (terraform-provider-aws #17402)."""

import pytest

from emulator.__main__ import parse
from emulator.settings import SPACES_QUOTA, SettingsError, check_quota, settings
from tests.emulator.studio import refused, settled


@pytest.fixture
def quota(monkeypatch):
    """A function that sets one quota."""
    return lambda name, number: monkeypatch.setitem(settings.quotas, name, number)


def reached(name, number, unit):
    return refused(
        "ResourceLimitExceeded",
        f"The account-level service limit '{name}' is {number} {unit}, with current utilization of {number} {unit} and "
        f"a request delta of 1 {unit}. Please contact AWS support to request an increase for this limit.",
    )


def test_user_profiles(studio, quota):
    """Service Quotas L-AC46C40F."""
    domain_id = studio.domain()
    studio.profile(domain_id)
    name = "Maximum number of Studio user profiles allowed per account"
    quota(name, 1)
    with reached(name, 1, "User Profiles"):
        studio.sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="bob")


def test_spaces(studio, quota):
    """Service Quotas L-8E5333B4."""
    name = "Maximum number of Studio spaces allowed per account"
    quota(name, 0)
    domain_id = studio.domain()
    with reached(name, 0, "Spaces"):
        studio.sagemaker.create_space(DomainId=domain_id, SpaceName="lab")


def test_apps_by_type_and_instance(studio, quota):
    """Service Quotas: many instance types are 0 by default; jupyterlab #8759 (text). Stopped ones do not count."""
    domain_id = studio.domain()
    for name in ("one", "two"):
        studio.sagemaker.create_space(DomainId=domain_id, SpaceName=name)
        settled(lambda name=name: studio.sagemaker.describe_space(DomainId=domain_id, SpaceName=name))
    app = {"DomainId": domain_id, "AppType": "JupyterLab", "AppName": "default"}
    name = "Studio JupyterLab Apps running on ml.g5.xlarge instance"
    large = {"ResourceSpec": {"InstanceType": "ml.g5.xlarge"}}
    quota(name, 1)
    studio.sagemaker.create_app(**app, SpaceName="one", **large)
    with reached(name, 1, "Apps"):
        studio.sagemaker.create_app(**app, SpaceName="two", **large)
    settled(lambda: studio.sagemaker.describe_app(**app, SpaceName="one"))
    studio.sagemaker.delete_app(**app, SpaceName="one")
    settled(lambda: studio.sagemaker.describe_app(**app, SpaceName="one"))
    assert studio.sagemaker.create_app(**app, SpaceName="two", **large)


def test_quotas_of_the_command_line(capsys):
    """--quota NAME=N may be repeated; anything but a number is refused, and so is a name that means nothing."""
    names = (SPACES_QUOTA, "KernelGateway Apps running on ml.m5.12xlarge instance")
    given = [argument for name in names for argument in ("--quota", f"{name}=2")]
    assert parse(given)["quotas"] == dict.fromkeys(names, 2)
    for name in names:
        check_quota(name)
    with pytest.raises(SettingsError, match="unknown name 'Total domains'"):
        check_quota("Total domains")
    with pytest.raises(SystemExit):
        parse(["--quota", "a=many"])
    assert "'many' is not a number from 0" in capsys.readouterr().err
