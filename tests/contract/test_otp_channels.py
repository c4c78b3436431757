"""The channels of layer 4 on the wire: against the carrier stand-in, and against servers that break off anywhere."""

import json
import re
import ssl
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from socket import AF_INET, SHUT_RDWR, SOCK_STREAM, create_server, socket
from threading import Event, Thread
from typing import Any, Final

import pytest
import trustme
from moto import mock_aws

from functions.otp import channels
from functions.otp.channels import sms_gateway
from functions.otp.settings import OtpSettings
from functions.shared import aws
from functions.shared.errors import PhoneUnavailable
from functions.shared.observability import logger, metrics
from functions.shared.policy import Channel
from functions.shared.settings import SettingsError, environment_of
from local.partners.carrier import GATEWAY_SECRET, Carrier
from local.stack import until

REGION: Final = "ap-southeast-3"
NUMBER: Final = "+6281290019001"
CODE: Final = "190519"
TEXT: Final = f'Program "Kerja" \\ kode {CODE}\nJangan beri tahu siapa pun.\n@daftar.example #{CODE}'
PERSONAL: Final = (NUMBER, NUMBER[1:], CODE, "Jangan beri tahu", GATEWAY_SECRET)
pytestmark = pytest.mark.usefixtures("moto")
OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


# --- The partners ---------------------------------------------------------------------------------------------------


@dataclass
class RawServer:
    """A server that plays one answer, byte by byte, to each connection, and keeps what it was sent."""

    url: str
    received: list[bytes] = field(default_factory=list)


