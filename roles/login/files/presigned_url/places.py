# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where in Studio somebody may land: the person's own spaces and the team's shared ones, and how they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from memory import Memory

# API reference, CreateSpace.
SPACE_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", re.ASCII)
LONGEST_NAME = 63
APPS = ("JupyterLab", "CodeEditor")
# The name of the one app of a space (developer guide, JupyterLab and Code Editor).
APP_NAME = "default"
RUNNING = "running"
STATES_OF_APPS = {"InService": RUNNING, "Pending": "starting", "Deleting": "stopping", "Failed": "failed"}
STATES_OF_SPACES = {"Pending": "starting", "Deleting": "stopping", "Failed": "failed", "Delete_Failed": "failed"}
# How long a domain's spaces are remembered. Its people share them, so that many who arrive at once ask AWS once.
SECONDS = 10
DOMAINS = 100
# Nobody is shown more, and no more pages are read: the rest is a click away in Studio.
MOST = 100
MOST_READ = 2000


@dataclass(frozen=True)
class Place:
    """A space: its name, whose it is (None for all), its app's type, and the state of that app."""

    space: str
    owner: str | None
    app: str
    state: str

    @property
    def told(self) -> dict[str, str]:
        """What the browser is told of it."""
        sharing = "shared" if self.owner is None else "own"
        return {"space": self.space, "sharing": sharing, "app": self.app, "state": self.state}

    @property
    def landing(self) -> dict[str, str]:
        """Return what CreatePresignedDomainUrl takes to land there.

        An app can be landed in only where it runs, and then with its space: without one AWS refuses app:JupyterLab
        ("Provided app type JupyterLab is invalid for provided url type app for personal apps"). Where it does not run,
        Studio's page of the space starts it. Where that of Code Editor's is nobody says, so Studio's home it is.
        """
        if self.state == RUNNING:
            return {"SpaceName": self.space, "LandingUri": f"app:{self.app}:"}
        if self.app == "JupyterLab":
            return {"LandingUri": f"studio::/jupyterlab/{self.space}"}
        return {}


class Places:
    """Lists places. Whatever a browser names is only ever compared with what AWS listed."""

    def __init__(self, sagemaker: Any) -> None:
        self._sagemaker = sagemaker
        self._spaces: Memory[tuple[Place, ...]] = Memory(SECONDS, DOMAINS)

    def of(self, domain_id: str, profile: str) -> list[Place]:
        """Return the places of the owner of a profile, the own ones first; raises botocore's errors."""
        mine = [place for place in self._of_domain(domain_id) if _is_open_to(place, profile)]
        return sorted(mine, key=lambda place: (place.owner is None, place.space))[:MOST]

    def find(self, domain_id: str, profile: str, space: str) -> Place | None:
        """Return the place of this name, as it is now, where it is one of the person's."""
        if len(space) > LONGEST_NAME or not SPACE_NAME.fullmatch(space):
            return None
        self._spaces.forget(domain_id)
        found = (place for place in self._of_domain(domain_id) if place.space == space and _is_open_to(place, profile))
        return next(found, None)

    def _of_domain(self, domain_id: str) -> tuple[Place, ...]:
        known = self._spaces.get(domain_id)
        if known is None:
            known = tuple(self._listed(domain_id))
            self._spaces.put(domain_id, known)
        return known

    def _listed(self, domain_id: str) -> Iterable[Place]:
        states = {
            (app["SpaceName"], app["AppType"]): STATES_OF_APPS[app["Status"]]
            for app in _pages(self._sagemaker.get_paginator("list_apps"), "Apps", domain_id)
            # Deleted ones are listed for a day.
            if app.get("SpaceName") and app.get("AppName") == APP_NAME and app["Status"] in STATES_OF_APPS
        }
        for space in _pages(self._sagemaker.get_paginator("list_spaces"), "Spaces", domain_id):
            app = space.get("SpaceSettingsSummary", {}).get("AppType")
            sharing = space.get("SpaceSharingSettingsSummary", {}).get("SharingType")
            owner = space.get("OwnershipSettingsSummary", {}).get("OwnerUserProfileName")
            # A space of Studio Classic says neither whose it is nor what runs in it.
            if app in APPS and (sharing == "Shared" or (sharing == "Private" and owner)):
                state = STATES_OF_SPACES.get(space["Status"]) or states.get((space["SpaceName"], app), "stopped")
                yield Place(space["SpaceName"], None if sharing == "Shared" else owner, app, state)


def _pages(paginator: Any, key: str, domain_id: str) -> Iterable[dict[str, Any]]:
    bounds = {"PageSize": 100, "MaxItems": MOST_READ}
    pages = paginator.paginate(DomainIdEquals=domain_id, PaginationConfig=bounds)
    return (item for page in pages for item in page[key])


def _is_open_to(place: Place, profile: str) -> bool:
    """Say whether a place is everybody's or the profile's own, whose name SageMaker compares without its case."""
    return place.owner is None or place.owner.lower() == profile.lower()
