# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Of any description a team comes out, or sentences; and of a team that nothing is said against, a whole plan."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import survey
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.found import Found
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import network_mistakes, network_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_found import FoundNetwork
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_plan import network_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import team_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in import sign_in_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_addresses import FoundSignIn
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_plan import sign_in_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_rules import sign_in_mistakes
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.specification import read
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.steps import TEAM
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.survey import survey_answers
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import carried_team, team_from, team_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team_rules import team_mistakes
from ansible_collections.mlplatform.studio.plugins.plugin_utils.options import specification
from tests.support.platform_changes import LOGIN, NETWORK
from tests.support.team_changes import AGAIN, CHANGED
from tests.unit.policies.rendering import team_specification
from tests.unit.properties.strategies import ACCOUNTS, PLATFORM_NAMES, REGIONS, STUDIO_NAMES, TEAM_NAMES, TEXTS, VALUES

SPECIFICATION = team_specification()
PLACE = ("domain_name", "platform_name", "region", "account_id", "partition", "platform")
SOMEWHERE = {
    "studio_domain_name": "a",
    "studio_platform_name": "aa",
    "studio_region": "af-south-1",
    "studio_account_id": "111111111111",
}
OPTIONS = {name: spec for name, spec in SPECIFICATION.items() if name.removeprefix("studio_") not in PLACE}
MADE = {name: value for name, value in {**CHANGED, **AGAIN}.items() if name != "studio_lifecycle_scripts"}
FOUND = {
    "subnets": [{"subnet_id": "subnet-1", "vpc_id": "vpc-1"}],
    "client_groups": [{"group_id": "sg-clients"}],
    "security_group_id": "sg-team",
}


def places():
    """Where a team is."""
    return st.fixed_dictionaries(
        {
            "studio_domain_name": TEAM_NAMES,
            "studio_platform_name": PLATFORM_NAMES,
            "studio_region": st.sampled_from(REGIONS),
            "studio_account_id": st.sampled_from(ACCOUNTS),
        }
    )


def values(spec):
    """Values of an option: in its type, and out of its bounds as often as within."""
    if "choices" in spec and spec["type"] == "str":
        return st.sampled_from(spec["choices"])
    if spec["type"] == "dict" and "options" in spec:
        return st.fixed_dictionaries({}, optional={name: values(one) for name, one in spec["options"].items()})
    if spec["type"] == "list":
        return st.lists(values({**spec, "type": spec.get("elements", "str")}), max_size=3)
    return {
        "str": st.one_of(TEXTS, STUDIO_NAMES),
        "path": TEXTS,
        "bool": st.booleans(),
        "int": st.integers(-1, 600_000),
        "float": st.floats(-1, 1e9),
        "dict": st.dictionaries(TEXTS, TEXTS, max_size=3),
    }[spec["type"]]


def people():
    """Some who can be, of all kinds."""
    person = st.fixed_dictionaries(
        {"name": STUDIO_NAMES, "email": st.just("ada@example.com")},
        optional={
            "persona": st.sampled_from(["data-scientist", "lead"]),
            "groups": st.lists(st.sampled_from(["reviewers", "A_b-1"]), max_size=2),
            "password": st.just("Analytical-Engine-1843"),
        },
    )
    return st.lists(person, max_size=4, unique_by=lambda one: one["name"].lower())


def a_few(strategies):
    """A few of some options, as most descriptions have."""
    chosen = st.lists(st.sampled_from(sorted(strategies)), max_size=6, unique=True)
    return chosen.flatmap(lambda names: st.fixed_dictionaries({name: strategies[name] for name in names}))


TYPED = {name: values(spec) for name, spec in OPTIONS.items()}
ALLOWED = {name: st.just(value) for name, value in MADE.items() if name != "studio_users"}
ALLOWED["studio_users"] = people()


@given(
    st.one_of(
        st.dictionaries(st.sampled_from(sorted(SPECIFICATION)), VALUES, max_size=6), VALUES.map(str).map(dict.fromkeys)
    )
)
def test_of_anything_come_values_or_sentences(options):
    found, mistakes = read(options, SPECIFICATION)
    assert all(isinstance(sentence, str) and sentence for sentence in mistakes)
    json.dumps([found, mistakes])


