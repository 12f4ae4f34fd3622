# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the emulator reads of ministack's modules, which promise none of it: the start fails when something is gone.

``from emulator.shared.upstream import ec2`` gives the module ``ministack.services.ec2`` itself, so what an overlay
replaces there is seen everywhere. Names that are replaced and never read need no row, as patching.py asks for them.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Awaitable, Callable, MutableMapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar
from xml.etree.ElementTree import Element

from emulator.shared.patching import Declared
from emulator.shared.shapes import Answer, Function, Headers, Structure

if TYPE_CHECKING:
    from ministack.core.iam_evaluator import EvalContext, EvalResult, ParsedStatement

Value = TypeVar("Value")
# A record, or the answer to who asked for one that does not exist.
Found = tuple[Any, Answer | None]


class Store(MutableMapping[Any, Value]):
    """How ministack keeps records: as a dict of what belongs to the account and region of the request."""

    @abstractmethod
    def to_dict(self) -> dict[tuple[str, ...], Value]:
        """Everything, by (account, key) or (account, region, key)."""

    @abstractmethod
    def all_items(self) -> list[tuple[tuple[str, str, str], Value]]:
        """Everything, for stores by region."""

    @abstractmethod
    def get_scoped(self, account: str, region: str | None, key: str) -> Value | None:
        """What another account has."""


Records = Store[Structure]


class App(Declared, module="ministack.app"):
    """The way of every request through ministack."""

    SERVICE_REGISTRY: dict[str, Structure]
    SERVICE_HANDLERS: dict[str, Function]
    _NON_S3_VHOST_NAMES: frozenset[str]
    _build_persistence_save_dict: Callable[[], dict[str, Callable[[], Structure | None]]]
    _extract_s3_vhost_bucket: Callable[[str], str | None]
    _get_module: Callable[[str], Any]
    _get_reset_lock: Callable[[], asyncio.Lock]
    _lazy_handler: Callable[[str], Function]
    _loaded_modules: dict[str, ModuleType]
    _parse_execute_api_url: Callable[[str, str], tuple[str, str, str] | None]
    _reset_all_state: Callable[[], None]
    _state_map: dict[str, str]
    app: Callable[..., Awaitable[None]]


class IamActions(Declared, module="ministack.core.iam_actions"):
    """Which right a request needs, and on what."""

    SERVICE_TO_IAM_NAMESPACE: dict[str, str]
    _TAG_MEMBERS: frozenset[str]
    identity_denial_message: Callable[[str, str, str, bool], str]


class IamEvaluator(Declared, module="ministack.core.iam_evaluator"):
    """What policies allow."""

    _action_matches: Callable[[str, list[str], list[str]], bool]
    _first_match: Callable[[EvalContext, list[ParsedStatement], str], ParsedStatement | None]
    _gather_role_policies: Callable[[str, str], list[list[ParsedStatement]]]
    _gather_user_policies: Callable[[str, str], list[list[ParsedStatement]]]
    _resolve_condition_key: Callable[[str, EvalContext], Any]
    _resolve_managed_policy_document: Callable[[str, str], str | None]
    caller_arn: Callable[[], str]
    combine_resource_policy: Callable[..., EvalResult]
    evaluate: Callable[..., EvalResult]
    parse_policy_document: Callable[[str | Structure], list[ParsedStatement]]


class Persistence(Declared, module="ministack.core.persistence"):
    """State that survives a stop."""

    SERVICE_STATE_FORMAT_VERSIONS: dict[str, int]
    _json_default: Callable[[Any], Any]
    _json_object_hook: Callable[[Structure], Any]
    _state_format_version: Callable[[str], int]


class Router(Declared, module="ministack.core.router"):
    """Which service a request is for."""

    SERVICE_PATTERNS: dict[str, Structure]


