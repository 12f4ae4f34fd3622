# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write roles/*/README.md from the roles' argument specs, so that options are described in one place only."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
MARKUP = re.compile(r"\b[COVMP]\(([^()]*)\)")


def readme(role: Path) -> str:
    """Return the README of the role in a folder, as Markdown."""
    specification = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text())
    # A long default stands in defaults/main.yml alone.
    options = {
        name: {"default": defaults[name], **option} if name in defaults else option
        for name, option in specification["options"].items()
    }
    lines = [
        f"# Role {role.name}",
        "",
        f"{specification['short_description']}.",
        "",
        *_paragraphs(specification["description"]),
        *_table("Options", options),
    ]
    for name, option in options.items():
        if "options" in option:
            lines += _table(f"Keys of `{name}`", option["options"])
    return "\n".join(lines)


def _paragraphs(description: str | list[str]) -> list[str]:
    return [line for text in _texts(description) for line in (text, "")]


def _table(title: str, options: dict[str, dict]) -> list[str]:
    rows = [
        f"| `{name}` | {_kind(option)} | {_default(option)} | {_text(option)} |" for name, option in options.items()
    ]
    return [f"## {title}", "", "| option | type | default | meaning |", "|---|---|---|---|", *rows, ""]


def _kind(option: dict) -> str:
    kind = f"list of {option['elements']}" if option.get("type") == "list" and "elements" in option else option["type"]
    return f"{kind}: {', '.join(map(str, option['choices']))}" if "choices" in option else kind


def _default(option: dict) -> str:
    if option.get("required"):
        return "required"
    return f"`{json.dumps(option['default'])}`" if "default" in option else ""


def _text(option: dict) -> str:
    return " ".join(_texts(option["description"])).replace("|", "\\|")


def _texts(description: str | list[str]) -> list[str]:
    texts = [description] if isinstance(description, str) else description
    return [MARKUP.sub(r"`\1`", text) for text in texts]


def main() -> None:
    """Write the README of every role."""
    for specification in sorted(ROOT.glob("roles/*/meta/argument_specs.yml")):
        role = specification.parents[1]
        (role / "README.md").write_text(readme(role))


if __name__ == "__main__":
    main()
