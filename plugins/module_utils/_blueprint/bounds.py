# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS's API models allow of single values of a description, by the shape that a value becomes.

A unit test compares each bound with its shape in botocore's models, and walks the models of what the collection calls
for bounds that nobody heeds. docs/limits.md shows them by option.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from .specification import shown

Values = t.Iterable[t.Tuple[str, t.Any]]


@dataclasses.dataclass(frozen=True)
class Bound:
    """What a shape of an API model takes: least and most of a length or number, a pattern, and the same in words."""

    shape: str
    form: str
    least: int | None = None
    most: int | None = None
    pattern: str = ""

    def fault(self, value: t.Any) -> str | None:
        """Return what is wrong with a value, as the rest of a sentence about it, or None."""
        if isinstance(value, (list, tuple, t.Mapping)):
            within = self._is_within(len(value))
            return None if within else f"has {len(value)} entries, and AWS takes {self.form}."
        size = len(value) if isinstance(value, str) else value
        fits = not self.pattern or re.fullmatch(self.pattern, str(value))
        return None if self._is_within(size) and fits else f"is {shown(value)}, and must be {self.form}."

    def _is_within(self, size: int) -> bool:
        return (self.least is None or size >= self.least) and (self.most is None or size <= self.most)


IMAGE_VERSION = r"arn:aws(-[\w]+)*:sagemaker:.+:[0-9]{12}:image-version/[a-z0-9]([-.]?[a-z0-9])*/[0-9]+"
ROLE = r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
BOUNDS = {
    bound.shape: bound
    for bound in (
        Bound("sagemaker.CodeRepositories", "at most 10", 0, 10),
        Bound(
            "sagemaker.RepositoryUrl",
            "an https address of letters, digits, hyphens, dots, underscores and slashes",
            0,
            1024,
            r"https://([.\-_a-zA-Z0-9]+/?){3,1016}",
        ),
        Bound("cognito-idp.SESConfigurationSet", "1 to 64 letters, digits, - and _", 1, 64, "^[a-zA-Z0-9_-]+$"),
        Bound("sagemaker.VpcOnlyTrustedAccounts", "at most 20", 0, 20),
        Bound("sagemaker.AccountId", "the 12 digits of an account, in quotes", 12, 12, r"\d+"),
        Bound("sagemaker.CustomImages", "at most 200", 0, 200),
        Bound("sagemaker.CustomImageContainerEntrypoint", "one command at most; the rest belongs into arguments", 0, 1),
        Bound("sagemaker.CustomImageContainerArguments", "at most 50", 0, 50),
        Bound("sagemaker.NonEmptyString64", "a text of at most 64 characters", 0, 64, r"(?!\s*$).+"),
        Bound("sagemaker.NonEmptyString256", "a text of at most 256 characters", 0, 256, r"(?!\s*$).+"),
        Bound("sagemaker.String256", "a text of at most 256 characters", 0, 256),
        Bound("sagemaker.CustomImageContainerEnvironmentVariables", "at most 25", 0, 25),
        Bound("sagemaker.MountPath", "a path that begins with /, of at most 1024 characters", 0, 1024, r"\/.*"),
        Bound("sagemaker.DefaultUid", "from 0 to 65535", 0, 65535),
        Bound("sagemaker.DefaultGid", "from 0 to 65535", 0, 65535),
        Bound("sagemaker.KernelName", "a name of at most 1024 characters", 0, 1024),
        Bound("sagemaker.ImageDisplayName", "a name of at most 128 characters", 1, 128, r"\S(.*\S)?"),
        Bound("sagemaker.ImageDescription", "one line of at most 512 characters", 1, 512, r".*"),
        Bound("sagemaker.ImageBaseImage", "an address of at most 255 characters", 1, 255, r".*"),
        Bound(
            "sagemaker.ImageArn",
            "the ARN of a SageMaker image",
            0,
            256,
            r"arn:aws(-[\w]+)*:sagemaker:.+:[0-9]{12}:image/[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*",
        ),
        Bound(
            "sagemaker.ImageVersionArn", "the ARN of a version of a SageMaker image", 0, 256, f"({IMAGE_VERSION}|None)"
        ),
        Bound(
            "sagemaker.ImageVersionAlias",
            "the alias of a version, such as 3 or 3.1",
            1,
            128,
            r"(^\d+$)|(^\d+.\d+$)|(^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
            r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
            r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$)",
        ),
        Bound("sagemaker.RoleArn", "the ARN of a role", 20, 2048, ROLE),
        Bound("sagemaker.DomainId", "the id of a domain, such as d-abcdefghijkl", 0, 63, r"d-(-*[a-z0-9]){1,61}"),
        Bound("cognito-idp.UserPoolIdType", "the id of a user pool", 1, 55, r"[\w-]+_[0-9a-zA-Z]+"),
        Bound("cognito-idp.AttributeValueType", "a text of at most 2048 characters", None, 2048),
        Bound("cognito-idp.StringType", "a text of at most 131072 characters", 0, 131072),
        Bound("cloudwatch.ResourceList", "at most 5", None, 5),
        Bound("sagemaker.Subnets", "from 1 to 16", 1, 16),
        Bound(
            "codeartifact.DomainName",
            "2 to 50 of a-z, 0-9 and inner hyphens, and begin with a letter",
            2,
            50,
            r"[a-z][a-z0-9\-]{0,48}[a-z0-9]",
        ),
        Bound(
            "codeartifact.RepositoryName",
            "2 to 100 letters, digits, dots, hyphens and underscores, and begin with a letter or digit",
            2,
            100,
            r"[A-Za-z0-9][A-Za-z0-9._\-]{1,99}",
        ),
    )
}


def mistakes(bounded: t.Iterable[tuple[str, Values]]) -> t.Iterable[str]:
    """Yield a sentence for every value that a model refuses; values are pairs of place and value, by their shape."""
    for shape, values in bounded:
        for place, value in values:
            fault = BOUNDS[shape].fault(value)
            if fault:
                yield f"{place} {fault}"
