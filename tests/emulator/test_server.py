# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process: start, address, settings, state, stop, and what it answers about itself."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

import emulator as package
from emulator import server
from emulator.settings import DEFAULTS, SWITCHES, Settings, SettingsError
from tests.support.emulator_plugin import boto3_client, points_here
from tests.support.emulator_process import ROOT, run_emulator
from tests.support.function_code import packed
from tests.support.http import get, request
from tests.support.memory import resident

ALLOW_LIST_USERS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}],
}

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "sagemaker.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


def test_health_names_the_emulator(emulator):
    told = {"name": "mlplatform-studio-emulator", "version": package.VERSION, "folder": str(Path(__file__).parents[2])}
    assert get(f"{emulator.url}/_emulator/health") == told


def test_addresses_lead_here(emulator):
    port = emulator.url.rpartition(":")[2]
    assert get(f"{emulator.url}/_emulator/addresses") == {
        "rest_api": f"http://localhost:{port}/_aws/execute-api/{{rest_api_id}}/{{stage}}",
        "hosted_ui": f"http://localhost:{port}",
        "studio_hosts": [f"127.0.0.1:{port}"],
    }


def test_unknown_admin_page_names_the_known_ones(emulator):
    status, _headers, body = request(f"{emulator.url}/_emulator/nothing")
    assert status == 404
    assert "GET /_emulator/resources" in json.loads(body)["message"]


def test_reset_forgets_resources(emulator, client):
    client("iam").create_user(UserName="ada")
    emulator.reset()
    assert client("iam").list_users()["Users"] == []


def test_one_emulator_per_process(emulator):
    with pytest.raises(server.EmulatorError, match="already has"):
        server.Emulator.start_in_thread()


def test_other_ministack_is_refused(monkeypatch):
    monkeypatch.setattr(server.importlib.metadata, "version", lambda _name: "1.5.34")
    with pytest.raises(server.EmulatorError, match=r"needs ministack 1\.5\.33, but 1\.5\.34 is installed"):
        server.check_ministack()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_cleanly(start_emulator, number):
    running = start_emulator()
    running.process.send_signal(number)
    assert running.process.wait(timeout=10) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port))


def test_port_in_use_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run_emulator("--port", str(port))
    assert result.returncode == 1
    assert result.stdout == ""
    reason = "cannot be opened (Address already in use)"
    assert result.stderr == f"Port {port} on 127.0.0.1 {reason}: choose another with --port, or 0 for any.\n"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("unknown_thing=1", "--set: unknown name 'unknown_thing'. Known names: "),
        ("unknown_members=maybe", "--set: 'unknown_members' is 'maybe'; it must be one of ignore, refuse."),
    ],
)
def test_wrong_switch_is_one_sentence(argument, message):
    result = run_emulator("--port", "0", "--set", argument)
    assert result.returncode == 1
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


def test_it_listens_on_its_port_alone(start_emulator):
    """No listener of ministack's besides (MQTT, SFTP, TLS), and none beyond 127.0.0.1; below 80 MiB when idle."""
    running = start_emulator()
    process = Path(f"/proc/{running.process.pid}")
    inodes = {link.readlink().name for link in (process / "fd").iterdir() if link.is_symlink()}
    sockets = [line.split() for table in ("tcp", "tcp6") for line in (process / "net" / table).read_text().splitlines()]
    listening = [row[1] for row in sockets if row[3] == "0A" and f"socket:[{row[9]}]" in inodes]
    assert listening == [f"0100007F:{running.port:04X}"]
    assert resident(running.process.pid) < 80


def make_role(running):
    iam = boto3_client(running.url, "iam")
    return iam.create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]


def make_function(running, code):
    functions = boto3_client(running.url, "lambda")
    functions.create_function(
        FunctionName="show",
        Role=make_role(running),
        Runtime="python3.11",
        Handler="index.handler",
        Code={"ZipFile": packed(code)},
    )
    return json.load(functions.invoke(FunctionName="show")["Payload"])


