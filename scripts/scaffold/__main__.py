# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the files of a new module: `make scaffold ARGS="events_event_bus --service events --resource 'event bus'"`.

What it writes works and is tested as it is, for things that AWS makes, describes, changes and deletes by a name.
"""

from __future__ import annotations

import argparse
import re
import string
import subprocess
import sys
import textwrap
import typing as t
from pathlib import Path

import yaml
from botocore import xform_name

from scripts.environments import ROOT
from scripts.scaffold.model import Thing, Unfit, read

TEMPLATES = Path(__file__).parent / "templates"
HEAD = "\n".join((TEMPLATES / "module.py.template").read_text().splitlines()[3:6])
VERSION = "0.1.0"


TAGGED = (
    *("tag_fragments", "tags_import", "tags_spec", "tags_naming"),
    *("tags_plan", "tags_found", "tags_created", "tags_method"),
)
UPDATE = """\
    def update(self, plan: Plan) -> None:
{call}        {then}
"""
CHANGE_TAGS = """
    def _tags(self, arn: str) -> dict[str, str]:
        return tag_dict(self.operations.call("ListTagsForResource", **{{"{arn_option}": arn}}).get("tags"))

    def _change_tags(self, plan: Plan) -> None:
        arn = {{"{arn_option}": plan.before["{arn}"]}}
        new, gone = tag_changes(plan.before["tags"], plan.after["tags"])
        if gone:
            self.operations.call("UntagResource", **arn, tag_keys=gone)
        if new:
            self.operations.call("TagResource", **arn, tags=tag_list(new))
"""


def _update_call(thing: Thing) -> str:
    if not thing.update:
        return ""
    call = f'self.operations.call("{thing.update}", **{{**plan.after, **self.key}})'
    return f'        if plan.changes.keys() - {{"tags"}}:\n            {call}\n'


def _with_tags(thing: Thing) -> dict[str, str]:
    """Return what the templates say of a thing that has tags."""
    return {
        "tag_fragments": "  - amazon.aws.tags\n  - mlplatform.studio.options.owner_tags\n",
        "tags_import": "TAGS, ",
        "tags_spec": "**TAGS, ",
        "tags_naming": "tag_dict, tag_list, ",
        "tags_plan": ", tag_changes",
        "tags_found": f', "tags": self._tags(found["{thing.arn}"])',
        "tags_created": ', "tags": tag_list(plan.after.get("tags") or {}) or None',
        "tags_method": CHANGE_TAGS.format(arn=thing.arn, arn_option=thing.arn_option),
    }


def paths(module: str, thing: Thing) -> dict[str, str]:
    """Return the path of each template's file."""
    file = xform_name("".join(word.capitalize() for word in [*re.split(r"\W", thing.service), *thing.words.split()]))
    target = f"tests/integration/targets/{module}"
    return {
        "module.py": f"plugins/modules/{module}.py",
        "implementation.py": f"plugins/module_utils/_modules/{module}.py",
        "resource.py": f"plugins/module_utils/_{file}.py",
        "unit.py": f"tests/unit/module_utils/test_{file}.py",
        "target_test.yml": f"{target}/tasks/test.yml",
        "target_absent.yml": f"{target}/tasks/cleanup.yml",
        "fragment.yml": f"changelogs/fragments/{module}.yml",
        "emulator.py": f"emulator/{xform_name(thing.service)}.py",
        "emulator_test.py": f"tests/emulator/test_{xform_name(thing.service)}.py",
    }


def values(module: str, thing: Thing, names: t.Mapping[str, str]) -> dict[str, str]:
    """Return what the templates name."""
    noun = "".join(word.capitalize() for word in thing.words.split())
    article = "an" if thing.words[0] in "aeiou" else "a"
    tagged = bool(thing.arn)
    fixed = quoted(one.name for one in thing.options if one.immutable)
    sample = next(one.name for one in thing.options if one.type == "str")
    options, attributes = thing.options, [*(one.name for one in thing.options), *(["tags"] if tagged else [])]
    same, other = (f'{{"{sample}": "{value}"}}' for value in ("first", "second"))
    return {
        "head": HEAD,
        "module": module,
        "service": thing.service,
        "words": thing.words,
        "a_thing": f"{article} {thing.words}",
        "class_name": noun,
        "kind": thing.words.replace(" ", "_"),
        "version": VERSION,
        "file": Path(names["resource.py"]).stem,
        "name_key": xform_name(thing.name),
        "name_member": thing.name,
        "find": thing.find,
        "find_method": xform_name(thing.find),
        "create": thing.create,
        "delete": thing.delete,
        "missing": "".join(f'"{one}", ' for one in thing.missing),
        "missing_first": quoted(thing.missing[:1] or ["ResourceNotFoundException"]),
        "wrapped": f'["{thing.wrapper}"]' if thing.wrapper else "",
        "immutable_line": f"immutable = frozenset({{{fixed}}})" if fixed else "",
        "documented": "".join(documented(one.name, one.type, one.about) for one in options),
        "declared": "".join(f'    "{one.name}": {{"type": "{one.type}"}},\n' for one in options),
        "attributes": quoted(attributes),
        "returned": "".join(returned(one.name, one.type, one.about) for one in options),
        "an_option": f"\n    {sample}: first",
        "sample": sample,
        "update_method": UPDATE.format(call=_update_call(thing), then="self._change_tags(plan)" if tagged else ""),
        "update_row": f'    ({same}, {other}, ["{thing.update}"]),\n' if thing.update else "",
        **(_with_tags(thing) if tagged else dict.fromkeys(TAGGED, "")),
    }


