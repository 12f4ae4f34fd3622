# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment variables, their defaults and bounds."""

from __future__ import annotations

import pytest

MINIMUM = {"AWS_REGION": "eu-west-1", "PLATFORM_NAME": "studio"}


@pytest.fixture
def load():
    import config

    return lambda **changes: config.load({**MINIMUM, **changes})


def test_the_defaults(load):
    settings = load()
    assert settings.platform_name == "studio"
    assert settings.client_ids == frozenset()
    assert settings.portal_client_id == settings.hosted_ui_url == settings.organisation_name == ""
    assert settings.logo_text == settings.help_url == ""
    assert settings.studio_hosts == ("*.studio.eu-west-1.sagemaker.aws",)
    assert (settings.url_lifetime_seconds, settings.session_seconds) == (30, 28800)


def test_lists_are_separated_by_commas(load):
    settings = load(CLIENT_IDS=" a, b,,", STUDIO_HOSTS="127.0.0.1:4566, *.studio.example.org")
    assert settings.client_ids == {"a", "b"}
    assert settings.studio_hosts == ("127.0.0.1:4566", "*.studio.example.org")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://login.example.org", "https://login.example.org"),
        ("https://login.example.org:8443/", "https://login.example.org:8443"),
        ("http://localhost:4566", "http://localhost:4566"),
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
    ],
)
def test_the_hosted_ui_is_an_origin(load, url, origin):
    assert load(HOSTED_UI_URL=url).hosted_ui_url == origin


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLATFORM_NAME", ""),
        ("AWS_REGION", ""),
        ("URL_LIFETIME_SECONDS", "4"),
        ("URL_LIFETIME_SECONDS", "61"),
        ("URL_LIFETIME_SECONDS", "soon"),
        ("URL_LIFETIME_SECONDS", "-30"),
        ("URL_LIFETIME_SECONDS", "3\u0660"),
        ("SESSION_SECONDS", "1799"),
        ("SESSION_SECONDS", "43201"),
        ("HOSTED_UI_URL", "http://login.example.org"),
        ("HOSTED_UI_URL", "https://login.example.org/path"),
        ("HOSTED_UI_URL", "https://login.example.org; script-src *"),
        ("HOSTED_UI_URL", "javascript:alert(1)"),
        ("LIVE_GROUP_CHECK", "yes"),
        ("LIVE_GROUP_CHECK", "True"),
        ("STUDIO_HOSTS", "*"),
        ("STUDIO_HOSTS", "https://studio.example.org"),
        ("STUDIO_HOSTS", "a.*.example.org"),
        ("STUDIO_HOSTS", "good.example.org,bad/example"),
        ("LOGO_TEXT", "thirteen long"),
        ("HELP_URL", "http://help.example.org"),
        ("HELP_URL", "javascript:alert(1)//https://help.example.org"),
        ("HELP_URL", "https://help.example.org/a page"),
    ],
)
def test_a_wrong_value_is_named(load, name, value):
    import config

    with pytest.raises(config.ConfigurationError, match=name):
        load(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL_LIFETIME_SECONDS", "5"),
        ("URL_LIFETIME_SECONDS", "60"),
        ("SESSION_SECONDS", "1800"),
        ("SESSION_SECONDS", "43200"),
    ],
)
def test_the_bounds_themselves_are_allowed(load, name, value):
    assert getattr(load(**{name: value}), name.lower()) == int(value)


@pytest.mark.parametrize("url", ["https://help.example.org/studio?a=b#c", "mailto:help@example.org?subject=Studio"])
def test_help_is_a_page_or_a_mail(load, url):
    assert load(HELP_URL=url).help_url == url


def test_the_live_group_check_needs_a_user_pool(load):
    import config

    assert load().live_group_check is False
    assert load(LIVE_GROUP_CHECK="false").user_pool_id == ""
    assert load(LIVE_GROUP_CHECK="true", USER_POOL_ID="eu-west-1_x").live_group_check is True
    with pytest.raises(config.ConfigurationError, match="USER_POOL_ID is not set"):
        load(LIVE_GROUP_CHECK="true")


def test_every_variable_is_documented(load):
    import dataclasses

    import config

    names = {field.name.upper() for field in dataclasses.fields(load())} - {"REGION", "KEYS_URL"}
    assert all(f"\n{name} " in config.__doc__ for name in names | {"AWS_REGION", "AWS_ENDPOINT_URL"})
