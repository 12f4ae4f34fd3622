# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX 24 takes and what it refuses: the fields of its objects with their defaults, and its checks.

From AWX's sources: awx/main/fields.py (CredentialTypeInputField, CredentialTypeInjectorField), the models' Meta and
SOFT_UNIQUE_TOGETHER, JobTemplateSurveySpec in awx/api/views. One thing is sterner: AWX drops a field that it does not
know without a word, and here it is refused, as whoever sends one means something by it.
"""

import jinja2
import jinja2.sandbox
import jsonschema

ASKED_OF_JOBS = (
    *("credential", "diff_mode", "execution_environment", "forks", "instance_groups", "inventory", "job_slice_count"),
    *("job_type", "labels", "limit", "scm_branch", "skip_tags", "tags", "timeout", "variables", "verbosity"),
)
ASKED_OF_WORKFLOWS = ("inventory", "labels", "limit", "scm_branch", "skip_tags", "tags", "variables")
PROMPTS = {
    **dict.fromkeys(("execution_environment", "inventory", "job_type", "diff_mode", "verbosity", "forks")),
    **dict.fromkeys(("job_slice_count", "timeout", "limit", "scm_branch", "job_tags", "skip_tags")),
    "extra_data": {},
}


def asked(names):
    """The fields by which a template lets whoever launches it choose."""
    return {f"ask_{name}_on_launch": False for name in names}


# Fields that can be written, with what AWX gives them where they are not sent.
FIELDS = {
    "credential_types": {"kind": "", "managed": False, "inputs": {}, "injectors": {}},
    "credentials": {"organization": None, "credential_type": None, "inputs": {}},
    "execution_environments": {"organization": None, "image": "", "credential": None, "pull": ""},
    "inventories": {
        "organization": None,
        "kind": "",
        "host_filter": None,
        "variables": "",
        "prevent_instance_group_fallback": False,
    },
    "inventory_sources": {
        "inventory": None,
        "source": "",
        "source_project": None,
        "source_path": "",
        "source_vars": "",
        "scm_branch": "",
        "credential": None,
        "enabled_var": "",
        "enabled_value": "",
        "host_filter": "",
        "overwrite": False,
        "overwrite_vars": False,
        "timeout": 0,
        "verbosity": 1,
        "limit": "",
        "execution_environment": None,
        "update_on_launch": False,
        "update_cache_timeout": 0,
    },
    "job_templates": {
        "organization": None,
        "project": None,
        "inventory": None,
        "execution_environment": None,
        "playbook": "",
        "job_type": "run",
        "scm_branch": "",
        "forks": 0,
        "limit": "",
        "verbosity": 0,
        "extra_vars": "",
        "job_tags": "",
        "force_handlers": False,
        "skip_tags": "",
        "start_at_task": "",
        "timeout": 0,
        "use_fact_cache": False,
        "host_config_key": "",
        **asked(ASKED_OF_JOBS),
        "survey_enabled": False,
        "become_enabled": False,
        "diff_mode": False,
        "allow_simultaneous": False,
        "job_slice_count": 1,
        "webhook_service": "",
        "webhook_credential": None,
        "prevent_instance_group_fallback": False,
    },
    "organizations": {"max_hosts": 0, "default_environment": None},
    "projects": {
        "organization": None,
        "local_path": "",
        "scm_type": "",
        "scm_url": "",
        "scm_branch": "",
        "scm_refspec": "",
        "scm_clean": False,
        "scm_track_submodules": False,
        "scm_delete_on_update": False,
        "credential": None,
        "timeout": 0,
        "scm_update_on_launch": False,
        "scm_update_cache_timeout": 0,
        "allow_override": False,
        "default_environment": None,
        "signature_validation_credential": None,
    },
    "schedules": {"unified_job_template": None, "rrule": "", "enabled": True, **PROMPTS},
    "teams": {"organization": None},
    "workflow_job_template_nodes": {
        "workflow_job_template": None,
        "unified_job_template": None,
        "identifier": "",
        "all_parents_must_converge": False,
        **PROMPTS,
    },
    "workflow_job_templates": {
        "organization": None,
        "inventory": None,
        "limit": None,
        "scm_branch": None,
        "job_tags": None,
        "skip_tags": None,
        "extra_vars": "",
        **asked(ASKED_OF_WORKFLOWS),
        "survey_enabled": False,
        "allow_simultaneous": False,
        "webhook_service": "",
        "webhook_credential": None,
    },
}
REQUIRED = {
    "credential_types": ("kind",),
    "credentials": ("credential_type",),
    "execution_environments": ("image",),
    "inventories": ("organization",),
    "inventory_sources": ("inventory",),
    "job_templates": ("project", "playbook"),
    "schedules": ("unified_job_template", "rrule"),
    "teams": ("organization",),
    "workflow_job_template_nodes": ("workflow_job_template",),
}
# Of what no two may have the same; without an organization in it, over all organizations.
UNIQUE = {
    "credential_types": ("name", "kind"),
    "credentials": ("organization", "name", "credential_type"),
    "execution_environments": ("name",),
    "inventories": ("name", "organization"),
    "inventory_sources": ("name", "inventory"),
    "job_templates": ("name", "organization"),
    "organizations": ("name",),
    "projects": ("name", "organization"),
    "schedules": ("name", "unified_job_template"),
    "teams": ("name", "organization"),
    "users": ("username",),
    "workflow_job_template_nodes": ("identifier", "workflow_job_template"),
    "workflow_job_templates": ("name", "organization"),
}
CHOICES = {
    "job_type": ("run", "check"),
    "pull": ("", "always", "missing", "never"),
    "scm_type": ("", "git", "svn", "insights", "archive"),
    "verbosity": tuple(range(6)),
    "webhook_service": ("", "github", "gitlab"),
}
NAME = "^[a-zA-Z_]+[a-zA-Z0-9_]*$"
INPUTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "required": {"type": "array", "items": {"type": "string"}},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "label"],
                "properties": {
                    "type": {"enum": ["string", "boolean"]},
                    "format": {"enum": ["ssh_private_key", "url"]},
                    "choices": {"type": "array", "minItems": 1, "items": {"type": "string"}, "uniqueItems": True},
                    "id": {"type": "string", "pattern": NAME},
                    "label": {"type": "string"},
                    "help_text": {"type": "string"},
                    "multiline": {"type": "boolean"},
                    "secret": {"type": "boolean"},
                    "ask_at_runtime": {"type": "boolean"},
                    "default": {},
                },
            },
        },
    },
}


def _named(value):
    return {"type": "object", "additionalProperties": False, "patternProperties": {NAME: value}}


INJECTORS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "env": _named({"type": "string", "pattern": "^[\x00-\x7f]*$"}),
        "extra_vars": _named({"type": "string"}),
    },
}
SURVEY_TYPES = ("text", "textarea", "password", "multiplechoice", "multiselect", "integer", "float")


def refused(kind, data, whole, others, there):
    """Why AWX refuses to write `data` into an object of a kind, by field; {} where it takes it.

    `whole` is the object as it would be, `others` are those of its kind, `there(kind, id)` says whether there is one.
    """
    fields = {"name": "", "description": "", **FIELDS[kind]} if kind in FIELDS else {}
    found = {name: "There is no such field." for name in data.keys() - fields.keys() if fields}
    for name in REQUIRED.get(kind, ()):
        if whole[name] in (None, ""):
            found[name] = "This field is required."
    for name in data.keys() & fields.keys():
        said = _wrong(name, data[name], fields[name], there)
        if said:
            found[name] = said
    if kind == "credential_types":
        found |= _wrong_type(whole)
    unique = UNIQUE.get(kind, ())
    if unique and any(all(other[name] == whole[name] for name in unique) for other in others):
        found["__all__"] = [f"{kind} with this {' and '.join(unique)} already exists."]
    return found


# Fields that name another object by its id, with the kind of it.
REFERENCES = {
    "organization": ("organizations",),
    "project": ("projects",),
    "source_project": ("projects",),
    "inventory": ("inventories",),
    "execution_environment": ("execution_environments",),
    "default_environment": ("execution_environments",),
    "credential": ("credentials",),
    "webhook_credential": ("credentials",),
    "credential_type": ("credential_types",),
    "workflow_job_template": ("workflow_job_templates",),
    "unified_job_template": ("job_templates", "workflow_job_templates", "projects"),
}


def _wrong(name, value, default, there):
    """What is wrong with a value of a field, if anything."""
    if name in REFERENCES:
        known = value in (None, "") or any(there(kind, value) for kind in REFERENCES[name])
        return "" if known else f'Invalid pk "{value}" - object does not exist.'
    if value is None:
        return ""
    if name in CHOICES:
        return "" if value in CHOICES[name] else f'"{value}" is not a valid choice.'
    kind = type("" if default is None else default)
    return "" if type(value) is kind else f"Not a valid {kind.__name__}."


def _wrong_type(credential_type):
    inputs, injectors = credential_type["inputs"], credential_type["injectors"]
    for name, value, schema in (("inputs", inputs, INPUTS), ("injectors", injectors, INJECTORS)):
        error = jsonschema.exceptions.best_match(jsonschema.Draft7Validator(schema).iter_errors(value))
        if error:
            place = list(error.absolute_path)
            return {name: [f"Schema validation error in relative path {place} ({error.message})"]}
    ids = [field["id"] for field in inputs.get("fields", [])]
    if len(set(ids)) < len(ids):
        return {"inputs": ["field IDs must be unique"]}
    if "tower" in ids:
        return {"inputs": ['"tower" is a reserved field name']}
    for field in inputs.get("fields", []):
        if field.get("type") == "boolean" and field.keys() & {"choices", "multiline", "format", "secret"}:
            return {"inputs": [f"not allowed for boolean type ({field['id']})"]}
    return _wrong_injectors(injectors, dict.fromkeys(ids, "EXAMPLE"))


def _wrong_injectors(injectors, fields):
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
    for texts in injectors.values():
        for name, text in texts.items():
            if name.startswith("ANSIBLE_"):
                return {"injectors": [f"Environment variable {name} may affect Ansible configuration"]}
            try:
                environment.from_string(text).render(fields)
            except jinja2.TemplateError as error:
                return {"injectors": [f"{name} uses an undefined field ({error})"]}
    return {}


def wrong_inputs(inputs, credential_type):
    """What is wrong with a credential's inputs by its type, by field."""
    known = {field["id"] for field in credential_type["inputs"].get("fields", [])}
    unknown = sorted(inputs.keys() - known)
    return {"inputs": [f"Additional properties are not allowed ({unknown} were unexpected)"]} if unknown else {}


def wrong_survey(survey):
    """What is wrong with a survey, in a sentence; an empty text where nothing is."""
    missing = [name for name in ("name", "description", "spec") if name not in survey]
    if missing:
        return f"'{missing[0]}' missing from survey spec."
    if not survey["spec"] or not isinstance(survey["spec"], list):
        return "'spec' doesn't contain any items."
    names = [question.get("variable") for question in survey["spec"]]
    if len(set(names)) < len(names):
        return "'variable' duplicated in survey question."
    return next(filter(None, map(_wrong_question, survey["spec"])), "")


def _wrong_question(question):
    missing = [name for name in ("type", "question_name", "variable", "required") if name not in question]
    if missing:
        return f"'{missing[0]}' missing from survey question."
    if question["type"] not in SURVEY_TYPES:
        return f"'{question['type']}' in survey question not one of {SURVEY_TYPES}."
    if question["type"].startswith("multi") and not question.get("choices"):
        return f"'choices' is required for {question['type']}."
    if any(not isinstance(question.get(name, 0), int) for name in ("min", "max")):
        return "The minimum and maximum limits must be integers."
    return ""
