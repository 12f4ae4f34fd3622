# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of a team: what a change of it does to a running team, and what taking it out of the description does.

docs/changes.md tells users the same; tests/unit/test_changes.py holds the two to each other and to the role's options.
"""

import base64
import json
import re
from dataclasses import dataclass

from tests.support.emulator_plugin import ACCOUNT

# What a change does.
IN_PLACE = "in place"  # it arrives in the running team, and nothing is replaced
REFUSED = "refused"  # AWS sets it at creation alone: the run says so, names it and the way out
ANOTHER = "another team"  # it says which team is meant
OF_A_RUN = "of the run"  # it says how a run goes about, and nothing of it is kept in AWS
# What becomes of a thing whose option is taken out of the description.
RESET = "reset"  # the default holds again
STAYS = "stays"
GOES = "goes"
NOTHING = "-"

NEW_PASSWORD = "Difference-Engine-1822"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OTHER_POLICY = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"
OWN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/grace-own"
IMAGE = "arn:aws:sagemaker:eu-central-1:885854791233:image/sagemaker-distribution-cpu"
REPOSITORY = f"{ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/studio:2"
STATEMENT = {"Sid": "Changed", "Effect": "Allow", "Action": "glue:GetTable", "Resource": "*"}

# A team as it is at first, beside the defaults.
ADA = {"name": "ada", "email": "ada@old.example", "password": "Analytical-Engine-1843"}
BASE = {
    "studio_users": [ADA],
    "studio_spaces": [{"name": "lab", "owner": "ada"}, {"name": "quiet", "sharing": "private", "owner": "ada"}],
    "studio_lifecycle_scripts": [
        {"name": "proxy", "app_type": "JupyterLab", "content": "echo old\n", "default": False}
    ],
}
# The same team with every option changed that can be changed in place.
CHANGED = {
    "studio_users": [
        {
            **ADA,
            "email": "ada@new.example",
            "password": NEW_PASSWORD,
            "update_password": "always",
            "persona": "lead",
            "groups": ["reviewers"],
            "policy_arns": [READ_ONLY],
        },
        {"name": "grace", "email": "grace@new.example", "execution_role_arn": OWN_ROLE},
    ],
    "studio_spaces": [
        {"name": "lab", "owner": "ada", "ebs_gb": 37, "instance_type": "ml.m5.4xlarge"},
        {"name": "quiet", "sharing": "private", "owner": "ada"},
        {"name": "extra", "owner": "ada"},
    ],
    "studio_personal_spaces": [
        {"name": "own", "app_type": "CodeEditor", "ebs_gb": 23, "instance_type": "ml.r5.xlarge"}
    ],
    "studio_lifecycle_scripts": [
        {"name": "proxy", "app_type": "JupyterLab", "content": "echo new \N{ROCKET}\n", "default": True},
        {"name": "editor", "app_type": "CodeEditor", "content": "echo editor\n"},
    ],
    "studio_jobs_in_the_network": False,
    "studio_job_file_system_ids": ["fs-0123456789abcdef0"],
    "studio_job_interface_users": ["arn:aws:iam::999999999999:root"],
    "studio_models_by_name": False,
    "studio_data_in_the_network_only": True,
    "studio_schedules": True,
    "studio_protected_rules": ["payroll-*"],
    "studio_extra_policy_arns": [OTHER_POLICY],
    "studio_permissions_boundary_arn": BOUNDARY,
    "studio_extra_statements": {"data-scientist": [STATEMENT], "lead": [STATEMENT], "space": [STATEMENT]},
    "studio_default_instance_type": "ml.m5.large",
    "studio_ebs_default_gb": 17,
    "studio_ebs_maximum_gb": 191,
    "studio_idle_shutdown": False,
    "studio_idle_timeout_minutes": 71,
    "studio_idle_timeout_maximum_minutes": 733,
    "studio_jupyterlab": {
        "instance_type": "ml.c5.2xlarge",
        "image_arn": IMAGE,
        "image_version_alias": "3.1.4",
        "idle_shutdown": True,
    },
    "studio_code_editor": {"image_arn": f"{IMAGE}-two", "image_version_alias": "5.9.2"},
    "studio_hidden_app_types": ["JupyterServer", "KernelGateway", "Canvas"],
    "studio_docker_access": True,
    "studio_docker_trusted_accounts": ["333333333333"],
    "studio_code_repositories": ["https://git.example.com/team/notebooks"],
    "studio_members_make_their_profile": True,
    "studio_session_minutes": 95,
    "studio_key_rotation": False,
    "studio_infrequent_access_days": 61,
    "studio_old_versions_days": 67,
    "studio_access_log_days": 73,
    "studio_tags": {"CostCenter": "4711"},
}


# And once more, for options that would hide one another.
AGAIN = {
    **CHANGED,
    "studio_users": [
        {"name": "ada", "email": "ada@new.example", "persona": "lead"},
        {"name": "grace", "email": "grace@new.example", "execution_role_arn": OWN_ROLE},
    ],
    "studio_lifecycle_scripts": [
        {"name": "proxy", "app_type": "CodeEditor", "content": "echo new\n"},
        {"name": "from-file", "app_type": "JupyterLab", "script": "{{ playbook_dir }}/../.ci/run"},
    ],
    "studio_role_per_person": False,
    "studio_people_separated": True,
    "studio_allowed_instance_types": ["ml.t3.medium", "ml.m5.large", "ml.c5.2xlarge", "ml.c5.4xlarge", "ml.r5.xlarge"],
    "studio_spaces": [{"name": "lab", "owner": "ada", "ebs_gb": 37, "instance_type": "ml.m5.large"}],
    "studio_jupyterlab": {
        "instance_type": "ml.c5.2xlarge",
        "image_arn": IMAGE,
        "image_version_arn": f"{IMAGE.replace(':image/', ':image-version/')}/7",
        "idle_shutdown": True,
        "idle_timeout_minutes": 97,
        "idle_timeout_maximum_minutes": 977,
    },
    "studio_code_editor": {
        "instance_type": "ml.c5.4xlarge",
        "image_arn": f"{IMAGE}-two",
        "image_version_arn": f"{IMAGE.replace(':image/', ':image-version/')}-two/9",
        "idle_shutdown": True,
        "idle_timeout_minutes": 89,
        "idle_timeout_maximum_minutes": 991,
    },
    "studio_custom_images": [
        {
            "name": "tools",
            "image_uri": REPOSITORY,
            "app_types": ["JupyterLab"],
            "display_name": "Tools of the team",
            "description": "Everything in one image",
            "mount_path": "/home/tools",
            "uid": 1000,
            "gid": 100,
            "entrypoint": ["/bin/tini"],
            "arguments": ["--ip=0.0.0.0"],
            "environment": {"TOOLS": "all"},
        }
    ],
    "studio_package_index": {
        "type": "mirror",
        "pip_url": "https://mirror.example.com/pip",
        "conda_url": "https://mirror.example.com/conda",
        "conda_channels": ["main"],
    },
    "studio_sdk_config": False,
    "studio_private_sign_in": True,
    "studio_backup": True,
    "studio_backup_schedule": "cron(0 4 ? * * *)",
    "studio_backup_days": 41,
    "studio_budget": {"limit_usd": 137, "notify": ["boss@example.com"], "thresholds": [59], "forecast": False},
}


@dataclass(frozen=True)
class Row:
    """What a change of an option does, and what taking it out of the description does.

    What the change makes of it (in CHANGED, or in AGAIN) shows as a text, or as what fits a pattern, in the description
    of a resource of some kind and with a part of its name, where it was not before. A kind "call" means a call of AWS's
    API.
    """

    change: str
    removal: str = NOTHING
    kind: str = ""
    text: str | re.Pattern = ""
    name: str = ""
    again: bool = False


def in_place(removal, kind, text, name="", again=False):
    return Row(IN_PLACE, removal, kind, text, name, again)


ANOTHER_TEAM, THIS_RUN = Row(ANOTHER), Row(OF_A_RUN)
ROWS = {
    **dict.fromkeys(
        ["studio_domain_name", "studio_platform", "studio_platform_name", "studio_region", "studio_account_id"],
        ANOTHER_TEAM,
    ),
    **dict.fromkeys(["studio_partition", "studio_domain_id", "studio_user_pool_id"], ANOTHER_TEAM),
    "studio_users.name": in_place(STAYS, "user_profile", '"UserProfileName": "grace"'),
    "studio_users.email": in_place(STAYS, "user", "ada@new.example"),
    "studio_users.password": in_place(STAYS, "call", "AdminSetUserPassword"),
    "studio_users.update_password": in_place(STAYS, "call", "AdminSetUserPassword"),
    "studio_users.resend_invitation": THIS_RUN,
    "studio_users.persona": in_place(RESET, "role", "-lead", "-person-ada"),
    "studio_users.groups": in_place(GOES, "group", "--reviewers"),
    "studio_users.execution_role_arn": in_place(RESET, "user_profile", OWN_ROLE),
    "studio_users.policy_arns": in_place(RESET, "role", READ_ONLY, "-person-ada"),
    "studio_added_users": THIS_RUN,
    "studio_people_separated": in_place(RESET, "domain", re.compile(r'"SecurityGroups": \["sg-\w+"\]'), again=True),
    "studio_role_per_person": in_place(RESET, "user_profile", "-lead", "ada", again=True),
    "studio_jobs_in_the_network": in_place(RESET, "policy", r"[{\"Sid\":\"JobsMountNoHomes", "-options"),
    "studio_job_file_system_ids": in_place(RESET, "policy", "fs-0123456789abcdef0", "-options"),
    "studio_job_interface_users": in_place(RESET, "policy", "999999999999", "-operations"),
    "studio_models_by_name": in_place(RESET, "policy", "ForAnyValue:ArnLike", "-jobs"),
    "studio_data_in_the_network_only": in_place(RESET, "bucket", "InTheNetworkOnly"),
    "studio_schedules": in_place(RESET, "role", "events.amazonaws.com", "-data-scientist"),
    "studio_protected_rules": in_place(RESET, "policy", "rule/payroll-*", "-operations"),
    "studio_extra_policy_arns": in_place(RESET, "role", OTHER_POLICY),
    "studio_permissions_boundary_arn": in_place(STAYS, "role", BOUNDARY),
    "studio_extra_statements.data-scientist": in_place(RESET, "role", "glue:GetTable", "-data-scientist"),
    "studio_extra_statements.lead": in_place(RESET, "role", "glue:GetTable", "-lead"),
    "studio_extra_statements.space": in_place(RESET, "role", "glue:GetTable", "-space"),
    "studio_default_instance_type": in_place(RESET, "domain", '"ml.m5.large"'),
    "studio_allowed_instance_types": in_place(RESET, "domain", '"HiddenInstanceTypes"', again=True),
    "studio_ebs_default_gb": in_place(RESET, "domain", '"DefaultEbsVolumeSizeInGb": 17'),
    "studio_ebs_maximum_gb": in_place(RESET, "domain", '"MaximumEbsVolumeSizeInGb": 191'),
    "studio_idle_shutdown": in_place(RESET, "domain", '"LifecycleManagement": "DISABLED"'),
    "studio_idle_timeout_minutes": in_place(RESET, "domain", '"IdleTimeoutInMinutes": 71'),
    "studio_idle_timeout_maximum_minutes": in_place(RESET, "domain", '"MaxIdleTimeoutInMinutes": 733'),
    "studio_jupyterlab.instance_type": in_place(RESET, "domain", '"ml.c5.2xlarge"'),
    "studio_jupyterlab.image_arn": in_place(STAYS, "domain", f'"{IMAGE}"'),
    "studio_jupyterlab.image_version_arn": in_place(STAYS, "domain", ":image-version/", again=True),
    "studio_jupyterlab.image_version_alias": in_place(STAYS, "domain", '"3.1.4"'),
    "studio_jupyterlab.idle_shutdown": in_place(RESET, "domain", '"IdleTimeoutInMinutes": 71'),
    "studio_jupyterlab.idle_timeout_minutes": in_place(RESET, "domain", '"IdleTimeoutInMinutes": 97', again=True),
    "studio_jupyterlab.idle_timeout_maximum_minutes": in_place(RESET, "domain", 'InMinutes": 977', again=True),
    "studio_code_editor.instance_type": in_place(RESET, "domain", '"ml.c5.4xlarge"', again=True),
    "studio_code_editor.image_arn": in_place(STAYS, "domain", f'"{IMAGE}-two"'),
    "studio_code_editor.image_version_alias": in_place(STAYS, "domain", '"5.9.2"'),
    "studio_code_editor.idle_timeout_minutes": in_place(RESET, "domain", '"IdleTimeoutInMinutes": 89', again=True),
    "studio_code_editor.idle_timeout_maximum_minutes": in_place(
        RESET, "domain", '"MaxIdleTimeoutInMinutes": 991', again=True
    ),
    "studio_code_editor.idle_shutdown": in_place(RESET, "domain", '"IdleTimeoutInMinutes": 89', again=True),
    "studio_code_editor.image_version_arn": in_place(STAYS, "domain", "-two/9", again=True),
    "studio_hidden_app_types": in_place(RESET, "domain", '"Canvas"'),
    "studio_docker_access": in_place(RESET, "domain", '"EnableDockerAccess": "ENABLED"'),
    "studio_docker_trusted_accounts": in_place(RESET, "domain", '"333333333333"'),
    "studio_code_repositories": in_place(RESET, "domain", "https://git.example.com/team/notebooks"),
    "studio_lifecycle_scripts.name": in_place(GOES, "studio_lifecycle_config", "--editor-"),
    "studio_lifecycle_scripts.content": in_place(GOES, "studio_lifecycle_config", json.dumps("echo new \N{ROCKET}\n")),
    "studio_lifecycle_scripts.app_type": in_place(
        GOES, "studio_lifecycle_config", '"CodeEditor"', "--proxy-", again=True
    ),
    "studio_lifecycle_scripts.script": in_place(GOES, "studio_lifecycle_config", "--from-file-", again=True),
    "studio_lifecycle_scripts.default": in_place(RESET, "domain", '"LifecycleConfigArn":'),
    "studio_custom_images": in_place(GOES, "image", "tools", again=True),
    "studio_package_index": in_place(GOES, "studio_lifecycle_config", "https://mirror.example.com/pip", again=True),
    "studio_sdk_config": in_place(
        RESET, "studio_lifecycle_config", re.compile("^(?!.*sagemaker/config.yaml)"), "--built-in--", again=True
    ),
    "studio_home_efs": Row(REFUSED, STAYS),
    "studio_spaces.name": in_place(STAYS, "space", '"SpaceName": "extra"'),
    "studio_spaces.sharing": Row(REFUSED, STAYS),
    "studio_spaces.owner": Row(REFUSED, STAYS),
    "studio_spaces.app_type": Row(REFUSED, STAYS),
    "studio_spaces.ebs_gb": in_place(STAYS, "space", '"EbsVolumeSizeInGb": 37'),
    "studio_spaces.instance_type": in_place(STAYS, "space", '"ml.m5.4xlarge"'),
    "studio_personal_spaces.name": in_place(STAYS, "space", "ml.r5.xlarge"),
    "studio_personal_spaces.app_type": Row(REFUSED, STAYS),
    "studio_personal_spaces.ebs_gb": in_place(STAYS, "space", '"EbsVolumeSizeInGb": 23'),
    "studio_personal_spaces.instance_type": in_place(STAYS, "space", '"ml.r5.xlarge"'),
    "studio_members_make_their_profile": in_place(RESET, "domain", "ProfileOnFirstSignIn"),
    "studio_private_sign_in": in_place(RESET, "policy", "aws:SourceVpc", "eu-central-1-studio", again=True),
    "studio_key_rotation": in_place(RESET, "key", '"KeyRotationEnabled": false'),
    "studio_infrequent_access_days": in_place(RESET, "bucket", '"Days": 61'),
    "studio_old_versions_days": in_place(RESET, "bucket", '"NoncurrentDays": 67'),
    "studio_access_log_days": in_place(RESET, "bucket", '"Days": 73'),
    "studio_backup": in_place(STAYS, "backup_plan", "BackupPlan", again=True),
    "studio_backup_schedule": in_place(STAYS, "backup_plan", "cron(0 4 ? * * *)", again=True),
    "studio_backup_days": in_place(STAYS, "backup_plan", '"DeleteAfterDays": 41', again=True),
    "studio_budget": in_place(GOES, "budget", "137", again=True),
    "studio_tags": in_place(GOES, "domain", "4711"),
    "studio_session_minutes": in_place(RESET, "domain", "SessionMinutes"),
    "studio_password_policy": THIS_RUN,
    "studio_remove_unlisted_people": THIS_RUN,
    "studio_people_without_team": THIS_RUN,
    "studio_existing_people": THIS_RUN,
    "studio_wait_timeout": THIS_RUN,
    "studio_recreate_failed_domain": THIS_RUN,
    "studio_predict_platform": THIS_RUN,
    "studio_retain": THIS_RUN,
    "studio_key_deletion_days": THIS_RUN,
}


def names_in(variables):
    """The dotted names of what a description sets."""
    for name, value in variables.items():
        parts = value if isinstance(value, list) else [value]
        yield name
        for part in parts:
            yield from (f"{name}.{key}" for key in part) if isinstance(part, dict) else ()


def shows(row, resources, calls):
    """Whether the resources of an account (or calls of it) have what the change of a row makes."""
    if row.kind == "call":
        return any(row.text in call for call in calls)
    return any(
        _is_in(row.text, json.dumps(in_force(item)))
        for item in resources
        if item["type"] == row.kind and row.name in item["name"]
    )


def _is_in(text, shown):
    return bool(text.search(shown)) if isinstance(text, re.Pattern) else text in shown


def in_force(item):
    """A resource as people read it: without what it was once, as IAM keeps of a policy, and a script as its text."""
    told = item["attributes"]
    if item["type"] == "policy":
        return told["Versions"][told["DefaultVersionId"]]
    if item["type"] == "studio_lifecycle_config":
        text = base64.b64decode(told["StudioLifecycleConfigContent"]).decode()
        return {**item, "attributes": {**told, "StudioLifecycleConfigContent": text}}
    return item


def rows_of(stage):
    """The rows of options that change in place, by name; stage is CHANGED or AGAIN."""
    again = stage is AGAIN
    return {name: row for name, row in ROWS.items() if row.change == IN_PLACE and row.again is again}


def wrong(stage, before, after, calls):
    """Sentences about what a stage changes and the resources after it do not show, or those before it showed."""
    rows = rows_of(stage)
    missing = [f"{name} did not arrive" for name, row in rows.items() if not shows(row, after, calls)]
    return missing + [f"{name} was there before" for name, row in rows.items() if shows(row, before, [])]


def identity(account, team):
    """What must never become another one: the ids of a team's domain and file system, and the uids of its profiles."""
    sagemaker = account.client("sagemaker")
    domain = sagemaker.describe_domain(DomainId=account.domain_id(team))
    key = {"DomainId": domain["DomainId"]}
    profiles = sagemaker.list_user_profiles(DomainIdEquals=domain["DomainId"])["UserProfiles"]
    uids = {
        profile["UserProfileName"]: sagemaker.describe_user_profile(**key, UserProfileName=profile["UserProfileName"])[
            "HomeEfsFileSystemUid"
        ]
        for profile in profiles
    }
    return {**key, "home": domain["HomeEfsFileSystemId"], **uids}


def leaves(options, prefix=""):
    """The dotted names of all options of an argument specification, those of dicts and lists of dicts one by one."""
    for name, option in options.items():
        if option.get("options"):
            yield from leaves(option["options"], f"{prefix}{name}.")
        else:
            yield prefix + name


def row_of(option):
    """The row of an option: its own, or that of the option that it is a part of; None where there is none."""
    whole = option.partition(".")[0]
    return ROWS.get(option) or ROWS.get(whole)
