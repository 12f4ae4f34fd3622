# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What teams read of what AWS owns: images in ECR and the public hub of models.

data-perimeter-policy-examples, service_owned_resources.md.
"""

from __future__ import annotations

PULL_IMAGES = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
READ_HUB = [
    "sagemaker:DescribeHub",
    "sagemaker:DescribeHubContent",
    "sagemaker:ListHubContentVersions",
    "sagemaker:ListHubContents",
]


def public_hub(partition: str, region: str) -> list[str]:
    """Return the ARNs of SageMaker's public hub and of what is in it, which carry no account."""
    hub = f"arn:{partition}:sagemaker:{region}:aws:hub"
    return [f"{hub}/SageMakerPublicHub", f"{hub}-content/SageMakerPublicHub/*"]