class ApiGateway(Declared, module="ministack.services.apigateway_v1"):
    """REST APIs; most stores have the id of the API as their key."""

    _GatewayError: type[Any]
    _HTTP_METHOD_TOKENS: frozenset[str]
    _METHOD_SETTING_CATEGORIES: frozenset[str]
    _account_settings: Records
    _authorizer_cache: Structure
    _authorizers_v1: Records
    _compute_path: Callable[[str, str], str]
    _create_authorizer: Callable[[str, Structure], Answer]
    _create_model: Callable[[str, Structure], Answer]
    _create_request_validator: Callable[[str, Structure], Answer]
    _create_resource: Callable[[str, str, Structure], Answer]
    _create_rest_api: Callable[[Structure], Answer]
    _delete_rest_api: Callable[[str], Answer]
    _deployed_gateway_responses: Records
    _deployments_v1: Records
    _execute_in_scope: Callable[..., Awaitable[Any]]
    _export_security_scheme: Callable[[Structure, bool], Structure]
    _extract_lambda_ref_from_integration_uri: Callable[[str], str]
    _gateway_error_response: Callable[[Any, Structure], Answer]
    _gateway_response_for_type: Callable[[Structure, str], Structure]
    _gateway_response_family: Callable[[str], str | None]
    _gateway_responses: Records
    _get_account: Callable[[], Answer]
    _gw_error: Callable[[str, str], Any]
    _models: Records
    _put_gateway_response: Callable[[str, str, Structure], Answer]
    _put_integration: Callable[[str, str, str, Structure], Answer]
    _put_integration_response: Callable[[str, str, str, str, Structure], Answer]
    _put_method: Callable[[str, str, str, Structure], Answer]
    _put_method_response: Callable[[str, str, str, str, Structure], Answer]
    _request_validators: Records
    _resolve_v1_tag_resource_arn: Callable[[str], Found]
    _resources: Records
    _rest_api_arn: Callable[[str], str]
    _rest_api_view: Callable[[Structure], Structure]
    _rest_apis: Records
    _stages_v1: Records
    _v1_error: Callable[[str, str, int], Answer]
    _v1_response: Callable[..., Answer]
    _v1_tags: Store[dict[str, str]]
    _validate_gateway_response_target: Callable[[str, str], Answer | None]
    find_api_scope: Callable[[str], tuple[str, str] | None]
    get_account_id: Callable[[], str]
    rest_api_policy_for_arn: Callable[[str], Any]


class Backup(Declared, module="ministack.services.backup"):
    """Vaults and plans."""

    _err: Callable[..., Answer]
    _jobs: Records
    _no_content: Callable[[], Answer]
    _not_found: Callable[[str], Answer]
    _paginate: Callable[[list[Structure], Structure, str], Answer]
    _selections: Records
    _vaults: Records


class Budgets(Declared, module="ministack.services.budgets"):
    """Budgets."""


class Logs(Declared, module="ministack.services.cloudwatch_logs"):
    """Log groups."""

    _create_log_stream: Callable[[Structure], Answer]
    _log_groups: Records
    _put_log_events: Callable[[Structure], Answer]


class Cognito(Declared, module="ministack.services.cognito"):
    """User pools."""

    _UNSIGNED_IDP_ACTIONS: set[str]
    _access_token_error: Callable[[Structure], Answer | None]
    _auth_codes: dict[str, Structure]
    _auth_flow_error: Callable[[str, Structure], Answer | None]
    _authenticate_client: Callable[[Headers, Structure], tuple[str, str]]
    _authorization_codes: dict[str, Structure]
    _find_pool_by_client_id: Callable[[str | None], tuple[Any, Any, Any]]
    _generate_temp_password: Callable[[], str]
    _issue_auth_code_redirect: Callable[..., Answer]
    _now_epoch: Callable[[], float]
    _oauth2_error: Callable[..., Answer]
    _pin_unsigned_idp_scope: Callable[[Structure], None]
    _pool_domain_map: Store[str]
    _pool_id_from_token: Callable[[str | None], str]
    _resolve_pool: Callable[[str], Found]
    _resolve_user: Callable[[Structure, str | None], Found]
    _revoke_token: Callable[[Structure], Answer]
    _token_claims: Callable[[str | None], Structure]
    _user_pools: Records
    _validate_client_secret_hash: Callable[[str, Structure], Answer | None]
    _validate_password: Callable[[Structure, str], Answer | None]
    handle_logout: Callable[..., Answer]
    handle_oauth2_authorize: Callable[..., Answer]
    handle_request: Callable[..., Awaitable[Answer]]
    safe_xml_parse: Callable[[str | bytes], Element]
    well_known_jwks: Callable[[str], Answer]


class DynamoDb(Declared, module="ministack.services.dynamodb"):
    """Tables. `load` it when one is asked for: it takes memory that an emulator without tables need not spend."""

    _delete_table: Callable[[Structure], Answer]
    _resolve_index_keys: Callable[[Structure, str | None], tuple[str, str | None, bool]]
    _table_description: Callable[[str], Structure]
    _tables: Records