@given(places(), a_few(TYPED))
@example(SOMEWHERE, {"studio_users": [{}]})
@example(SOMEWHERE, {"studio_added_users": [{}], "studio_access_log_days": 0})
def test_of_any_options_comes_a_plan_or_a_sentence(place, options):
    found, mistakes = read({**place, **options}, SPECIFICATION)
    if not mistakes:
        check_team(found)


@given(places(), a_few(ALLOWED), st.booleans())
def test_of_options_that_go_together_comes_a_plan(place, options, predicts):
    found, mistakes = read({**place, **options}, SPECIFICATION)
    assert mistakes == []
    check_team(found, predicts=predicts)


def check_team(options, predicts=False):
    """Whatever is said against the team, it is said in sentences; else there is a plan, before and after the domain."""
    team = team_of(options)
    mistakes = team_mistakes(team)
    assert all(isinstance(sentence, str) and sentence for sentence in mistakes)
    if mistakes:
        return
    assert team_from(*json.loads(json.dumps(carried_team(team)))) == team
    for found in (Found(), Found(**FOUND)):
        plan = team_plan(team, found, predicts=predicts)
        assert json.loads(json.dumps(plan)).keys() == plan.keys()
        assert {step.part for step in TEAM} <= plan.keys()


# By role: its options, what a description says beside its place, the description, the sentences about it, its plan.
PLATFORMS = {
    "network": (network_of, network_mistakes, lambda network: network_plan(network, FoundNetwork())),
    "login": (sign_in_of, sign_in_mistakes, lambda sign_in: sign_in_plan(sign_in, FoundSignIn(), "/files")),
}
SPECIFICATIONS = {role: specification(role) for role in PLATFORMS}
MADE_OF_PLATFORMS = {"network": NETWORK, "login": LOGIN}


def platforms(role):
    """Descriptions of the network or the sign-in of a platform: any values, and such as go together."""
    place = st.fixed_dictionaries(
        {
            f"{role}_platform_name": PLATFORM_NAMES,
            f"{role}_region": st.sampled_from(REGIONS),
            f"{role}_account_id": st.sampled_from(ACCOUNTS),
        }
    )
    names = [f"{role}_{name}" for name in PLACE]
    typed = {name: values(spec) for name, spec in SPECIFICATIONS[role].items() if name not in names}
    allowed = st.lists(st.sampled_from(list(MADE_OF_PLATFORMS[role].values())), max_size=4)
    merged = allowed.map(lambda found: {name: value for options in found for name, value in options.items()})
    return st.tuples(place, st.one_of(a_few(typed), merged)).map(lambda found: {**found[0], **found[1]})


@pytest.mark.parametrize("role", PLATFORMS)
@given(data=st.data())
def test_of_any_platform_comes_a_plan_or_a_sentence(role, data):
    described, mistakes_of, plan_of = PLATFORMS[role]
    found, mistakes = read(data.draw(platforms(role)), SPECIFICATIONS[role])
    if mistakes:
        return
    description = described(found)
    mistakes = mistakes_of(description)
    assert all(isinstance(sentence, str) and sentence for sentence in mistakes)
    if not mistakes:
        plan = plan_of(description)
        assert json.loads(json.dumps(plan)).keys() == plan.keys()


ANSWERS = st.one_of(VALUES, st.integers().map(str), TEXTS.map(lambda text: f"a={text}\nb={text}"))


@given(st.dictionaries(st.sampled_from([f"survey_{name}" for name in OPTIONS]), ANSWERS, max_size=4))
@example({"survey_studio_budget": {7: "x"}})
def test_of_any_answers_come_options_or_sentences(answers):
    found, mistakes = survey_answers(answers, SPECIFICATION)
    assert {f"survey_{name}" for name in found} <= answers.keys()
    assert all(any(sentence.startswith(f"{name} ") for name in answers) for sentence in mistakes)
    # What was read is in the type of its option.
    again, refused = read(found, {name: {**SPECIFICATION[name], "required": False} for name in found})
    assert refused == []
    assert {name: again[name] for name in found}.keys() == found.keys()
    json.dumps(survey.with_answers({}, found))


@given(st.text(st.characters(categories=["L", "N"])), TEXTS)
def test_lines_of_a_survey_are_the_tags_that_they_say(key, value):
    line = " ".join(value.split())
    if key and line:
        answers, mistakes = survey_answers({"survey_studio_tags": f"\n{key} = {line}\n"}, SPECIFICATION)
        assert (answers, mistakes) == ({"studio_tags": {key: line}}, [])