@contextmanager
def raw_server(play: Callable[[socket, Event], None], tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Each connection's request is read whole, then `play(connection, stopping)` answers it."""
    listener = create_server(("127.0.0.1", 0))
    scheme = "https" if tls else "http"
    server = RawServer(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/send")
    stopping = Event()

    def serve() -> None:
        while not stopping.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    secured = tls.wrap_socket(connection, server_side=True) if tls else connection
                    with secured:
                        server.received.append(read_request(secured))
                        play(secured, stopping)
                except OSError:
                    continue

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stopping.set()
        listener.shutdown(SHUT_RDWR)
        listener.close()
        thread.join(5)


def read_request(connection: socket) -> bytes:
    """One HTTP request: head and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += received(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(re.findall(rb"(?i)content-length: (\d+)", head)[0])
    while len(body) < length:
        body += received(connection)
    return head + b"\r\n\r\n" + body


def received(connection: socket) -> bytes:
    """What comes next, unless the other side has left."""
    piece = connection.recv(65536)
    if not piece:
        raise ConnectionError
    return piece


def says(answer: bytes) -> Callable[[socket, Event], None]:
    """Answer this and close."""
    return lambda connection, _: connection.sendall(answer)


def status(line: str, *more: str) -> Callable[[socket, Event], None]:
    """Answer with this status line and these headers."""
    return says("\r\n".join([f"HTTP/1.1 {line}", *more, "Content-Length: 0", "", ""]).encode())


def silent(connection: socket, _: Event) -> None:
    """Never answer, until the other side leaves."""
    connection.settimeout(30)
    connection.recv(1)


def trickling(start: bytes) -> Callable[[socket, Event], None]:
    """Begin like this, then a byte at a time, each well within the read timeout, for ten seconds."""

    def play(connection: socket, stopping: Event) -> None:
        connection.sendall(start)
        for _ in range(200):
            if stopping.wait(0.05):
                break
            connection.sendall(b"x")

    return play


# --- The sender -----------------------------------------------------------------------------------------------------


def sms_by_gateway(url: str, **more: str) -> dict[str, str]:
    """Environment of a function that sends by a gateway, so patient that only what a test shortens comes to its end."""
    return {
        "SMS_PROVIDER": "gateway",
        "SMS_GATEWAY_URL": url,
        "SMS_GATEWAY_SECRET_ARN": "berlapis/gateway",
        "SMS_GATEWAY_CONNECT_SECONDS": "20",
        "SMS_GATEWAY_READ_SECONDS": "20",
        "SMS_GATEWAY_DEADLINE_SECONDS": "30",
        **more,
    }


def took_until(deadline: int, url: str) -> float:
    """Seconds that sending by a gateway takes whose deadline comes long before its read timeout."""
    started = time.monotonic()
    send(sms_by_gateway(url, SMS_GATEWAY_DEADLINE_SECONDS=str(deadline)))
    return time.monotonic() - started


def sms_by_aws(url: str) -> dict[str, str]:
    """Environment of a function that sends SMS by AWS."""
    return {"SMS_ORIGINATION_IDENTITY": "KERJA", "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": url}


def whatsapp_by_aws(url: str) -> dict[str, str]:
    """Environment of a function that sends WhatsApp messages."""
    return {
        "WHATSAPP_PHONE_NUMBER_ID": "phone-number-id-9001",
        "WHATSAPP_TEMPLATE": "kode_masuk",
        "AWS_ENDPOINT_URL_SOCIALMESSAGING": url,
    }


def send(environment: dict[str, str], channel: Channel = "sms", **changed: Any) -> None:  # noqa: ANN401 (passed on)
    """Send the code once, from a function with this environment."""
    shared = {
        "AWS_REGION": REGION,
        "TABLE_NAME": "t",
        "CONTROL_TABLE_NAME": "c",
        "CODES_KEY_ID": "k",
        "SENDER_NAME": "Kerja",
    }
    message = {"to": NUMBER, "code": CODE, "text": TEXT, "locale": "id", "idempotency_key": "VerifyPhone/1", **changed}
    with environment_of({**shared, "OTP_DOMAIN": "daftar.example", **environment}):
        channels.send(channel, OtpSettings.load(), **message)


def refusal(environment: dict[str, str], channel: Channel = "sms") -> tuple[str, bool]:
    """Send, expecting that the message was not accepted: reason, and whether it is our fault.

    Nothing personal or secret may be told by the error on the way.
    """
    with pytest.raises(PhoneUnavailable) as caught:
        send(environment, channel)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert not [secret for secret in PERSONAL if secret in told]
    return caught.value.reason, caught.value.our_fault


COUNTED: list[str] = []


def unknown_sends() -> int:
    """How often `SendUnknown` was counted."""
    return COUNTED.count("SendUnknown")


@pytest.fixture(scope="module")
def moto() -> Iterator[None]:
    """AWS on moto for the whole module, because the SDK's models are read again for each start of it."""
    with mock_aws():
        yield
    aws._client.cache_clear()


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway's right secret, not read yet, and nothing counted."""
    set_secret(GATEWAY_SECRET)
    sms_gateway._secrets.cache_clear()
    COUNTED.clear()
    # A local stack may run in this process, and keeps the metrics of each invocation to itself.
    monkeypatch.setattr(metrics, "add_metric", lambda name, **_: COUNTED.append(name))


def set_secret(value: str) -> None:
    """Create or rotate the gateway's secret."""
    with environment_of({"AWS_REGION": REGION}):
        secrets = aws.secretsmanager()
    try:
        secrets.put_secret_value(SecretId="berlapis/gateway", SecretString=value)
    except secrets.exceptions.ResourceNotFoundException:
        secrets.create_secret(Name="berlapis/gateway", SecretString=value)


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    """The carrier stand-in, up, whose slow answers come too late for anybody."""
    carrier = Carrier(slow_seconds=60)
    carrier.start()
    yield carrier
    carrier.stop()


# --- The generic gateway --------------------------------------------------------------------------------------------


def test_given_a_gateway_when_a_text_with_quotes_and_new_lines_is_sent_then_it_arrives_unchanged(
    carrier: Carrier,
) -> None:
    """Values are escaped for the JSON string they stand in."""
    send(sms_by_gateway(f"{carrier.sms.url}/sms"))
    (message,) = carrier.delivered
    assert (message.channel, message.to, message.text, message.code) == ("sms", NUMBER, TEXT, CODE)
    assert unknown_sends() == 0


def test_given_a_value_that_looks_like_a_placeholder_when_sent_then_it_is_left_alone(carrier: Carrier) -> None:
    """The template is filled in one pass."""
    send(sms_by_gateway(f"{carrier.sms.url}/sms"), text="{{id}} {{to}}")
    assert carrier.delivered[0].text == "{{id}} {{to}}"


def test_given_a_template_and_a_header_of_ones_own_when_sent_then_both_are_used() -> None:
    """What differs between gateways is set, not coded; the id lets them drop doubles."""
    body = '{"msisdn": "{{to}}", "m": [{"body": "Pesan: {{text}}"}], "ref": "b-{{id}}"}'
    with raw_server(says(OK)) as server:
        send(sms_by_gateway(server.url, SMS_GATEWAY_BODY=body, SMS_GATEWAY_HEADER="X-Api-Key"))
    head, _, sent = server.received[0].partition(b"\r\n\r\n")
    assert json.loads(sent) == {"msisdn": NUMBER, "m": [{"body": f"Pesan: {TEXT}"}], "ref": "b-VerifyPhone/1"}
    assert f"X-Api-Key: {GATEWAY_SECRET}".encode() in head.split(b"\r\n")
    assert head.startswith(b"POST /send HTTP/1.1\r\n")


def test_c33_given_a_rotated_secret_when_the_old_one_was_refused_then_the_next_try_sends_the_new_one(
    carrier: Carrier,
) -> None:
    """A refused secret is forgotten at once, not after its maximum age."""
    environment = sms_by_gateway(f"{carrier.sms.url}/sms")
    set_secret("Bearer old")
    assert refusal(environment) == ("credentials", True)
    set_secret(f"{GATEWAY_SECRET}\n")
    send(environment)
    assert len(carrier.delivered) == 1
    assert carrier.refused("sms") == 1


def test_given_a_secret_in_use_when_more_messages_are_sent_then_it_is_not_read_again(carrier: Carrier) -> None:
    """Secrets Manager is asked once in a secret's maximum age."""
    send(sms_by_gateway(f"{carrier.sms.url}/sms"))
    set_secret("Bearer other")
    send(sms_by_gateway(f"{carrier.sms.url}/sms"))
    assert len(carrier.delivered) == 2


@pytest.mark.parametrize("secret", ["Bearer a\r\nX-Evil: 1", "Bearer é", " "])
def test_given_a_secret_that_cannot_be_a_header_when_sent_then_nothing_is_sent_nor_the_secret_told(secret: str) -> None:
    """A malformed secret is our fault and stays secret."""
    set_secret(secret)
    with raw_server(says(OK)) as server, pytest.raises(PhoneUnavailable) as caught:
        send(sms_by_gateway(server.url))
    assert (caught.value.reason, caught.value.our_fault) == ("credentials", True)
    assert "Bearer" not in "".join(traceback.format_exception(caught.value))
    assert not server.received


def test_given_no_such_secret_when_sent_then_it_is_our_fault() -> None:
    """Without its secret nothing is sent."""
    with raw_server(says(OK)) as server:
        environment = sms_by_gateway(server.url, SMS_GATEWAY_SECRET_ARN="berlapis/none")
        assert refusal(environment) == ("credentials", True)
    assert not server.received


def test_given_nobody_listens_when_sent_then_the_channel_is_unavailable() -> None:
    """A refused connection is certain."""
    with socket(AF_INET, SOCK_STREAM) as unused:
        unused.bind(("127.0.0.1", 0))
        assert refusal(sms_by_gateway(f"http://127.0.0.1:{unused.getsockname()[1]}/send")) == ("unreachable", False)


def test_given_a_name_that_does_not_exist_when_sent_then_the_channel_is_unavailable() -> None:
    """A failed look-up is certain."""
    assert refusal(sms_by_gateway("https://gateway.invalid/send")) == ("unreachable", False)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("301 Moved Permanently", ("misconfigured", True)),
        ("400 Bad Request", ("refused", False)),
        ("401 Unauthorized", ("credentials", True)),
        ("402 Payment Required", ("quota_exhausted", True)),
        ("403 Forbidden", ("credentials", True)),
        ("404 Not Found", ("misconfigured", True)),
        ("422 Unprocessable Content", ("refused", False)),
        ("429 Too Many Requests", ("quota_exhausted", False)),
        ("500 Internal Server Error", ("partner_error", False)),
        ("503 Service Unavailable", ("partner_error", False)),
        ("599 ", ("partner_error", False)),
    ],
)
def test_given_an_http_error_when_sent_then_the_channel_is_unavailable_after_one_try(
    line: str, told: tuple[str, bool]
) -> None:
    """An error status says that the message was not taken; nothing is tried twice."""
    with raw_server(status(line)) as server:
        assert refusal(sms_by_gateway(server.url)) == told
    assert len(server.received) == 1
    assert unknown_sends() == 0


