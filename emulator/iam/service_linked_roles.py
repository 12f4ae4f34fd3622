# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service-linked roles that a service makes with its caller's rights, once in an account.

Sources: SageMaker and Amazon Cognito developer guides, "Using service-linked roles"; IAM user guide, "Create a
service-linked role"; tilfin/aws-iam-policy-tool #9 quotes AWS on other roles with their path.
"""

from __future__ import annotations

from emulator.shared.patching import wrap, wrap_entry
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import cognito, iam

TABLE = "ministack.services.iam._IAM_HANDLERS"
# ministack makes the name out of the service's, AWS has one for each.
MAIL = "email.cognito-idp.amazonaws.com"
NAMES = {
    "sagemaker.amazonaws.com": "AWSServiceRoleForAmazonSageMakerNotebooks",
    MAIL: "AWSServiceRoleForAmazonCognitoIdpEmailService",
}
MAKE = "CreateServiceLinkedRole"
RIGHT = f"iam:{MAKE}"
PATH = "/aws-service-role/"


def install() -> None:
    """Give these roles the names that they have in AWS, and let Cognito make its own."""
    wrap_entry(TABLE, iam._IAM_HANDLERS, MAKE, _named_as_in_aws)
    wrap_entry(TABLE, iam._IAM_HANDLERS, "CreateRole", _with_path_of_ones_own)
    for call in ("_create_user_pool", "_update_user_pool"):
        wrap(cognito, call, _making_that_of_mail)


def _named_as_in_aws(original: Handler) -> Handler:
    def create(parameters: Structure) -> Answer:
        name = NAMES.get(iam._p(parameters, "AWSServiceName"))
        if name in iam._roles:
            return iam._error(409, "EntityAlreadyExists", f"Role with name {name} already exists.", ns="iam")
        answer = original(parameters)
        if not name or answer[0] != 200:
            return answer
        made = next(key for key, role in iam._roles.items() if role["Path"].endswith(f"/{_service(parameters)}/"))
        role = iam._roles.pop(made)
        iam._roles[name] = {**role, "RoleName": name, "Arn": role["Arn"].replace(made, name)}
        return answer[0], answer[1], answer[2].replace(made.encode(), name.encode())

    return create


def _with_path_of_ones_own(original: Handler) -> Handler:
    def create_role(parameters: Structure) -> Answer:
        if iam._p(parameters, "Path").startswith(PATH):
            message = f"Path prefix '{PATH}' can only be used for AWS Service linked Roles"
            return iam._error(400, "InvalidInput", message, ns="iam")
        return original(parameters)

    return create_role


def of_sender(request: object) -> str | None:
    """The service whose role a pool needs to send e-mail with the account's own SES; None where it does not."""
    sender = request.get("EmailConfiguration") if isinstance(request, dict) else None
    own = isinstance(sender, dict) and sender.get("EmailSendingAccount") == "DEVELOPER"
    return MAIL if own else None


def _making_that_of_mail(original: Handler) -> Handler:
    def call(data: Structure) -> Answer:
        answer, service = original(data), of_sender(data)
        if answer[0] == 200 and service:
            make(service)
        return answer

    return call


def _service(parameters: Structure) -> str:
    return iam._p(parameters, "AWSServiceName")


def arn(service: str, account_id: str) -> str:
    """The ARN of a service's role."""
    return f"arn:aws:iam::{account_id}:role{PATH}{service}/{NAMES[service]}"


def exists(service: str) -> bool:
    """Whether the account has the service's role."""
    return NAMES[service] in iam._roles


def make(service: str) -> None:
    """Make the service's role where the account has none."""
    if not exists(service):
        iam._IAM_HANDLERS[MAKE]({"AWSServiceName": [service]})