def test_functions_do_not_inherit_the_callers_credentials(start_emulator, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a real secret")
    code = "import os\ndef handler(event, context):\n    return dict(os.environ)"
    environment = make_function(start_emulator(), code)
    assert environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert "a real secret" not in environment.values()


def test_processes_of_functions_end_with_the_emulator(start_emulator):
    running = start_emulator()
    process = make_function(running, "import os\ndef handler(event, context):\n    return os.getpid()")
    assert Path(f"/proc/{process}").exists()
    running.stop()
    assert not Path(f"/proc/{process}").exists()


SLEEP = "import time\ndef handler(event, context):\n    time.sleep(120)"
SILENT = {
    "Resources": {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "function", "AssumeRolePolicyDocument": TRUST}},
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": "silent",
                "Runtime": "python3.11",
                "Handler": "index.handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": "def handler(event, context):\n    return 1\n"},
            },
        },
        "Asked": {"Type": "Custom::Asked", "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}},
    }
}
WAIT = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 120, "End": True}}}


def make_silent_stack(running):
    """A custom resource whose function never answers: CloudFormation waits an hour for it."""
    client, called = boto3_client(running.url, "cloudformation"), f"{running.url}/_emulator/resources"
    client.create_stack(StackName="silent", TemplateBody=json.dumps(SILENT), Capabilities=["CAPABILITY_NAMED_IAM"])
    assert eventually(lambda: ("function", "silent") in {(row["type"], row["name"]) for row in get(called)})


def invoke_sleeping_function(running):
    """A request that waits for its function, whose process must end too."""
    make_function(running, "def handler(event, context):\n    return 1")
    client = boto3_client(running.url, "lambda")
    client.update_function_code(FunctionName="show", ZipFile=packed(SLEEP))
    client.update_function_configuration(FunctionName="show", Timeout=300)
    in_background(lambda: client.invoke(FunctionName="show"))


def receive_nothing(running):
    """A long poll of an empty queue."""
    client = boto3_client(running.url, "sqs")
    queue = client.create_queue(QueueName="empty")["QueueUrl"]
    in_background(lambda: client.receive_message(QueueUrl=queue, WaitTimeSeconds=20))


def execute_a_wait(running):
    """A state machine that waits."""
    role = make_role(running)
    client = boto3_client(running.url, "stepfunctions")
    machine = client.create_state_machine(name="wait", definition=json.dumps(WAIT), roleArn=role)["stateMachineArn"]
    client.start_execution(stateMachineArn=machine)


def in_background(call):
    """Make a call that has no answer before the emulator ends."""

    def calling():
        with contextlib.suppress(BotoCoreError, ClientError):
            call()

    threading.Thread(target=calling, daemon=True).start()
    time.sleep(2)


def children_of(process):
    """The ids of the processes that a process started."""
    return [path.parent.name for path in Path("/proc").glob("[0-9]*/stat") if parent(path) == process.pid]


def parent(path):
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return int(path.read_text().rpartition(")")[2].split()[1])
    return None


@pytest.mark.parametrize("make", [make_silent_stack, invoke_sleeping_function, receive_nothing, execute_a_wait])
def test_it_ends_within_seconds_and_keeps_its_state_whatever_waits(start_emulator, tmp_path, make):
    running = start_emulator("--state", str(tmp_path))
    boto3_client(running.url, "iam").create_user(UserName="ada")
    make(running)
    children = children_of(running.process)
    running.process.terminate()
    assert running.process.wait(timeout=10) == 0
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []
    kept = boto3_client(start_emulator("--state", str(tmp_path)).url, "iam").list_users()["Users"]
    assert [user["UserName"] for user in kept] == ["ada"]


