# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What blocks a deletion or an update: profiles and spaces of a domain, applications, owned spaces.

Checking is a read of what is checked, see states.py.
"""

from __future__ import annotations

from emulator.sagemaker import states, store
from emulator.sagemaker.errors import ResourceInUse, ValidationException
from emulator.shared.shapes import Structure

ENDED = ("Deleted", "Failed")
SHARED_OWNER = "domain-shared"  # stands for the profile in texts about applications of shared spaces


def _present(records: list[Structure]) -> list[Structure]:
    return [record for record in records if states.read(record)]


def apps_of(record: Structure) -> list[Structure]:
    """The applications of a domain, profile or space that have not ended (gs-studio-delete-domain guide: Failed and
    Deleted ones do not count)."""
    attributes = record["attributes"]
    members = {"user_profile": "UserProfileName", "space": "SpaceName"}
    member = members.get(record["kind"])
    found = [
        app
        for app in store.all_of("app", attributes["DomainId"])
        if states.status(app) not in ENDED
        and (member is None or app["attributes"].get(member, "").lower() == attributes[member].lower())
    ]
    return [app for app in _present(found) if states.status(app) not in ENDED]


def _refuse(record: Structure, what: str) -> None:
    """Text confirmed for profiles with applications in amazon-sagemaker-feedback #113; the others are of its form."""
    label = states.KINDS[record["kind"]].label
    raise ResourceInUse(f"Unable to delete {label} [{record['arn']}] because {what} are associated with it.")


def no_apps(record: Structure) -> None:
    """Raise ResourceInUse if a profile or space has applications."""
    if apps_of(record):
        _refuse(record, "App(s)")


def no_owned_spaces(profile: Structure) -> None:
    """Raise ResourceInUse if a profile owns spaces (domain-user-profile-remove guide)."""
    attributes = profile["attributes"]
    owned = [
        space for space in store.all_of("space", attributes["DomainId"]) if _owner(space) == profile["name"].lower()
    ]
    if _present(owned):
        _refuse(profile, "Space(s)")


def _owner(space: Structure) -> str:
    return space["attributes"].get("OwnershipSettings", {}).get("OwnerUserProfileName", "").lower()


def no_children(domain: Structure) -> None:
    """Raise ResourceInUse if a domain has profiles or spaces (text for profiles quoted by public clean-up code)."""
    for kind, what in (("user_profile", "UserProfile(s)"), ("space", "Space(s)")):
        if _present(store.all_of(kind, domain["attributes"]["DomainId"])):
            _refuse(domain, what)


def no_apps_in_the_way(domain: Structure, new: Structure) -> None:
    """Raise ValidationException if an update touches what running applications hold.

    API reference UpdateDomain: network access type, removal of subnets, ExecutionRoleIdentityConfig. Text verbatim
    from terraform-provider-aws #31912.
    """
    old = domain["attributes"]
    held = (
        old["AppNetworkAccessType"] != new["AppNetworkAccessType"]
        or not set(old["SubnetIds"]) <= set(new["SubnetIds"])
        or _identity_config(old) != _identity_config(new)
    )
    if held and apps_of(domain):
        raise ValidationException(
            f"Unable to update Domain [{domain['arn']}] with InService App. Delete all InService apps in the domain "
            f"including shared Apps for [{SHARED_OWNER}] User Profile, and try again."
        )


def _identity_config(domain: Structure) -> str | None:
    return domain.get("DomainSettings", {}).get("ExecutionRoleIdentityConfig")


def lifecycle_configs(app: Structure) -> set[str]:
    """The lifecycle config that a running application uses."""
    if states.status(app) in ENDED:
        return set()
    return {app["attributes"].get("ResourceSpec", {}).get("LifecycleConfigArn")} - {None}
