# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a full quota means for who wants another domain."""

from __future__ import annotations

from .._waiting import StudioError
from .calls import SageMaker, code_and_text
from .status import FAILED


def refuse_full_quota(sagemaker: SageMaker, error: Exception, name: str) -> None:
    """Raise StudioError where AWS refused to create the domain called name because a quota is full.

    Failed domains count, and the console does not show them (aws/amazon-sagemaker-examples #1564).
    """
    code, text = code_and_text(error)
    if code != "ResourceLimitExceeded":
        return
    domains = sagemaker.list("ListDomains", "domains")
    failed = [f"{domain['domain_name']} ({domain['domain_id']})" for domain in domains if domain["status"] == FAILED]
    occupied = (
        f"{len(failed)} of them Failed, which count as well: {', '.join(failed)}" if failed else "none of them Failed"
    )
    which = "the Failed ones (sagemaker_domain with domain_id and state: absent)" if failed else "one"
    raise StudioError(
        f"domain {name} cannot be created (ResourceLimitExceeded): {text} The region has {len(domains)} domains, "
        f"{occupied}. Delete {which}, or ask AWS for more (Service Quotas, Amazon SageMaker)."
    ) from error
