# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Studio domain."""

from __future__ import annotations

import typing as t
from functools import partial

from .._engine import Resource, in_threads
from .._naming import Shape, member_names, tag_list
from .._ownership import is_adopted
from .._plan import Plan, merge, tags_around
from .._waiting import StudioError, retry
from .calls import (
    IAM_PROPAGATION,
    SageMaker,
    code_and_text,
    create_once,
    is_busy,
    is_propagating,
    is_without_effect,
)
from .domain_search import Candidates, DomainRequest, DomainSearch
from .limits import refuse_invalid
from .quota import refuse_full_quota
from .settings import (
    changed_members,
    filled_paths,
    list_paths,
    read_references,
    references_to_clear,
    typed,
    without_unset_references,
)
from .status import DELETE_FAILED, DELETING, IN_SERVICE, UPDATE_FAILED, in_words
from .tracking_servers import warn_of_tracking_servers

SETTINGS = ("default_user_settings", "default_space_settings", "domain_settings")
# What AWS demands of a domain of Studio; the model makes VPC and subnets optional for Unified Studio only.
REQUIRED = ("domain_name", "vpc_id", "subnet_ids", "default_user_settings")
# The update's shapes have other names than the create's (botocore model, DomainSettingsForUpdate).
RSTUDIO = "r_studio_server_pro_domain_settings"
# terraform-provider-aws #31912: the answer to every update that AWS refuses while an app runs.
RUNNING_APPS_TEXT = "with InService App"
# How long (seconds) a deletion may be refused although nothing is left in the domain.
DELETE_PATIENCE = 300


