# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from tests.support.ansible_module import run_module
from tests.support.calls import no_writes


def run(**options):
    return run_module("s3_bucket_content_info", names=["data", "missing"], **options)


def test_all_versions_count(emulator, client):
    s3 = client("s3")
    s3.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket="data", Tagging={"TagSet": [{"Key": "DomainName", "Value": "team1"}]})
    s3.put_object(Bucket="data", Key="a", Body=b"12345")
    s3.put_object(Bucket="data", Key="a", Body=b"123")
    s3.delete_object(Bucket="data", Key="a")
    with no_writes(emulator):
        found = run()
    assert found["buckets"] == [{"name": "data", "tags": {"DomainName": "team1"}, "versions": 2, "size_in_bytes": 8}]
    assert run(measure=False)["buckets"] == [{"name": "data", "tags": {"DomainName": "team1"}}]
