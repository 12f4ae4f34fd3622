# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a team's description, beyond the types of its options: a sentence for every mistake.

AWS would refuse each of these, many of them after half of the team was made.
"""

from __future__ import annotations

import re
import typing as t

from . import access, apps, instance_types, plan, scripts, statement_rules, team_bounds
from .names import MADE_PROFILE, STUDIO_NAME, TEAM
from .passwords import password_faults
from .platform import name_mistakes
from .regions import DNS_SUFFIXES
from .script_text import script_fault
from .specification import shown
from .tags import tag_mistakes
from .team import CODE_EDITOR, CODEARTIFACT, JUPYTER_SERVER, JUPYTERLAB, KERNEL_GATEWAY, App, Person, Script, Team

GROUP = re.compile(r"[A-Za-z0-9_-]{1,90}")
# An ARN has at most 2048 characters (model, arnType), of which its beginning takes a few.
# Model of SageMaker, FileSystemId; model of EventBridge, RuleName.
ACCOUNT_ROOT = re.compile(r"arn:aws[a-z-]*:iam::[0-9*]{1,12}:(root|[*])")
FILE_SYSTEM = re.compile(r"fs-[0-9a-f]{8,40}")
RULE = re.compile(r"[.\-_A-Za-z0-9*]{1,64}")
POLICY = re.compile(r"arn:aws[a-z-]*:iam::(aws|\d{12}):policy/.{1,2000}")
IMAGE = re.compile(r"[a-z0-9](-?[a-z0-9])*")
REPOSITORY = re.compile(
    rf"\d{{12}}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.({'|'.join(map(re.escape, {*DNS_SUFFIXES.values()}))})"
    r"/[^:@]+(:[^@]+)?(@sha256:[0-9a-f]{64})?"
)
MIRROR = re.compile(r"https://[A-Za-z0-9.-]+(:443)?(/\S*)?")
ACCOUNT = re.compile(r"\d{12}")
# A cron expression of AWS has six fields (EventBridge user guide, schedules).
SCHEDULE = re.compile(r"cron[(]\S+( \S+){5}[)]|rate[(]\d+ (minute|hour|day)s?[)]")
E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NEEDED = {CODEARTIFACT: ("domain", "repository"), "mirror": ("pip_url",)}
# What the team's own policies leave of the ten that IAM takes for a role.
FREE_POLICIES = 4
# SageMaker takes 50 tags for a thing; those of the domain leave room for those of spaces and apps.
MOST_DOMAIN_TAGS = 40
# S3 moves nothing to infrequent access that is younger (S3 user guide, lifecycle transitions).
LEAST_INFREQUENT_DAYS = 30
SMALLEST_DISK, LARGEST_DISK = 5, 16384
SESSION_MINUTES = 30, 720
# KMS API reference, ScheduleKeyDeletion; the model itself takes more.
KEY_DELETION_DAYS = 7, 30
Sentences = t.Iterable[str]


def team_mistakes(team: Team) -> list[str]:
    """Return the sentences about a team."""
    return [sentence for rule in RULES for sentence in rule(team)]


def _names(team: Team) -> Sentences:
    yield from name_mistakes(team.platform.name, "studio_platform_name")
    if not TEAM.fullmatch(team.name):
        yield "the name of a team is 1 to 24 of a-z, 0-9 and single inner hyphens."


def _sign_in_names(team: Team) -> Sentences:
    names = [person.name for person in team.people]
    yield from (_impossible_name(name) for name in names if not STUDIO_NAME.fullmatch(name))
    for name in filter(MADE_PROFILE.fullmatch, names):
        yield (
            f"{name!r} cannot be a sign-in name: user profiles of people with other user names end in -- and 20 "
            "hexadecimal digits, and one of them may be called so."
        )
    if len({name.lower() for name in names}) < len(names):
        yield f"studio_users names a person twice: {', '.join(sorted(names))} (the case of names has no meaning)."


def _meeting_names(team: Team) -> Sentences:
    """What is too long for AWS is shortened with a hash, and somebody can be named as such a name is shortened."""
    made: dict[str, t.Callable[[str], str]] = {
        "studio_users": team.names.person_role,
        "studio_lifecycle_scripts": team.names.script,
        "studio_custom_images": team.names.image,
    }
    named = {
        "studio_users": {person.key for person in team.people},
        "studio_lifecycle_scripts": {script.name for script in team.lifecycle_scripts},
        "studio_custom_images": {image.name for image in team.custom_images},
    }
    for option, names in named.items():
        by_result: dict[str, list[str]] = {}
        for name in sorted(names):
            by_result.setdefault(made[option](name), []).append(name)
        for result, same in by_result.items():
            if len(same) > 1:
                yield f"{option} has {' and '.join(same)}, which would both be {result} in AWS; rename one."


def _impossible_name(name: str) -> str:
    suggestion = re.sub(r"[^a-zA-Z0-9]+", "-", name.split("@", maxsplit=1)[0])[:63].strip("-")
    hint = f"; {suggestion} would do" if suggestion else ""
    return f"{name!r} cannot be a sign-in name: Studio takes up to 63 letters, digits and inner hyphens{hint}."


def _ways_in(team: Team, person: Person) -> Sentences:
    if person.password:
        faults = password_faults(person.password, dict(team.password_policy))
        if faults:
            yield f"The password of {person.name} needs {', '.join(faults)}."
    elif person.password == "" and not person.added:
        yield f"The password of {person.name} is empty: give one, or leave it out to have {person.name} invited."
    elif not person.email:
        yield f"{person.name} needs an email to be invited, or a password."


def _people(team: Team) -> Sentences:
    for person in team.people:
        yield from _ways_in(team, person)
        if person.email and not E_MAIL.fullmatch(person.email):
            yield f"the email of {person.name}, {person.email}, is no address such as ada@example.com."
        if person.policy_arns and not team.role_per_person:
            yield f"{person.name} has policy_arns and no role of their own to carry them (studio_role_per_person)."
        if person.policy_arns and person.execution_role_arn:
            yield f"{person.name} has policy_arns, and execution_role_arn names a role that is not made here."


def _groups(team: Team) -> Sentences:
    groups = sorted({group for person in team.people for group in person.groups})
    for group in groups:
        if not GROUP.fullmatch(group):
            yield f"a group within the team cannot be named {group}: it takes letters, digits, hyphens and underscores."


def _policies(team: Team) -> Sentences:
    own = [person.policy_arns for person in team.people]
    for arn in sorted({*team.extra_policy_arns, *(arn for arns in own for arn in arns)}):
        if not POLICY.fullmatch(arn):
            yield f"{arn} is not the ARN of a managed policy."
    most = len(team.extra_policy_arns) + max(map(len, own), default=0)
    if most > FREE_POLICIES:
        yield (
            f"a role would carry {most} further policies (studio_extra_policy_arns, policy_arns); IAM takes ten in "
            f"all, of which {FREE_POLICIES} are free."
        )
    boundary = team.permissions_boundary_arn
    if boundary and not POLICY.fullmatch(boundary):
        yield f"studio_permissions_boundary_arn is {boundary}, and is not the ARN of a managed policy."
    if boundary in map(team.names.policy_arn, access.POLICIES):
        yield (
            f"studio_permissions_boundary_arn is {boundary}, one of the team's own policies, which whoever builds the "
            "team writes. Take one of another name."
        )


def _jobs(team: Team) -> Sentences:
    for one in team.job_file_system_ids:
        if not FILE_SYSTEM.fullmatch(one):
            yield f"studio_job_file_system_ids has {shown(one)}, which is no file system such as fs-0123456789abcdef0."
    for arn in team.job_interface_users:
        if not ACCOUNT_ROOT.fullmatch(arn):
            yield f"studio_job_interface_users has {shown(arn)}, and takes arn:aws:iam::123456789012:root."
    for name in team.protected_rules:
        if not RULE.fullmatch(name):
            yield f"studio_protected_rules has {shown(name)}; names have letters, digits, . _ - and *."


def _apps(team: Team) -> dict[str, App]:
    return {"studio_jupyterlab": team.app(JUPYTERLAB), "studio_code_editor": team.app(CODE_EDITOR)}


def _idle_times(team: Team) -> Sentences:
    least, most = apps.SHORTEST_IDLE_MINUTES, apps.LONGEST_IDLE_MINUTES
    for option, app in _apps(team).items():
        shortest, longest = app.idle_timeout_minutes or 0, app.idle_timeout_maximum_minutes or 0
        if not least <= shortest <= longest <= most:
            yield (
                f"{option}: idle_timeout_minutes ({shortest}) and idle_timeout_maximum_minutes ({longest}) must be "
                f"from {least} to {most}, in this order."
            )


def _image_versions(team: Team) -> Sentences:
    for option, app in _apps(team).items():
        if app.image_version_arn and app.image_version_alias:
            yield f"{option} names a version of its image twice: give image_version_arn or image_version_alias."
        if app.image_version_alias and not app.image_arn:
            yield f"{option} names a version (image_version_alias) and no image_arn."


def _instance_types(team: Team) -> Sentences:
    allowed = team.allowed_instance_types
    for name in instance_types.useless(allowed):
        yield f"{name} of studio_allowed_instance_types matches no instance type of SageMaker."
    chosen = {app.instance_type for app in _apps(team).values()}
    chosen |= {space.instance_type for space in (*team.spaces, *team.personal_spaces)}
    for name in sorted(filter(None, chosen)):
        if allowed and not instance_types.matches(name, allowed):
            yield f"apps start on {name}, and studio_allowed_instance_types ({', '.join(allowed)}) does not allow it."


def _disks(team: Team) -> Sentences:
    if not SMALLEST_DISK <= team.ebs_default_gb <= team.ebs_maximum_gb <= LARGEST_DISK:
        yield (
            f"studio_ebs_default_gb and studio_ebs_maximum_gb must be from {SMALLEST_DISK} to {LARGEST_DISK}, in this "
            "order."
        )
    sizes = [space.ebs_gb for space in (*team.spaces, *team.personal_spaces) if space.ebs_gb is not None]
    if any(not SMALLEST_DISK <= size <= team.ebs_maximum_gb for size in sizes):
        yield f"the ebs_gb of a space must be from {SMALLEST_DISK} to studio_ebs_maximum_gb."


def _sessions(team: Team) -> Sentences:
    least, most = SESSION_MINUTES
    if team.session_minutes and not least <= team.session_minutes <= most:
        yield f"studio_session_minutes must be from {least} to {most}, or 0."


def _waiting(team: Team) -> Sentences:
    if team.wait_timeout < 1:
        yield f"studio_wait_timeout is {team.wait_timeout}, and must be at least 1 second."


def _tags(team: Team) -> Sentences:
    yield from tag_mistakes(team.tags, "studio_tags", MOST_DOMAIN_TAGS)


def _domain_tags(team: Team) -> Sentences:
    count = len(plan.domain_tags(team))
    if count > MOST_DOMAIN_TAGS:
        yield (
            f"the domain would have {count} tags, and {MOST_DOMAIN_TAGS} leave room for those of spaces and apps. Have "
            "fewer studio_tags, or fewer leads where studio_members_make_their_profile."
        )


def _storage(team: Team) -> Sentences:
    if team.backup_days < 1 or not SCHEDULE.fullmatch(team.backup_schedule):
        yield "studio_backup_days must be at least 1, and studio_backup_schedule must look like cron(0 3 ? * * *)."
    least, most = KEY_DELETION_DAYS
    if not least <= team.key_deletion_days <= most:
        yield f"studio_key_deletion_days must be from {least} to {most}."
    if 0 < team.infrequent_access_days < LEAST_INFREQUENT_DAYS or team.infrequent_access_days < 0:
        yield (
            f"studio_infrequent_access_days is {team.infrequent_access_days}, and S3 moves objects after "
            f"{LEAST_INFREQUENT_DAYS} days at the earliest; 0 is for never."
        )
    if team.old_versions_days < 0 or team.access_log_days < 1:
        yield "studio_access_log_days must be at least 1, and studio_old_versions_days at least 0, which is for ever."


def _scripts(team: Team) -> Sentences:
    names = [script.name for script in team.lifecycle_scripts]
    if len(set(names)) < len(names):
        yield "studio_lifecycle_scripts names a script twice."
    for script in team.lifecycle_scripts:
        fault = _script_fault(team, script)
        if fault:
            yield f"lifecycle script {script.name} {fault}"
        if scripts.has_built_in(team) and script.name.startswith(scripts.BUILT_IN_SCRIPT):
            yield f"lifecycle script {script.name} has the name of the built-in ones: do not begin it with built-in--."


def _script_fault(team: Team, script: Script) -> str | None:
    if not STUDIO_NAME.fullmatch(script.name):
        return "needs another name: letters, digits and inner hyphens."
    if not script.content and not script.script:
        return "needs a script or a content."
    if script.app_type in team.hidden_app_types:
        return (
            f"is for {script.app_type}, which studio_hidden_app_types keeps people from starting. Take another "
            "app_type, or show that one."
        )
    return script.fault or script_fault(script.content)


def _separation(team: Team) -> Sentences:
    """Classic has its notebooks and their kernels in two apps (SageMaker developer guide, VPC only mode)."""
    if not team.people_separated:
        return
    kinds = [script.app_type for script in team.lifecycle_scripts]
    kinds += [app_type for image in team.custom_images for app_type in image.app_types]
    for kind in sorted({JUPYTER_SERVER, KERNEL_GATEWAY} & {*kinds}):
        yield (
            f"studio_people_separated keeps the apps of Studio Classic from each other, so {kind} does not work. Have "
            "no scripts and images for it, or do without studio_people_separated."
        )


def _spaces(team: Team) -> Sentences:
    names = [space.name for space in team.every_space]
    people_of_team = {person.key for person in team.people}
    if team.spaces and not people_of_team:
        yield "studio_spaces needs somebody who owns the spaces, and studio_users names nobody."
    if len(set(names)) < len(names):
        yield f"studio_spaces names a space twice: {', '.join(sorted(names))}."
    for name in names:
        if not STUDIO_NAME.fullmatch(name):
            yield f"a space cannot be named {name}: Studio takes up to 63 letters, digits and inner hyphens."
    for space in team.spaces:
        if space.owner and space.owner.lower() not in people_of_team:
            yield f"{space.owner.lower()} owns a space of studio_spaces and is not among studio_users."


def _custom_images(team: Team) -> Sentences:
    names = [image.name for image in team.custom_images]
    for name in names:
        if not IMAGE.fullmatch(name):
            yield f"a custom image cannot be named {name}: it takes a-z, 0-9 and single inner hyphens."
    if len(set(names)) < len(names):
        yield "studio_custom_images names an image twice."
    for image in team.custom_images:
        uri = REPOSITORY.fullmatch(image.image_uri)
        if not uri:
            yield f"image_uri {image.image_uri} of {image.name} is no image in Amazon ECR."
        elif uri["region"] != team.platform.region:
            yield (
                f"image_uri of {image.name} is in {uri['region']}; SageMaker takes images of {team.platform.region} "
                "alone."
            )


def _package_index(team: Team) -> Sentences:
    index = team.package_index
    for name in NEEDED.get(index.type, ()):
        if not getattr(index, name):
            yield f"studio_package_index of type {index.type} needs {name}."
    if index.domain_owner and not ACCOUNT.fullmatch(index.domain_owner):
        yield f"domain_owner {index.domain_owner} of studio_package_index must be 12 digits, in quotes."
    for name in ("pip_url", "conda_url"):
        url = getattr(index, name)
        if url and not MIRROR.fullmatch(url):
            yield (
                f"{name} of studio_package_index must begin with https:// and have port 443: the network lets nothing "
                "else out."
            )
    if not index and index != type(index)():
        yield "studio_package_index needs a type: codeartifact or mirror."


def _budget(team: Team) -> Sentences:
    budget = team.budget
    if budget == type(budget)():
        return
    if not budget.limit_usd or not budget.notify:
        yield "studio_budget needs limit_usd, which must be more than 0, and notify."
        return
    thresholds = budget.thresholds
    rules = {
        "limit_usd must be more than 0": budget.limit_usd > 0,
        "notify takes one to ten addresses": len(budget.notify) <= 10,
        "notify takes e-mail addresses": all(map(E_MAIL.fullmatch, budget.notify)),
        "notify takes each address once": len(set(budget.notify)) == len(budget.notify),
        "thresholds takes up to nine percentages, each once": len(set(thresholds)) == len(thresholds) <= 9,
        "thresholds must be more than 0": all(threshold > 0 for threshold in thresholds),
    }
    yield from (f"studio_budget: {rule}." for rule, kept in rules.items() if not kept)


RULES: tuple[t.Callable[[Team], Sentences], ...] = (
    _names,
    _sign_in_names,
    _meeting_names,
    _people,
    _groups,
    _policies,
    _jobs,
    _idle_times,
    _image_versions,
    _disks,
    _sessions,
    _waiting,
    _tags,
    _domain_tags,
    _storage,
    _scripts,
    _separation,
    _spaces,
    _instance_types,
    _custom_images,
    _package_index,
    _budget,
    statement_rules.statement_mistakes,
    team_bounds.team_mistakes,
)
