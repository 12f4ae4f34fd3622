# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the `aws` command, for commands of the documentation: one operation of boto3, printed as JSON.

AWS's own command takes options named as the members of the API model, in its kebab case; so does this, and no other.
"""

import json
import sys

import boto3
import jmespath
from botocore import xform_name
from botocore.exceptions import ClientError


def arguments(shape, given):
    """The members of an operation's input, from the command's options (name, texts)."""
    names = {xform_name(name, "-"): name for name in shape.members} if shape else {}
    return {names[name]: convert(shape.members[names[name]], texts) for name, texts in given.items()}


def convert(shape, texts):
    """An option's texts as the model wants them: JSON, or shorthand as in Key=a,Value=b."""
    if shape.type_name != "string" and texts and texts[0][:1] in "[{":
        return json.loads(texts[0])
    if shape.type_name == "list":
        return [convert(shape.member, [text]) for text in texts]
    if shape.type_name in ("structure", "map"):
        pairs = dict(pair.split("=", 1) for pair in texts[0].split(","))
        members = getattr(shape, "members", {})
        return {name: convert(members[name], [text]) if name in members else text for name, text in pairs.items()}
    return {"integer": int, "long": int, "boolean": lambda text: text != "false"}.get(shape.type_name, str)(
        texts[0] if texts else "true"
    )


def options(words):
    """Options by their names: those of the command line, each with the texts after it."""
    found, name = {}, ""
    for word in words:
        if word.startswith("--"):
            name = word.removeprefix("--")
            found[name] = []
        else:
            found[name].append(word)
    return found


def main():
    """Make the call of the command line."""
    service, operation, *rest = sys.argv[1:]
    given = options(rest)
    query, form = given.pop("query", []), given.pop("output", ["json"])
    client = boto3.client(service, region_name=given.pop("region", ["eu-central-1"])[0])
    method = operation.replace("-", "_")
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    try:
        answer = getattr(client, method)(**arguments(model.input_shape, given))
    except ClientError as error:
        sys.exit(f"aws: {error}")
    answer.pop("ResponseMetadata")
    shown = jmespath.search(query[0], answer) if query else answer
    if form == ["text"]:
        print(*shown if isinstance(shown, list) else [shown], sep="\t")
    else:
        print(json.dumps(shown, indent=4, default=str))


if __name__ == "__main__":
    main()