def test_state_survives_a_clean_stop(start_emulator, tmp_path):
    """Everything, bodies of S3 objects included, and what was in transition goes on."""
    first = start_emulator("--state", str(tmp_path))
    s3 = boto3_client(first.url, "s3")
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="kept", Key="note", Body=b"still here")
    ec2 = boto3_client(first.url, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    iam = boto3_client(first.url, "iam")
    role = iam.create_role(RoleName="execution", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    domain = (
        boto3_client(first.url, "sagemaker")
        .create_domain(
            DomainName="team1",
            AuthMode="IAM",
            VpcId=vpc,
            SubnetIds=[subnet],
            DefaultUserSettings={"ExecutionRole": role},
        )["DomainArn"]
        .rpartition("/")[2]
    )
    before = {row["id"] for row in get(f"{first.url}/_emulator/resources")}
    assert first.stop() == 0

    second = start_emulator("--state", str(tmp_path))
    assert before <= {row["id"] for row in get(f"{second.url}/_emulator/resources")}
    assert boto3_client(second.url, "s3").get_object(Bucket="kept", Key="note")["Body"].read() == b"still here"
    assert eventually_in_service(boto3_client(second.url, "sagemaker"), domain)


def eventually_in_service(sagemaker, domain):
    return eventually(lambda: sagemaker.describe_domain(DomainId=domain)["Status"] == "InService")


def eventually(true):
    """Whether something becomes true within some seconds."""
    for _attempt in range(50):
        if true():
            return True
        time.sleep(0.1)
    return False


def test_without_state_nothing_is_kept(start_emulator):
    first = start_emulator()
    boto3_client(first.url, "iam").create_user(UserName="ada")
    first.stop()
    second = start_emulator()
    assert get(f"{second.url}/_emulator/resources") == []


def test_auth_enforces_policies_and_signatures(start_emulator):
    running = start_emulator("--auth")
    iam = boto3_client(running.url, "iam")
    iam.create_user(UserName="ada")
    iam.put_user_policy(UserName="ada", PolicyName="list", PolicyDocument=json.dumps(ALLOW_LIST_USERS))
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    user = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    assert len(boto3_client(running.url, "iam", **user).list_users()["Users"]) == 1
    assert denied(boto3_client(running.url, "iam", **user).create_user, UserName="bob") == "AccessDenied"
    assert denied(boto3_client(running.url, "sagemaker", **user).list_domains) == "AccessDeniedException"
    forged = {**user, "aws_secret_access_key": "wrong"}
    assert denied(boto3_client(running.url, "iam", **forged).list_users) == "SignatureDoesNotMatch"
    recorded = get(f"{running.url}/_emulator/calls")[-3:]
    assert [call["error"] for call in recorded] == ["AccessDenied", "AccessDeniedException", "SignatureDoesNotMatch"]
    assert {call["principal"] for call in recorded} == {"arn:aws:iam::111111111111:user/ada"}


def denied(operation, **arguments):
    with pytest.raises(ClientError) as caught:
        operation(**arguments)
    return caught.value.response["Error"]["Code"]


def test_settings_cannot_change_after_the_start():
    settings = Settings()
    settings.configure(latency_scale=0.5, switches={"unknown_members": "refuse"})
    settings.freeze()
    assert (settings.latency_scale, settings.switch("unknown_members")) == (0.5, "refuse")
    with pytest.raises(SettingsError, match="has started"):
        settings.configure(latency_scale=1)


@pytest.mark.parametrize("values", [{"latency_scale": -1}, {"domain_quota": -1}, {"speed": 3}])
def test_wrong_settings_are_refused(values):
    with pytest.raises(SettingsError, match=next(iter(values))):
        Settings().configure(**values)


def test_documentation_shows_every_setting_and_switch():
    text = (ROOT / "docs" / "emulator.md").read_text()
    rows = [
        f"| `{name}` | {', '.join(switch.values)} | {switch.decides.replace('[]', '`[]`')} |"
        for name, switch in SWITCHES.items()
    ]
    assert [row for row in rows if row not in text] == []
    assert [name for name in DEFAULTS if f"`{name}`" not in text] == []
    assert all(switch.values[0] == switch.default for switch in SWITCHES.values())


def test_every_switch_is_read():
    """A documented switch that nothing reads would be a lie."""
    sources = [path.read_text() for path in (ROOT / "emulator").rglob("*.py") if path.name != "settings.py"]
    read = {name for source in sources for name in re.findall(r'switch\("(\w+)"\)', source)}
    assert read == set(SWITCHES)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:4566", True),
        ("http://localhost:4566", False),
        ("https://sts.amazonaws.com", False),
        ("http://127.0.0.1.example.com", False),
        (None, False),
    ],
)
def test_guard_of_the_test_environment(url, here):
    assert points_here(url) is here


@pytest.mark.parametrize(
    "statement", ["del os.environ['AWS_ENDPOINT_URL']", "os.environ['AWS_ENDPOINT_URL'] = 'https://sts.amazonaws.com'"]
)
def test_no_test_runs_when_its_calls_could_leave_this_machine(tmp_path, statement):
    unsafe = tmp_path / "test_unsafe.py"
    unsafe.write_text(f"import os\n{statement}\ndef test_it():\n    print('it ran')\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-s",
        "-p",
        "tests.support.emulator_plugin",
        "--rootdir",
        ROOT,
        str(unsafe),
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1
    assert "no test may reach AWS" in result.stdout
    assert "it ran" not in result.stdout
