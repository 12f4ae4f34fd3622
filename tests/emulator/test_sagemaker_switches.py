# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other value of every switch (emulator/settings.py says what each decides)."""

import http.client
import json
import urllib.parse

import pytest

from emulator.settings import SWITCHES, settings
from tests.emulator.studio import ARN, ROLE, refused


@pytest.fixture
def switch(monkeypatch):
    """A function that sets a switch for one test, after checking that it has this value."""

    def change(name, value):
        assert value in SWITCHES[name].values
        assert value != SWITCHES[name].default
        monkeypatch.setitem(settings._switches, name, value)

    return change


@pytest.fixture
def colourful(client):
    """A client whose ListDomains carries a member that the model does not know."""
    sagemaker = client("sagemaker", region="us-east-1")

    def add(params, **_context):
        params["body"] = json.dumps({"Colour": "blue"}).encode()

    sagemaker.meta.events.register("before-call.sagemaker.ListDomains", add)
    yield sagemaker
    sagemaker.meta.events.unregister("before-call.sagemaker.ListDomains", add)


def test_unknown_members_are_ignored(colourful):
    assert colourful.list_domains()["Domains"] == []


def test_unknown_members_refused(colourful, switch):
    switch("unknown_members", "refuse")
    with refused("ValidationException"):
        colourful.list_domains()


def test_cleared_lists_shown(studio, switch):
    switch("cleared_lists", "shown")
    domain_id = studio.domain(user_settings={"SecurityGroups": ["sg-1"]})
    studio.sagemaker.update_domain(DomainId=domain_id, DefaultUserSettings={"SecurityGroups": []})
    assert studio.settled(domain_id)["DefaultUserSettings"]["SecurityGroups"] == []


def test_secret_hidden_after_rotation(client, switch):
    switch("client_secret_after_rotation", "hidden")
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="c", GenerateSecret=True)["UserPoolClient"]
    key = {"UserPoolId": pool, "ClientId": made["ClientId"]}
    assert "ClientSecret" in cognito.describe_user_pool_client(**key)["UserPoolClient"]
    cognito.add_user_pool_client_secret(**key)
    assert "ClientSecret" not in cognito.describe_user_pool_client(**key)["UserPoolClient"]
    assert len(cognito.list_user_pool_client_secrets(**key)["ClientSecrets"]) == 2


def test_create_in_unknown_domain_not_found(studio, switch):
    switch("create_in_unknown_domain", "ResourceNotFound")
    with refused("ResourceNotFound"):
        studio.sagemaker.create_user_profile(DomainId="d-unknown", UserProfileName="ada")


def test_delete_while_deleting_accepted(studio, switch):
    switch("delete_while_deleting", "accepted")
    domain_id = studio.domain()
    studio.profile(domain_id)
    profile = {"DomainId": domain_id, "UserProfileName": "ada"}
    for _ in range(2):
        studio.sagemaker.delete_user_profile(**profile)
    with refused("ResourceNotFound"):
        studio.sagemaker.delete_user_profile(**profile)


def test_domain_names_unique(studio, switch):
    studio.create_domain()
    studio.create_domain()
    switch("domain_names", "unique")
    with refused("ResourceInUse"):
        studio.create_domain()
    studio.create_domain("team2")


@pytest.mark.parametrize(("depth", "kept"), [("all", True), ("app_settings", False)])
def test_merge_depth(studio, monkeypatch, depth, kept):
    monkeypatch.setitem(settings._switches, "merge_depth", depth)
    lab = {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}
    domain_id = studio.domain(user_settings={"JupyterLabAppSettings": lab, "SecurityGroups": ["sg-1"]})
    repositories = {"CodeRepositories": [{"RepositoryUrl": "https://example.com/lab"}]}
    studio.sagemaker.update_domain(DomainId=domain_id, DefaultUserSettings={"JupyterLabAppSettings": repositories})
    shown = studio.settled(domain_id)["DefaultUserSettings"]
    assert shown["JupyterLabAppSettings"] == {**(lab if kept else {}), **repositories}
    assert shown["SecurityGroups"] == ["sg-1"]


