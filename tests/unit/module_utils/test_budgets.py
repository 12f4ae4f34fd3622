# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import re

import botocore.session
import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._budgets import plain_amount

PATTERN = botocore.session.get_session().get_service_model("budgets").shape_for("NumericValue").metadata["pattern"]


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (5, "5"),
        (5.0, "5"),
        (499.99, "499.99"),
        (0.1, "0.1"),
        (0.00001, "0.00001"),
        (1000000, "1000000"),
        (1000000.0, "1000000"),
        (1234567.89, "1234567.89"),
        (1e16, "10000000000000000"),
        (1e22, "10000000000000000000000"),
    ],
)
def test_amount_is_sent_as_fixed_point_text(amount, text):
    """Budgets takes digits with a point, and no exponent (model, NumericValue)."""
    assert plain_amount(amount) == text
    assert re.fullmatch(PATTERN, text)
    assert float(text) == amount
