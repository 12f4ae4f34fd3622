# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import io
import json
import zipfile

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, writes
from tests.support.http import request
from tests.support.roles import make_role

ROLE = "arn:aws:iam::111111111111:role/presigned-url"
ARN = "arn:aws:lambda:eu-central-1:111111111111:function:presigned-url"


@pytest.fixture
def source(tmp_path):
    directory = tmp_path / "code"
    directory.mkdir()
    (directory / "handler.py").write_text("import os\n\ndef handle(event, context):\n    return os.environ['WORD']\n")
    return directory


@pytest.fixture
def run(client, source):
    make_role(client("iam"), "presigned-url", "lambda.amazonaws.com")

    def run(check=False, **changes):
        options = {
            "name": "presigned-url",
            "role": ROLE,
            "runtime": "python3.12",
            "handler": "handler.handle",
            "source_dir": str(source),
            "timeout": 20,
            "environment": {"WORD": "one"},
            "tags": {"Platform": "studio"},
        }
        return run_module("lambda_function", check=check, **{**options, **changes})

    return run


def test_create_check_again_change_delete(run, client):
    predicted = run(check=True)
    made = run()
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    assert predicted["function"]["function_arn"] == made["function"]["function_arn"] == ARN
    assert predicted["function"]["code_sha256"] == made["function"]["code_sha256"]
    assert made["function"]["state"] == "Active"
    assert json.load(client("lambda").invoke(FunctionName="presigned-url")["Payload"]) == "one"
    assert run(check=True)["changed"] is False
    assert run()["changed"] is False

    changes = {"environment": {"WORD": "two"}, "description": "Opens Studio", "tags": {"Team": "a"}}
    predicted = run(check=True, **changes)
    changed = run(**changes)
    assert predicted["diff"] == changed["diff"]
    assert changed["diff"]["after"] == changes
    assert changed["function"]["timeout"] == 20
    assert json.load(client("lambda").invoke(FunctionName="presigned-url")["Payload"]) == "two"
    assert run(**changes)["changed"] is False

    assert run(state="absent", check=True)["changed"] is True
    assert run(state="absent")["changed"] is True
    assert run(state="absent")["changed"] is False


def test_namesake_without_the_tags_is_left_alone(run, emulator):
    run()
    gone = {"state": "absent", "match_tags": {"Platform": "other"}}
    with no_writes(emulator):
        assert run(**gone)["changed"] is False
    assert run(**{**gone, "match_tags": {"Platform": "studio"}})["changed"] is True


def test_code_is_uploaded_when_and_only_when_it_differs(run, source, client):
    first = run()["function"]["code_sha256"]
    (source / "__pycache__").mkdir()
    (source / "__pycache__" / "handler.cpython-312.pyc").write_bytes(b"compiled")
    (source / "handler.py").touch()
    assert run()["changed"] is False, "times and compiled files are no difference"

    (source / "handler.py").write_text("def handle(event, context):\n    return 'new'\n")
    changed = run()
    assert set(changed["diff"]["after"]) == {"code_sha256"}
    assert changed["function"]["code_sha256"] != first
    assert json.load(client("lambda").invoke(FunctionName="presigned-url")["Payload"]) == "new"


def test_foreign_code_and_settings_are_repaired(run, client):
    made = run()["function"]
    foreign = io.BytesIO()
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("handler.py", "def handle(event, context):\n    return 'foreign'\n")
    client("lambda").update_function_code(FunctionName="presigned-url", ZipFile=foreign.getvalue())
    client("lambda").update_function_configuration(FunctionName="presigned-url", Timeout=3)
    assert set(run(check=True)["diff"]["after"]) == {"code_sha256", "timeout"}
    repaired = run()["function"]
    assert (repaired["code_sha256"], repaired["timeout"]) == (made["code_sha256"], 20)


def test_check_mode_writes_nothing(run, emulator):
    with no_writes(emulator):
        run(check=True)
        run(check=True, state="absent")
    run()
    with no_writes(emulator):
        run(check=True, timeout=5, tags={})
        run(check=True, state="absent")


def test_a_function_that_is_not_seen_at_once_is_waited_for(run, emulator):
    unseen = {"service": "lambda", "operation": "CreateFunction", "lag": 3}
    assert request(f"{emulator.url}/_emulator/faults", "POST", [unseen])[0] == 200
    assert run()["function"]["state"] == "Active"


def test_a_role_that_is_still_spreading_is_waited_for(run, emulator, client):
    spreading = {"service": "iam", "operation": "CreateRole", "propagation": 5}
    assert request(f"{emulator.url}/_emulator/faults", "POST", [spreading])[0] == 200
    role = make_role(client("iam"), "new", "lambda.amazonaws.com")
    assert run(role=role)["function"]["role"] == role
    assert writes(emulator).count("CreateFunction") > 1, "the first attempt must have been refused"


def test_vpc_and_logging_settings_are_kept_when_not_named(run, client):
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{part}.0/24")["Subnet"]["SubnetId"] for part in range(2)]
    group = ec2.create_security_group(GroupName="f", Description="f", VpcId=vpc)["GroupId"]
    network = {"subnet_ids": subnets, "security_group_ids": [group]}
    logging = {"log_format": "JSON", "application_log_level": "INFO", "log_group": "/studio/presigned-url"}
    made = run(vpc_config=network, logging_config=logging)["function"]
    assert made["vpc_config"] == network
    assert run(vpc_config={**network, "subnet_ids": subnets[::-1]})["changed"] is False
    kept = run(timeout=5)["function"]
    assert kept["vpc_config"] == network
    assert kept["logging_config"]["log_format"] == "JSON"
    assert run(timeout=5, vpc_config={"subnet_ids": [], "security_group_ids": []})["function"]["vpc_config"] == {
        "subnet_ids": [],
        "security_group_ids": [],
    }


@pytest.mark.parametrize("check", [True, False])
def test_a_directory_without_code_is_refused(run, tmp_path, check):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ModuleFailed, match="holds no files"):
        run(check=check, source_dir=str(empty))
