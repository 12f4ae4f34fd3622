# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain HTTP for tests, without a client library that would follow or hide anything."""

import json
import urllib.error
import urllib.request


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments):
        return None


def request(url, method="GET", body=None, headers=None):
    """(status, headers, body as bytes) of one request; redirects and error statuses are answers like others."""
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    sent = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    try:
        with urllib.request.build_opener(_NoRedirect).open(sent, timeout=30) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def get(url):
    """The JSON that `url` answers."""
    return json.loads(request(url)[2])
