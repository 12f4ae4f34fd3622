# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what the drift check found out of all teams."""

from __future__ import annotations

import os
import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._blueprint.connection import connection_mistakes
from ..plugin_utils.drift_pages.files import OVERVIEW
from ..plugin_utils.drift_reports import in_short, make_folder, report_of, write
from ..plugin_utils.options import plain


class ActionModule(ActionBase):  # type: ignore[misc]
    """The action of this file; plugins/modules/write_drift_reports.yml documents it."""

    _VALID_ARGS = frozenset({"hosts", "folder"})

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the reports by team, each in short, and where the overview is."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        arguments = plain(self._task.args)
        self._hostvars, folder = (task_vars or {})["hostvars"], arguments["folder"]
        try:
            make_folder(folder)
            reports = [self._report(host) for host in arguments["hosts"]]
            if reports:
                write(reports, (task_vars or {}).get("groups", {}).get("teams", []), folder)
        except OSError as error:
            return {**result, "failed": True, "msg": f"The reports cannot be written: {error}. Check drift_report_dir."}
        told = {"reports": {report["team"]: report for report in reports}}
        lines = [in_short(report, folder) for report in reports]
        overview = os.path.join(folder, OVERVIEW)
        return {**result, **told, "overview": overview, "in_short": [*lines, f"All teams: {overview}"] if lines else []}

    def _value(self, host: str, name: str) -> t.Any:
        """Return a variable of a host, None where it has none."""
        return plain(self._hostvars[host].get(name)) if host in self._hostvars else None

    def _report(self, host: str) -> dict[str, t.Any]:
        chosen = self._value(host, "chosen") or {}
        name = chosen.get("platform") or ""
        platform = self._platform(name)
        team = {
            "name": host,
            "people": [person["name"] for person in chosen.get("people") or []],
            "mistakes": chosen.get("mistakes") or platform["mistakes"],
            "prices": self._value(host, "drift_hourly_prices") or {},
        }
        looks = (self._value(name, "teams_look") or {}).get("teams") or []
        return report_of(team, platform, next((look for look in looks if look["name"] == host), None))

    def _platform(self, host: str) -> dict[str, t.Any]:
        """What is known of a team's platform; its mistakes are why nothing could be compared."""
        look = self._value(host, "drift_of_platform") or {}
        return {
            "name": self._value(host, "platform_name"),
            "region": self._value(host, "aws_region"),
            "account": (self._value(host, "platform_caller") or {}).get("account"),
            "looks": [look[part] for part in ("network", "sign_in") if part in look],
            "mistakes": (self._value(host, "chosen") or {}).get("mistakes") or self._connection_mistakes(host),
        }

    def _connection_mistakes(self, host: str) -> list[str]:
        if host not in self._hostvars:
            return []
        return connection_mistakes(
            host,
            role_arn=self._value(host, "aws_role_arn") or "",
            account_id=self._value(host, "aws_account_id") or "",
            endpoint_url=self._value(host, "aws_endpoint_url") or "",
            session=self._value(host, "platform_session"),
            base_caller=self._value(host, "platform_base_caller"),
            caller=self._value(host, "platform_caller"),
        )