class Ec2(Declared, module="ministack.services.ec2"):
    """Networks."""

    _ACTION_MAP: dict[str, Callable[[Structure], Answer]]
    _AWS_REGIONS: list[tuple[str, str]]
    _aws_pl_id_from_name: Callable[[str], str]
    _az_id_for_zone_name: Callable[[str], str]
    _error: Callable[[str, str, int], Answer]
    _flow_logs: Records
    _glob_match: Callable[[str, str], bool]
    _guess_resource_type: Callable[[str], str]
    _internet_gateways: Records
    _is_malformed_security_group_id: Callable[[str], bool]
    _nat_gateways: Records
    _network_acls: Records
    _network_interfaces: Records
    _p: Callable[[Structure, str], str]
    _prefix_lists: Records
    _resolve_aws_pl_by_id: Callable[[str], Structure | None]
    _route_tables: Records
    _security_group_arn: Callable[[str], str]
    _security_groups: Records
    _subnets: Records
    _tags: Store[list[dict[str, str]]]
    _vpc_endpoints: Records
    _vpcs: Records
    handle_request: Callable[..., Awaitable[Answer]]
    parse_qs: Callable[[str], dict[str, list[str]]]


class Efs(Declared, module="ministack.services.efs"):
    """File systems."""

    _access_points: Records
    _delete_file_system: Callable[[str], Answer]
    _error: Callable[[int, str, str], Answer]
    _file_systems: Records
    _fs_id_from: Callable[[str], str]
    _fs_response: Callable[[Structure], Structure]
    _json: Callable[[int, Structure], Answer]
    _mount_targets: Records
    _mt_response: Callable[[Structure], Structure]
    _resolve_tag_resource: Callable[[str], Found]
    _tag_resource: Callable[[str, Structure], Answer]
    _untag_resource: Callable[[str, list[str]], Answer]
    handle_request: Callable[..., Awaitable[Answer]]


class Iam(Declared, module="ministack.services.iam"):
    """Users, roles and policies."""

    _IAM_HANDLERS: dict[str, Callable[[Structure], Answer]]
    _access_keys: Records
    _error: Callable[..., Answer]
    _group_inline_policies: Records
    _groups: Records
    _instance_profiles: Records
    _p: Callable[[Structure, str], str]
    _policies: Records
    _roles: Records
    _user_inline_policies: Records
    _users: Records
    _xml: Callable[..., Answer]


class Kms(Declared, module="ministack.services.kms"):
    """Keys."""

    _alias_arn: Callable[[str], str]
    _arn: Callable[[str], str]
    _resolve_key: Callable[[str], Structure | None]
    handle_request: Callable[..., Awaitable[Answer]]


class Lambda(Declared, module="ministack.services.lambda_svc"):
    """Functions."""

    _func_arn: Callable[[str], str]
    _functions: Records
    _qualifier_from_path_or_query: Callable[[str | None, Structure | None], str | None]


class S3(Declared, module="ministack.services.s3"):
    """Buckets."""

    _NEW_BUCKET_PUBLIC_ACCESS_BLOCK: bytes
    _bucket_owner_account: Callable[[str], str | None]
    _buckets: Records
    _error: Callable[..., Answer]
    _get_object_data: Callable[[str, str], bytes | None]
    _parse_bucket_key: Callable[[str, Headers], tuple[str, str]]


class Ses(Declared, module="ministack.services.ses"):
    """Identities that may send e-mail. `load` it when one is asked for, as for tables."""

    _identities: Records


class SesV2(Declared, module="ministack.services.ses_v2"):
    """The same, made by the newer API."""

    _identities: Records


class Sts(Declared, module="ministack.services.sts"):
    """Sessions of roles."""

    _error: Callable[..., Answer]
    _sessions: dict[str, Structure]


class Tagging(Declared, module="ministack.services.tagging"):
    """The tags of all services."""

    _COLLECTORS: dict[str, Function]
    _RESOURCE_TAG_COLLECTORS: dict[str, Function]


class Waf(Declared, module="ministack.services.waf"):
    """Web ACLs."""

    _associations: Store[str]
    _waf_err: Callable[[str, str], Answer]


app: App
iam_actions: IamActions
iam_evaluator: IamEvaluator
persistence: Persistence
router: Router
apigateway_v1: ApiGateway
backup: Backup
budgets: Budgets
cloudwatch_logs: Logs
cognito: Cognito
ec2: Ec2
efs: Efs
iam: Iam
kms: Kms
lambda_svc: Lambda
s3: S3
sts: Sts
tagging: Tagging
waf: Waf


def load() -> None:
    """Load all of them; raises patching.MissingSymbol when one lacks what is declared here."""
    for name in __annotations__:
        _load(name)


def _load(name: str) -> Declared:
    loaded = globals()[name] = globals()[__annotations__[name]].load()
    return loaded


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Declared:
        """Load a module of ministack when it is first asked for, since ministack reads its environment then."""
        if name not in __annotations__:
            raise AttributeError(name)
        return _load(name)
