# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Presigned URLs and the page behind them."""

import http.client
import time
import urllib.parse

import pytest

from emulator.settings import settings
from tests.emulator.studio import refused
from tests.support.emulator_plugin import REGION
from tests.support.studio import settled


@pytest.fixture
def domain_id(studio):
    domain_id = studio.domain()
    studio.profile(domain_id, "Ada")
    return domain_id


def presign(studio, domain_id, name="ada", **arguments):
    answer = studio.sagemaker.create_presigned_domain_url(DomainId=domain_id, UserProfileName=name, **arguments)
    return answer["AuthorizedUrl"]


def open_url(emulator, url, host=None):
    """GET without following redirects: (status, headers, text)."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", emulator.port, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Host": host} if host else {})
    with connection.getresponse() as response:
        return response.status, response.headers, response.read().decode()


def test_url_opens_studio(emulator, studio, domain_id):
    """API reference CreatePresignedDomainUrl: the page is the profile's."""
    url = presign(studio, domain_id)
    assert url.startswith(f"{emulator.url}/_studio/{domain_id}/auth?token=")
    status, headers, text = open_url(emulator, url)
    assert status == 200
    assert headers["Cache-Control"] == "no-store"
    for words in (domain_id, "team1", "Ada"):
        assert words in text


def test_url_may_be_opened_again(emulator, studio, domain_id):
    """Switch presigned_url_uses: AWS documents no single use."""
    url = presign(studio, domain_id)
    assert [open_url(emulator, url)[0] for _ in range(2)] == [200, 200]


def test_forged_url_leads_to_sign_in(emulator, studio, domain_id):
    """The token is signed; nothing of it can be changed."""
    url = presign(studio, domain_id)
    for forged in (f"{url}x", url.replace("token=", "token=x"), url.partition("?")[0], url.partition(".ey")[0] + ".."):
        status, headers, _text = open_url(emulator, forged)
        assert (status, headers["Location"]) == (302, "/_studio/sign-in")
    assert "Sign in" in open_url(emulator, "/_studio/sign-in")[2]


def test_url_is_for_one_domain(emulator, studio, domain_id):
    """The token of one domain does not open another."""
    other = studio.domain("team2")
    assert open_url(emulator, presign(studio, domain_id).replace(domain_id, other))[0] == 302


def test_url_expires_by_the_real_clock(emulator, studio, domain_id, monkeypatch):
    """API reference: after ExpiresInSeconds the browser is led to the sign-in page."""
    url = presign(studio, domain_id, ExpiresInSeconds=5)
    assert open_url(emulator, url)[0] == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 5.1)
    assert open_url(emulator, url)[0] == 302


def test_url_lives_five_minutes_by_default(emulator, studio, domain_id, monkeypatch):
    """API reference: ExpiresInSeconds defaults to 300."""
    url, now = presign(studio, domain_id), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 295)
    assert open_url(emulator, url)[0] == 200
    monkeypatch.setattr(time, "time", lambda: now + 301)
    assert open_url(emulator, url)[0] == 302


def test_url_dies_with_the_profile(emulator, studio, domain_id):
    """Nothing is behind it any more."""
    url = presign(studio, domain_id)
    studio.sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="ada")
    with refused("ResourceNotFound"):
        studio.settled_profile(domain_id)
    assert open_url(emulator, url)[0] == 302


@pytest.mark.parametrize(
    "bad",
    [
        {"ExpiresInSeconds": 301},
        {"SessionExpirationDurationInSeconds": 43201},
        {"LandingUri": "https://example.com"},
        {"LandingUri": "app:Unknown:lab"},
    ],
)
def test_ranges(studio, domain_id, bad):
    """Model: 5-300, 1800-43200; documentation of LandingUri."""
    with refused("ValidationException"):
        presign(studio, domain_id, **bad)


def test_landing_pages(studio, domain_id):
    """Documentation of LandingUri."""
    for landing in ("studio::", "studio::/jupyterlab/lab", "app:Canvas:"):
        assert presign(studio, domain_id, LandingUri=landing)


# As AWS says it.
REFUSED_BY_AWS = "Provided app type JupyterLab is invalid for provided url type app for personal apps"


