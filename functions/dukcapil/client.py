"""The call to the register: one POST, answered within the deadline or not at all.

The request carries our password and a person's data, so nothing is sent before the peer has shown exactly the
configured certificate. There are no retries (they belong to the state machine), no redirects and no proxies. urllib3's
read timeout starts anew with each piece that arrives; a server that trickles would hold us forever, so the sockets
themselves know the deadline.

The register counts calls as they arrive, and a handshake takes now ten milliseconds and now several hundred. So the turn is waited
for when the connection stands, and then nothing is left to do but to send.
"""

import json
import logging
import socket
import ssl
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from time import monotonic
from typing import Any, Final

from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as TimedOut
from urllib3.util import parse_url

from functions.dukcapil.answer import MAX_BYTES
from functions.dukcapil.settings import DukcapilSettings
from functions.shared.errors import DukcapilUnavailable
from functions.shared.settings import SettingsError

_CONNECTIONS: Final = 16
"""Kept open for the next call; a Lambda needs one, the local stack one for each thread."""
_HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}

# Its warning about a malformed head quotes the head, and nothing a partner wrote goes into a log.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

type Turn = Callable[[], None]
"""Waits until the register may be called, or raises."""


@dataclass(slots=True)
class _Call:
    """The call that is being made. Monotonic seconds.

    Attributes:
        turn: waits for its turn.
        deadline: when the register has to have answered.
    """

    turn: Turn
    deadline: float


_call: ContextVar[_Call] = ContextVar("call")


def at_once() -> None:
    """The turn of whoever need not wait for one."""


def verify(settings: DukcapilSettings, body: Mapping[str, str], turn: Turn = at_once) -> tuple[int, bytes]:
    """Ask the register and give its answer, unread: HTTP status and body.

    `turn` is called when the connection stands. The time for which it waits is not the register's. Nothing is sent when it
    raises.

    Raises:
        DukcapilUnavailable: `connect` (no connection), `timeout`, `tls` (not the configured certificate: our fault,
            because it must be configured anew), `connection_lost`, `answer_too_large`.
        SettingsError: HTTPS without a usable certificate, or a certificate without HTTPS.
    """
    pool = _pool(settings.dukcapil_url, settings.dukcapil_certificate)
    before = _call.set(_Call(turn, monotonic() + settings.dukcapil_read_timeout))
    try:
        response = pool.urlopen(
            "POST",
            f"/dukcapil/get_json/{settings.dukcapil_institution}/CALL_VERIFY_BY_ELEMEN",
            body=json.dumps(body).encode(),
            headers=_HEADERS,
            timeout=Timeout(connect=settings.dukcapil_connect_timeout, read=settings.dukcapil_read_timeout),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,  # nothing compressed was asked for, and nothing may grow in memory
        )
        return response.status, _read(response)
    except SSLError:
        raise DukcapilUnavailable("tls", our_fault=True) from None
    except NewConnectionError:
        raise DukcapilUnavailable("connect") from None
    except (ConnectTimeoutError, TimedOut, TimeoutError):
        raise DukcapilUnavailable("timeout") from None
    except (HTTPError, OSError):
        raise DukcapilUnavailable("connection_lost") from None
    finally:
        _call.reset(before)


def _read(response: BaseHTTPResponse) -> bytes:
    body = b""
    try:
        # Until nothing comes: only then does urllib3 say that an answer was shorter than announced.
        while len(body) <= MAX_BYTES and (piece := response.read(MAX_BYTES + 1 - len(body))):
            body += piece
    finally:
        # An answer read to its end has given its connection back already; any other connection cannot be used again.
        response.close()
        response.release_conn()
    if len(body) > MAX_BYTES:
        raise DukcapilUnavailable("answer_too_large")
    return body


@cache
def _pool(url: str, certificate: str) -> HTTPConnectionPool:
    """The connections to one register that shows one certificate, shared by all threads."""
    address = parse_url(url)
    if address.scheme == "https":
        context, fingerprint = _pinned(certificate)
        return _TlsPool(
            address.host or "",
            address.port,
            maxsize=_CONNECTIONS,
            ssl_context=context,
            # The register is addressed by IP, which its certificate need not name: which one it is decides.
            assert_fingerprint=fingerprint,
        )
    if certificate:
        raise SettingsError("DUKCAPIL_CERTIFICATE is set, but DUKCAPIL_URL is not https")
    return _PlainPool(address.host or "", address.port, maxsize=_CONNECTIONS)


def _pinned(certificate: str) -> tuple[ssl.SSLContext, str]:
    """A context that trusts this certificate only, and the certificate's SHA-256."""
    try:
        if certificate.count("BEGIN") != 1:
            raise ValueError  # noqa: TRY301 (told in one place)
        der = ssl.PEM_cert_to_DER_cert(certificate)
        context = ssl.create_default_context(cadata=der or b"none")  # an empty one would mean the system's authorities
    except (ValueError, OSError):  # not PEM, no base64, no certificate
        raise SettingsError("DUKCAPIL_CERTIFICATE must be one PEM certificate when DUKCAPIL_URL is https") from None
    context.sslsocket_class = _TlsSocket
    return context, sha256(der).hexdigest()


def _time_left() -> float:
    left = _call.get().deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _PlainSocket(socket.socket):
    def recv_into(self, *arguments: Any, **named: Any) -> int:  # noqa: ANN401 (the arguments of socket.recv_into)
        self.settimeout(_time_left())
        return super().recv_into(*arguments, **named)


class _TlsSocket(ssl.SSLSocket):
    def recv_into(self, *arguments: Any, **named: Any) -> int:  # noqa: ANN401 (the arguments of socket.recv_into)
        self.settimeout(_time_left())
        return super().recv_into(*arguments, **named)


class _InTurn(HTTPConnection):
    def request(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 (the arguments of HTTPConnection.request)
        if self.sock is None:
            self.connect()
        call, connected = _call.get(), monotonic()
        call.turn()
        call.deadline += monotonic() - connected
        super().request(*arguments, **named)


class _PlainConnection(_InTurn):
    def connect(self) -> None:
        super().connect()
        timeout = self.sock.gettimeout()
        self.sock = _PlainSocket(fileno=self.sock.detach())
        self.sock.settimeout(timeout)


class _TlsConnection(_InTurn, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection
