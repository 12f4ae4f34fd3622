# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions about spaces, apps and what profiles and spaces have in common that need no call."""

import boto3
import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker import app, member, space
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError
from tests.support.ansible_module import ROOT


def settings(app_type=None, size=None):
    storage = {"space_storage_settings": {"ebs_storage_settings": {"ebs_volume_size_in_gb": size}}} if size else {}
    return {"space_settings": {**({"app_type": app_type} if app_type else {}), **storage}}


PRIVATE = {"space_sharing_settings": {"sharing_type": "Private"}}
SHARED = {"space_sharing_settings": {"sharing_type": "Shared"}}


@pytest.mark.parametrize(
    ("present", "wanted", "refusal"),
    [
        (None, {}, None),
        (None, SHARED, None),
        (None, PRIVATE, "lab is to be private"),
        (None, {**PRIVATE, "space_settings": {}}, "lab is to be private"),
        (None, {**PRIVATE, **settings("JupyterLab")}, None),
        ({}, PRIVATE, None),
        (settings("JupyterLab"), settings("JupyterLab"), None),
        (settings("JupyterLab"), settings(size=5), None),
        (settings("JupyterLab"), settings("CodeEditor"), "lab is for JupyterLab"),
        ({}, settings("CodeEditor"), "lab is for apps of any type"),
        (settings(size=10), settings(size=10), None),
        (settings(size=10), settings(size=11), None),
        (settings(size=10), settings(size=9), "lab has a disk of 10 GB, and a disk never shrinks"),
        (settings(size=10), settings("JupyterLab") | {"space_settings": {}}, None),
        ({}, settings(size=5), None),
    ],
)
def test_spaces_that_aws_could_never_make(present, wanted, refusal):
    if refusal is None:
        space.refuse_impossible("lab", present, wanted)
    else:
        with pytest.raises(StudioError, match=refusal):
            space.refuse_impossible("lab", present, wanted)


def owned(name):
    return {"ownership_settings": {"owner_user_profile_name": name}}


@pytest.mark.parametrize(
    ("wanted", "present", "spelled"),
    [("ADA", "ada", "ada"), ("ada", "Ada", "Ada"), ("bob", "ada", "bob"), ("ada", None, "ada")],
)
def test_owner_keeps_its_spelling(wanted, present, spelled):
    ownership = {"owner_user_profile_name": present} if present else {}
    assert space.with_present_spelling(owned(wanted), ownership) == owned(spelled)


def test_space_without_an_owner_gets_none():
    assert space.with_present_spelling({"ownership_settings": None}, {"owner_user_profile_name": "ada"}) == {
        "ownership_settings": None
    }


class Account:
    """Answers what Inherited asks for, and remembers it."""

    def __init__(self, propagation):
        self.domain = {"domain_arn": "arn:domain", "tag_propagation": propagation}
        self.asked = []

    def read(self, operation, **key):
        self.asked.append(operation)
        return self.domain if operation == "DescribeDomain" else {"user_profile_arn": f"arn:{key['user_profile_name']}"}

    def tags(self, arn):
        return {"arn:domain": {"A": "domain", "B": "domain", "sagemaker:x": "1"}, "arn:ada": {"B": "ada"}}[arn]


@pytest.mark.parametrize(
    ("propagation", "owner", "inherited"),
    [
        ("ENABLED", "", {"A": "domain", "B": "domain"}),
        ("ENABLED", "ada", {"A": "domain", "B": "ada"}),
        ("DISABLED", "ada", {}),
        (None, "ada", {}),
    ],
)
def test_inherited_tags(propagation, owner, inherited):
    account = Account(propagation)
    tags = space.Inherited(account, "d-1")
    assert tags.tags(owner) == inherited
    asked = list(account.asked)
    assert tags.tags(owner.upper()) == inherited and account.asked == asked, "everything is read once"


@pytest.mark.parametrize(
    ("state", "purge", "purge_all", "others"),
    [
        ("present", False, False, []),
        ("present", True, False, ["b", "c"]),
        ("present", False, True, []),
        ("absent", False, False, []),
        ("absent", False, True, ["b", "c"]),
    ],
)
def test_members_that_go_without_being_named(state, purge, purge_all, others):
    found = member.unlisted({"c": 1, "a": 2, "b": 3}, ["a"], state=state, purge=purge, purge_all=purge_all)
    assert found == others


@pytest.mark.parametrize(
    ("names", "state", "purge", "purge_all", "refusal"),
    [
        (["a"], "present", True, False, None),
        ([], "present", True, True, None),
        ([], "absent", False, False, None),
        (["a", "a"], "present", False, False, "These spaces are listed more than once: a"),
        ([], "present", True, False, "The list of spaces is empty"),
        (["a"], "absent", True, False, "deletes all spaces of the domain"),
    ],
)
def test_wishes_that_contradict(names, state, purge, purge_all, refusal):
    options = {"state": state, "purge": purge, "purge_all": purge_all}
    if refusal is None:
        member.refuse_contradictions(names, "spaces", **options)
    else:
        with pytest.raises(StudioError, match=refusal):
            member.refuse_contradictions(names, "spaces", **options)


def an_app(app_type="JupyterLab", app_name="default", **owner):
    return {"app_type": app_type, "app_name": app_name, **owner}


@pytest.mark.parametrize(
    ("listed", "owner", "label"),
    [
        (an_app(space_name="lab"), {"space_name": "lab"}, "lab/JupyterLab/default"),
        (an_app("Canvas", user_profile_name="ada"), {"user_profile_name": "ada"}, "ada/Canvas/default"),
        (an_app(space_name="lab", user_profile_name="ada"), {"space_name": "lab"}, "lab/JupyterLab/default"),
        (an_app("Canvas", space_name=None, user_profile_name="a"), {"user_profile_name": "a"}, "a/Canvas/default"),
    ],
)
def test_app_has_one_owner(listed, owner, label):
    assert app.owner_of(listed) == owner and app.label(listed) == label


LAB, CANVAS = an_app(space_name="lab"), an_app("Canvas", user_profile_name="ada")


@pytest.mark.parametrize(
    ("wanted", "state", "scope", "refusal"),
    [
        ([LAB, CANVAS, an_app(app_name="two", space_name="lab")], "present", "listed", None),
        ([LAB, an_app(space_name="LAB")], "present", "listed", None),
        ([], "absent", "domain", None),
        ([LAB], "absent", "domain", "without apps"),
        ([], "present", "space", "state: absent"),
        ([CANVAS, {**CANVAS, "user_profile_name": "Ada"}], "absent", "listed", "listed more than once"),
        ([an_app("CodeEditor", user_profile_name="ada")], "present", "listed", "A CodeEditor app runs in a space"),
    ],
)
def test_apps_that_contradict(wanted, state, scope, refusal):
    if refusal is None:
        app.refuse_contradictions(wanted, state, {"scope": scope})
    else:
        with pytest.raises(StudioError, match=refusal):
            app.refuse_contradictions(wanted, state, {"scope": scope})


def test_private_spaces_of_a_profile():
    def listed(name, owner=None, sharing="Private"):
        summary = {"ownership_settings_summary": {"owner_user_profile_name": owner}} if owner else {}
        return {"space_name": name, **summary, "space_sharing_settings_summary": {"sharing_type": sharing}}

    spaces = [listed("own", "Ada"), listed("lab", "ada", "Shared"), listed("theirs", "bob"), listed("old")]
    assert app.private_spaces(spaces, "ada") == {"own"}
    assert app.private_spaces([{"space_name": "classic"}], "ada") == set()


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("App [arn:x] has already been deleted", True),
        ("App [arn:x] previously failed and was automatically deleted", True),
        ("1 validation error detected: Value 'x' at 'appName' failed", False),
        ("Unable to delete App [arn:x]", False),
    ],
)
def test_texts_of_apps_that_have_ended(text, ended):
    assert bool(app.ENDED_TEXT.search(text)) is ended


def test_app_types_are_the_models():
    documentation = (ROOT / "plugins/modules/sagemaker_apps.py").read_text().split('r"""')[1].split('"""')[0]
    options = yaml.safe_load(documentation)["options"]["apps"]["suboptions"]
    model = boto3.client("sagemaker").meta.service_model
    assert options["app_type"]["choices"] == model.shape_for("AppType").enum
