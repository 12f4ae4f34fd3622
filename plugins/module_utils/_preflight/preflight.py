# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All questions of a preflight, asked side by side."""

from __future__ import annotations

import typing as t
from functools import partial

from .._blueprint import preflight
from .._blueprint.network import network_from
from .._blueprint.preflight import Line, unknown
from .._blueprint.preflight_quotas import OF_IAM, QUOTAS, Quota
from .._blueprint.preflight_rights import policies_of_platform, policies_of_team
from .._blueprint.preflight_wants import Wants
from .._blueprint.sign_in import sign_in_from
from .._blueprint.team import team_from
from .._engine import in_threads
from .._naming import code_of
from .._run import Call, Result
from . import account, place, quotas, rights
from .asking import HOMES, REFUSED, Asker, Question, reason

# Each takes some thirty simulations, of which IAM takes few in a second.
MOST_TEAMS = 5
OTHERS = "everything else"


def run_preflight(call: Call) -> Result:
    """Return what studio_preflight_info returns, for its options."""
    params, asker = call.params, Asker(call)
    teams = tuple(team_from(team, {}) for team in params["teams"])
    wants = Wants(network_from(params["network"]), sign_in_from(params["sign_in"], ""), teams, params["invited"])
    lines = _lines(asker, wants, params)
    told = {verdict: sum(line.verdict == verdict for line in lines) for verdict in preflight.VERDICTS}
    return {"lines": [line.told for line in lines], "counts": told}


def _lines(asker: Asker, wants: Wants, params: t.Mapping[str, t.Any]) -> list[Line]:
    mistake, here = params["connection_mistake"] or "", _of_this_machine(wants)
    if mistake:
        return [*_without_connection(asker, wants, mistake, params), *_answers(asker, here)]
    try:
        who = account.caller(asker)
    except Exception as error:  # whatever happened, it is a line
        return [preflight.nobody(reason(error)), *_answers(asker, here)]
    line = preflight.identity(who, params["account_id"] or "")
    if line.verdict == preflight.WILL_FAIL:
        return [line, *_answers(asker, here), unknown(OTHERS, "Nothing is asked of another account.")]
    return [line, *_answers(asker, [*here, *_of_account(wants), *_of_quotas(wants), *_of_rights(wants, who["Arn"])])]


def _answers(asker: Asker, asked: t.Sequence[Question]) -> list[Line]:
    def answer(question: Question) -> list[Line]:
        return question.answer(asker)

    return [line for lines in in_threads(answer, asked) for line in lines]


def _without_connection(asker: Asker, wants: Wants, mistake: str, params: t.Mapping[str, t.Any]) -> list[Line]:
    """Return why there is no connection. A region that is off knows no credentials, so another one is asked.

    Where the platform's role is to be assumed, somebody else would ask without it.
    """
    home = HOMES.get(wants.platform.partition, "")
    rest = unknown(OTHERS, "Nothing is asked until these credentials work here.")
    if params["role_arn"] or not home:
        return [preflight.nobody(mistake), rest]
    try:
        who = account.caller(asker, home)
        off = [line for line in account.region_lines(asker, wants) if line.verdict == preflight.WILL_FAIL]
    except Exception:  # it is no use there either, and the mistake says why
        return [preflight.nobody(mistake), rest]
    line = preflight.identity(who, params["account_id"] or "")
    return [line, *off, rest] if off else [preflight.nobody(mistake), rest]


def _of_this_machine(wants: Wants) -> list[Question]:
    return [
        Question("versions", lambda _asker: account.version_lines(wants)),
        Question("clock", account.clock_lines),
    ]


def _of_account(wants: Wants) -> list[Question]:
    types = preflight.instance_types(wants.all_types)
    return [
        Question("region", lambda asker: account.region_lines(asker, wants)),
        Question("network", lambda asker: place.network_lines(asker, wants)),
        Question("instance types", lambda _asker: types),
        Question("sign-in's domain prefix", lambda asker: place.prefix_lines(asker, wants)),
        *(Question(f"bucket {name}", partial(place.bucket_lines, name=name)) for name in wants.buckets),
        Question("service-linked roles", account.linked_role_lines),
        Question("API Gateway's account role", lambda asker: account.api_log_role_lines(asker, wants)),
        Question("invitations", lambda asker: account.invitation_lines(asker, wants)),
        Question("Lambda: concurrent executions", lambda asker: account.concurrency_lines(asker, wants)),
    ]


def _of_quotas(wants: Wants) -> list[Question]:
    def question(quota: Quota, ask: t.Callable[[Asker, Wants, Quota], list[Line]]) -> Question:
        return Question(f"quota {quota.name}", lambda asker: ask(asker, wants, quota))

    return [
        *(question(quota, quotas.quota_lines) for quota in QUOTAS),
        *(question(quota, quotas.iam_lines) for quota in OF_IAM),
        Question("quotas of apps", lambda asker: quotas.app_lines(asker, wants)),
    ]


def _of_rights(wants: Wants, arn: str) -> list[Question]:
    policies = [(f"policy {name}", document, True) for name, document in policies_of_platform(wants.platform).items()]
    for team in wants.teams[:MOST_TEAMS]:
        bounded = bool(team.permissions_boundary_arn)
        own = policies_of_team(team).items()
        policies += [(f"policy {name} of {team.name}", document, bounded) for name, document in own]

    def ask(asker: Asker) -> list[Line]:
        try:
            lines = [rights.policy_lines(asker, arn, *policy) for policy in policies]
        except Exception as error:
            if code_of(error) not in REFUSED:
                raise
            return [unknown("rights", reason(error)), *rights.dry_run_lines(asker, wants)]
        return [line for found in lines for line in found]

    left = [team.name for team in wants.teams[MOST_TEAMS:]]
    more = f"Of {MOST_TEAMS} teams in one run; for one of the others say -e domain_name={left[0]}." if left else ""
    unasked = [Question("rights", lambda _asker: [unknown(f"policies of {', '.join(left)}", more)])] if left else []
    return [Question("rights", ask), *unasked]
