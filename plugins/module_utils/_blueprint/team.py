# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A team as its description says it is: the options of the role studio, read once, and never changed."""

from __future__ import annotations

import dataclasses
import typing as t

from .names import Names, personal_space
from .platform import Platform, arrived, carried, described, frozen, options_of

DATA_SCIENTIST, LEAD, SPACE = PERSONAS = ("data-scientist", "lead", "space")
JUPYTERLAB, CODE_EDITOR, JUPYTER_SERVER, KERNEL_GATEWAY = APP_TYPES = (
    "JupyterLab",
    "CodeEditor",
    "JupyterServer",
    "KernelGateway",
)
CODEARTIFACT = "codeartifact"
# Rules of AWS's own services, and what organizations call theirs most often.
PROTECTED_RULES = ("AWS*", "Aws*", "aws*", "AutoScalingManagedRule*", "DO-NOT-DELETE*", "GuardDuty*", "SecurityHub*")
Options = t.Mapping[str, t.Any]
Kind = t.TypeVar("Kind")


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody who works with the team's Studio. The name is that of the user profile, too; its case has no meaning."""

    name: str
    email: str = ""
    # Without one the person is invited; an empty one is a mistake.
    password: str | None = dataclasses.field(default=None, repr=False)
    update_password: str = ""
    resend_invitation: bool = False
    persona: str = DATA_SCIENTIST
    groups: tuple[str, ...] = ()
    execution_role_arn: str = ""
    policy_arns: tuple[str, ...] = ()
    # Whether this run adds the person, whom the description does not list (-e user=ada).
    added: bool = False

    @property
    def key(self) -> str:
        """By what the person is told from others."""
        return self.name.lower()


@dataclasses.dataclass(frozen=True)
class App:
    """What is said of one kind of app; None where the team's general options hold."""

    instance_type: str | None = None
    image_arn: str = ""
    image_version_arn: str = ""
    image_version_alias: str = ""
    idle_shutdown: bool | None = None
    idle_timeout_minutes: int | None = None
    idle_timeout_maximum_minutes: int | None = None


@dataclasses.dataclass(frozen=True)
class Script:
    """A lifecycle script. Its content is what stands in the file where the description names one."""

    name: str
    app_type: str
    script: str = ""
    content: str = ""
    default: bool = True
    # Why the file could not be read, as the rest of a sentence about the script.
    fault: str = ""


@dataclasses.dataclass(frozen=True)
class Image:
    """A container image of the team's own."""

    name: str
    image_uri: str
    app_types: tuple[str, ...] = (JUPYTERLAB,)
    display_name: str = ""
    description: str | None = None
    mount_path: str | None = None
    uid: int | None = None
    gid: int | None = None
    entrypoint: tuple[str, ...] | None = None
    arguments: tuple[str, ...] | None = None
    environment: Options | None = None
    kernel: str = "python3"


@dataclasses.dataclass(frozen=True)
class PackageIndex:
    """Where pip and conda find packages."""

    type: str = ""
    domain: str = ""
    repository: str = ""
    domain_owner: str = ""
    pip_url: str = ""
    conda_url: str = ""
    conda_channels: tuple[str, ...] = ("conda-forge",)

    def __bool__(self) -> bool:
        """Return whether there is one."""
        return bool(self.type)


@dataclasses.dataclass(frozen=True)
class Space:
    """A space that the team starts with."""

    name: str
    sharing: str = "shared"
    owner: str = ""
    app_type: str = JUPYTERLAB
    ebs_gb: int | None = None
    instance_type: str = ""


@dataclasses.dataclass(frozen=True)
class Budget:
    """What a month may cost, in US dollars, and who is told."""

    limit_usd: float = 0
    notify: tuple[str, ...] = ()
    thresholds: tuple[int, ...] = (80, 100)
    forecast: bool = True

    def __bool__(self) -> bool:
        """Return whether there is one."""
        return bool(self.limit_usd)


@dataclasses.dataclass(frozen=True)
class Retain:
    """What stays when the team is taken down; None where nobody said."""

    home_efs: bool = False
    data_bucket: bool = False
    access_logs: bool = False
    kms_key: bool = False
    people: bool = False
    backups: bool | None = None


