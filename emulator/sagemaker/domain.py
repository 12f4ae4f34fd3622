# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domain: create, describe, list, update, delete."""

from __future__ import annotations

import secrets
import string

from ministack.core.responses import get_account_id, get_region

from emulator.iam import service_linked_roles
from emulator.sagemaker import (
    guards,
    home,
    listing,
    network,
    quotas,
    references,
    states,
    store,
    tags,
    user_settings,
)
from emulator.sagemaker.caller_rights import SERVICE
from emulator.sagemaker.errors import ResourceInUse, ResourceNotFound, ValidationException
from emulator.settings import settings
from emulator.shared.shapes import Structure

KIND = "domain"
FIRST_UID = 200001
ALPHABET = string.ascii_lowercase + string.digits
# UpdateDomain calls the structure DomainSettingsForUpdate; DescribeDomain shows it as DomainSettings.
UPDATABLE_MEMBERS = (
    "DefaultUserSettings",
    "DefaultSpaceSettings",
    "DomainSettings",
    "AppSecurityGroupManagement",
    "SubnetIds",
    "AppNetworkAccessType",
    "TagPropagation",
    "HomeEfsFileSystemCreation",
    "VpcId",
)


def path(domain_id: str) -> str:
    """The resource part of a domain's ARN."""
    return f"domain/{domain_id}"


def existing(domain_id: str) -> Structure:
    """The domain's record, counting a read; raises ResourceNotFound."""
    record = states.find(path(domain_id))
    if record is None:
        raise ResourceNotFound(f"Domain [{domain_id}] does not exist.")
    return record


def parent_of(label: str, domain_id: str) -> Structure:
    """The record of the domain in which a ``label`` is to be created; it must be InService.

    Which error an unknown domain gives is not known (the Create operations declare no ResourceNotFound), nor is the
    text for one that is not InService (a ValidationException by public reports).
    """
    try:
        record = existing(domain_id)
    except ResourceNotFound as error:
        if settings.switch("create_in_unknown_domain") == "ResourceNotFound":
            raise
        raise ValidationException(str(error)) from error
    if states.status(record) != "InService":
        raise ValidationException(
            f"Unable to create {label} because Domain [{record['arn']}] is not in InService state."
        )
    return record


def next_uid(record: Structure) -> str:
    """The next HomeEfsFileSystemUid of a domain, as seen in real accounts: 200001, rising, never used again."""
    uid = record.get("next_uid", FIRST_UID)
    record["next_uid"] = uid + 1
    return str(uid)


def create(request: Structure) -> Structure:
    """CreateDomain. There is no client token: a repeated request makes a second domain (botocore model)."""
    attributes = _initial_attributes(request)
    _check(attributes)
    _check_references(request, request["VpcId"])
    _check_name(request["DomainName"])
    service_linked_roles.make(SERVICE)
    quotas.check(quotas.DOMAINS, len(store.all_of(KIND)), "Domains")  # Failed ones count too (sm-domain guide)
    record = store.add(KIND, path(attributes["DomainId"]), request["DomainName"], attributes, tags.at_creation(request))
    states.begin(record, "create")
    return attributes


def _initial_attributes(request: Structure) -> Structure:
    """What DescribeDomain will show, with the service's defaults.

    Sources: DescribeDomain output of a domain made in 2025 (defaults, Url); API reference CreateDomain.
    """
    if not request.get("VpcId") or not request.get("SubnetIds"):
        # Optional in the model only for domains of SageMaker Unified Studio (API reference CreateDomain.VpcId).
        raise ValidationException("VpcId and SubnetIds are required for creating a domain.")
    domain_id = "d-" + "".join(secrets.choice(ALPHABET) for _ in range(12))
    given = {name: value for name, value in request.items() if name not in ("Tags", "HomeEfsFileSystemKmsKeyId")}
    if "HomeEfsFileSystemKmsKeyId" in request:  # deprecated name of KmsKeyId
        given.setdefault("KmsKeyId", request["HomeEfsFileSystemKmsKeyId"])
    attributes = user_settings.merge(
        {
            "AppNetworkAccessType": "PublicInternetOnly",
            "TagPropagation": "DISABLED",
            "HomeEfsFileSystemCreation": "Enabled",
            "DefaultUserSettings": {"AutoMountHomeEFS": "Enabled"},
        },
        given,
    )
    attributes["DomainId"] = domain_id
    attributes["DomainArn"] = store.arn(path(domain_id))
    attributes["Url"] = f"https://{domain_id}.studio.{get_region()}.sagemaker.aws"
    if request["AuthMode"] == "SSO":
        application = f"apl-{secrets.token_hex(8)}"
        attributes["SingleSignOnManagedApplicationInstanceId"] = f"ins-{secrets.token_hex(8)}"
        attributes["SingleSignOnApplicationArn"] = (
            f"arn:aws:sso::{get_account_id()}:application/ssoins-{secrets.token_hex(8)}/{application}"
        )
    return attributes


def _check(domain: Structure) -> None:
    """The rules that span members of a domain as it would be stored; raises ValidationException."""
    _check_execution_roles(domain)
    if domain["DefaultUserSettings"].get("AutoMountHomeEFS") == "DefaultAsDomain":
        # Model documentation of UserSettings.AutoMountHomeEFS.
        raise ValidationException("AutoMountHomeEFS DefaultAsDomain is only supported for user profiles.")
    if "AppSecurityGroupManagement" in domain and not _has_rstudio(domain):
        # terraform-provider-aws #39923, verbatim.
        raise ValidationException("AppSecurityGroupManagement can only be set for Rstudio enabled domains.")
    for member in ("DefaultUserSettings", "DefaultSpaceSettings"):
        user_settings.check(domain.get(member, {}))
    network.check_access(domain)
    network.check_subnets(domain["VpcId"], domain["SubnetIds"])


