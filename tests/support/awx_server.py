# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of AWX's API as the modules of awx.awx need: lists with filters, objects, and what is attached to them."""

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support import awx_rules

API = "/api/v2/"
PAGE = 2  # AWX's pages have 25; with two, everything that reads one page alone is found out
HIDDEN = "$encrypted$"
TEMPLATES = ("job_templates", "workflow_job_templates", "projects")
ROLES = ("admin_role", "execute_role", "member_role", "read_role")


class AwxServer:
    """AWX on a port of its own: `objects` by list and id, `attached` ids by (list, id, relation)."""

    def __init__(self, *users):
        self.objects, self.attached, self.writes = defaultdict(dict), defaultdict(set), []
        self._number = 0
        for user in users:
            self.create("users", {"username": user})
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                address = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, answer = server.answer(
                    self.command,
                    address.path.removeprefix(API).strip("/").split("/"),
                    dict(parse_qsl(address.query)),
                    json.loads(body or "{}"),
                )
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"" if status == 204 else json.dumps(answer).encode())

            do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_arguments):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self):
        self._http.shutdown()
        self._http.server_close()

    def names(self, kind, key="name"):
        return sorted(item[key] for item in self.objects[kind].values())

    def one(self, kind, name):
        (found,) = [item for item in self.objects[kind].values() if item["name"] == name]
        return found

    def of(self, kind, name, relation):
        """The ids that are attached to an object."""
        return self.attached[kind, self.one(kind, name)["id"], relation]

    def members(self, team):
        return sorted(self.objects["users"][user]["username"] for user in self.of("teams", team, "member_role/users"))

    def join(self, team, user):
        """Make somebody a member of an AWX team, as an administrator does by hand."""
        (found,) = [item["id"] for item in self.objects["users"].values() if item["username"] == user]
        self.of("teams", team, "member_role/users").add(found)

    def answer(self, method, path, query, data):
        """The status and the body of an answer."""
        if method != "GET":
            self.writes.append((method, "/".join(path), data))
        if path[0] == "roles":  # an id of a role is where it is: teams.1.member_role
            kind, number, role = path[1].split(".")
            path = [kind, number, f"{role}/{path[2]}"]
        if path[0] == "teams" and path[2:] == ["users"]:
            path = [*path[:2], "member_role/users"]
        if len(path) == 1:
            return self._list(path[0], query) if method == "GET" else self._write(path[0], self._new(path[0]), data)
        return self._below(method, path[0], int(path[1]), path[2:], query, data)

    def _write(self, kind, item, data):
        """Set what AWX takes; the status and the body of the answer."""
        number = item["id"]
        whole = self._set(dict(item), data)
        others = [other for other in self.objects[kind].values() if other["id"] != number]
        found = awx_rules.refused(kind, data, whole, others, lambda kind, number: number in self.objects[kind])
        if kind == "credentials" and not found:
            found = awx_rules.wrong_inputs(whole["inputs"], self.objects["credential_types"][whole["credential_type"]])
        if found:
            return 400, found
        status = 200 if number in self.objects[kind] else 201
        self.objects[kind][number] = whole
        return status, self._shown(whole)

    def _below(self, method, kind, number, relation, query, data):
        item = self.objects[kind][number]
        if relation == ["survey_spec"]:
            if method == "POST":
                wrong = awx_rules.wrong_survey(data)
                if wrong:
                    return 400, {"error": wrong}
                item["survey"] = data
            return 200, item.get("survey", {})
        if relation:
            return self._attach(method, (kind, number, "/".join(relation)), query, data)
        if method == "DELETE":
            del self.objects[kind][number]
            return 204, None
        return self._write(kind, item, data) if method == "PATCH" else (200, self._shown(item))

    def _attach(self, method, place, query, data):
        attached = self.attached[place]
        if method == "GET":
            last = place[2].split("/")[-1]
            kind = last if last in ("users", "teams", "credentials", "instance_groups") else place[0]
            return self._page(
                [self.objects[kind][number] for number in sorted(attached)], "/".join(map(str, place)), query
            )
        (attached.discard if data.get("disassociate") else attached.add)(data["id"])
        return 204, None

    def _list(self, kind, query):
        kinds = TEMPLATES if kind == "unified_job_templates" else (kind,)
        filters = {key: value for key, value in query.items() if not key.startswith("page")}
        items = [item for one in kinds for item in self.objects[one].values()]
        return self._page([item for item in items if self._fits(item, filters)], kind, query)

    def _page(self, items, path, query):
        number, size = int(query.get("page", 1)), int(query.get("page_size", PAGE))
        more = f"{API}{path}/?" + urlencode({**query, "page": number + 1}) if number * size < len(items) else None
        shown = [self._shown(item) for item in items[(number - 1) * size : number * size]]
        return 200, {"count": len(items), "next": more, "results": shown}

    def _fits(self, item, filters):
        listed = {key: filters[key].split(",") for key in filters if key.endswith("__in")}
        if any(self._value(item, key.removesuffix("__in")) not in values for key, values in listed.items()):
            return False
        filters = {key: value for key, value in filters.items() if key not in listed}
        either = [key for key in filters if key.startswith("or__")]
        return all(self._value(item, key) == value for key, value in filters.items() if key not in either) and (
            not either or any(self._value(item, key.removeprefix("or__")) == filters[key] for key in either)
        )

    def _value(self, item, key):
        field, _, further = key.partition("__")
        if further:
            plural = field.removesuffix("y") + "ies" if field.endswith("y") else f"{field}s"
            return self._value(self.objects[plural][item[field]], further) if item[field] else ""
        return str(item[field])

    def create(self, kind, data):
        """Make an object, as a POST does."""
        status, item = self._write(kind, self._new(kind), data)
        assert status == 201, item
        return self.objects[kind][item["id"]]

    def _new(self, kind):
        """An object as AWX has it before anything is set."""
        self._number += 1
        number, url = self._number, f"{API}{kind}/{self._number}/"
        roles = {role: {"id": f"{kind}.{number}.{role}"} for role in ROLES}
        return {
            **({"name": "", "description": "", **awx_rules.FIELDS[kind]} if kind in awx_rules.FIELDS else {}),
            "id": number,
            "type": kind.removesuffix("ies") + "y" if kind.endswith("ies") else kind.removesuffix("s"),
            "url": url,
            "related": {"survey_spec": f"{url}survey_spec/"},
            "summary_fields": {"object_roles": roles},
            **({"scm_revision": ""} if kind == "projects" else {}),
        }

    def _set(self, item, data):
        """AWX takes inputs as a whole, and what it hid itself as what it has; it keeps null for no text."""
        held = item.get("inputs", {})
        item.update({key: "" if value is None and item.get(key) == "" else value for key, value in data.items()})
        if item["type"] == "credential":
            item["inputs"] = {key: held.get(key) if text == HIDDEN else text for key, text in item["inputs"].items()}
        return item

    def _shown(self, item):
        if item["type"] != "credential":
            return item
        fields = self.objects["credential_types"][item["credential_type"]]["inputs"].get("fields", [])
        secrets = {field["id"] for field in fields if field.get("secret")}
        return {**item, "inputs": {key: HIDDEN if key in secrets else text for key, text in item["inputs"].items()}}
