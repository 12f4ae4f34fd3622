# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import datetime
import stat

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes
from tests.support.http import request
from tests.support.studio import make_domain, make_network, settled


@pytest.fixture
def member(client):
    """The options of a member's URL."""
    domain_id = make_domain(client, make_network(client))["DomainId"]
    sagemaker = client("sagemaker")
    sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ada")
    settled(lambda: sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName="ada"))
    return {"domain_id": domain_id, "user_profile_name": "ada"}


def test_url_in_a_file_opens_studio(member, tmp_path):
    dest = tmp_path / "url"
    dest.write_text("older")
    dest.chmod(0o644)
    result = run_module("presigned_url", **member, expires_in=60, dest=str(dest))
    url = dest.read_text().strip()
    assert result["changed"] and result["dest"] == str(dest) and stat.S_IMODE(dest.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["url"], "nothing is left beside it"
    assert url.partition("token=")[2] not in str(result) and "authorized_url" not in result
    left = datetime.datetime.fromisoformat(result["expires_at"]) - datetime.datetime.now(datetime.UTC)
    assert 40 < left.total_seconds() <= 60
    status, _headers, page = request(url)
    assert status == 200 and b"ada" in page and member["domain_id"].encode() in page


def test_url_is_returned_when_asked_for(member):
    result = run_module("presigned_url", **member, return_url=True, session_expiration=1800, landing_uri="studio::")
    assert request(result["authorized_url"])[0] == 200
    assert result["changed"] is False and "dest" not in result


def test_check_mode_makes_no_url(emulator, member, tmp_path):
    with no_writes(emulator):
        result = run_module("presigned_url", check=True, **member, dest=str(tmp_path / "url"), return_url=True)
    assert result["changed"] is False and result["skipped"] is True and "check mode" in result["msg"]
    assert "authorized_url" not in result and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "options, message",
    [
        ({"return_url": True, "expires_in": 4}, "expires_in is 4; AWS takes 5 to 300 seconds"),
        ({"return_url": True, "expires_in": 301}, "expires_in is 301"),
        ({"return_url": True, "session_expiration": 1799}, "session_expiration is 1799; AWS takes 1800 to 43200"),
        ({"return_url": True, "session_expiration": 43201}, "session_expiration is 43201"),
        ({}, "Nobody would get the URL"),
        ({"dest": "/"}, "is a directory"),
        ({"dest": "/nowhere-at-all/url"}, "does not exist. Create it first"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_bad_input_is_refused_before_a_url_is_made(emulator, options, message, check):
    with no_writes(emulator), pytest.raises(ModuleFailed, match=message):
        run_module("presigned_url", check=check, domain_id="d-nothere", user_profile_name="ada", **options)


def test_unknown_member_is_one_sentence(member):
    with pytest.raises(ModuleFailed) as caught:
        run_module("presigned_url", **{**member, "user_profile_name": "eve"}, return_url=True)
    assert "eve" in caught.value.result["msg"] and "Traceback" not in str(caught.value.result)
    assert caught.value.result["error"]["code"] == "ResourceNotFound"
