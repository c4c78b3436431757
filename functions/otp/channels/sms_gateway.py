"""SMS through any gateway that takes a JSON message over HTTPS: one POST, with a secret in one header.

The connection is made before anything is sent, in a step of its own, because that is where certainty ends: what fails
up to there was never sent; what fails afterwards, without an answer, may have been.
"""

from __future__ import annotations

import json
import ssl
from contextlib import contextmanager, suppress
from functools import cache
from http import HTTPStatus
from http.client import HTTPException
from socket import SHUT_RDWR, socket
from threading import Event, Timer
from time import monotonic
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from functions.otp.settings import PLACEHOLDER
from functions.shared import aws
from functions.shared.errors import REFUSED, PhoneUnavailable
from functions.shared.sending import SendUnknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_secretsmanager import SecretsManagerClient
    from urllib3.response import HTTPResponse
    from urllib3.util import Url

    from functions.otp.settings import OtpSettings

SECRET_MAX_AGE: Final = 300
"""Seconds after which a rotated secret is read again at the latest."""

_ANSWER_BYTES: Final = 65_536
_CREDENTIALS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_WRONG_ADDRESS: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE})
_ACCEPTED: Final = range(200, 300)
_REDIRECTS: Final = range(300, 400)


def send(settings: OtpSettings, *, to: str, text: str, idempotency_key: str, valid_seconds: int) -> None:
    """Send one message. Any 2xx means accepted; redirects are not followed.

    Raises:
        PhoneUnavailable: it was certainly not accepted.
        SendUnknown: it may or may not have been accepted.
    """
    secrets = _secrets(aws.secretsmanager())
    headers = {
        "Content-Type": "application/json",
        settings.sms_gateway_header: _header_value(secrets, settings.sms_gateway_secret_arn),
    }
    values = {"to": to, "text": text, "id": idempotency_key, "seconds": str(valid_seconds)}
    body = _fill(settings.sms_gateway_body, values)
    url = parse_url(settings.sms_gateway_url)
    with _connected(settings, url) as (connection, cut):
        status = _post(connection, url.request_uri, headers, body)
    if cut.is_set():
        # What had come by then may read as a whole answer: its head ends where the connection did.
        raise SendUnknown("answer_cut")
    if status in _CREDENTIALS:
        # It may have been rotated: the next try reads it again.
        secrets.clear_cache()  # type: ignore[no-untyped-call]
    _judge(status)


def _fill(template: str, values: dict[str, str]) -> str:
    """Put the values into the JSON template, escaped for the string that each placeholder stands in."""
    return PLACEHOLDER.sub(lambda found: json.dumps(values[found[1]])[1:-1], template)


@cache
def _secrets(client: SecretsManagerClient) -> SecretsProvider:
    return SecretsProvider(boto3_client=client)


def _header_value(secrets: SecretsProvider, arn: str) -> str:
    try:
        value = secrets.get(arn, max_age=SECRET_MAX_AGE)
    except GetParameterError:
        raise PhoneUnavailable("credentials", our_fault=True) from None
    header = value.strip() if isinstance(value, str) else ""  # secrets stored from a file end with a new line
    if not (header and header.isascii() and header.isprintable()):
        # http.client would refuse it too, with the secret in its message.
        raise PhoneUnavailable("credentials", our_fault=True)
    return header


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _connected(settings: OtpSettings, url: Url) -> Iterator[tuple[HTTPConnection, Event]]:
    """A connection that is cut at the deadline, however steadily the other side keeps it busy, and whether it was."""
    started = monotonic()
    patience = settings.sms_gateway_connect_seconds
    host = url.host or ""
    connection = (
        HTTPSConnection(host, url.port, timeout=patience, ssl_context=_trust())
        if url.scheme == "https"
        else HTTPConnection(host, url.port, timeout=patience)
    )
    try:
        connection.connect()
    except ssl.SSLCertVerificationError:
        connection.close()
        raise PhoneUnavailable("unreachable", our_fault=True) from None
    except (HTTPError, OSError):
        connection.close()
        raise PhoneUnavailable("unreachable") from None
    left = settings.sms_gateway_deadline_seconds - (monotonic() - started)
    if left <= 0:
        connection.close()
        raise PhoneUnavailable("unreachable")
    connection.timeout = settings.sms_gateway_read_seconds
    cut = Event()
    deadline = Timer(left, _cut, [connection.sock, cut])
    deadline.daemon = True
    deadline.start()
    try:
        yield connection, cut
    finally:
        deadline.cancel()
        connection.close()


def _cut(connected: socket, cut: Event) -> None:
    cut.set()
    with suppress(OSError):  # closed in the meantime
        socket.shutdown(connected, SHUT_RDWR)  # not TLS's own, which another thread must not call


def _post(connection: HTTPConnection, target: str, headers: dict[str, str], body: str) -> int:
    """The HTTP status of the answer. Its body is read to see that it is whole, and dropped."""
    try:
        connection.request("POST", target, body=body, headers=headers, preload_content=False, decode_content=False)
        answer = connection.getresponse()
    except (HTTPError, HTTPException, OSError):
        raise SendUnknown("no_answer") from None
    if answer.status in _ACCEPTED:
        _read(answer)
    return answer.status


def _read(answer: HTTPResponse) -> None:
    left = _ANSWER_BYTES
    try:
        while piece := answer.read(left):  # only the read after the last piece tells a cut body
            left -= len(piece)
    except (HTTPError, HTTPException, OSError):
        raise SendUnknown("answer_cut") from None


def _judge(status: int) -> None:
    """Return when accepted, raise what any other status means."""
    if status in _ACCEPTED:
        return
    if status == HTTPStatus.GATEWAY_TIMEOUT or status < min(_ACCEPTED):
        raise SendUnknown("no_answer")  # a proxy's words for the carrier not having answered it in time
    if status in _CREDENTIALS:
        raise PhoneUnavailable("credentials", our_fault=True)
    if status in _REDIRECTS or status in _WRONG_ADDRESS:
        raise PhoneUnavailable("misconfigured", our_fault=True)
    if status == HTTPStatus.PAYMENT_REQUIRED:  # a prepaid balance is used up, and does not come back by waiting
        raise PhoneUnavailable("quota_exhausted", our_fault=True)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise PhoneUnavailable("quota_exhausted")
    raise PhoneUnavailable("partner_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else REFUSED)
