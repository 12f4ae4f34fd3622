# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/roles-and-policies.md shows the sign-in's policies as the role gives them to AWS."""

from __future__ import annotations

from tests.unit.policies import rendering, shown


def test_page_shows_the_policies_of_the_sign_in():
    text = shown.DOCUMENT.read_text()
    assert shown.BEGIN in text and shown.END in text
    assert text == shown.with_section(text, shown.page()), "run: python -m tests.unit.policies.shown"


def test_every_identity_policy_and_trust_of_the_role_is_shown():
    templates = {path.name for path in (rendering.ROLES / "login/templates").glob("*.json.j2")}
    of_roles = {name for name in templates if name.endswith(("_trust.json.j2", "_policy.json.j2"))}
    # The API's own policy is no role's.
    assert of_roles - {"private_api_policy.json.j2"} == {*shown.ROLES.values(), *shown.TRUSTS.values()}


def test_switches_are_told_apart():
    found = {statement["Sid"]: when for when, statement in shown.rows("presigned_url_policy.json.j2")}
    assert found["FindDomains"] == "always"
    assert found["WriteTraces"] == "`login_tracing`"
    assert found["OpenStudio"] == "`login_endpoint_type: private`, instead"
