# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that a sign-in could have: small changes of the function's source, and the check that has to find each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.browser import checks

PAGE = "portal.html"
HEADERS = "portal.py"
NO_POLICY = (HEADERS, r'^ +"Content-Security-Policy": .*\n', "")
MARKUP = (PAGE, r'element\("text"\)\.textContent = text;', 'element("text").innerHTML = text;')


@dataclass(frozen=True)
class Fault:
    """Replacements (file, pattern, new text) that plant a fault, and the function of checks.py that finds it."""

    name: str
    found_by: Any
    changes: tuple[tuple[str, str, str], ...]

    def plant(self, folder):
        """Change the copy of the source in a folder. Raises ValueError where there is nothing to change."""
        for file, pattern, text in self.changes:
            source = (folder / file).read_text()
            changed, count = re.subn(pattern, lambda _match, text=text: text, source, flags=re.MULTILINE)
            if count == 0:
                raise ValueError(f"{self.name}: {file} has nothing like {pattern}")
            (folder / file).write_text(changed)


def fault(name, found_by, *changes):
    """A Fault."""
    return Fault(name, found_by, changes)


FAULTS = [
    fault(
        "no state check",
        checks.a_foreign_code_is_not_used,
        (PAGE, r'if \(!trip \|\| query\.get\("state"\) !== trip\.state\)', "if (!trip)"),
    ),
    fault("markup from text, held by the policy", checks.names_are_text, MARKUP),
    fault("markup from text, without the policy", checks.names_are_text, MARKUP, NO_POLICY),
    fault(
        "addresses in the Referer",
        checks.studio_learns_no_address,
        (HEADERS, r'"no-referrer"', '"unsafe-url"'),
        (PAGE, r'content="no-referrer"', 'content="unsafe-url"'),
    ),
    fault(
        "frames allowed",
        checks.no_page_frames_the_portal,
        (HEADERS, "frame-ancestors 'none'", "frame-ancestors *"),
        (HEADERS, r'^ +"X-Frame-Options": .*\n', ""),
    ),
    fault(
        "code left in the address",
        checks.code_and_state_leave_the_address,
        (PAGE, r'history\.replaceState\(null, "", here\);', ""),
    ),
    fault(
        "team of the link not compared",
        checks.a_link_opens_ones_own_teams_only,
        (PAGE, r"else if \(teams\.includes\(wanted\)\)", "else if (wanted)"),
    ),
    fault(
        "any host followed",
        checks.studio_hosts_alone_are_followed,
        (PAGE, r"&& isStudioAddress\(body\.url\)", ""),
    ),
    fault(
        "no PKCE",
        checks.the_code_is_bound_by_pkce,
        (PAGE, r'^ +code_challenge: .*\n +code_challenge_method: "S256",\n', ""),
        (PAGE, r"^ +code_verifier: .*\n", ""),
    ),
    fault(
        "no nonce check",
        checks.a_token_with_a_foreign_nonce_is_not_used,
        (PAGE, r"^ +if \(payload\(tokens\.id_token\)\.nonce !== trip\.nonce\) return false;\n", ""),
    ),
    fault(
        "answers that may be kept",
        checks.answers_are_not_kept,
        ("answers.py", r'"Cache-Control": "no-store"', '"Cache-Control": "private, max-age=300"'),
    ),
    fault(
        "token kept for later",
        checks.nothing_is_kept_by_the_browser,
        (
            PAGE,
            r"accessToken = token;",
            'accessToken = token; sessionStorage.setItem("t", token);',
        ),
    ),
    fault(
        "presigned URL on the page",
        checks.nothing_secret_is_said,
        (PAGE, r"location\.assign\(body\.url\);", 'show("Opening Studio", body.url); location.assign(body.url);'),
    ),
    fault(
        "presigned URL in the history",
        checks.the_way_back_does_not_show_the_url,
        (
            PAGE,
            r"location\.assign\(body\.url\);",
            'history.pushState(null, "", `?${new URL(body.url).search}`); location.assign(body.url);',
        ),
    ),
    fault(
        "portal is skipped on the way back",
        checks.the_way_back_needs_no_sign_in,
        (PAGE, r"location\.assign\(body\.url\);", "location.replace(body.url);"),
    ),
    fault(
        "token stays kept after the way back",
        checks.the_way_back_needs_no_sign_in,
        (PAGE, r"kept = take\(WAY_BACK\);", "kept = sessionStorage.getItem(WAY_BACK);"),
    ),
    fault(
        "token used after its end",
        checks.a_token_that_has_ended_is_not_used,
        (PAGE, r"^ +if \(payload\(token\)\.exp \* 1000 <= Date\.now\(\)\) return null;\n", ""),
    ),
    fault(
        "token remembered with the place",
        checks.places_are_names_and_nothing_else,
        (
            PAGE,
            r"^ +rememberPlace\(team, space\);",
            'rememberPlace(team, space); localStorage.setItem("t", accessToken);',
        ),
    ),
    fault(
        "places of everybody are everybody's",
        checks.a_place_of_somebody_else_is_not_opened,
        ("places.py", r"return place\.owner is None or .*", "return True"),
    ),
    fault(
        "signing out forgets here alone",
        checks.signing_out_ends_the_sign_in,
        (PAGE, r"location\.assign\(`\$\{config\.hostedUiUrl\}/logout\?` .*", "location.reload();"),
    ),
    fault(
        "nothing is asked again",
        checks.what_gets_ready_is_waited_for,
        (PAGE, r"^ +timer = setTimeout\(.*\n", ""),
    ),
]
