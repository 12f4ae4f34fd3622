# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An identity provider that says of anybody what a test wants, and a browser that goes through it (SAML 2.0)."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import requests

ADDRESS = "https://login.example.com/sso"
RESPONSE = """<p:Response
xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">
<a:Assertion><a:Subject><a:NameID>{name}</a:NameID></a:Subject><a:AttributeStatement>
<a:Attribute Name="groups">{groups}</a:Attribute></a:AttributeStatement></a:Assertion></p:Response>"""


def come_back(url, client_id, callback, name, groups, provider=None):
    """What the app's address is called with (a dict of lists) when somebody signed in at the provider."""
    asked = {"client_id": client_id, "response_type": "code", "redirect_uri": callback, "scope": "openid"}
    asked.update({"identity_provider": provider} if provider else {})
    start = requests.get(f"{url}/oauth2/authorize", params=asked, allow_redirects=False, timeout=60)
    assert start.headers["Location"].startswith(ADDRESS), start.headers
    relay = parse_qs(urlsplit(start.headers["Location"]).query)["RelayState"][0]
    values = "".join(f"<a:AttributeValue>{escape(group)}</a:AttributeValue>" for group in groups)
    answer = base64.b64encode(RESPONSE.format(name=escape(name), groups=values).encode()).decode()
    form = {"SAMLResponse": answer, "RelayState": relay}
    back = requests.post(f"{url}/saml2/idpresponse", data=form, allow_redirects=False, timeout=60)
    return parse_qs(urlsplit(back.headers["Location"]).query)


def sign_in(url, client_id, callback, name, groups, provider=None):
    """The answer of the token endpoint, {"access_token", "id_token", ...}, for somebody with these groups."""
    code = come_back(url, client_id, callback, name, groups, provider)["code"][0]
    form = {"grant_type": "authorization_code", "client_id": client_id, "code": code, "redirect_uri": callback}
    return requests.post(f"{url}/oauth2/token", data=form, timeout=60)


def claims(token):
    """The claims of a token."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
