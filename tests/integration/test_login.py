# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in alone, without teams: its options in effect, federated people, and privacy in both directions."""

from __future__ import annotations

import hashlib
import json
import time

import pytest
import requests

from tests.support import saml
from tests.support.account import Account
from tests.support.parents import Parents
from tests.support.playbook import ROOT, run_playbook
from tests.support.studio import make_domain, settled

PLAYBOOK = "tests/integration/playbooks/login.yml"
TOPIC = "arn:aws:sns:eu-central-1:111111111111:operators"
ADA, BOB = "Ada@example.org", "bob"
FIRST_SIGN_IN = {"Key": "ProfileOnFirstSignIn", "Value": "true"}
FEDERATED = {
    "login_identity_provider": {
        "name": "company",
        "type": "SAML",
        "details": {"MetadataURL": saml.ADDRESS},
        "teams": {"team1": ["data-science"]},
    },
    "login_profile_role_arns": ["arn:aws:iam::111111111111:role/team1-execution"],
}


def tags_of(team):
    """The tags by which what belongs to a team is known, as AWS takes them."""
    return [{"Key": "Platform", "Value": "sagemaker-studio"}, {"Key": "DomainName", "Value": team}]


class SignIn:
    """The role run on an account of its own, and what a browser does with the outcome."""

    def __init__(self, *arguments):
        self.account = Account(*arguments)

    def run(self, part="main", *arguments, **variables):
        extra = json.dumps({"part": part, **variables})
        run = run_playbook(PLAYBOOK, "-e", extra, *arguments, url=self.account.url)
        assert run.status == 0, run.output[-6000:]
        return run

    def api(self):
        (api,) = self.account.client("apigateway").get_rest_apis()["items"]
        return api

    def address(self, endpoint_id=""):
        """The API's address, for a private one through an endpoint."""
        through = f"-{endpoint_id}" if endpoint_id else ""
        return f"{self.account.url}/_aws/execute-api/{self.api()['id']}{through}/prod"

    def ask(self, token, team="team1", endpoint_id=""):
        """Ask for a URL until the profile is there."""
        url = f"{self.address(endpoint_id)}/domainName/{team}/getPresignedUrl"
        for _attempt in range(100):
            answer = requests.get(url, headers={"Authorization": token}, timeout=60)
            if answer.status_code != 409:
                return answer
            time.sleep(0.2)
        return answer

    def portal_client(self):
        """The id of the portal's app client, and its callback."""
        cognito = self.account.client("cognito-idp")
        (pool,) = cognito.list_user_pools(MaxResults=10)["UserPools"]
        clients = cognito.list_user_pool_clients(UserPoolId=pool["Id"], MaxResults=60)["UserPoolClients"]
        (client_id,) = [item["ClientId"] for item in clients if item["ClientName"].endswith("-portal")]
        client = cognito.describe_user_pool_client(UserPoolId=pool["Id"], ClientId=client_id)["UserPoolClient"]
        return client_id, client["CallbackURLs"][0]

    def token(self, name, *groups):
        """The access token of a federated person with these groups at the provider."""
        answer = saml.sign_in(self.account.url, *self.portal_client(), name, groups, provider="company")
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]


@pytest.fixture(scope="module")
def made():
    """A sign-in with all that can be switched on, beside a web ACL, two domains and an app client that is not ours."""
    sign_in = SignIn()
    client = sign_in.account.client
    parents = Parents(client)
    for team in ("team1", "team2"):
        make_domain(client, parents.network, team, Tags=[*tags_of(team), FIRST_SIGN_IN])
    acl = parents.web_acl("office")
    options = {
        **FEDERATED,
        "login_mfa": "optional",
        "login_user_pool_tier": "PLUS",
        "login_threat_protection": "enforced",
        "login_tracing": True,
        "login_alarm_topic_arns": [TOPIC],
        "login_web_acl_arn": acl,
        "login_portal_throttling_rate_limit": 5,
    }
    sign_in.run(**options)
    sign_in.options, sign_in.acl = options, acl
    cognito = client("cognito-idp")
    pool_id = cognito.list_user_pools(MaxResults=10)["UserPools"][0]["Id"]
    cognito.create_user_pool_client(UserPoolId=pool_id, ClientName="stray")
    yield sign_in
    sign_in.account.process.stop()


@pytest.fixture(scope="module")
def again(made):
    """The second run."""
    return made.run(**made.options)


def test_second_run_changes_nothing_and_names_the_app_client_that_is_not_ours(made, again):
    assert again.changed == 0
    assert "has app clients that were not made here: stray." in " ".join(again.output.split())


def test_pool_asks_for_a_second_factor_and_watches_for_stolen_passwords(made):
    cognito = made.account.client("cognito-idp")
    pool_id = cognito.list_user_pools(MaxResults=10)["UserPools"][0]["Id"]
    pool = cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    assert (pool["UserPoolTier"], pool["UserPoolAddOns"]) == ("PLUS", {"AdvancedSecurityMode": "ENFORCED"})
    factors = cognito.get_user_pool_mfa_config(UserPoolId=pool_id)
    assert factors["MfaConfiguration"] == "OPTIONAL"
    assert factors["SoftwareTokenMfaConfiguration"] == {"Enabled": True}


