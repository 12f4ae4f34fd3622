# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies that the roles give to AWS, statement by statement, as docs/roles-and-policies.md shows them.

`python -m tests.unit.policies.shown` writes them there, out of the functions that the roles' plans call.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.ansible_module import find_collections

find_collections()

from tests.unit.policies import rendering  # noqa: E402

PAGE = Path(__file__).parents[3] / "docs/roles-and-policies.md"
ENDPOINTS = {
    "com.amazonaws.eu-central-1.execute-api": "<endpoint of execute-api>",
    "com.amazonaws.eu-central-1.sagemaker.api": "<endpoint of sagemaker.api>",
    "aws.sagemaker.eu-central-1.studio": "<endpoint of studio>",
}
REGISTRY = f"{rendering.ACCOUNT}.dkr.ecr.{rendering.REGION}.amazonaws.com"
ADA = {"name": "ada", "email": "ada@example.com"}
PEOPLE = {"studio_users": [ADA]}
CODEARTIFACT = {"type": "codeartifact", "domain": "packages", "repository": "python"}
# What adds statements to a policy, or conditions, and how the page calls it.
SIGN_IN_SWITCHES = {
    "`login_endpoint_type: private`": {
        "login_endpoint_type": "private",
        "login_network": {"vpc_id": "<VPC>", "vpc_endpoints": ENDPOINTS},
    },
    "teams whose members make their profile": {"login_profile_role_arns": ["<role of team1>"]},
    "`login_tracing`": {"login_tracing": True},
}
NETWORK_SWITCHES = {
    "`network_endpoint_policies: false`": {"network_endpoint_policies": False},
    "`network_studio_endpoint_full_access`": {"network_studio_endpoint_full_access": True},
    "`network_image_owner_ids`": {"network_image_owner_ids": ["222222222222"]},
    "`network_package_owner_ids`": {"network_package_owner_ids": ["222222222222"]},
}
RESOURCE_SWITCHES = {"`studio_data_in_the_network_only`": {"studio_data_in_the_network_only": True}}
TEAM_SWITCHES = {
    "`studio_models_by_name: false`": {"studio_models_by_name": False},
    "`studio_job_interface_users`": {"studio_job_interface_users": ["<account of SageMaker>"]},
    "`studio_schedules`": {"studio_schedules": True},
    "`studio_data_in_the_network_only`": {"studio_data_in_the_network_only": True},
    "`studio_job_file_system_ids`": {"studio_job_file_system_ids": ["<file system>"]},
    "private sign-in": {"studio_private_sign_in": True},
    "`studio_allowed_instance_types`": {"studio_allowed_instance_types": ["ml.t3.*"]},
    "`studio_package_index`": {"studio_package_index": CODEARTIFACT},
    "`studio_custom_images`": {"studio_custom_images": [{"name": "geo", "image_uri": f"{REGISTRY}/geo:1.4"}]},
}


def team_documents(**options):
    """The policies of a team by what carries them."""
    described = rendering.team_with(**PEOPLE, **options)
    roles = {role["name"]: role for role in described.plan["roles"]["roles"]}
    own = roles[described.names.person_role("ada")]["inline_policies"]
    return {
        **{f"policy `{purpose}`": document for purpose, document in described.documents.items()},
        **{f"within a person's role: `{one['name']}`": one["document"] for one in own},
    }


def resource_documents(**options):
    """The policies of a team's key and buckets, by what carries them."""
    plan = rendering.team_with(**options).plan
    steps = {"key": "key", "data bucket": "data_bucket", "access-log bucket": "access_log_bucket"}
    return {name: plan[step]["policy"] for name, step in steps.items()}


def network_documents(**options):
    """The policies of the network, by what carries them."""
    names = {
        "interface endpoints": "interface",
        "endpoint of Studio": "studio",
        "S3 endpoint": "s3",
        "endpoint of private APIs": "api",
        "role flow-logs": "flow_log",
    }
    documents = rendering.network(**options).documents
    return {name: documents[key] for name, key in names.items()}


def sign_in_documents(**options):
    """The policies of the sign-in, by what carries them."""
    described = rendering.login(**options)
    found = {
        "role presigned-url": described.documents["presigned_url"],
        "role token-groups (with `login_identity_provider`)": described.documents["token_groups"],
    }
    return {**found, **({"API": described.plan["api"]["policy"]} if described.plan["api"]["policy"] else {})}


def trusts():
    """Who may take the roles: (role, trust policy) pairs."""
    described = rendering.team_with(**PEOPLE, studio_backup=True)
    made = [*described.plan["roles"]["roles"], *described.plan["backup_role"]["roles"]]
    prefix = f"{described.names.prefix}-"
    team = [(role["name"].removeprefix(prefix), role["assume_role_policy_document"]) for role in made]
    sign_in, network = rendering.login().documents, rendering.network().documents
    return [
        ("presigned-url, token-groups", sign_in["function_trust"]),
        ("api-logs", sign_in["gateway_trust"]),
        ("flow-logs", network["flow_log_trust"]),
        *team,
    ]


# The sections of the page, by the words in their marks: what makes their documents, and what changes them.
SECTIONS = {
    "policies of the sign-in": (sign_in_documents, SIGN_IN_SWITCHES),
    "policies of a team": (team_documents, TEAM_SWITCHES),
    "policies of a team's resources": (resource_documents, RESOURCE_SWITCHES),
    "policies of the network": (network_documents, NETWORK_SWITCHES),
}


def rows(documents, switches):
    """[what carries it, when, statement] for every statement that the documents can have."""
    always = {(name, each["Sid"]): each for name, document in documents().items() for each in document["Statement"]}
    found = [[name, "always", statement] for (name, _sid), statement in always.items()]
    for when, options in switches.items():
        for name, document in documents(**options).items():
            for each in document["Statement"]:
                if each != always.get((name, each["Sid"])):
                    found.append([name, f"{when}, instead" if (name, each["Sid"]) in always else when, each])
    return found


def section(name):
    """The text of a section."""
    lines = ["| of | statement | when | effect | calls | on | condition |", "|---|---|---|---|---|---|---|"]
    return "\n".join([*lines, *(_line(*row) for row in rows(*SECTIONS[name])), ""])


def trust_section():
    """The text of the section about who may take the roles."""
    lines = ["| role | who | condition |", "|---|---|---|"]
    for role, document in trusts():
        for each in document["Statement"]:
            who = f"`{each['Principal']['Service']}` ({', '.join(_items(each['Action']))})"
            lines.append(f"| {role} | {who} | {_condition(each)} |")
    return "\n".join([*lines, ""])


def _line(name, when, statement):
    parts = [_list(statement["Action"]), _list(statement.get("Resource", "")), _condition(statement)]
    return f"| {' | '.join([name, statement['Sid'], when, statement['Effect'], *parts])} |"


def _condition(statement):
    condition = statement.get("Condition")
    return f"`{json.dumps(condition)}`" if condition else ""


def _list(value):
    return ", ".join(f"`{item}`" for item in _items(value))


def _items(value):
    return [value] if isinstance(value, str) else value


def marks(name):
    """The lines around a section."""
    return f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"


def with_sections(text):
    """The page with its sections as they should be."""
    for name, content in {**{one: section(one) for one in SECTIONS}, "trusts": trust_section()}.items():
        begin, end = marks(name)
        before, _begin, rest = text.partition(begin)
        text = before + begin + content + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    PAGE.write_text(with_sections(PAGE.read_text()))