@pytest.mark.parametrize("line", ["302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_given_a_redirect_when_sent_then_the_other_place_gets_neither_message_nor_secret(line: str) -> None:
    """Redirects are not followed."""
    with raw_server(says(OK)) as elsewhere, raw_server(status(line, f"Location: {elsewhere.url}")) as server:
        assert refusal(sms_by_gateway(server.url)) == ("misconfigured", True)
    assert not elsewhere.received


@pytest.mark.parametrize("line", ["200 OK", "201 Created", "202 Accepted", "204 No Content", "299 "])
def test_given_any_2xx_when_sent_then_it_is_accepted(line: str) -> None:
    """Gateways differ in how they say yes."""
    with raw_server(status(line)) as server:
        send(sms_by_gateway(server.url))
    assert len(server.received) == 1
    assert unknown_sends() == 0


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(silent, id="read timeout"),
        pytest.param(says(b""), id="closed without answer"),
        pytest.param(says(b"HTTP/1.1 20"), id="closed in the status line"),
        pytest.param(says(b"SMTP ready\r\n\r\n"), id="not HTTP"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"), id="body cut"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), id="chunks malformed"),
        pytest.param(status("103 Early Hints"), id="interim status"),
        pytest.param(status("504 Gateway Timeout"), id="a proxy's read timeout"),
    ],
)
def test_given_no_whole_answer_when_sent_then_it_counts_as_unknown_and_is_not_sent_again(
    play: Callable[[socket, Event], None],
) -> None:
    """A message that may have been taken is not given to another channel."""
    with raw_server(play) as server:
        send(sms_by_gateway(server.url, SMS_GATEWAY_READ_SECONDS="0.5" if play is silent else "20"))
        until(lambda: server.received, seconds=30)
    assert len(server.received) == 1
    assert unknown_sends() == 1


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"HTTP/1.1 ", id="status line"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: ", id="headers after a 2xx"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5000\r\n\r\n", id="last body"),
    ],
)
def test_given_an_answer_that_trickles_in_when_sent_then_it_is_cut_at_the_deadline(start: bytes) -> None:
    """Each byte is in time for the read timeout, all of them together are not in time for the deadline."""
    with raw_server(trickling(start)) as server:
        assert 0.9 < took_until(1, server.url) < 7
    assert unknown_sends() == 1


