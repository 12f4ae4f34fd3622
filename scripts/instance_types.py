# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the instance types that SageMaker's API model knows into the collection, whose controller part has no botocore.

`python -m scripts.instance_types` writes them; a unit test compares them with the botocore that is pinned.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import botocore.session

TARGET = Path(__file__).resolve().parent.parent / "plugins/module_utils/_blueprint/instance_types.py"
APPS = "AppInstanceType"
OTHERS = ("TrainingInstanceType", "ProcessingInstanceType", "TransformInstanceType", "ProductionVariantInstanceType")


def known_types(*shapes: str) -> list[str]:
    """Return the instance types of some of the model's enumerations, in its order, each once."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    return list(dict.fromkeys(name for shape in shapes for name in model.shape_for(shape).enum))


def written(text: str) -> str:
    """Return the file's text with the types of today's botocore."""
    apps = known_types(APPS)
    others = [name for name in known_types(*OTHERS) if name not in apps]
    for constant, names in (("APPS", apps), ("OTHERS", others)):
        before, begin, rest = text.partition(f'{constant} = _names("""\n')
        block = textwrap.fill(" ".join(names), width=118, break_on_hyphens=False)
        text = before + begin + block + "\n" + rest[rest.index('""")') :]
    return text


if __name__ == "__main__":
    TARGET.write_text(written(TARGET.read_text()))
