# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter team_mistakes."""

from __future__ import annotations

import re

from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.instance_types import matches, useless

DOCUMENTATION = r"""
name: team_mistakes
short_description: Say where the options of a team do not fit together
version_added: 0.1.0
description:
  - Returns a sentence for every mistake in the description of a team that the types of its options cannot tell, so that
    it is refused before the first call.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  _input:
    description:
      - The options of the role C(studio), without the prefix C(studio_). What is not given is not judged.
    type: dict
    required: true
"""

EXAMPLES = r"""
mistakes: "{{ {'users': studio_users, 'jupyterlab': studio_jupyterlab} | mlplatform.studio.team_mistakes }}"
"""

RETURN = r"""
_value:
  description: The sentences.
  type: list
  elements: str
"""

GROUP = re.compile(r"[A-Za-z0-9_-]{1,90}")
POLICY = re.compile(r"arn:aws[a-z-]*:iam::(aws|\d{12}):policy/.+")
IMAGE = re.compile(r"[a-z0-9](-?[a-z0-9])*")
REPOSITORY = re.compile(
    r"\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/[^:@]+(:[^@]+)?(@sha256:[0-9a-f]{64})?"
)
MIRROR = re.compile(r"https://[A-Za-z0-9.-]+(:443)?(/\S*)?")
ACCOUNT = re.compile(r"\d{12}")
NEEDED = {"codeartifact": ("domain", "repository"), "mirror": ("pip_url",)}
# What the team's own policies leave of the ten that IAM takes for a role.
FREE_POLICIES = 4


def team_mistakes(team: dict) -> list[str]:
    """Return sentences about what does not fit together in the options of a team."""
    return [sentence for rule in RULES for sentence in rule(team)]


def _idle_times(team: dict) -> list[str]:
    found = []
    for option, app in _apps(team).items():
        shortest = int(app.get("idle_timeout_minutes", 60))
        longest = int(app.get("idle_timeout_maximum_minutes", 525600))
        if not 60 <= shortest <= longest <= 525600:
            found.append(
                f"{option}: idle_timeout_minutes ({shortest}) and idle_timeout_maximum_minutes ({longest}) must be "
                "from 60 to 525600, in this order."
            )
    return found


def _images(team: dict) -> list[str]:
    two = [name for name, app in _apps(team).items() if app.get("image_version_arn") and app.get("image_version_alias")]
    bare = [name for name, app in _apps(team).items() if app.get("image_version_alias") and not app.get("image_arn")]
    return [
        f"{name} names a version of its image twice: give image_version_arn or image_version_alias." for name in two
    ] + [f"{name} names a version (image_version_alias) and no image_arn." for name in bare]


def _instance_types(team: dict) -> list[str]:
    allowed = team.get("allowed_instance_types") or []
    if not allowed:
        return []
    spaces = [*(team.get("spaces") or []), *(team.get("personal_spaces") or [])]
    chosen = {app.get("instance_type") for app in _apps(team).values()} | {
        space.get("instance_type") for space in spaces
    }
    return [
        f"{name} of studio_allowed_instance_types matches no instance type of SageMaker." for name in useless(allowed)
    ] + [
        f"apps start on {name}, and studio_allowed_instance_types ({', '.join(allowed)}) does not allow it."
        for name in sorted(filter(None, chosen))
        if not matches(name, allowed)
    ]


def _people(team: dict) -> list[str]:
    people = team.get("users") or []
    groups = {str(group) for person in people for group in person.get("groups") or []}
    found = [
        f"a group within the team cannot be named {group}: it takes letters, digits, hyphens and underscores."
        for group in sorted(groups)
        if not GROUP.fullmatch(group)
    ]
    if team.get("role_per_person") is False:
        found += [
            f"{person['name']} has policy_arns and no role of their own to carry them (studio_role_per_person)."
            for person in people
            if person.get("policy_arns")
        ]
    return found + [
        f"{person['name']} has policy_arns, and execution_role_arn names a role that is not made here."
        for person in people
        if person.get("policy_arns") and person.get("execution_role_arn")
    ]


