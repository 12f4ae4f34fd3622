# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The public keys with which a user pool signs tokens. Everybody may read them; no call of the API gives them."""

from __future__ import annotations

import json
import typing as t

from .._waiting import StudioError

try:
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import BotoCoreError
    from botocore.httpsession import URLLib3Session
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

TIMEOUT_SECONDS = 10


def signing_keys(cognito: t.Any, user_pool_id: str) -> list[dict[str, str]]:
    """Return kid, n and e of every key of a pool; cognito is a boto3 client of cognito-idp.

    Raises StudioError where they cannot be read.
    """
    # Cognito developer guide, "Verifying JSON web tokens": on the host of the API, below the pool's id.
    url = f"{cognito.meta.endpoint_url.rstrip('/')}/{user_pool_id}/.well-known/jwks.json"
    try:
        answer = URLLib3Session(timeout=TIMEOUT_SECONDS).send(AWSRequest("GET", url).prepare())
        keys = json.loads(answer.text)["keys"]
        return sorted(({name: key[name] for name in ("kid", "n", "e")} for key in keys), key=lambda key: key["kid"])
    except (BotoCoreError, ValueError, KeyError, TypeError) as error:
        raise StudioError(
            f"The public keys of user pool {user_pool_id} cannot be read at {url}: {error}. The machine that runs this "
            "needs a way there."
        ) from error
