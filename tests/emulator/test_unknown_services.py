# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that are signed for services that nobody knows: they cost neither time nor memory."""

import time

import pytest
from botocore.loaders import Loader

from emulator.shared import models
from tests.support.http import request
from tests.support.memory import resident

NAMES = ["nothing", "../../../etc/passwd", "%2e%2e", "n" * 3000, *(f"made-up-{number}" for number in range(50))]


def signed_for(service):
    scope = f"111111111111/20250101/eu-central-1/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"}


def test_unknown_services_neither_block_nor_fill_the_emulator(start_emulator):
    running = start_emulator()
    before, start = resident(running.process.pid), time.monotonic()
    for name in NAMES:
        status, _headers, body = request(f"{running.url}/a/{name[:10]}", "POST", b"{}", signed_for(name))
        assert status in range(400, 500), body
    assert time.monotonic() - start < 5
    assert resident(running.process.pid) - before < 20


def test_services_that_are_not_emulated_are_told_from_unknown_ones(emulator):
    """Under their signing names (botocore models), so that none is taken for a bucket of S3."""
    for name in ("redshift", "mobiletargeting", "elasticbeanstalk"):
        status, _headers, body = request(f"{emulator.url}/", "POST", b"{}", signed_for(name))
        assert (status, body) == (400, b'{"error": "Unsupported service: %s"}' % name.encode())


@pytest.mark.parametrize("service", ["pinpoint", "efs", "sagemaker", "cognito-idp", "redshift"])
def test_signing_names_are_those_of_the_models(service):
    """`pinpoint` has its metadata where nobody looks first."""
    metadata = Loader().load_service_model(service, "service-2")["metadata"]
    assert {metadata["endpointPrefix"], metadata.get("signingName", service), service} <= models.signing_names()
    assert "nothing" not in models.signing_names()
