"""Sending the pack to Kibana through its API for saved objects."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError, LocationValueError, MaxRetryError, SSLError

from musnad.errors import MusnadError
from musnad.secrets import clean_key, clean_url

IMPORT = "/api/saved_objects/_import?overwrite=true"
_TIMEOUT = urllib3.Timeout(connect=10, read=120)


class KibanaError(MusnadError):
    """Kibana is out of reach, refuses, or could not take all of the pack."""


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in: an API key, or user and password, or neither (Kibana without security)."""

    api_key: str | None = None
    user: str | None = None
    password: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the header that says who asks. Raises `KibanaError` for a key that fits no header."""
        if self.api_key:
            try:
                key = clean_key(self.api_key, "--api-key (MUSNAD_KIBANA_API_KEY)")
            except ValueError as error:
                raise KibanaError(str(error)) from None
            return {"Authorization": f"ApiKey {key}"}
        if self.user:
            # urllib3 would take Latin-1, and put a password in other letters into its error.
            password = (self.password or "").rstrip("\r\n")
            login = base64.b64encode(f"{self.user}:{password}".encode()).decode()
            return {"Authorization": f"Basic {login}"}
        return {}


def install(ndjson: str, url: str, login: Login, ca: str | None = None) -> int:
    """Import saved objects into the Kibana at `url` (with `/s/SPACE` for a space); return how many it took.

    What is there under the same ids is overwritten. `ca` is a file with the certificate (PEM) of its authority. Raises
    `KibanaError`.
    """
    try:
        url = clean_url(url, "the URL of Kibana", "log in with --api-key, or --user")
    except ValueError as error:
        raise KibanaError(str(error)) from None
    headers = login.headers()
    if not url.startswith(("http://", "https://")):
        raise KibanaError(f'"{url}" is no URL: write it as https://kibana.example:5601')
    trusted: dict[str, Any] = {"ca_certs": ca} if ca else {}
    try:
        with urllib3.PoolManager(retries=False, timeout=_TIMEOUT, **trusted) as pool:
            answer = pool.request(
                "POST",
                url.rstrip("/") + IMPORT,
                fields={"file": ("musnad.ndjson", ndjson.encode(), "application/ndjson")},
                # Kibana takes no change without this header: it keeps foreign pages from making one.
                headers={"kbn-xsrf": "true", **headers},
                redirect=False,
            )
    except LocationValueError as error:
        raise KibanaError(
            f'"{url}" is no URL ({error}): write it as https://kibana.example:5601'
        ) from None
    except (HTTPError, OSError) as error:
        raise KibanaError(_unreachable(url, error)) from None
    return _taken(url, answer.status, _content(answer.data))


def _taken(url: str, status: int, content: Mapping[str, Any]) -> int:
    said = str(content.get("message") or content.get("error") or "no reason given")
    if status == 401:
        raise KibanaError(
            "Kibana does not accept the credentials (401): check --api-key (MUSNAD_KIBANA_API_KEY) or --user "
            "and MUSNAD_KIBANA_PASSWORD"
        )
    if status == 403:
        raise KibanaError(f"these credentials may not manage saved objects (403): {said}")
    if status == 503:
        raise KibanaError(f"Kibana at {url} is not ready yet (503): try again in a minute")
    if status in (301, 302, 307, 308, 404):
        raise KibanaError(
            f"{url} answers {status}: no API of Kibana is there; give the URL with its base path, and /s/NAME for "
            "a space"
        )
    if status != 200 or "successCount" not in content:
        raise KibanaError(f"{url} answers {status}: {said}; is it Kibana 8.19 or 9?")
    errors = content.get("errors") or []
    if errors or not content.get("success"):
        first = errors[0] if errors else {}
        title = (first.get("meta") or {}).get("title") or first.get("id")
        raise KibanaError(
            f"Kibana took {content['successCount']} objects and refused {len(errors)}, the first: {title}: "
            f"{_reason(first.get('error') or {})}"
        )
    return int(content["successCount"])


def _reason(error: Mapping[str, Any]) -> str:
    """Return the reason that Kibana gives for an object in words."""
    kind = error.get("type")
    if kind == "missing_references":
        missing = ", ".join(f"{one['type']} {one['id']}" for one in error.get("references", ()))
        return f"what it refers to is missing ({missing})"
    if kind == "unsupported_type":
        return "this Kibana does not know its type: 8.19 or 9 is needed"
    if kind in ("conflict", "ambiguous_conflict"):
        return "another object of that id is in the way: delete it in Kibana, or install into another space"
    return str(error.get("message") or kind or "no reason given")


def _content(data: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(data)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _unreachable(url: str, error: Exception) -> str:
    cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    if isinstance(cause, SSLError):
        if "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return f"the TLS certificate of {url} cannot be verified: name its authority's certificate with --ca"
        return f"no TLS connection to {url}: is it http, not https?"
    for known in (
        "Connection refused",
        "Name or service not known",
        "timed out",
        "Connection reset",
    ):
        if known in str(cause):
            return f"Kibana at {url} cannot be reached ({known}): is it running, is the URL right?"
    return f"Kibana at {url} cannot be reached ({str(cause).split(' object at ')[0][:120]}): is the URL right?"