def test_given_an_answer_without_end_when_sent_then_it_is_read_to_the_cap_only() -> None:
    """A 2xx is accepted whatever follows it, and memory is bounded."""
    sent = 0

    def flood(connection: socket, stopping: Event) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not stopping.is_set():
            sent += connection.send(bytes(65536))

    with raw_server(flood) as server:
        send(sms_by_gateway(server.url))
    assert unknown_sends() == 0
    assert 65536 <= sent < 50_000_000


def test_given_a_slow_gateway_when_its_sender_leaves_then_the_message_was_taken_once(carrier: Carrier) -> None:
    """This is why a read timeout must not raise: the phone has the code."""
    carrier.sms.mode = "slow"
    send(sms_by_gateway(f"{carrier.sms.url}/sms", SMS_GATEWAY_READ_SECONDS="0.5"))
    until(lambda: carrier.delivered, seconds=30)
    assert [message.code for message in carrier.delivered] == [CODE]
    assert unknown_sends() == 1


@pytest.mark.parametrize(("mode", "reason"), [("down", "partner_error"), ("quota", "quota_exhausted")])
def test_given_a_failing_gateway_when_sent_then_the_channel_is_unavailable(
    carrier: Carrier, mode: str, reason: str
) -> None:
    """The stand-in's switch refuses messages as a gateway does, and counts them."""
    carrier.sms.mode = mode
    assert refusal(sms_by_gateway(f"{carrier.sms.url}/sms")) == (reason, False)
    assert carrier.delivered == ()
    assert carrier.refused("sms") == 1


