# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What S3 refuses of a bucket's encryption and lifecycle.

Source: recordings of AWS (localstack, tests/aws/services/s3/test_s3.snapshot.json test_put_bucket_lifecycle_conf_exc,
test_s3_api.snapshot.json test_s3_default_bucket_encryption_exc); S3 user guide, "Lifecycle transition constraints",
with the text that terraform-provider-aws PR 6201 quotes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Wrapper
from emulator.shared.upstream import cognito
from emulator.shared.upstream import s3 as upstream

Refusal = tuple[str, str]
INFREQUENT_ACCESS = ("STANDARD_IA", "ONEZONE_IA")
DAYS_BEFORE_INFREQUENT_ACCESS = 30
MALFORMED = (
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
)


def install() -> None:
    """Check what is put; buckets that do not exist stay with ministack."""
    wrap(upstream, "_put_bucket_encryption", _checked(encryption_refusal))
    wrap(upstream, "_put_bucket_lifecycle", _checked(lifecycle_refusal))


def _checked(refusal: Callable[[Element], Refusal | None]) -> Wrapper:
    def wrapper(original: Handler) -> Handler:
        def put(name: str, body: bytes, *rest: Any, **options: Any) -> Answer:
            refused = refusal(_plain(body)) if name in upstream._buckets else None
            if refused:
                return upstream._error(*refused, 400, f"/{name}")
            return original(name, body, *rest, **options)

        return put

    return wrapper


def _plain(body: bytes) -> Element:
    """A document without its namespaces; an empty one where it is none."""
    try:
        root = cognito.safe_xml_parse(body)
    except (SyntaxError, ValueError):
        return Element("")
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def encryption_refusal(root: Element) -> Refusal | None:
    """A bucket has one rule, and a key only where KMS encrypts."""
    rules = root.findall("Rule")
    if len(rules) != 1:
        return MALFORMED
    default = rules[0].find("ApplyServerSideEncryptionByDefault")
    if default is None or not default.findtext("KMSMasterKeyID"):
        return None
    if (default.findtext("SSEAlgorithm") or "").startswith("aws:kms"):
        return None
    message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse"
    return "InvalidArgument", message


def lifecycle_refusal(root: Element) -> Refusal | None:
    """A rule says by one thing what it is for: several are in And, where no tag is twice; and objects stay 30 days."""
    for rule in root.findall("Rule"):
        for transition in rule.findall("Transition"):
            days, storage = transition.findtext("Days") or "", transition.findtext("StorageClass")
            if storage in INFREQUENT_ACCESS and days.isdigit() and int(days) < DAYS_BEFORE_INFREQUENT_ACCESS:
                return (
                    "InvalidArgument",
                    f"'Days' in Transition action must be greater than or equal to {DAYS_BEFORE_INFREQUENT_ACCESS} "
                    f"for storageClass '{storage}'",
                )
        chosen = rule.find("Filter")
        if chosen is None and rule.find("Prefix") is None:
            return MALFORMED
        if chosen is not None and len(chosen) > 1:
            return MALFORMED
        keys = [tag.findtext("Key") for tag in rule.findall("Filter/And/Tag")]
        if len(keys) > len(set(keys)):
            return "InvalidRequest", "Duplicate Tag Keys are not allowed."
    return None
