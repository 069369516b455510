"""The connection to Elasticsearch, and its errors in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import elasticsearch
from elastic_transport import TlsError
from elasticsearch import Elasticsearch
from elasticsearch.helpers import BulkIndexError

from musnad.archive.serializing import serializers
from musnad.errors import ArchiveBusyError, ArchiveError, ArchiveHeldError
from musnad.node import Node
from musnad.settings import Settings

_BLOCKED = "cluster_block_exception"
BUSY = (429, 502, 503, 504)
"""What a server (or a proxy before it) answers that may be asked again later."""

BACKOFF_SECONDS, BACKOFF_MOST_SECONDS = 0.25, 4.0
"""The client's own pauses between tries grow from one to the other, with jitter."""


def connect(settings: Settings) -> Elasticsearch:
    """Return a client of the configured cluster, else of the project's private node.

    Retries time-outs, lost connections and 429, 502, 503, 504. Raises `ArchiveError` where nothing is
    configured and no private node runs. Nothing is sent yet.
    """
    if settings.es_url is not None:
        key = settings.es_api_key.get_secret_value() if settings.es_api_key else None
        return _configured(settings, settings.es_url, api_key=key)
    connection = Node().connection()
    if connection is None:
        raise ArchiveError(
            "no Elasticsearch: start the private one with `musnad node start`, or set MUSNAD_ES_URL "
            "(and MUSNAD_ES_API_KEY)"
        )
    return _client(connection.url, settings.es_timeout, api_key=connection.api_key)


def connect_as(settings: Settings, user: str, password: str) -> Elasticsearch:
    """Return a client of the configured cluster with the rights of a user, as `connect` otherwise.

    Raises `ArchiveError` where no cluster is configured.
    """
    if settings.es_url is None:
        raise ArchiveError("set MUSNAD_ES_URL")
    return _configured(settings, settings.es_url, basic_auth=(user, password))


def _configured(settings: Settings, url: str, **credentials: Any) -> Elasticsearch:
    ca = settings.es_ca
    if ca is not None and not ca.is_file():
        raise ArchiveError(f"MUSNAD_ES_CA {ca}: there is no such file")
    options: dict[str, Any] = {"ca_certs": str(ca)} if ca else {}
    try:
        return _client(url, settings.es_timeout, **credentials, **options)
    except (ValueError, OSError) as error:
        raise ArchiveError(
            f'MUSNAD_ES_URL "{url}" does not fit: {error}; write it as https://host:9200'
        ) from None


def _client(url: str, timeout: float, **options: Any) -> Elasticsearch:
    client = Elasticsearch(
        url,
        request_timeout=timeout,
        retry_on_timeout=True,
        retry_on_status=BUSY,
        max_retries=5,
        serializers=serializers(),
        **options,
    )
    # Without pauses a busy server is asked five times in a row, which makes it busier.
    client.transport.retry_backoff_base = BACKOFF_SECONDS
    client.transport.retry_backoff_cap = BACKOFF_MOST_SECONDS
    return client


@contextmanager
def errors_explained() -> Iterator[None]:
    """Turn the client's errors into `ArchiveError`s of one sentence each."""
    try:
        yield
    except (BulkIndexError, elasticsearch.ApiError, elasticsearch.TransportError) as error:
        kind = ArchiveBusyError if may_pass(error) else ArchiveError
        answer = error.errors if isinstance(error, BulkIndexError) else getattr(error, "body", "")
        raise (ArchiveHeldError if is_held(answer) else kind)(explain(error)) from error
    except elasticsearch.UnsupportedProductError as error:
        raise ArchiveError(
            "what answers is no Elasticsearch (or a proxy hides it): check MUSNAD_ES_URL"
        ) from error


def may_pass(error: Exception) -> bool:
    """Return whether the same request may succeed later: the server is busy, restarting or out of reach."""
    if isinstance(error, elasticsearch.ApiError):
        # A server that has just started knows no API key until it has found its index of them.
        return error.status_code in (*BUSY, 401) or _BLOCKED in str(error.body)
    return isinstance(error, elasticsearch.ConnectionError | elasticsearch.ConnectionTimeout) and (
        not isinstance(error, TlsError)
    )