def test_stage_is_limited_by_method_traced_and_guarded(made):
    gateway = made.account.client("apigateway")
    stage = gateway.get_stage(restApiId=made.api()["id"], stageName="prod")
    assert stage["tracingEnabled"] is True
    limits = {
        method.replace("~1", "/"): settings["throttlingRateLimit"]
        for method, settings in stage["methodSettings"].items()
    }
    assert limits == {"*/*": 20, "/portal/GET": 5, "//GET": 5}
    arn = f"arn:aws:apigateway:eu-central-1::/restapis/{made.api()['id']}/stages/prod"
    worn = made.account.client("wafv2").get_web_acl_for_resource(ResourceArn=arn)
    assert worn["WebACL"]["ARN"] == made.acl
    function = made.account.client("lambda").get_function_configuration(FunctionName="sagemaker-studio-presigned-url")
    assert function["TracingConfig"] == {"Mode": "Active"}


def test_refusals_and_failures_are_counted_and_told(made):
    group = "/aws/apigateway/sagemaker-studio"
    filters = made.account.client("logs").describe_metric_filters(logGroupName=group)["metricFilters"]
    counted = {item["metricTransformations"][0]["metricName"]: item["filterPattern"] for item in filters}
    refused = '{ ($.status = "403") && ($.error != "Missing Authentication Token") }'
    assert counted == {"Refused": refused, "Failed": '{ $.status = "5*" }'}
    alarms = made.account.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert {alarm["MetricName"]: (alarm["Namespace"], alarm["AlarmActions"]) for alarm in alarms} == {
        "Refused": ("sagemaker-studio", [TOPIC]),
        "Failed": ("sagemaker-studio", [TOPIC]),
    }


def test_federated_person_opens_the_own_teams_studio_alone(made):
    token = made.token(ADA, "data-science", "others")
    answer = made.ask(token)
    assert answer.status_code == 200, answer.text
    page = requests.get(answer.json()["url"], timeout=60).text
    assert "Domain name: team1" in page
    assert "User profile: company-ada-example-org--" in page
    assert made.ask(token, "team2").status_code == 403


def test_who_left_the_groups_of_the_provider_is_out_at_the_next_sign_in(made):
    assert made.ask(made.token(BOB, "data-science")).status_code == 200
    assert made.ask(made.token(BOB, "others")).status_code == 403


def test_federated_person_is_refused_the_profile_of_another(made):
    """As if the user name had been somebody else's before: the profile carries whose it is."""
    assert made.ask(made.token("carol", "data-science")).status_code == 200
    sagemaker = made.account.client("sagemaker")
    profiles = sagemaker.list_user_profiles()["UserProfiles"]
    (profile,) = [item for item in profiles if item["UserProfileName"].startswith("company-carol--")]
    key = {"DomainId": profile["DomainId"], "UserProfileName": profile["UserProfileName"]}
    arn = sagemaker.describe_user_profile(**key)["UserProfileArn"]
    tags = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
    assert tags["UserSub"] == saml.claims(made.token("carol", "data-science"))["sub"]
    sagemaker.delete_user_profile(**key)
    while sagemaker.list_user_profiles(UserProfileNameContains=key["UserProfileName"])["UserProfiles"]:
        time.sleep(0.1)
    sagemaker.create_user_profile(**key, Tags=[*tags_of("team1"), {"Key": "UserSub", "Value": "of-somebody-else"}])
    settled(lambda: sagemaker.describe_user_profile(**key))
    forget(made)
    refused = made.ask(made.token("carol", "data-science"))
    assert refused.status_code == 404
    assert "is not yours" in refused.json()["message"]


def forget(made):
    """Start the function anew, which remembers for some minutes whose profile is whose."""
    functions = made.account.client("lambda")
    name = "sagemaker-studio-presigned-url"
    environment = functions.get_function_configuration(FunctionName=name)["Environment"]
    functions.update_function_configuration(FunctionName=name, Environment=environment, Description="anew")


def test_access_log_tells_who_asked_for_what_and_holds_no_token(made):
    token = made.token(ADA, "data-science")
    answer = made.ask(token)
    assert answer.status_code == 200
    logs, group = made.account.client("logs"), "/aws/apigateway/sagemaker-studio"
    lines = [json.loads(event["message"]) for event in logs.filter_log_events(logGroupName=group)["events"]]
    path = "/domainName/{domainName}/getPresignedUrl"
    opened = [line for line in lines if line["path"] == path and line["status"] == "200"]
    assert f"company_{ADA}" in {line["user"] for line in opened}
    assert len({line["requestId"] for line in lines}) == len(lines)
    assert opened[-1]["requestId"] == answer.headers["x-amzn-requestid"]
    assert token not in json.dumps(lines)


def test_nothing_is_left(made):
    made.run("absent", **made.options)
    left = {
        item["type"] for item in made.account.get("resources") if item["service"] not in ("sagemaker", "ec2", "efs")
    }
    assert left == {"web_acl"}