class Domain(Resource):
    """The domain that request means.

    desired holds the wanted attributes; resolve_key(reference) answers a KMS key's ARN; warn(text) reaches the user.
    """

    kind = "domain"
    # VpcId is a member of UpdateDomain only for domains that were made without a VPC (API reference UpdateDomain).
    immutable = frozenset({"auth_mode", "domain_name", "kms_key_id", "vpc_id"})
    adoptable = frozenset({"auth_mode", "kms_key_id", "home_efs_file_system_creation"})

    def __init__(
        self,
        sagemaker: SageMaker,
        request: DomainRequest,
        desired: dict[str, t.Any],
        resolve_key: t.Callable[[str], str],
        warn: t.Callable[[str], None],
    ) -> None:
        self.sagemaker = sagemaker
        self.request = request
        self.shape = sagemaker.model.operation_model("CreateDomain").input_shape
        self.unordered, self.filled = list_paths(self.shape), filled_paths(self.shape)
        desired = without_unknown_default(desired, self.shape)
        refuse_invalid({name: value for name, value in desired.items() if name not in SETTINGS}, self.shape, "")
        self.desired = {**desired, **{name: self._typed(name, desired.get(name)) for name in SETTINGS}}
        self.resolve_key = resolve_key
        self.warn = warn
        self.adoption_tags = request.adoption_tags
        self.name = request.name or request.domain_id or ""
        self.domain_id = request.domain_id
        self.search = DomainSearch(sagemaker, request)
        # What find() saw, for who carries the plan out.
        self.found = Candidates()
        self.described: dict[str, t.Any] = {}
        self.updated = False

    def find(self) -> dict[str, t.Any] | None:
        found = self.found = self.search.look(self.domain_id)
        if self.request.state != "absent":
            self._refuse_unusable(found)
            present = found.living
        else:
            present = found.living or found.failed
        return self._reported(present[0]) if present else None

    def create_only(self, current: dict[str, t.Any]) -> t.Collection[str]:
        # A home directory can be added by an update, and never be taken away (API reference UpdateDomain).
        has_home = current.get("home_efs_file_system_creation") == "Enabled"
        return self.immutable | {"home_efs_file_system_creation"} if has_home else self.immutable

    def create(self, plan: Plan) -> None:
        for domain in self.found.failed:
            self._delete(domain["domain_id"], {"home_efs_file_system": "Delete"})  # it never was anybody's home
        for domain in (*self.found.leaving, *self.found.failed):
            self.search.watch(domain["domain_id"]).expect_gone(partial(self._delete, domain["domain_id"]))
        values = without_unset_references(plan.after, self.shape)
        values.update(auth_mode=values.get("auth_mode", "IAM"), tags=tag_list(plan.after.get("tags") or {}))

        def create() -> dict[str, t.Any]:
            try:
                return retry(
                    lambda: self.sagemaker.once("CreateDomain", **values),
                    lambda error: is_propagating(error) or is_without_effect(error),
                    IAM_PROPAGATION,
                )
            except Exception as error:
                refuse_full_quota(self.sagemaker, error, self.name)
                raise

        def newcomer() -> dict[str, t.Any] | None:
            return self.search.newcomer(self.found.ids)

        # An older botocore does not know the id in CreateDomain's answer, and knows the ARN.
        self.domain_id = create_once(create, newcomer, f"domain {self.name}")["domain_arn"].rpartition("/")[2]
        self.search.watch(self.domain_id).created()

    def update(self, plan: Plan) -> None:
        domain_id = plan.before["domain_id"]
        values = update_values(self.described, plan)
        with tags_around(plan, partial(self.sagemaker.change_tags, plan.before["domain_arn"])):
            if values:
                shape = self.sagemaker.model.operation_model("UpdateDomain").input_shape
                values = references_to_clear(values, shape)
                self._while_busy(domain_id, lambda: self.sagemaker.call("UpdateDomain", domain_id=domain_id, **values))
                self.updated = True

    def delete(self, plan: Plan) -> None:
        for domain_id in {plan.before["domain_id"], *self._failed_ids()}:
            self._delete(domain_id, self.request.retention_policy)
        warn_of_tracking_servers(self.sagemaker, self.warn)

    def wait(self, plan: Plan) -> None:
        self.domain_id = self.domain_id or plan.before["domain_id"]
        for domain_id in {self.domain_id, *(self._failed_ids() if plan.action == "delete" else ())}:
            delete_again = partial(self._delete, domain_id, self.request.retention_policy)
            self.search.watch(domain_id).finish(plan, self.updated, delete_again)

    def _failed_ids(self) -> list[str]:
        return [domain["domain_id"] for domain in self.found.failed]

    def _typed(self, name: str, settings: t.Any) -> t.Any:
        return typed(settings, self.shape.members[member_names(self.shape)[name]], name)

    def _refuse_unusable(self, found: Candidates) -> None:
        if self.request.domain_id and not (found.living or found.leaving or found.failed):
            raise StudioError(
                f"There is no domain {self.request.domain_id}, or one that Failed and does not carry our tags, which "
                "nobody takes over. Leave domain_id out to create one."
            )
        for domain in found.living:
            if domain["status"] == DELETE_FAILED:
                raise StudioError(f"domain {self.name} ({domain['domain_id']}) is in status {in_words(domain)}")
        if found.living:
            return
        if found.failed and not self.request.recreate_failed:
            failed = found.failed[0]
            raise StudioError(f"domain {self.name} ({failed['domain_id']}) is in status {in_words(failed)}")
        missing = [name for name in REQUIRED if self.desired.get(name) in (None, "", [], {})]
        if missing:
            raise StudioError(f"There is no domain {self.name}, and to create it {', '.join(missing)} must be given.")

    def _reported(self, domain: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return domain as it is compared with what is wanted."""
        self.adopted = is_adopted(domain["tags"], self.request.match_tags, self.adoption_tags)
        shape = self.sagemaker.model.operation_model("DescribeDomain").output_shape
        self.described = with_home_efs_creation(read_references(domain, shape))
        wanted_key, present_key = self.desired.get("kms_key_id"), domain.get("kms_key_id")
        reported = dict(self.described)
        if wanted_key and present_key and same_key(present_key, wanted_key, self.resolve_key):
            reported["kms_key_id"] = wanted_key
        if domain["status"] == UPDATE_FAILED:
            # Nobody knows what a failed update left behind, so the settings count as not set and are sent again.
            reported.pop("default_user_settings", None)
        return reported

    def _while_busy(self, domain_id: str, call: t.Callable[[], t.Any]) -> None:
        """Make an updating call, as often as an earlier change is still in the way."""

        def passes(error: Exception) -> bool:
            if RUNNING_APPS_TEXT in code_and_text(error)[1]:
                raise StudioError(
                    f"domain {self.name} ({domain_id}): AWS changes this only while no app runs. Delete the apps "
                    f"(sagemaker_apps), then run again. AWS says: {code_and_text(error)[1]}"
                ) from error
            return is_busy(error) and self.search.watch(domain_id).settle() is not None

        retry(call, passes, self.request.timeout)

    def _delete(self, domain_id: str, retention_policy: dict[str, str] | None = None) -> None:
        def passes(error: Exception) -> bool:
            if not is_busy(error):
                return False
            self.search.watch(domain_id).settle()
            remaining = self._remaining(domain_id)
            if remaining:
                raise StudioError(
                    f"domain {self.name} ({domain_id}) still has {', '.join(remaining)}. Delete them first: apps, then "
                    "spaces and user profiles, then the domain."
                ) from error
            return True

        def delete() -> None:
            self.sagemaker.call("DeleteDomain", domain_id=domain_id, retention_policy=retention_policy)

        def settled_and_delete() -> None:
            try:
                delete()
            except Exception as error:
                if not passes(error):  # which waits for what AWS is at, a creation of minutes perhaps
                    raise
                retry(delete, passes, DELETE_PATIENCE)

        self.sagemaker.unless_missing(settled_and_delete)

    def _remaining(self, domain_id: str) -> list[str]:
        """Return what keeps a domain from being deleted, in words; what is being deleted goes by itself."""
        found = []
        for operation, noun, name in (
            ("ListUserProfiles", "user_profiles", "user_profile_name"),
            ("ListSpaces", "spaces", "space_name"),
        ):
            for item in self.sagemaker.list(operation, noun, domain_id_equals=domain_id):
                if item["status"] != DELETING:
                    found.append(f"{noun[:-1].replace('_', ' ')} {item[name]}")
        return found


def without_unknown_default(desired: dict[str, t.Any], shape: Shape) -> dict[str, t.Any]:
    """Return desired without the file system that AWS makes unasked, where botocore is older than the word for it.

    botocore knows HomeEfsFileSystemCreation since 1.43; who wants no file system needs that.
    """
    name = "home_efs_file_system_creation"
    if desired.get(name) == "Enabled" and name not in member_names(shape):
        return {key: value for key, value in desired.items() if key != name}
    return desired


def update_values(described: dict[str, t.Any], plan: Plan) -> dict[str, t.Any]:
    """Return the arguments of UpdateDomain for a plan, {} where only tags change.

    AppNetworkAccessType is sent only when it changes, and then AWS wants VpcId and SubnetIds beside it
    (terraform-provider-aws #45528).
    """
    values = {key: value for key, value in plan.changes.items() if key != "tags"}
    again = described.get("status") == UPDATE_FAILED
    for name in SETTINGS:
        if name in values:
            before = described.get(name) or {}
            after = merge(before, values[name])
            values[name] = {key: after[key] for key in values[name]} if again else changed_members(before, after)
    if "domain_settings" in values:
        settings = values.pop("domain_settings")
        values["domain_settings_for_update"] = {
            (f"{RSTUDIO}_for_update" if key == RSTUDIO else key): value for key, value in settings.items()
        }
    if "app_network_access_type" in values:
        values.update(vpc_id=plan.after.get("vpc_id"), subnet_ids=plan.after.get("subnet_ids"))
    return values


def with_home_efs_creation(domain: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return domain with home_efs_file_system_creation, which older domains do not show."""
    if "home_efs_file_system_creation" in domain or domain["status"] != IN_SERVICE:
        return domain
    return {
        **domain,
        "home_efs_file_system_creation": "Enabled" if domain.get("home_efs_file_system_id") else "Disabled",
    }


def same_key(present: str, wanted: str, resolve: t.Callable[[str], str]) -> bool:
    """Tell whether two references (id, ARN, alias or alias ARN) name one KMS key. resolve() is asked only for an alias.

    AWS echoes the reference that the domain was created with, in whatever form it was given.
    """
    if present == wanted:
        return True
    if "alias/" in present or "alias/" in wanted:
        return resolve(present) == resolve(wanted)
    if present.startswith("arn:") and wanted.startswith("arn:"):
        return False
    return present.rsplit("/", 1)[-1] == wanted.rsplit("/", 1)[-1]


def key_arn(kms: t.Any, reference: str) -> str:
    """Return the ARN of the KMS key that an id, ARN or alias names; kms is a boto3 client."""
    return str(kms.describe_key(KeyId=reference)["KeyMetadata"]["Arn"])


def describe_domains(
    sagemaker: SageMaker, domain_id: str | None = None, domain_name: str | None = None
) -> list[dict[str, t.Any]]:
    """Return the full descriptions, with tags, of all domains or of those with an id or a name; the oldest first."""
    if domain_id:
        ids = [domain_id]
    else:
        listed = sagemaker.list("ListDomains", "domains")
        ids = [domain["domain_id"] for domain in listed if domain_name in (None, domain["domain_name"])]

    def describe(an_id: str) -> dict[str, t.Any] | None:
        domain = sagemaker.read("DescribeDomain", domain_id=an_id)
        return domain and {**domain, "tags": sagemaker.tags(domain["domain_arn"])}

    found = [domain for domain in in_threads(describe, ids) if domain]
    return sorted(found, key=lambda domain: domain["creation_time"])
