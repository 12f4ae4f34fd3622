# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emulator answers as AWS does: each fact of acceptance/facts, which the acceptance asks of AWS itself."""

import os
from unittest import mock

import boto3
import pytest
import yaml

from acceptance import truth
from acceptance.account import Account
from tests.support.emulator_plugin import ACCOUNT, REGION, SECRET
from tests.support.http import get

FILES = sorted(truth.FACTS.glob("*.yml"))


@pytest.fixture(scope="module")
def account(emulator):
    with mock.patch.dict(os.environ, AWS_ENDPOINT_URL=emulator.url):
        yield Account(boto3.Session(ACCOUNT, SECRET, region_name=REGION))


@pytest.mark.parametrize("fact", truth.read_facts(), ids=lambda fact: f"{fact.file}: {fact.fact}")
def test_the_emulator_answers_as_aws_does(emulator, account, fact):
    """And leaves nothing, also where its call makes something that it should not."""
    outcome = truth.ask(account, fact)
    assert (outcome.differences, outcome.trouble) == ((), "")
    assert get(f"{emulator.url}/_emulator/resources") == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_have_one_form(path):
    facts = yaml.safe_load(path.read_text())
    assert path.read_text() == truth.written(facts)
    assert list(dict.fromkeys(name for one in facts for name in one if name not in ("needs", "undo"))) == [
        "fact",
        "source",
        "calls",
        "answer",
    ]
