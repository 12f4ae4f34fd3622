# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many requests at once: none waits for another, none is lost, none makes another's resources."""

from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.config import Config

AT_ONCE = 100
PATIENCE = 60


@pytest.fixture
def wide(emulator):
    """A client with a connection for each of many threads."""
    config = Config(max_pool_connections=AT_ONCE, retries={"total_max_attempts": 1}, read_timeout=PATIENCE)
    return boto3.client("sagemaker", endpoint_url=emulator.url, config=config)


def test_hundred_domains_at_once(studio, wide):
    """Each gets an id, a file system and two security groups of its own."""
    studio.sagemaker = wide
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(lambda number: studio.domain(f"team{number}"), range(AT_ONCE), timeout=PATIENCE))
    shown = [studio.sagemaker.describe_domain(DomainId=domain_id) for domain_id in made]
    assert {domain["Status"] for domain in shown} == {"InService"}
    assert len({domain["HomeEfsFileSystemId"] for domain in shown}) == AT_ONCE
    assert all(len(studio.nfs_groups(domain_id)) == 2 for domain_id in made[:3])


def test_one_profile_of_a_name_wins(studio, wide):
    """API reference CreateUserProfile: names are unique in any spelling, also when all ask at once."""
    domain_id = studio.domain()

    def create(number):
        try:
            return wide.create_user_profile(DomainId=domain_id, UserProfileName="Ada" if number % 2 else "ada")
        except wide.exceptions.ResourceInUse:
            return None

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(create, range(20), timeout=PATIENCE))
    assert sum(answer is not None for answer in answers) == 1