def _check_execution_roles(domain: Structure) -> None:
    """Both settings need a role in practice, although the model does not demand it; AWS's text is not known."""
    if settings.switch("execution_role") == "optional":
        return
    for member in ("DefaultUserSettings", "DefaultSpaceSettings"):
        if member in domain and "ExecutionRole" not in domain[member]:
            raise ValidationException(f"{member}.ExecutionRole is required.")


def _check_name(name: str) -> None:
    """CreateDomain declares ResourceInUse, so a name may be taken (botocore model; the text is ours)."""
    taken = [record for record in store.all_of(KIND) if record["name"] == name]
    if taken and settings.switch("domain_names") == "unique":
        raise ResourceInUse(f"Domain [{taken[0]['arn']}] already exists.")


def _check_references(request: Structure, vpc_id: str) -> None:
    """What a request names outside SageMaker; what was stored before is not looked up again."""
    for member in ("DefaultUserSettings", "DefaultSpaceSettings"):
        references.check(request.get(member, {}), vpc_id)
    for member in ("DomainSettings", "DomainSettingsForUpdate"):
        references.check_groups(request.get(member, {}).get("SecurityGroupIds", []), vpc_id)


def _has_rstudio(domain: Structure) -> bool:
    return "RStudioServerProDomainSettings" in domain.get("DomainSettings", {})


def describe(request: Structure) -> Structure:
    """DescribeDomain."""
    return existing(request["DomainId"])["attributes"]


def list_all(request: Structure) -> Structure:
    """ListDomains: no filter, no order to choose (botocore model); newest last."""
    shown, token = listing.page(store.all_of(KIND), request, listing.newest("CreationTime"), listing.show)
    return listing.answer("Domains", shown, token)


def update(request: Structure) -> Structure:
    """UpdateDomain: a patch, see user_settings.merge; what it changes shows when the domain is InService again."""
    record = existing(request["DomainId"])
    states.require(record, states.UPDATABLE, "update")
    old = record["attributes"]
    given = dict(request)
    if "DomainSettingsForUpdate" in given:
        given["DomainSettings"] = given.pop("DomainSettingsForUpdate")
    new = user_settings.merge(old, {name: value for name, value in given.items() if name in UPDATABLE_MEMBERS})
    _check_changes(old, new, request)
    _check(new)
    _check_references(request, new["VpcId"])
    guards.no_apps_in_the_way(record, new)
    states.begin(record, "update", changes={name: new.get(name) for name in UPDATABLE_MEMBERS if name in given})
    return {"DomainArn": old["DomainArn"]}


def _check_changes(old: Structure, new: Structure, request: Structure) -> None:
    if request.get("AppNetworkAccessType") == "VpcOnly" and not (request.get("VpcId") and request.get("SubnetIds")):
        # terraform-provider-aws #45528, verbatim: also when the domain is VpcOnly already.
        raise ValidationException("VpcId and Subnet IDs are required for updating domains to VpcOnly mode.")
    if old["VpcId"] != new["VpcId"]:
        # API reference UpdateDomain.VpcId: only for a domain that was created without VPC settings.
        raise ValidationException(f"The VpcId of Domain [{old['DomainArn']}] cannot be changed.")
    if old["HomeEfsFileSystemCreation"] == "Enabled" != new["HomeEfsFileSystemCreation"]:
        # API reference UpdateDomain.HomeEfsFileSystemCreation.
        raise ValidationException("HomeEfsFileSystemCreation cannot be changed from Enabled to Disabled.")


def delete(request: Structure) -> Structure:
    """DeleteDomain: refused while profiles or spaces remain."""
    record = existing(request["DomainId"])
    if states.deleting_already(record):
        return {}
    guards.no_children(record)
    retention = request.get("RetentionPolicy", {}).get("HomeEfsFileSystem", "Retain")
    states.begin(record, "delete", retention=retention)
    return {}


def _created(record: Structure) -> None:
    if record["attributes"]["HomeEfsFileSystemCreation"] == "Enabled":
        home.create(record)


def _updated(record: Structure) -> None:
    """Changes show only if all of them could be made; a file system that was made on the way is remembered."""
    changed = states.changed(record)
    try:
        if {"SubnetIds", "HomeEfsFileSystemCreation"} & record["transition"]["changes"].keys():
            _created({**record, "attributes": changed})
    except states.TransitionFailed:
        if "HomeEfsFileSystemId" in changed:
            record["attributes"]["HomeEfsFileSystemId"] = changed["HomeEfsFileSystemId"]
        raise
    record["attributes"] = changed


def _deleted(record: Structure) -> None:
    if record["transition"]["retention"] == "Delete":
        home.delete(record)


states.KINDS[KIND] = states.Kind("Domain", created=_created, updated=_updated, deleted=_deleted)
OPERATIONS = {
    "CreateDomain": create,
    "DescribeDomain": describe,
    "ListDomains": list_all,
    "UpdateDomain": update,
    "DeleteDomain": delete,
}