def test_given_a_gateway_that_answers_nonsense_when_sent_then_its_2xx_is_believed(carrier: Carrier) -> None:
    """The message is lost without anybody noticing but its reader, who can ask for another."""
    carrier.sms.mode = "wrong"
    send(sms_by_gateway(f"{carrier.sms.url}/sms"))
    assert carrier.delivered == ()


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], ssl.SSLContext]]:
    """Makes a server's TLS for a host name, by an authority that this machine knows or does not."""

    def make(host: str, authority_is: str) -> ssl.SSLContext:
        authority = trustme.CA()
        if authority_is == "known":
            authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(context)
        return context

    sms_gateway._trust.cache_clear()
    yield make
    sms_gateway._trust.cache_clear()


def test_given_https_with_a_trusted_certificate_when_sent_then_it_is_accepted(
    tls: Callable[[str, str], ssl.SSLContext],
) -> None:
    """The machine's own trust store decides."""
    with raw_server(says(OK), tls("127.0.0.1", "known")) as server:
        send(sms_by_gateway(server.url))
    assert len(server.received) == 1
    assert unknown_sends() == 0


@pytest.mark.parametrize(("host", "authority_is"), [("127.0.0.1", "unknown"), ("gateway.example", "known")])
def test_given_https_with_a_wrong_certificate_when_sent_then_nothing_is_sent(
    tls: Callable[[str, str], ssl.SSLContext], host: str, authority_is: str
) -> None:
    """An unknown authority and another host's certificate are refused, and somebody is told."""
    with raw_server(says(OK), tls(host, authority_is)) as server:
        assert refusal(sms_by_gateway(server.url)) == ("unreachable", True)
    assert not server.received


