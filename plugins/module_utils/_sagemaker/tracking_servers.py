# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""MLflow tracking servers and apps: they belong to no domain, and may cost money when the last domain is gone."""

from __future__ import annotations

import typing as t

from .calls import SageMaker

try:
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library


class Kind(t.NamedTuple):
    """A kind of MLflow's servers: how it is listed, what AWS calls it, and how one is deleted."""

    operation: str
    key: str
    name: str
    noun: str
    command: str


KINDS = (
    Kind(
        "ListMlflowTrackingServers",
        "tracking_server_summaries",
        "tracking_server_name",
        "MLflow tracking servers",
        "delete-mlflow-tracking-server",
    ),
    Kind("ListMlflowApps", "summaries", "name", "MLflow apps", "delete-mlflow-app"),
)


def warn_of_tracking_servers(sagemaker: SageMaker, warn: t.Callable[[str], None]) -> None:
    """Call warn() with a sentence for each kind that names those of the account and region, if there are any."""
    for kind in KINDS:
        names = sorted(server[kind.name] for server in _listed(sagemaker, kind))
        if names:
            warn(
                f"These {kind.noun} are not deleted with a domain and go on costing money: {', '.join(names)}. "
                f"Delete those that nobody needs (aws sagemaker {kind.command})."
            )


def _listed(sagemaker: SageMaker, kind: Kind) -> list[dict[str, t.Any]]:
    """Return those that are there. Nobody asked for this list, so whoever may not read it gets none.

    Nor does who has a region or a botocore without it.
    """
    if not sagemaker.knows(kind.operation):
        return []
    try:
        return sagemaker.list(kind.operation, kind.key)
    except (BotoCoreError, ClientError):
        return []
