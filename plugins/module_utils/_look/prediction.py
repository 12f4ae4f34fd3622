# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Use a module in check mode within a process that uses many, all of them with the same clients."""

from __future__ import annotations

import json
import threading
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._run import Call, Module, Result

# What of a module's options ArgumentSpecValidator knows.
RULES = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
# Teams are looked at side by side, and each module asks side by side too.
CONNECTIONS = {"max_pool_connections": 64}


class Clients:
    """boto3 clients with the credentials of a module, each made once: threads may share clients, but not make them."""

    def __init__(self, module: Call) -> None:
        self._module = module
        self._made: dict[str, t.Any] = {}
        self._lock = threading.Lock()
        self._answers: dict[str, Result] = {}
        self._answering = threading.Lock()
        self.config: dict[str, t.Any] = module.params.get("aws_config") or {}

    def get(self, service: str, aws_config: dict[str, t.Any]) -> t.Any:
        """Return the client of a service with this configuration."""
        key = f"{service} {json.dumps(aws_config, sort_keys=True)}"
        with self._lock:
            if key not in self._made:
                self._made[key] = self._module.client(service, aws_config={**CONNECTIONS, **aws_config})
            return self._made[key]

    def answer_once(self, question: str, ask: t.Callable[[], Result]) -> Result:
        """Return ask(), which is called once for a question: the teams of a platform ask the same of it."""
        with self._answering:
            if question not in self._answers:
                self._answers[question] = ask()
            return dict(self._answers[question])


class Prediction:
    """One use of a module, in which nothing is written: a Call."""

    check_mode = True

    def __init__(self, params: dict[str, t.Any], clients: Clients) -> None:
        self.params = params
        self.warnings: list[str] = []
        self._clients = clients

    def client(self, service: str, *, aws_config: dict[str, t.Any]) -> t.Any:
        """Return a boto3 client, which others use too."""
        return self._clients.get(service, aws_config)

    def warn(self, warning: str) -> None:
        """Keep a warning."""
        self.warnings.append(warning)


def predict(module: Module, arguments: t.Mapping[str, t.Any], clients: Clients) -> Result:
    """Return what a module answers to arguments in check mode. Its warnings are in it, too."""
    rules = {name: module.options[name] for name in RULES if name in module.options}
    given = {name: value for name, value in json.loads(json.dumps(arguments)).items() if value is not None}
    read = ArgumentSpecValidator(module.options["argument_spec"], **rules).validate(given)
    if read.error_messages:
        return {"failed": True, "msg": " ".join(read.error_messages)}
    prediction = Prediction({"aws_config": clients.config, **read.validated_parameters}, clients)
    call: Call = prediction
    return {**module.answer(call), "warnings": prediction.warnings}