def misses_other_index(error: BaseException, prefix: str) -> bool:
    """Return whether an error tells of an index that is gone, but of none of the archive `prefix`.

    Names are resolved over all indices of the cluster: one that is deleted at that moment makes another's request fail.
    """
    cause = error.__cause__
    if not isinstance(cause, elasticsearch.NotFoundError) or not isinstance(cause.body, dict):
        return False
    details = cause.body.get("error")
    index = details.get("index") if isinstance(details, dict) else None
    return isinstance(index, str) and not index.startswith(f"{prefix}-")


def is_held(answer: object) -> bool:
    """Return whether an answer says that an index takes no writes, as the live ones while a reindex is swapped in."""
    return "index write (api)" in str(answer)


def explain(error: BulkIndexError | elasticsearch.ApiError | elasticsearch.TransportError) -> str:
    """Return one sentence that says what is wrong and what to do."""
    if isinstance(error, BulkIndexError):
        return f"Elasticsearch refused {len(error.errors)} documents, the first: {_first(error)}"
    if isinstance(error, elasticsearch.ApiError):
        return _explain_answer(error)
    if isinstance(error, TlsError):
        if "CERTIFICATE_VERIFY_FAILED" in error.message:
            return (
                "the TLS certificate of Elasticsearch cannot be verified: set MUSNAD_ES_CA to the "
                "certificate (PEM) of its authority"
            )
        return f"no TLS connection to Elasticsearch ({error.message}): is MUSNAD_ES_URL right (https or http)?"
    if isinstance(error, elasticsearch.ConnectionTimeout):
        return (
            "Elasticsearch did not answer in time: it is overloaded or gone; try again, or raise "
            "MUSNAD_ES_TIMEOUT"
        )
    if isinstance(error, elasticsearch.ConnectionError):
        return (
            f"Elasticsearch cannot be reached ({_why(error)}): is it running, is MUSNAD_ES_URL right? "
            "(`musnad node status`, `musnad doctor`)"
        )
    return f"talking to Elasticsearch failed ({type(error).__name__}): {error.message}"


def _explain_answer(error: elasticsearch.ApiError) -> str:
    reason = reason_of(error)
    if error.status_code == 401:
        return "Elasticsearch does not accept the credentials (401): check MUSNAD_ES_API_KEY"
    if is_held(error.body):
        return "the archive takes no changes while a reindex is swapped in: try again in a moment"
    if _BLOCKED in str(error.body):
        return f"Elasticsearch does not take changes now ({reason}): its disk may be full, see `musnad doctor`"
    if error.status_code == 403:
        return f"the API key may not do this (403): {reason}; use a key with more rights"
    # Asked for an alias that is not there, it answers in words only: "alias [musnad-articles] missing".
    if "index_not_found_exception" in str(error.body) or reason.startswith("alias ["):
        return f"the archive is not there yet ({reason}): run `musnad init` first"
    return f"Elasticsearch answered {error.status_code}: {reason}"


def reason_of(error: elasticsearch.ApiError) -> str:
    """Return what Elasticsearch says is wrong, in one line."""
    body = error.body
    if isinstance(body, dict):
        details = body.get("error", {})
        if isinstance(details, dict):
            root = details.get("root_cause") or [details]
            return str(root[0].get("reason") or details.get("reason") or details.get("type"))
        return str(details)
    # The answer to a question of existence has no body.
    return str(error.message) if body else "it does not say why"


def _first(error: BulkIndexError) -> str:
    for item in error.errors:
        for result in item.values():
            details = result.get("error", {})
            reason = details.get("reason") if isinstance(details, dict) else details
            return f"{result.get('_id')}: {reason or result.get('status')}"
    return "no reason given"


def _why(error: elasticsearch.TransportError) -> str:
    """Return the innermost cause in a few words ("Connection refused"), without memory addresses."""
    words = str(error.errors[-1] if error.errors else error.message)
    if "header value" in words:
        return "a header of the request does not fit: check the key"  # which the words hold
    for known in (
        "Connection refused",
        "Connection reset",
        "Name or service not known",
        "timed out",
    ):
        if known in str(error.message) or known in words:
            return known
    return words.split(" object at ")[0].split("\n")[0][:200]