def test_given_https_that_trickles_when_sent_then_it_is_cut_at_the_deadline(
    tls: Callable[[str, str], ssl.SSLContext],
) -> None:
    """The deadline holds inside TLS too."""
    with raw_server(trickling(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"), tls("127.0.0.1", "known")) as server:
        assert 1.9 < took_until(2, server.url) < 8
    assert unknown_sends() == 1


# --- AWS: SMS and WhatsApp ------------------------------------------------------------------------------------------


def by_aws(channel: Channel, url: str) -> dict[str, str]:
    """Environment of a function that sends by AWS on this channel."""
    return sms_by_aws(url) if channel == "sms" else whatsapp_by_aws(url)


def address(carrier: Carrier, channel: Channel) -> str:
    """Where the stand-in takes this channel."""
    return carrier.sms.url if channel == "sms" else carrier.whatsapp.url


def test_given_aws_when_an_sms_is_sent_then_it_arrives_unchanged(carrier: Carrier) -> None:
    """The real SDK's request is understood."""
    send(sms_by_aws(carrier.sms.url))
    (message,) = carrier.delivered
    assert (message.channel, message.to, message.text, message.code) == ("sms", NUMBER, TEXT, CODE)
    assert unknown_sends() == 0


def test_given_aws_when_an_sms_is_sent_then_it_is_transactional_and_dies_with_the_code() -> None:
    """No marketing route, and no code on a phone after its ten minutes."""
    with raw_server(status("400 Bad Request")) as server:
        send_anyway(sms_by_aws(server.url) | {"SMS_CONFIGURATION_SET": "otp"})
    assert json.loads(server.received[0].partition(b"\r\n\r\n")[2]) == {
        "DestinationPhoneNumber": NUMBER,
        "OriginationIdentity": "KERJA",
        "MessageBody": TEXT,
        "MessageType": "TRANSACTIONAL",
        "TimeToLive": 600,
        "ConfigurationSetName": "otp",
    }


def send_anyway(environment: dict[str, str]) -> None:
    """Send to a server that only wants to see the request."""
    assert refusal(environment) == ("refused", False)


@pytest.mark.parametrize(("locale", "words"), [("id", "adalah kode"), ("en", "verification code")])
def test_given_aws_when_a_whatsapp_is_sent_then_the_template_carries_the_code_in_the_registrants_language(
    carrier: Carrier, locale: str, words: str
) -> None:
    """The stand-in takes only what Meta documents for authentication templates."""
    send(whatsapp_by_aws(carrier.whatsapp.url), "whatsapp", locale=locale)
    (message,) = carrier.delivered
    assert (message.channel, message.to, message.code) == ("whatsapp", NUMBER, CODE)
    assert words in message.text


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
@pytest.mark.parametrize(("mode", "reason"), [("down", "partner_error"), ("quota", "quota_exhausted")])
def test_given_failing_aws_when_sent_then_the_channel_is_unavailable_after_one_try(
    carrier: Carrier, channel: Channel, mode: str, reason: str
) -> None:
    """The SDK does not try again by itself."""
    stand_in = carrier.sms if channel == "sms" else carrier.whatsapp
    stand_in.mode = mode
    assert refusal(by_aws(channel, stand_in.url), channel) == (reason, False)
    assert carrier.delivered == ()
    assert carrier.refused(channel) == 1


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("AccessDeniedException", ("credentials", True)),
        ("UnrecognizedClientException", ("credentials", True)),
        ("ResourceNotFoundException", ("misconfigured", True)),
        ("ConflictException", ("misconfigured", True)),
        ("ServiceQuotaExceededException", ("quota_exhausted", False)),
        ("ValidationException", ("refused", False)),
    ],
)
def test_given_an_error_of_aws_when_sent_then_its_class_says_why(
    channel: Channel, code: str, told: tuple[str, bool]
) -> None:
    """What no waiting mends is told apart, and AWS's text, which may quote the number, is dropped."""
    body = json.dumps({"__type": f"x#{code}", "message": f"{NUMBER} {CODE}"})
    answer = f"HTTP/1.1 400 No\r\nx-amzn-errortype: {code}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    with raw_server(says(answer.encode())) as server:
        assert refusal(by_aws(channel, server.url), channel) == told
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("DESTINATION_PHONE_NUMBER_OPTED_OUT", ("refused", False)),
        ("DESTINATION_PHONE_NUMBER_NOT_VERIFIED", ("misconfigured", True)),
    ],
)
def test_given_a_conflict_when_sent_then_its_reason_says_whether_it_is_the_numbers_or_ours(
    reason: str, told: tuple[str, bool]
) -> None:
    """An account that may send to verified numbers only is no outage, and no fault of the number."""
    body = json.dumps({"__type": "x#ConflictException", "message": "x", "Reason": reason})
    answer = f"HTTP/1.1 400 No\r\nx-amzn-errortype: ConflictException\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    with raw_server(says(answer.encode())) as server:
        assert refusal(by_aws("sms", server.url), "sms") == told


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_given_aws_cannot_be_reached_when_sent_then_the_channel_is_unavailable(channel: Channel) -> None:
    """A refused connection is certain."""
    with socket(AF_INET, SOCK_STREAM) as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        assert refusal(by_aws(channel, url), channel) == ("unreachable", False)


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
@pytest.mark.parametrize(
    "play",
    [
        pytest.param(silent, id="read timeout"),
        pytest.param(says(b""), id="closed without answer"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"), id="body cut"),
        pytest.param(says(OK), id="no message id"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]"), id="not an object"),
        pytest.param(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe"), id="not text"),
    ],
)
def test_given_no_whole_answer_of_aws_when_sent_then_it_counts_as_unknown_and_is_not_sent_again(
    monkeypatch: pytest.MonkeyPatch, channel: Channel, play: Callable[[socket, Event], None]
) -> None:
    """A message that may have been taken is not given to another channel."""
    if play is silent:
        monkeypatch.setattr(aws, "READ_TIMEOUT", 0.5)
    with raw_server(play) as server:
        send(by_aws(channel, server.url), channel)
        until(lambda: server.received, seconds=30)
    assert len(server.received) == 1
    assert unknown_sends() == 1


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_given_aws_answers_nonsense_when_sent_then_it_counts_as_unknown(carrier: Carrier, channel: Channel) -> None:
    """A 200 that is no answer says nothing."""
    stand_in = carrier.sms if channel == "sms" else carrier.whatsapp
    stand_in.mode = "wrong"
    send(by_aws(channel, stand_in.url), channel)
    assert carrier.delivered == ()
    assert unknown_sends() == 1


def test_given_sms_is_down_when_whatsapp_is_tried_then_it_is_up(carrier: Carrier) -> None:
    """Each channel has a switch of its own."""
    carrier.sms.mode = "down"
    assert refusal(sms_by_aws(carrier.sms.url)) == ("partner_error", False)
    send(whatsapp_by_aws(carrier.whatsapp.url), "whatsapp")
    assert [message.channel for message in carrier.delivered] == ["whatsapp"]


# --- Any channel ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_given_a_channel_without_settings_when_sent_then_it_is_unavailable(channel: Channel) -> None:
    """A team without WhatsApp need not change the policy."""
    assert refusal({}, channel) == ("not_configured", False)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "081290019001",
        "6281290019001",
        "+62 81290019001",
        "+62215550199",
        "+15550100",
        "+62812",
        "+628\u0661290019001",
    ],
)
@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_c11_given_anything_but_an_indonesian_mobile_number_when_sent_then_no_channel_is_called(
    carrier: Carrier, channel: Channel, number: str
) -> None:
    """The last gate before money is spent takes E.164 only, and does not repeat what it refuses."""
    with pytest.raises(ValueError, match=r"^[a-zE.0-9 _]+$") as caught:
        send(by_aws(channel, address(carrier, channel)), channel, to=number)
    assert not number or number not in str(caught.value)
    assert carrier.sms.calls + carrier.whatsapp.calls == ()