@pytest.fixture
def spaces(studio, domain_id):
    """Ada's private lab, Bob's, and everybody's editor."""
    studio.profile(domain_id, "Bob")
    for name, owner, sharing, app_type in (
        ("ada-lab", "ada", "Private", "JupyterLab"),
        ("bob-lab", "bob", "Private", "JupyterLab"),
        ("editor", "bob", "Shared", "CodeEditor"),
    ):
        key = {"DomainId": domain_id, "SpaceName": name}
        studio.sagemaker.create_space(
            **key,
            OwnershipSettings={"OwnerUserProfileName": owner},
            SpaceSharingSettings={"SharingType": sharing},
            SpaceSettings={"AppType": app_type},
        )
        settled(lambda key=key: studio.sagemaker.describe_space(**key))


def test_apps_of_spaces_are_landed_in_with_their_space(emulator, studio, domain_id, spaces):
    """Documentation of SpaceName and LandingUri; the first refusal is AWS's own text."""
    with refused("ValidationException", REFUSED_BY_AWS):
        presign(studio, domain_id, LandingUri="app:JupyterLab:")
    for space, app_type in (("ada-lab", "JupyterLab"), ("editor", "CodeEditor")):
        url = presign(studio, domain_id, SpaceName=space, LandingUri=f"app:{app_type}:")
        text = open_url(emulator, url)[2]
        assert f"Space: {space}" in text and f"Landing: app:{app_type}:" in text
    with refused("ValidationException"):
        presign(studio, domain_id, SpaceName="ada-lab", LandingUri="app:CodeEditor:")
    with refused("ResourceNotFound"):
        presign(studio, domain_id, SpaceName="nosuch")


def test_private_space_is_its_owners(studio, domain_id, spaces):
    """Presumed (developer guide, "Studio spaces")."""
    with refused("ValidationException"):
        presign(studio, domain_id, SpaceName="bob-lab", LandingUri="app:JupyterLab:")
    assert presign(studio, domain_id, "bob", SpaceName="bob-lab", LandingUri="app:JupyterLab:")


def test_page_says_that_it_is_an_emulator_and_what_runs(emulator, studio, domain_id, spaces):
    """An app that runs is told with its state, and one that does not."""
    landing = {"SpaceName": "ada-lab", "LandingUri": "app:JupyterLab:"}
    _status, headers, text = open_url(emulator, presign(studio, domain_id, **landing))
    assert "This is not AWS" in text and "JupyterLab does not run in it." in text
    app = {"DomainId": domain_id, "SpaceName": "ada-lab", "AppType": "JupyterLab", "AppName": "default"}
    studio.sagemaker.create_app(**app)
    settled(lambda: studio.sagemaker.describe_app(**app))
    assert "App: JupyterLab, InService" in open_url(emulator, presign(studio, domain_id, **landing))[2]
    assert "<script" not in text and "style-src 'sha256-" in headers["Content-Security-Policy"]


def test_unknown_domain_and_profile(studio, domain_id):
    """Model: ResourceNotFound."""
    with refused("ResourceNotFound"):
        presign(studio, "d-unknown")
    with refused("ResourceNotFound"):
        presign(studio, domain_id, "nobody")


def test_everything_must_be_in_service(studio, domain_id):
    """Assumed: no session while domain or profile are in transition."""
    studio.sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="bob")
    with refused("ValidationException"):
        presign(studio, domain_id, "bob")
    assert presign(studio, domain_id, "bob")


def test_only_for_iam_domains(studio):
    """API reference: only when the authentication mode is IAM."""
    single_sign_on = studio.domain("team2", AuthMode="SSO")
    studio.profile(single_sign_on, SingleSignOnUserIdentifier="UserName", SingleSignOnUserValue="ada@example.com")
    with refused("ValidationException"):
        presign(studio, single_sign_on)


def test_aws_hostnames(emulator, studio, domain_id, monkeypatch):
    """--aws-hostnames: the URL is AWS's own and is served to requests with that Host."""
    monkeypatch.setattr(settings, "aws_hostnames", True)
    url = presign(studio, domain_id)
    host = f"{domain_id}.studio.{REGION}.sagemaker.aws"
    assert url.startswith(f"https://{host}/auth?token=")
    status, _headers, text = open_url(emulator, url, host)
    assert (status, domain_id in text) == (200, True)
    status, headers, _text = open_url(emulator, f"https://{host}/auth?token=x", host)
    assert status == 302
    assert "Sign in" in open_url(emulator, headers["Location"], host)[2]


def test_names_on_the_page_are_escaped(emulator):
    """No value reaches the page as markup."""
    from emulator.sagemaker import studio_page

    assert b"&lt;b&gt;" in studio_page._page(200, "t", ["<b>"])[2]
    opened = dict.fromkeys(("domain_id", "domain_name", "profile", "space", "landing", "state"), "<b>")
    assert b"<b>" not in studio_page._studio(opened)[2]
