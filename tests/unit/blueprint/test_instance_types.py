# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import instance_types as known
from scripts import instance_types


def test_instance_types_are_those_of_the_pinned_botocore():
    assert list(known.APPS) == instance_types.known_types(instance_types.APPS)
    text = instance_types.TARGET.read_text()
    assert text == instance_types.written(text), "run: python -m scripts.instance_types"


def test_types_of_jobs_and_endpoints_are_no_types_of_apps():
    assert set(known.APPS) & set(known.OTHERS) == set()
    assert set(instance_types.known_types(*instance_types.OTHERS)) <= {*known.APPS, *known.OTHERS}


def test_patterns_that_match_nothing():
    assert known.useless(["ml.t3.*", "t3.medium", "ml.trn2.48xlarge", "ml.*.micros"]) == ["t3.medium", "ml.*.micros"]
