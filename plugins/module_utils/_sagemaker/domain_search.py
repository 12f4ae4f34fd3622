# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which Studio domain is meant: the one with an id or, among those of a name, the one with our tags."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._ownership import carries, is_unclaimed, tags_in_words
from .._waiting import StudioError
from .calls import SageMaker
from .status import DELETING, FAILED, Watch, is_moving


@dataclass(frozen=True)
class DomainRequest:
    """Which domain is meant, and how to go about it.

    Key is domain_id or, without it, the name; among namesakes match_tags decides. adoption_tags mark a domain that
    exists without match_tags, and with no other values of them, and is taken over as it is. retention_policy is used
    by a deletion; recreate_failed allows to delete a domain whose creation failed; timeout is in seconds.
    """

    name: str | None = None
    domain_id: str | None = None
    match_tags: dict[str, str] = field(default_factory=dict)
    adoption_tags: dict[str, str] = field(default_factory=dict)
    state: str = "present"
    retention_policy: dict[str, str] | None = None
    recreate_failed: bool = False
    wait: bool = True
    timeout: float = 1800


@dataclass(frozen=True)
class Candidates:
    """The domains that a request may mean, with their tags, by what they are good for; ids are those of all namesakes.

    Whoever creates a domain waits first for what is leaving and deletes what failed.
    """

    living: list[dict[str, t.Any]] = field(default_factory=list)
    leaving: list[dict[str, t.Any]] = field(default_factory=list)
    failed: list[dict[str, t.Any]] = field(default_factory=list)
    ids: frozenset[str] = frozenset()


class DomainSearch:
    """Looks for the domain that request means, and watches over those that it finds."""

    def __init__(self, sagemaker: SageMaker, request: DomainRequest) -> None:
        self.sagemaker = sagemaker
        self.request = request
        self._watches: dict[str, Watch] = {}

    def watch(self, domain_id: str) -> Watch:
        """Return the one Watch of a domain."""
        if domain_id not in self._watches:
            self._watches[domain_id] = Watch(
                lambda: self.sagemaker.read("DescribeDomain", domain_id=domain_id),
                f"domain {self.request.name or ''} ({domain_id})".replace("  ", " "),
                self.request.timeout,
                "domain",
            )
        return self._watches[domain_id]

    def look(self, domain_id: str | None) -> Candidates:
        """Return the candidates as they are now, settled where the user waits.

        domain_id names the only one, once that is known. Raises StudioError where several living ones may be meant.
        """
        ids = [domain_id] if domain_id else self._namesake_ids()
        domains = [domain for domain in map(self._described, ids) if domain]
        meant = choose(domains, self.request.match_tags, self.request.state)
        found = [domain for domain in map(self._settled, meant) if domain]
        living = [domain for domain in found if domain["status"] not in (DELETING, FAILED)]
        if len(living) > 1:
            listed = ", ".join(sorted(domain["domain_id"] for domain in living))
            name = self.request.name or self.request.domain_id
            raise StudioError(f"{len(living)} domains are called {name}: {listed}. Say which one with domain_id.")
        return Candidates(
            living,
            [domain for domain in found if domain["status"] == DELETING],
            [domain for domain in found if domain["status"] == FAILED],
            frozenset(ids),
        )

    def newcomer(self, known_ids: t.Collection[str]) -> dict[str, t.Any] | None:
        """Return the domain of the name, as a listing shows it, that was not known before."""
        listed = self.sagemaker.list("ListDomains", "domains")
        new = (domain for domain in listed if domain["domain_name"] == self.request.name)
        return next((domain for domain in new if domain["domain_id"] not in known_ids), None)

    def _namesake_ids(self) -> list[str]:
        listed = self.sagemaker.list("ListDomains", "domains")
        return [domain["domain_id"] for domain in listed if domain["domain_name"] == self.request.name]

    def _described(self, domain_id: str) -> dict[str, t.Any] | None:
        domain = self.watch(domain_id).read()
        return domain and {**domain, "tags": self.sagemaker.tags(domain["domain_arn"])}

    def _settled(self, domain: dict[str, t.Any]) -> dict[str, t.Any] | None:
        """Return domain as it is when AWS has finished an earlier change: nothing can be planned on moving ground."""
        if not (self.request.wait and is_moving(domain)):
            return domain
        settled = self.watch(domain["domain_id"]).settle()
        return settled and {**settled, "tags": domain["tags"]}


def choose(domains: list[dict[str, t.Any]], match_tags: dict[str, str], state: str) -> list[dict[str, t.Any]]:
    """Return the namesakes that count: those with exactly match_tags, else those whose tags claim nothing else.

    A Failed one without the tags counts for nothing: nobody takes it over, and tags are given with the creation.

    Raises StudioError for state present when only namesakes with other values of these tags exist: they are somebody
    else's.
    """
    exact = [domain for domain in domains if carries(domain["tags"], match_tags)]
    unclaimed = [domain for domain in domains if is_unclaimed(domain["tags"], match_tags)]
    open_ones = [domain for domain in unclaimed if domain["status"] != FAILED]
    foreign = [domain for domain in domains if domain not in unclaimed]
    if foreign and not exact and not open_ones and state == "present":
        theirs = foreign[0]
        found = tags_in_words(theirs["tags"], match_tags)
        raise StudioError(
            f"The domain {theirs['domain_name']} ({theirs['domain_id']}) is not ours: it is tagged {found}. "
            "Take another name, or put the tags of match_tags on it by hand if it is meant."
        )
    return exact or open_ones