def test_provider_that_cannot_be_asked_is_refused_before_the_first_call(made):
    made.account.writes()
    wrong = {
        "login_identity_provider": {"name": "our company", "type": "OIDC", "details": {"client_secret": "hidden-1"}},
        "login_user_pool_tier": "LITE",
        "login_threat_protection": "audit",
        "login_live_group_check": True,
    }
    run = run_playbook(PLAYBOOK, "-e", json.dumps(wrong), url=made.account.url)
    output = " ".join(run.output.split())
    assert run.status != 0
    for sentence in (
        "login_identity_provider.name must be",
        "login_identity_provider.details needs oidc_issuer",
        "belongs into login_identity_provider_secret",
        "needs its secret in login_identity_provider_secret",
        "login_identity_provider needs the feature plan",
        "login_threat_protection audit needs the feature plan PLUS",
        "login_live_group_check looks memberships up",
    ):
        assert sentence in output, sentence
    assert "hidden-1" not in output
    assert made.account.writes() == []


# --- private -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def private():
    """A private sign-in where policies are enforced, for URLs too, with a domain in which ada has a profile."""
    sign_in = SignIn("--auth", "--set", "presigned_url_conditions=checked")
    client = sign_in.account.client
    parents = Parents(client)
    domain_id = make_domain(client, parents.network, "team1", Tags=tags_of("team1"))["DomainId"]
    sign_in.domain_id = domain_id
    regional = sign_in.run(**FEDERATED)
    assert regional.changed
    sign_in.regional_id = sign_in.api()["id"]
    sign_in.run(login_endpoint_type="private", **FEDERATED)
    endpoints = client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    sign_in.endpoints = {item["ServiceName"].rpartition(".")[2]: item["VpcEndpointId"] for item in endpoints}
    yield sign_in
    sign_in.account.process.stop()


@pytest.mark.long
def test_regional_api_becomes_private_in_place(private):
    api = private.api()
    assert api["id"] == private.regional_id
    assert api["endpointConfiguration"]["types"] == ["PRIVATE"]
    assert private.run(login_endpoint_type="private", **FEDERATED).changed == 0


@pytest.mark.long
def test_portal_is_reached_through_the_endpoint_alone(private):
    through = private.endpoints["execute-api"]
    assert requests.get(f"{private.address(through)}/portal", timeout=60).status_code == 200
    assert requests.get(f"{private.address()}/portal", timeout=60).status_code == 403
    assert requests.get(f"{private.address(private.endpoints['sts'])}/portal", timeout=60).status_code == 403


@pytest.mark.long
def test_url_of_a_private_sign_in_opens_through_studios_endpoint_alone(private):
    token = private.token("ada", "data-science")
    sagemaker = private.account.client("sagemaker")
    name = f"company-ada--{hashlib.sha256(b'company_ada').hexdigest()[:20]}"
    sagemaker.create_user_profile(DomainId=private.domain_id, UserProfileName=name, Tags=tags_of("team1"))
    answer = private.ask(token, endpoint_id=private.endpoints["execute-api"])
    assert answer.status_code == 200, answer.text
    url = answer.json()["url"]
    outside = requests.get(url, allow_redirects=False, timeout=60)
    assert outside.status_code == 302
    through = url.replace(private.domain_id, f"{private.domain_id}-{private.endpoints['studio']}")
    assert requests.get(through, allow_redirects=False, timeout=60).status_code == 200


@pytest.mark.long
def test_private_api_becomes_regional_in_place(private):
    private.run(**FEDERATED)
    api = private.api()
    assert api["id"] == private.regional_id
    assert api["endpointConfiguration"]["types"] == ["REGIONAL"]
    assert requests.get(f"{private.address()}/portal", timeout=60).status_code == 200
    assert private.run(**FEDERATED).changed == 0


@pytest.fixture
def platform_alone(tmp_path):
    """The demo's inventory without its teams."""
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "hosts.yml").write_text("all: {children: {platforms: {hosts: {main: }}}}\n")
    demo = ROOT / "inventories/demo/group_vars/all.yml"
    (tmp_path / "group_vars/all.yml").write_text(demo.read_text())
    return str(tmp_path)


@pytest.mark.long
def test_private_platform_is_built_switched_and_ended_with_nothing_left(platform_alone):
    account = Account()

    def run(playbook, **variables):
        ended = account.run(playbook, "-i", platform_alone, **variables)
        assert ended.status == 0, ended.output[-6000:]
        return ended

    def doors():
        endpoints = account.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
        return [item["ServiceName"] for item in endpoints if item["ServiceName"].endswith("execute-api")]

    try:
        run("platform", login_endpoint_type="private")
        assert len(doors()) == 1
        assert run("platform", login_endpoint_type="private").changed == 0
        run("platform")
        assert doors() == []
        assert run("platform").changed == 0
        run("platform", login_endpoint_type="private")
        run("destroy_platform", confirm="sagemaker-studio")
        assert account.get("resources") == []
    finally:
        account.process.stop()
