# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every check of prowler that fails has its reason, and no reason is left over; the scan itself is make prowler."""

from __future__ import annotations

import yaml

from scripts.prowler import ACCOUNT, PAGE, REASONS, Finding, findings, page, unexplained

FOUND = [Finding("encrypted", 2, 0), Finding("logged", 1, 1), Finding("trail", 0, 1)]


def answer(check, status):
    return {"metadata": {"event_code": check}, "status_code": status}


def test_findings_are_counted_by_check():
    found = findings([answer("b", "PASS"), answer("a", "FAIL"), answer("b", "FAIL"), answer("c", "MANUAL")])
    assert found == [Finding("a", 0, 1), Finding("b", 1, 1), Finding("c", 0, 0)]


def test_check_that_fails_needs_a_reason():
    assert unexplained(FOUND, {"logged": "It costs money."}) == ["trail fails, and prowler.yml has no reason for it."]


def test_reason_needs_a_check_that_fails():
    reasons = {"logged": "It costs money.", "trail": ACCOUNT, "encrypted": "Old."}
    assert unexplained(FOUND, reasons) == ["encrypted does not fail, and prowler.yml has a reason."]


def test_page_tells_ours_from_the_accounts():
    text = page(FOUND, {"logged": "It costs money.", "trail": ACCOUNT})
    assert "| `logged` | 1 | 2 | It costs money. |" in text
    assert "\n`trail`.\n" in text
    assert "| `encrypted` | 2 |" in text
    assert "1 checks pass, 1 fail on things that\nare ours, 1 on the account." in text


def test_page_shows_every_reason():
    text = PAGE.read_text()
    reasons = yaml.safe_load(REASONS.read_text())
    assert [
        check for check, why in reasons.items() if f"`{check}`" not in text or (why != ACCOUNT and why not in text)
    ] == []