def quoted(texts: t.Iterable[str]) -> str:
    """Return texts as Python writes them, one after the other."""
    return ", ".join(f'"{one}"' for one in texts)


def documented(name: str, kind: str, about: str) -> str:
    """Return an option of a module's DOCUMENTATION."""
    return f"  {name}:\n    description:\n      - {folded(about, 8)}\n    type: {kind}\n"


def returned(name: str, kind: str, about: str) -> str:
    """Return a value of a module's RETURN."""
    sample = {"str": "first", "int": "1", "bool": "true"}[kind]
    lines = [f"description: {folded(about, 8)}", f"type: {kind}", "returned: when it has one", f"sample: {sample}"]
    return f"    {name}:\n" + "".join(f"      {line}\n" for line in lines)


def folded(text: str, indent: int) -> str:
    """Return a text as a YAML scalar, whose further lines begin after so many spaces."""
    scalar = yaml.safe_dump(text, width=10_000, default_style='"' if ":" in text or "#" in text else None).splitlines()[
        0
    ]
    return textwrap.fill(scalar, 100, subsequent_indent=indent * " ")


def write(root: Path, module: str, thing: Thing) -> list[str]:
    """Write the files of a module that are not there, and name the module where all are named; return the paths."""
    names = paths(module, thing)
    if (root / names["module.py"]).exists():
        raise Unfit(f"{names['module.py']} is there already.")
    given, written = values(module, thing, names), []
    for template, path in names.items():
        if (root / path).exists():
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        text = string.Template((TEMPLATES / f"{template}.template").read_text()).substitute(given)
        (root / path).write_text(text)
        written.append(path)
    target = root / "tests/integration/targets" / module
    for path in ("aliases", "meta/main.yml", "tasks/main.yml"):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        # All targets share these, by links that are the same in each.
        (target / path).symlink_to((root / "tests/integration/targets/dynamodb_table" / path).readlink())
    # What a target begins with is what it ends with: nothing.
    (target / "tasks/prepare.yml").write_text((target / "tasks/cleanup.yml").read_text())
    written += name_everywhere(root, module, thing, names, names["emulator.py"] in written)
    tidy(root, [path for path in written if path.endswith(".py")])
    return written


def tidy(root: Path, written: list[str]) -> None:
    """Bring Python files into the form that make lint wants."""
    ruff = str(Path(sys.executable).with_name("ruff"))
    for arguments in (["check", "--quiet", "--fix"], ["format", "--quiet"]):
        subprocess.run([ruff, *arguments, *written], cwd=root, check=False)


def name_everywhere(root: Path, module: str, thing: Thing, names: t.Mapping[str, str], overlaid: bool) -> list[str]:
    """Name the module in what lists all modules; return the paths."""
    edits = {
        "meta/runtime.yml": lambda text: in_order(
            in_order(text, r"    - (\w+)\n", f"    - {module}\n", module),
            r"    (\w+):\n      action_plugin: .+\n",
            f"    {module}:\n      action_plugin: mlplatform.studio.run_module\n",
            module,
        ),
        "plugins/module_utils/_modules/run_module.py": lambda text: in_order(
            text, r"        (\w+),\n", f"        {module},\n", module
        ),
        "docs/architecture.md": lambda text: (
            f"{text.rstrip()}\n| `{module}` | `amazon.aws` has no module for {thing.service} {thing.words}. |\n"
        ),
    }
    if overlaid:
        overlay = Path(names["emulator.py"]).stem
        edits["tests/unit/test_layers.py"] = lambda text: text.replace(
            '    "service_quotas",\n', f'    "service_quotas",\n    "{overlay}",\n', 1
        )
        edits["emulator/overlays.py"] = lambda text: (
            text.replace(
                "    from emulator.apigateway", f"    from emulator import {overlay}\n    from emulator.apigateway", 1
            ).rstrip()
            + f"\n    {overlay}.install()\n"
        )
    for path, edit in edits.items():
        (root / path).write_text(edit((root / path).read_text()))
    return list(edits)


def in_order(text: str, pattern: str, line: str, name: str) -> str:
    """Return text with a line before the first of its kind (pattern, whose group is the name) that comes after name."""
    found = list(re.finditer(pattern, text))
    after = next((one for one in found if one[1] > name), None)
    at = after.start() if after else found[-1].end()
    return text[:at] + line + text[at:]


def main() -> int:
    """Scaffold what the command line names."""
    parser = argparse.ArgumentParser(prog="make scaffold", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("module", help="the name of the module: service and resource, as events_event_bus")
    parser.add_argument("--service", required=True, help="boto3's name of the service, as events")
    parser.add_argument("--resource", required=True, help="what the module manages in words, as 'event bus'")
    options = parser.parse_args()
    try:
        for path in write(ROOT, options.module, read(options.service, options.resource)):
            print(path)
    except Unfit as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