@dataclasses.dataclass(frozen=True)
class Team:
    """A team: the options of the role studio, without their prefix."""

    name: str
    platform: Platform
    domain_id: str = ""
    user_pool_id: str = ""

    users: tuple[Person, ...] = ()
    added_users: tuple[Person, ...] = ()
    password_policy: Options = dataclasses.field(default_factory=dict)
    members_make_their_profile: bool = False
    session_minutes: int = 0
    remove_unlisted_people: bool = False
    existing_people: str = "refuse"
    people_separated: bool = False
    people_without_team: str = "disable"
    role_per_person: bool = True
    extra_policy_arns: tuple[str, ...] = ()
    permissions_boundary_arn: str = ""
    extra_statements: Options = dataclasses.field(default_factory=dict)
    jobs_in_the_network: bool = True
    job_file_system_ids: tuple[str, ...] = ()
    job_interface_users: tuple[str, ...] = ()
    models_by_name: bool = True
    data_in_the_network_only: bool = False
    schedules: bool = False
    protected_rules: tuple[str, ...] = PROTECTED_RULES

    default_instance_type: str = "ml.t3.medium"
    allowed_instance_types: tuple[str, ...] = ()
    ebs_default_gb: int = 10
    ebs_maximum_gb: int = 100
    idle_shutdown: bool = True
    idle_timeout_minutes: int = 120
    idle_timeout_maximum_minutes: int = 480
    jupyterlab: App = App()
    code_editor: App = App()
    hidden_app_types: tuple[str, ...] = ()
    docker_access: bool = False
    docker_trusted_accounts: tuple[str, ...] | None = None
    code_repositories: tuple[str, ...] = ()
    lifecycle_scripts: tuple[Script, ...] = ()
    custom_images: tuple[Image, ...] = ()
    package_index: PackageIndex = PackageIndex()
    sdk_config: bool = True
    home_efs: bool = True
    spaces: tuple[Space, ...] = ()
    personal_spaces: tuple[Space, ...] = ()

    key_rotation: bool = True
    infrequent_access_days: int = 30
    old_versions_days: int = 90
    access_log_days: int = 365
    backup: bool = False
    backup_schedule: str = "cron(0 3 ? * * *)"
    backup_days: int = 35
    budget: Budget = Budget()

    wait_timeout: int = 1800
    recreate_failed_domain: bool = False
    predict_platform: bool = False
    private_sign_in: bool = False
    tags: Options = dataclasses.field(default_factory=dict)
    retain: Retain = Retain()
    key_deletion_days: int = 30

    @property
    def names(self) -> Names:
        """The team's names."""
        return Names(self.platform, self.name)

    @property
    def own_tags(self) -> dict[str, str]:
        """The tags by which what belongs to the team is known."""
        return {**self.platform.tags, "DomainName": self.name}

    def owns(self, thing: t.Mapping[str, t.Any]) -> bool:
        """Tell by the tags of a thing, as a module answered it, whether it is the team's."""
        tags = thing.get("tags") or {}
        return all(tags.get(key) == value for key, value in self.own_tags.items())

    @property
    def all_tags(self) -> dict[str, t.Any]:
        """The tags of everything that is made for the team."""
        return {**self.tags, **self.own_tags}

    @property
    def people(self) -> tuple[Person, ...]:
        """The team's people in this run. Somebody whom the description lists already is not added once more, but may
        be invited once more."""
        listed = {person.name for person in self.users}
        added = (person for person in self.added_users if person.name not in listed)
        invited = {person.name for person in self.added_users if person.resend_invitation}
        return (
            *(dataclasses.replace(one, resend_invitation=True) if one.name in invited else one for one in self.users),
            *(dataclasses.replace(person, added=True) for person in added),
        )

    @property
    def removes_people(self) -> bool:
        """Whether people who are not listed leave. A run that adds somebody removes nobody."""
        return self.remove_unlisted_people and not self.added_users

    @property
    def every_space(self) -> tuple[Space, ...]:
        """The spaces that the team starts with, those of each person among them."""
        return (
            *self.spaces,
            *(
                dataclasses.replace(
                    space, name=personal_space(person.name, space.name), owner=person.name, sharing="private"
                )
                for person in self.people
                for space in self.personal_spaces
            ),
        )

    def app(self, app_type: str) -> App:
        """Return what holds for a kind of app: what is said of it, above what is said of all."""
        own = self.jupyterlab if app_type == JUPYTERLAB else self.code_editor
        general = ("idle_shutdown", "idle_timeout_minutes", "idle_timeout_maximum_minutes")
        unsaid = {name: getattr(self, name) for name in general if getattr(own, name) is None}
        if own.instance_type is None:
            unsaid["instance_type"] = self.default_instance_type
        return dataclasses.replace(own, **unsaid)


PARTS: dict[str, type] = {
    "users": Person,
    "added_users": Person,
    "jupyterlab": App,
    "code_editor": App,
    "lifecycle_scripts": Script,
    "custom_images": Image,
    "package_index": PackageIndex,
    "spaces": Space,
    "personal_spaces": Space,
    "budget": Budget,
    "retain": Retain,
}
PREFIX = "studio_"


def team_of(options: Options) -> Team:
    """Return the team that options of the role studio describe, in the types of its argument spec."""
    platform, given = described(options, PREFIX)
    parts = {name: _part(PARTS[name], value) if name in PARTS else value for name, value in given.items()}
    return Team(given["domain_name"], platform, **options_of(Team, parts))


def _part(kind: type[Kind], value: t.Any) -> t.Any:
    if isinstance(value, tuple):
        return tuple(_part(kind, item) for item in value)
    given = {name: frozen(item) for name, item in value.items() if item is not None}
    return kind(**options_of(kind, given))


def carried_team(team: Team) -> tuple[dict[str, t.Any], dict[str, str]]:
    """Return (team, passwords by person) as what travels to another process; the team has no passwords in it.

    team_from() makes the team of it again.
    """
    fields = carried(team)
    people = [*fields["users"], *fields["added_users"]]
    passwords = {person["name"]: person["password"] for person in people if person["password"] is not None}
    for person in people:
        del person["password"]
    return fields, passwords


def team_from(fields: t.Mapping[str, t.Any], passwords: t.Mapping[str, str]) -> Team:
    """Return the team that carried_team() took apart. What is not said holds its default."""
    parts = arrived(fields)
    for name in {"users", "added_users"} & parts.keys():
        parts[name] = [{**person, "password": passwords.get(person["name"])} for person in parts[name]]
    made = {name: _part(kind, frozen(parts[name])) for name, kind in PARTS.items() if name in parts}
    return Team(**{**parts, **made})
