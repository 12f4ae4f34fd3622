# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask AWS one thing or another: a failure of one question is a line, and keeps none of the others from being asked."""

from __future__ import annotations

import dataclasses
import threading
import typing as t
from concurrent.futures import Future

from .._blueprint.preflight import Line, unknown, without_secrets
from .._naming import code_of
from .._run import Call, explain

# By these AWS says that who asks may not.
REFUSED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403")
# Somebody waits: an answer that does not come within seconds is not waited for.
PATIENCE = {
    "retries": {"mode": "adaptive", "max_attempts": 6},
    "connect_timeout": 5,
    "read_timeout": 20,
    "max_pool_connections": 32,
}
# A region of each partition that every account has, where what is off elsewhere is told.
HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
Answer = t.TypeVar("Answer")


@dataclasses.dataclass(frozen=True)
class Question:
    """Something to ask. about: what its lines are about where it cannot be answered."""

    about: str
    ask: t.Callable[[Asker], list[Line]]

    def answer(self, asker: Asker) -> list[Line]:
        """Return the lines; one that says why where AWS does not answer."""
        try:
            return self.ask(asker)
        except Exception as error:  # whatever happened, the others are asked
            return [unknown(self.about, reason(error))]


def reason(error: Exception) -> str:
    """Return why something is not known, in a sentence or two."""
    said = without_secrets(explain(error))
    if code_of(error) in REFUSED:
        return f"These credentials may not ask; the policy reader allows it. {said}"
    return said


class Asker:
    """boto3 clients, each made once, and answers that several questions need, each asked for once."""

    def __init__(self, call: Call) -> None:
        # AnsibleAWSModule takes another region, too.
        self._call: t.Any = call
        self._clients: dict[tuple[str, str], t.Any] = {}
        self._answers: dict[str, Future[t.Any]] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str = "") -> t.Any:
        """Return the client of a service, in the platform's region unless another is named."""
        with self._lock:
            if (service, region) not in self._clients:
                options = {"aws_config": {**(self._call.params.get("aws_config") or {}), **PATIENCE}}
                where = {"region": region} if region else {}
                self._clients[service, region] = self._call.client(service, **options, **where)
            return self._clients[service, region]

    def once(self, what: str, ask: t.Callable[[], Answer]) -> Answer:
        """Return ask(), which is called once for each what; its error is raised for all who ask."""
        with self._lock:
            mine = what not in self._answers
            future = self._answers.setdefault(what, Future())
        if mine:
            try:
                future.set_result(ask())
            except Exception as error:
                future.set_exception(error)
        answer: Answer = future.result()
        return answer

    def listed(self, service: str, operation: str, member: str, **options: t.Any) -> list[t.Any]:
        """Return all items of all pages of a list, in boto3's names of operations."""

        def ask() -> list[t.Any]:
            client = self.client(service)
            if not client.can_paginate(operation):
                return list(getattr(client, operation)(**options)[member])
            pages = client.get_paginator(operation).paginate(**options)
            return [item for page in pages for item in page.get(member, [])]

        return self.once(f"{service} {operation} {sorted(options.items())}", ask)