def test_given_an_unknown_sending_when_logged_then_nothing_personal_is_in_the_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The line names the channel and our own reason."""
    lines = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", lines)
    with raw_server(says(b"")) as server:
        send(sms_by_gateway(server.url))
    (line,) = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert (line["message"], line["channel"], line["reason"]) == ("send unknown", "sms", "no_answer")
    assert not [secret for secret in PERSONAL if secret in lines.getvalue()]


# --- Settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SMS_GATEWAY_URL": ""}, "SMS_GATEWAY_URL"),
        ({"SMS_GATEWAY_SECRET_ARN": ""}, "SMS_GATEWAY_SECRET_ARN"),
        ({"SMS_GATEWAY_URL": "http://gateway.example/send"}, "SMS_GATEWAY_URL"),
        ({"SMS_GATEWAY_URL": "http://127.0.0.1.gateway.example/"}, "SMS_GATEWAY_URL"),
        ({"SMS_GATEWAY_URL": "https://user:word@gateway.example/"}, "SMS_GATEWAY_URL"),
        ({"SMS_GATEWAY_URL": "gateway.example"}, "SMS_GATEWAY_URL"),
        ({"SMS_GATEWAY_URL": "https:///send"}, "SMS_GATEWAY_URL"),
        ({"SMS_GATEWAY_HEADER": "X: y\r\nZ"}, "SMS_GATEWAY_HEADER"),
        ({"SMS_GATEWAY_BODY": '{"to": "{{to}}"}'}, "SMS_GATEWAY_BODY"),
        ({"SMS_GATEWAY_BODY": '{"to": "{{to}}", "text": {{text}}}'}, "SMS_GATEWAY_BODY"),
        ({"SMS_GATEWAY_BODY": "{{to}} {{text}}"}, "SMS_GATEWAY_BODY"),
        ({"SENDER_NAME": "Kerja \u2764"}, "SENDER_NAME"),
        ({"OTP_DOMAIN": f"{'long.' * 20}example"}, "OTP_DOMAIN"),
        ({"SMS_PROVIDER": "pigeon"}, "SMS_PROVIDER"),
        ({"SMS_GATEWAY_READ_SECONDS": "0"}, "SMS_GATEWAY_READ_SECONDS"),
        ({"WHATSAPP_API_VERSION": "20"}, "WHATSAPP_API_VERSION"),
    ],
)
def test_given_a_wrong_setting_when_loaded_then_the_variable_is_named(changed: dict[str, str], named: str) -> None:
    """A wrong set-up is found before anybody waits for a code."""
    with pytest.raises(SettingsError, match=rf": {named}$"):
        send(sms_by_gateway("https://gateway.example/send", **changed))


@pytest.mark.parametrize("url", ["http://localhost:8080/sms", "http://[::1]:8080/", "https://gateway.example/a?b=c"])
def test_given_a_private_address_when_loaded_then_it_is_taken(url: str) -> None:
    """HTTPS anywhere, plain HTTP to this machine only."""
    names = ("TABLE_NAME", "CONTROL_TABLE_NAME", "CODES_KEY_ID", "SENDER_NAME", "OTP_DOMAIN")
    with environment_of({**dict.fromkeys(names, "x"), **sms_by_gateway(url)}):
        assert OtpSettings.load().sms_gateway_url == url