def _policies(team: dict) -> list[str]:
    common = list(team.get("extra_policy_arns") or [])
    own = {person["name"]: list(person.get("policy_arns") or []) for person in team.get("users") or []}
    arns = sorted({*common, *(arn for policies in own.values() for arn in policies)})
    most = len(common) + max(map(len, own.values()), default=0)
    found = [f"{arn} is not the ARN of a managed policy." for arn in arns if not POLICY.fullmatch(arn)]
    if most > FREE_POLICIES:
        found.append(
            f"a role would carry {most} further policies (studio_extra_policy_arns, policy_arns); IAM takes ten in "
            f"all, of which {FREE_POLICIES} are free."
        )
    statements = [each for items in (team.get("extra_statements") or {}).values() for each in items or []]
    return found + [
        f"a statement of studio_extra_statements has no {key}."
        for key in ("Effect", "Resource")
        if any(key not in statement and f"Not{key}" not in statement for statement in statements)
    ]


def _custom_images(team: dict) -> list[str]:
    images = team.get("custom_images") or []
    names = [str(image["name"]) for image in images]
    found = [
        f"a custom image cannot be named {name}: it takes a-z, 0-9 and single inner hyphens."
        for name in names
        if not IMAGE.fullmatch(name)
    ]
    if len(set(names)) < len(names):
        found.append("studio_custom_images names an image twice.")
    if images and re.search(r"--|-$", str(team.get("platform_name", ""))):
        found.append(
            "custom images need a platform_name without double and final hyphens, as AWS takes none in their names."
        )
    for image in images:
        uri = REPOSITORY.fullmatch(str(image["image_uri"]))
        if not uri:
            found.append(f"image_uri {image['image_uri']} of {image['name']} is no image in Amazon ECR.")
        elif uri["region"] != team.get("region", uri["region"]):
            found.append(
                f"image_uri of {image['name']} is in {uri['region']}; SageMaker takes images of {team['region']} alone."
            )
    return found


def _package_index(team: dict) -> list[str]:
    index = _given(team.get("package_index"))
    kind = index.get("type")
    if index and not kind:
        return ["studio_package_index needs a type: codeartifact or mirror."]
    found = [
        f"studio_package_index of type {kind} needs {name}." for name in NEEDED.get(kind, ()) if not index.get(name)
    ]
    owner = index.get("domain_owner")
    if owner and not ACCOUNT.fullmatch(str(owner)):
        found.append(f"domain_owner {owner} of studio_package_index must be 12 digits, in quotes.")
    found += [
        f"{name} of studio_package_index must begin with https:// and have port 443: the network lets nothing else out."
        for name in ("pip_url", "conda_url")
        if index.get(name) and not MIRROR.fullmatch(str(index[name]))
    ]
    generated = [
        script["name"] for script in team.get("lifecycle_scripts") or [] if "package-index--" in str(script["name"])
    ]
    return found + [
        f"lifecycle script {name} has the name of those of studio_package_index." for name in generated if index
    ]


def _budget(team: dict) -> list[str]:
    budget = _given(team.get("budget"))
    if not budget:
        return []
    if not budget.get("limit_usd") or not budget.get("notify"):
        return ["studio_budget needs limit_usd, which must be more than 0, and notify."]
    thresholds = budget.get("thresholds") or []
    rules = {
        "limit_usd must be more than 0": float(budget["limit_usd"]) > 0,
        "notify takes one to ten addresses": 1 <= len(budget["notify"]) <= 10,
        "notify takes e-mail addresses": all("@" in str(address) for address in budget["notify"]),
        "thresholds takes up to nine percentages, each once": len(thresholds) <= 9
        and len(set(thresholds)) == len(thresholds),
        "thresholds must be more than 0": all(int(threshold) > 0 for threshold in thresholds),
    }
    return [f"studio_budget: {rule}." for rule, kept in rules.items() if not kept]


def _given(options: dict | None) -> dict:
    return {name: value for name, value in (options or {}).items() if value is not None}


def _apps(team: dict) -> dict[str, dict]:
    """The options of each kind of app, above those of all, by the name of the option that sets them."""
    every = {"instance_type": team.get("default_instance_type")}
    every.update(
        {name: team[name] for name in ("idle_timeout_minutes", "idle_timeout_maximum_minutes") if name in team}
    )
    own = {name: team.get(name) or {} for name in ("jupyterlab", "code_editor")}
    return {f"studio_{name}": {**every, **_given(options)} for name, options in own.items()}


RULES = (_idle_times, _images, _instance_types, _people, _policies, _custom_images, _package_index, _budget)


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"team_mistakes": team_mistakes}