def test_execution_role_optional(studio, switch):
    switch("execution_role", "optional")
    assert studio.create_domain(DefaultUserSettings={})


def test_custom_image_references_checked(studio, switch):
    switch("custom_image_references", "checked")
    images = [{"ImageName": "lab", "AppImageConfigName": "lab"}]
    lab = {"JupyterLabAppSettings": {"CustomImages": images}}
    with refused("ValidationException", "Image [lab] does not exist."):
        studio.create_domain(user_settings=lab)
    studio.sagemaker.create_image(ImageName="lab", RoleArn=ROLE)
    with refused("ValidationException", "AppImageConfig [lab] does not exist."):
        studio.create_domain(user_settings=lab)
    studio.sagemaker.create_app_image_config(AppImageConfigName="lab")
    assert studio.create_domain(user_settings=lab)


def test_execution_role_references_checked(studio, client, switch):
    switch("execution_role_references", "checked")
    with refused("ValidationException"):
        studio.create_domain()
    who = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com"}}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [who]})
    client("iam").create_role(RoleName="studio", AssumeRolePolicyDocument=trust)
    assert studio.create_domain()


def test_security_group_references_checked(studio, switch):
    switch("security_group_references", "checked")
    with refused("ValidationException"):
        studio.create_domain(user_settings={"SecurityGroups": ["sg-1"]})
    with refused("ValidationException"):
        studio.create_domain(DomainSettings={"SecurityGroupIds": ["sg-1"]})
    foreign, own = (
        studio.ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["SecurityGroups"]
        for vpc in sorted(studio.ec2.describe_vpcs()["Vpcs"], key=lambda vpc: vpc["VpcId"] == studio.vpc)
    )
    with refused("ValidationException"):
        studio.create_domain(user_settings={"SecurityGroups": [foreign[0]["GroupId"]]})
    assert studio.create_domain(user_settings={"SecurityGroups": [own[0]["GroupId"]]})


def test_not_found_of_spaces_and_apps_in_the_old_words(studio, switch):
    """terraform-provider-aws find.go: a ValidationException whose text contains RecordNotFound."""
    switch("not_found_of_spaces_and_apps", "RecordNotFound")
    with refused("ValidationException") as caught:
        studio.sagemaker.describe_space(DomainId="d-unknown", SpaceName="lab")
    assert "RecordNotFound" in caught.value.response["Error"]["Message"]
    with refused("ValidationException"):
        studio.sagemaker.describe_app(DomainId="d-unknown", SpaceName="lab", AppType="JupyterLab", AppName="default")
    with refused("ResourceNotFound"):
        studio.sagemaker.describe_user_profile(DomainId="d-unknown", UserProfileName="ada")


def test_lifecycle_config_references_unchecked(studio, switch):
    switch("lifecycle_config_references", "unchecked")
    arns = [f"{ARN}:studio-lifecycle-config/missing"]
    assert studio.create_domain(user_settings={"JupyterLabAppSettings": {"LifecycleConfigArns": arns}})


def test_presigned_url_opens_once(emulator, studio, switch):
    switch("presigned_url_uses", "one")
    domain_id = studio.domain()
    studio.profile(domain_id)
    url = studio.sagemaker.create_presigned_domain_url(DomainId=domain_id, UserProfileName="ada")["AuthorizedUrl"]
    parts, seen = urllib.parse.urlsplit(url), []
    for _ in range(2):
        connection = http.client.HTTPConnection("127.0.0.1", emulator.port, timeout=10)
        connection.request("GET", f"{parts.path}?{parts.query}")
        with connection.getresponse() as response:
            seen.append(response.status)
    assert seen == [200, 302]


def test_tags_of_unknown_arn_not_found(studio, switch):
    switch("tags_of_unknown_arn", "ResourceNotFound")
    with refused("ResourceNotFound"):
        studio.sagemaker.list_tags(ResourceArn=f"{ARN}:domain/d-unknown")
