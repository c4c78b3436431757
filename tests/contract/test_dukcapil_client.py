"""The call to the register, against its stand-in and against servers that misbehave on the wire."""

import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET, create_connection, create_server, socket
from struct import pack
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any, Final
from unittest.mock import patch

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from moto import mock_aws

from functions.dukcapil import client, credentials, enquiry
from functions.dukcapil.credentials import Credentials
from functions.dukcapil.meanings import Reading
from functions.dukcapil.request import Person, body, compared
from functions.dukcapil.settings import DukcapilSettings
from functions.shared import aws, policy
from functions.shared.errors import DukcapilBusy, DukcapilUnavailable
from functions.shared.outcome import Outcome, Verdict
from functions.shared.policy import DukcapilPolicy, Element
from functions.shared.settings import SettingsError, environment_of
from local.partners.population import Resident, population
from local.partners.register import stand_in
from local.partners.standin import StandIn

ACCOUNT: Final = Credentials.model_validate(
    {"user_id": "berlapis", "password": "old-password", "ip_user": "192.0.2.10"}
)
PEOPLE: Final = population()
ALL: Final[tuple[Element, ...]] = ("NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN", "NO_KK")
PASSED: Final = Reading(Outcome(Verdict.PASSED))
MISMATCH: Final = Reading(Outcome(Verdict.CORRECT, "mismatch"))
CHUNK: Final = b"3E8\r\n" + b"x" * 1000 + b"\r\n"
OK: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def person(resident: Resident) -> Person:
    """What a resident types who makes no mistake."""
    return Person(resident.nik, resident.full_name, resident.birth_date, resident.sex, resident.kk_number)


def rules(*elements: Element, name_similarity: int = 85) -> DukcapilPolicy:
    """The committed policy with these elements."""
    changes = {"elements": elements or ALL, "name_similarity": name_similarity}
    return policy.default().dukcapil.model_copy(update=changes)


def ask(settings: DukcapilSettings, person: Person, policy: DukcapilPolicy) -> Reading:
    """Ask with nobody else in the line."""
    return enquiry.ask(settings, person, policy, turn=lambda: None)


def settings_for(url: str, **more: Any) -> DukcapilSettings:  # noqa: ANN401 (settings of any type)
    """The layer's settings, so patient that only what a test shortens comes to its end."""
    return DukcapilSettings(
        control_table_name="control",
        table_name="registrations",
        dukcapil_url=url,
        dukcapil_institution="BERLAPIS",
        dukcapil_secret_arn="register-account",
        **{"dukcapil_connect_timeout": 20, "dukcapil_read_timeout": 20, **more},
    )


def refused(settings: DukcapilSettings) -> tuple[str, bool]:
    """Reason and fault of the unavailability that calling this server means."""
    with pytest.raises(DukcapilUnavailable) as raised:
        client.verify(settings, {"NIK": PEOPLE[0].nik})
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return raised.value.reason, raised.value.our_fault


@contextmanager
def server(answer: Callable[[socket, Event], None]) -> Iterator[str]:
    """A server whose connections are each given to `answer` after the request has arrived; gives its URL."""
    stopping = Event()
    listening = create_server(("127.0.0.1", 0))
    threads: list[Thread] = []

    def serve(connection: socket) -> None:
        with connection, suppress(OSError):
            answer(connection, stopping)

    def accept() -> None:
        while True:
            connection, _ = listening.accept()
            if stopping.is_set():
                connection.close()
                return
            threads.append(Thread(target=serve, args=(connection,)))
            threads[-1].start()

    accepting = Thread(target=accept)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        stopping.set()
        create_connection(listening.getsockname()).close()
        accepting.join()
        for thread in threads:
            thread.join()
        listening.close()


def read_request(connection: socket) -> bytes:
    """One whole request: head and body."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError
        received += piece
    head, _, rest = received.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(rest) < length:
        rest += connection.recv(65536)
    return head + b"\r\n\r\n" + rest


def sending(*pieces: bytes, every: float = 0.0) -> Callable[[socket, Event], None]:
    """Answer with these pieces, then close."""

    def answer(connection: socket, stopping: Event) -> None:
        read_request(connection)
        for piece in pieces:
            connection.sendall(piece)
            if every and stopping.wait(every):
                return
        connection.shutdown(SHUT_RDWR)

    return answer


def silent(_connection: socket, stopping: Event) -> None:
    """Take the connection and say nothing."""
    stopping.wait()


@pytest.fixture(autouse=True)
def _fresh_pools() -> Iterator[None]:
    """No connection and no secret outlives its test."""
    client._pool.cache_clear()
    yield
    client._pool.cache_clear()


@pytest.fixture
def register() -> Iterator[StandIn]:
    """The register stand-in, started."""
    running = stand_in(PEOPLE, ACCOUNT, slow_seconds=30)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def secret() -> Iterator[Callable[[dict[str, str] | str], None]]:
    """Secrets Manager holding our account; called with another value, it rotates the secret."""
    with mock_aws(), environment_of({"AWS_REGION": "ap-southeast-3"}):
        secrets = aws.secretsmanager()
        secrets.create_secret(Name="register-account", SecretString=json.dumps(account()))
        credentials.forget()

        def rotate(value: dict[str, str] | str) -> None:
            text = value if isinstance(value, str) else json.dumps(value)
            secrets.put_secret_value(SecretId="register-account", SecretString=text)

        yield rotate
        # A local stack may run in this process: moto has one AWS for all.
        secrets.delete_secret(SecretId="register-account", ForceDeleteWithoutRecovery=True)


def account(**changes: str) -> dict[str, str]:
    """The secret's value."""
    return {"user_id": "berlapis", "password": "old-password", "ip_user": "192.0.2.10", **changes}


# The request


def test_given_a_person_when_asked_then_the_body_is_the_registers_format() -> None:
    """All strings; name upper-cased and its spaces collapsed; date, sex and credentials as the register spells them."""
    someone = Person("3171014708859001", "  Nur'aini \t Lestari ", date(1985, 8, 7), "female", "3171010101159001")
    asked = body(someone.nik, compared(someone, ALL), threshold=85, credentials=ACCOUNT)
    assert asked == {
        "USER_ID": "berlapis",
        "PASSWORD": "old-password",
        "IP_USER": "192.0.2.10",
        "TRESHOLD": "85",
        "NIK": "3171014708859001",
        "NAMA_LGKP": "NUR'AINI LESTARI",
        "TGL_LHR": "07-08-1985",
        "JENIS_KLMIN": "Perempuan",
        "NO_KK": "3171010101159001",
    }


def test_given_no_kk_number_when_asked_then_it_is_neither_sent_nor_expected() -> None:
    """Only what the policy names and the person gave is compared."""
    without = replace(person(PEOPLE[0]), kk_number=None)
    date_only: tuple[Element, ...] = ("TGL_LHR",)
    assert set(compared(without, ALL)) == {"NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN"}
    assert set(compared(person(PEOPLE[0]), date_only)) == {"TGL_LHR"}


def test_given_nothing_to_compare_when_asked_then_unavailable() -> None:
    """A NIK alone never passes anybody."""
    kk_only: tuple[Element, ...] = ("NO_KK",)
    with pytest.raises(DukcapilUnavailable, match=r"^nothing_to_compare$"):
        compared(replace(person(PEOPLE[0]), kk_number=None), kk_only)


def test_given_the_server_sees_the_request_then_it_is_one_post_with_json() -> None:
    """Path, content type and body arrive as the register wants them."""
    seen: list[bytes] = []

    def answer(connection: socket, _stopping: Event) -> None:
        seen.append(read_request(connection))
        connection.sendall(OK)

    with server(answer) as url:
        assert client.verify(settings_for(url), {"NIK": "1"}) == (200, b"{}")
    head, _, sent = seen[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /dukcapil/get_json/BERLAPIS/CALL_VERIFY_BY_ELEMEN HTTP/1.1\r\n")
    assert b"content-type: application/json" in head.lower()
    assert json.loads(sent) == {"NIK": "1"}
    assert len(seen) == 1


# Against the stand-in


@pytest.mark.usefixtures("secret")
def test_given_the_whole_population_when_asked_then_each_record_has_its_outcome(register: StandIn) -> None:
    """Everybody who types what is on the card passes, unless the record itself is bad."""
    expected = {
        "active": PASSED,
        "inactive": Reading(Outcome(Verdict.CORRECT, "inactive")),
        "duplicate_record": Reading(Outcome(Verdict.CORRECT, "duplicate_record")),
        "deceased": Reading(Outcome(Verdict.REVIEW, "deceased")),
    }
    found = {each.nik: ask(settings_for(register.url), person(each), rules()) for each in PEOPLE}
    assert found == {each.nik: expected[each.record] for each in PEOPLE}
    assert len(register.calls) == len(PEOPLE)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    "mistake",
    [
        {"full_name": "Orang Lain Sekali"},
        {"birth_date": PEOPLE[0].birth_date + timedelta(days=1)},
        {"sex": "female"},
        {"kk_number": PEOPLE[9].kk_number},
    ],
)
def test_c18_given_one_wrong_element_when_asked_then_the_same_mismatch(
    register: StandIn, mistake: dict[str, Any]
) -> None:
    """Which element it was stays in the register's answer."""
    assert ask(settings_for(register.url), replace(person(PEOPLE[0]), **mistake), rules()) == MISMATCH


@pytest.mark.usefixtures("secret")
def test_given_a_name_with_a_slip_when_asked_then_the_policys_cut_decides(register: StandIn) -> None:
    """The similarity cut reaches the register."""
    slip = replace(person(PEOPLE[0]), full_name=PEOPLE[0].full_name[:-1])
    assert ask(settings_for(register.url), slip, rules(name_similarity=85)) == PASSED
    assert ask(settings_for(register.url), slip, rules(name_similarity=100)) == MISMATCH


@pytest.mark.usefixtures("secret")
def test_given_a_turn_to_wait_for_when_asked_then_nothing_but_the_call_comes_after_it(register: StandIn) -> None:
    """What takes long between the turn and the call lets calls through together that were to be apart."""
    asked = len(register.calls)
    with patch.object(credentials, "fetch", wraps=credentials.fetch) as fetched:

        def no_turn() -> None:
            assert fetched.call_count == 1
            raise DukcapilBusy("busy")

        with pytest.raises(DukcapilBusy):
            enquiry.ask(settings_for(register.url), person(PEOPLE[0]), rules(), turn=no_turn)
    assert len(register.calls) == asked


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(("nik", "malformed"), [("3171010708859999", False), ("317101070885999", True)])
def test_given_an_unknown_nik_when_asked_then_not_found_and_a_malformed_one_is_told_apart(
    register: StandIn, nik: str, *, malformed: bool
) -> None:
    """The registrant sees no difference, the caller can count it."""
    found = ask(settings_for(register.url), replace(person(PEOPLE[0]), nik=nik), rules())
    assert found == Reading(Outcome(Verdict.CORRECT, "not_found"), malformed_nik=malformed)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    ("mode", "reason"), [("down", "http_status"), ("quota", "quota_exhausted"), ("slow", "timeout")]
)
def test_given_the_register_fails_when_asked_then_unavailable(register: StandIn, mode: str, reason: str) -> None:
    """Each of the stand-in's faults is an outage, and it is over when the switch says so."""
    register.mode = mode
    failing = settings_for(register.url, dukcapil_read_timeout=0.5) if mode == "slow" else settings_for(register.url)
    with pytest.raises(DukcapilUnavailable, match=f"^{reason}$"):
        ask(failing, person(PEOPLE[0]), rules())
    register.mode = "up"
    assert ask(settings_for(register.url), person(PEOPLE[0]), rules()) == PASSED


@pytest.mark.usefixtures("secret")
def test_c22_given_wrong_answers_when_asked_then_never_a_verdict(register: StandIn) -> None:
    """No malformed answer of the stand-in is taken for one about the person."""
    register.mode = "wrong"
    for _ in range(20):
        with pytest.raises(DukcapilUnavailable):
            ask(settings_for(register.url), person(PEOPLE[0]), rules("NAMA_LGKP", "TGL_LHR", "JENIS_KLMIN"))
    assert {call.answer for call in register.calls} == {"wrong"}


def test_given_a_stopped_register_when_called_then_no_connection(register: StandIn) -> None:
    """A refused connection is told from a slow one."""
    url = register.url
    register.stop()
    assert refused(settings_for(url)) == ("connect", False)


# Credentials


def test_c33_given_the_password_is_rotated_when_refused_then_the_next_call_uses_the_new_one(
    secret: Callable[[dict[str, str]], None],
) -> None:
    """Rotation while running costs one refused call per cached secret, not five minutes."""
    new = Credentials.model_validate(account(password="new-password"))
    old_register, new_register = stand_in(PEOPLE, ACCOUNT), stand_in(PEOPLE, new)
    old_register.start()
    new_register.start()
    try:
        assert ask(settings_for(old_register.url), person(PEOPLE[0]), rules()) == PASSED
        secret(account(password="new-password"))
        with pytest.raises(DukcapilUnavailable, match=r"^login_failed$") as raised:
            ask(settings_for(new_register.url), person(PEOPLE[0]), rules())
        assert raised.value.our_fault
        assert ask(settings_for(new_register.url), person(PEOPLE[0]), rules()) == PASSED
        assert [call.answer for call in new_register.calls] == ["text", "00"]
    finally:
        old_register.stop()
        new_register.stop()


def test_given_a_wrong_address_in_the_secret_when_asked_then_our_fault(
    register: StandIn, secret: Callable[[dict[str, str]], None]
) -> None:
    """The register knows us by our address, too."""
    secret(account(ip_user="192.0.2.99"))
    with pytest.raises(DukcapilUnavailable, match=r"^ip_not_allowed$") as raised:
        ask(settings_for(register.url), person(PEOPLE[0]), rules())
    assert raised.value.our_fault


@pytest.mark.parametrize(
    "value", ["no json", "[]", '"text"', '{"user_id": "berlapis"}', json.dumps(account(password=""))]
)
def test_given_a_malformed_secret_when_asked_then_our_fault_and_nothing_of_it_is_told(
    secret: Callable[[str], None], value: str
) -> None:
    """The register is not called, and the error has only its code."""
    secret(value)
    with pytest.raises(DukcapilUnavailable, match=r"^credentials$") as raised:
        ask(settings_for("http://127.0.0.1:1"), person(PEOPLE[0]), rules())
    assert raised.value.our_fault
    assert raised.value.__suppress_context__


def test_given_credentials_when_printed_then_the_password_is_hidden() -> None:
    """Neither a log line nor a traceback shows it."""
    assert "old-password" not in f"{ACCOUNT!r} {ACCOUNT}"


# The wire


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (sending(b""), "connection_lost"),
        (sending(b"HTTP/1."), "connection_lost"),
        (sending(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"), "connection_lost"),
        (sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "connection_lost"),
        (sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), "connection_lost"),
        (sending(b"SSH-2.0-OpenSSH\r\n\r\n"), "connection_lost"),
        (sending(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000), "connection_lost"),
        (sending(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500), "connection_lost"),
        (sending(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000), "answer_too_large"),
        (sending(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * 100_000), "answer_too_large"),
        (sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[CHUNK] * 100), "answer_too_large"),
    ],
)
def test_given_a_broken_or_huge_answer_when_called_then_unavailable(
    answer: Callable[[socket, Event], None], reason: str
) -> None:
    """Whatever breaks on the way is one fixed reason."""
    with server(answer) as url:
        assert refused(settings_for(url)) == (reason, False)


def test_c21_given_a_head_that_breaks_off_when_called_then_nothing_of_it_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What a partner writes may hold somebody's data."""
    with server(sending(f"HTTP/1.1 200 OK\r\nnik {PEOPLE[0].nik}".encode())) as url:
        assert client.verify(settings_for(url), {}) == (200, b"")
    assert PEOPLE[0].nik not in caplog.text


def test_given_the_connection_is_reset_when_called_then_unavailable() -> None:
    """A reset is no answer."""

    def answer(connection: socket, _stopping: Event) -> None:
        read_request(connection)
        connection.setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))

    with server(answer) as url:
        assert refused(settings_for(url)) == ("connection_lost", False)


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
)
def test_given_a_server_that_trickles_when_called_then_the_deadline_holds(beginning: bytes) -> None:
    """A byte every 20 ms for twenty seconds, in head or body: the call still ends in time."""
    with server(sending(beginning, *[b"x"] * 1000, every=0.02)) as url:
        began = monotonic()
        assert refused(settings_for(url, dukcapil_read_timeout=0.3)) == ("timeout", False)
        assert 0.25 < monotonic() - began < 10


def test_given_a_silent_server_when_called_then_the_deadline_holds() -> None:
    """Accepting and saying nothing is a timeout."""
    with server(silent) as url:
        began = monotonic()
        assert refused(settings_for(url, dukcapil_read_timeout=0.2)) == ("timeout", False)
        assert monotonic() - began < 10


def test_given_a_slow_answer_within_the_deadline_when_called_then_it_is_read() -> None:
    """The deadline is not shorter than it says."""
    pieces = (b"HTTP/1.1 200 OK\r\n", b"Content-Length: 2\r\n\r\n", b"{", b"}")
    with server(sending(*pieces, every=0.1)) as url:
        assert client.verify(settings_for(url), {}) == (200, b"{}")


def test_given_a_connection_that_takes_long_when_called_then_the_turn_is_taken_when_it_stands(
    register: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register counts calls as they arrive, and a turn is over soon: nothing but sending may come after it."""
    steps: list[str] = []
    connect = client._PlainConnection.connect

    def slowly(self: client._PlainConnection) -> None:
        sleep(0.3)
        connect(self)
        steps.append("connected")

    monkeypatch.setattr(client._PlainConnection, "connect", slowly)
    client._pool.cache_clear()  # no connection is open
    assert client.verify(settings_for(register.url), {}, lambda: steps.append("turn"))[0] == 200
    assert steps == ["connected", "turn"]


def test_given_a_turn_that_is_waited_for_when_called_then_the_register_has_its_whole_time_all_the_same() -> None:
    """The wait is ours."""
    with server(sending(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as url:
        settings = settings_for(url, dukcapil_read_timeout=1.0)
        assert client.verify(settings, {}, lambda: sleep(1.3)) == (200, b"{}")


def test_given_no_turn_when_the_connection_stands_then_nothing_is_sent(register: StandIn) -> None:
    """What raises is told as it is, and the register has seen a connection only."""

    def none() -> None:
        raise DukcapilBusy("busy")

    client._pool.cache_clear()
    calls = len(register.calls)
    with pytest.raises(DukcapilBusy):
        client.verify(settings_for(register.url), {}, none)
    assert len(register.calls) == calls


def test_given_a_redirect_when_called_then_it_is_not_followed() -> None:
    """The password goes to nobody else."""
    visited: list[bytes] = []

    def elsewhere(connection: socket, _stopping: Event) -> None:
        visited.append(read_request(connection))

    with server(elsewhere) as other:
        head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {other}/\r\nContent-Length: 0\r\n\r\n".encode()
        with server(sending(head)) as url:
            assert client.verify(settings_for(url), {})[0] == 307
    assert visited == []


def test_given_proxies_in_the_environment_when_called_then_they_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """The register is behind a private line."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with server(sending(OK)) as url:
        assert client.verify(settings_for(url), {}) == (200, b"{}")


def test_given_a_failing_server_when_called_then_it_is_called_once() -> None:
    """Retries belong to the state machine."""
    seen: list[bytes] = []

    def answer(connection: socket, _stopping: Event) -> None:
        seen.append(read_request(connection))

    with server(answer) as url:
        refused(settings_for(url))
    assert len(seen) == 1


def test_given_two_calls_when_the_server_keeps_the_connection_then_it_is_used_again() -> None:
    """The handshake over the line is paid once."""
    connections: list[int] = []

    def answer(connection: socket, _stopping: Event) -> None:
        connections.append(connection.fileno())
        for _ in range(2):
            read_request(connection)
            connection.sendall(OK)

    with server(answer) as url:
        assert [client.verify(settings_for(url), {}) for _ in range(2)] == [(200, b"{}")] * 2
    assert len(connections) == 1


def test_given_many_threads_when_called_at_once_then_each_has_its_own_deadline_and_answer(register: StandIn) -> None:
    """One pool serves all threads."""
    found: list[int] = []
    threads = [Thread(target=lambda: found.append(client.verify(settings_for(register.url), {})[0])) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 24


# The certificate


@dataclass(frozen=True)
class Shown:
    """A server's certificate, and the context that shows it."""

    pem: str
    context: ssl.SSLContext


def self_signed(folder: Path, name: str) -> Shown:
    """A certificate as older tools make them: self-signed, no address in it, its own authority but not a strict one."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    file = folder / f"{certificate.serial_number}.pem"
    file.write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return Shown(pem.decode(), context)


def issued(authority: trustme.CA) -> Shown:
    """A certificate for 127.0.0.1 by this authority."""
    certificate = authority.issue_cert("127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return Shown(certificate.cert_chain_pems[0].bytes().decode(), context)


@contextmanager
def tls_register(context: ssl.SSLContext) -> Iterator[StandIn]:
    """The register stand-in behind HTTPS."""
    running = stand_in(PEOPLE, ACCOUNT, tls=context)
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.mark.usefixtures("secret")
def test_given_the_configured_self_signed_certificate_when_asked_by_address_then_answered(tmp_path: Path) -> None:
    """The certificate need not name the address; PEM on one line is PEM, too."""
    shown = self_signed(tmp_path, "register")
    with tls_register(shown.context) as running:
        for pem in (shown.pem, shown.pem.replace("\n", " ")):
            settings = settings_for(running.url, dukcapil_certificate=pem)
            assert ask(settings, person(PEOPLE[0]), rules()) == PASSED


def test_given_another_self_signed_certificate_when_called_then_refused_before_anything_is_sent(tmp_path: Path) -> None:
    """The same name on it does not help."""
    configured, impostor = self_signed(tmp_path, "register"), self_signed(tmp_path, "register")
    with tls_register(impostor.context) as running:
        assert refused(settings_for(running.url, dukcapil_certificate=configured.pem)) == ("tls", True)
        assert running.calls == ()


def test_given_an_issued_certificate_when_called_then_only_exactly_that_one_is_accepted() -> None:
    """Neither another one of the same authority nor the authority's own stands for it."""
    authority = trustme.CA()
    shown, sibling = issued(authority), issued(authority)
    with tls_register(shown.context) as running:
        assert client.verify(settings_for(running.url, dukcapil_certificate=shown.pem), {})[0] == 200
        assert refused(settings_for(running.url, dukcapil_certificate=sibling.pem)) == ("tls", True)
        root = authority.cert_pem.bytes().decode()
        assert refused(settings_for(running.url, dukcapil_certificate=root)) == ("tls", True)
        assert len(running.calls) == 1


def test_given_a_server_that_trickles_over_tls_when_called_then_the_deadline_holds(tmp_path: Path) -> None:
    """Encrypted, the deadline is the same."""
    shown = self_signed(tmp_path, "register")

    def answer(connection: socket, stopping: Event) -> None:
        with shown.context.wrap_socket(connection, server_side=True) as encrypted:
            sending(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 1000, every=0.02)(encrypted, stopping)

    with server(answer) as url:
        began = monotonic()
        settings = settings_for(url.replace("http", "https"), dukcapil_certificate=shown.pem, dukcapil_read_timeout=0.3)
        assert refused(settings) == ("timeout", False)
        assert 0.25 < monotonic() - began < 10


def test_given_a_server_that_shakes_no_hands_when_called_then_it_ends_in_time(tmp_path: Path) -> None:
    """The handshake has the connect timeout."""
    shown = self_signed(tmp_path, "register")
    with server(silent) as url:
        began = monotonic()
        settings = settings_for(
            url.replace("http", "https"), dukcapil_certificate=shown.pem, dukcapil_connect_timeout=0.2
        )
        assert refused(settings) == ("timeout", False)
        assert monotonic() - began < 10


def test_given_plain_http_where_https_is_configured_when_called_then_refused(tmp_path: Path, register: StandIn) -> None:
    """No falling back to plain text."""
    settings = settings_for(
        register.url.replace("http", "https"), dukcapil_certificate=self_signed(tmp_path, "register").pem
    )
    assert refused(settings) == ("tls", True)
    assert register.calls == ()


@pytest.mark.parametrize(
    ("url", "certificate"),
    [
        ("https://127.0.0.1:1", ""),
        ("https://127.0.0.1:1", "not PEM"),
        ("https://127.0.0.1:1", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        ("https://127.0.0.1:1", "-----BEGIN CERTIFICATE----------END CERTIFICATE-----"),
        ("https://127.0.0.1:1", trustme.CA().cert_pem.bytes().decode() + trustme.CA().cert_pem.bytes().decode()),
        ("http://127.0.0.1:1", trustme.CA().cert_pem.bytes().decode()),
    ],
)
def test_given_address_and_certificate_that_do_not_fit_when_called_then_a_settings_error(
    url: str, certificate: str
) -> None:
    """HTTPS without exactly one certificate, or a certificate without HTTPS, is told by the variable's name."""
    with pytest.raises(SettingsError, match="DUKCAPIL_CERTIFICATE"):
        client.verify(settings_for(url, dukcapil_certificate=certificate), {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUKCAPIL_URL", "ftp://127.0.0.1"),
        ("DUKCAPIL_URL", "http://user:word@127.0.0.1"),
        ("DUKCAPIL_URL", "http://127.0.0.1/path"),
        ("DUKCAPIL_INSTITUTION", "../OTHER"),
        ("DUKCAPIL_READ_TIMEOUT", "0"),
        ("DUKCAPIL_CONNECT_TIMEOUT", "soon"),
        ("DUKCAPIL_SECRET_ARN", ""),
    ],
)
def test_given_a_malformed_setting_when_loaded_then_it_is_named(name: str, value: str) -> None:
    """Wrong settings are found before the first call."""
    environment = {
        "CONTROL_TABLE_NAME": "control",
        "TABLE_NAME": "registrations",
        "DUKCAPIL_URL": "http://127.0.0.1:8080",
        "DUKCAPIL_INSTITUTION": "BERLAPIS",
        "DUKCAPIL_SECRET_ARN": "register-account",
    }
    with environment_of(environment):
        assert DukcapilSettings.load().dukcapil_read_timeout == 10
    with environment_of(environment | {name: value}), pytest.raises(SettingsError, match=name):
        DukcapilSettings.load()


# The stand-in itself


def test_given_the_population_when_invented_twice_then_the_same_and_only_test_serials() -> None:
    """Nobody real, nobody twice, and the NIK says what the person says but for the eight it may lawfully not."""
    assert population() == PEOPLE
    assert len({each.nik for each in PEOPLE}) == len({each.phone for each in PEOPLE}) == 160
    differing = 0
    for each in PEOPLE:
        assert 9001 <= int(each.nik[12:]) <= 9999
        assert 9001 <= int(each.kk_number[12:]) <= 9999
        day = each.birth_date.day + (40 if each.sex == "female" else 0)
        differing += each.nik[6:12] != f"{day:02}{each.birth_date:%m%y}"
        assert (int(each.nik[6:8]) > 40) == (each.sex == "female")
    assert differing == 8
    assert {each.record for each in PEOPLE} == {"active", "inactive", "deceased", "duplicate_record"}


def test_given_a_slow_call_when_the_stand_in_stops_then_it_does_not_wait_for_it(register: StandIn) -> None:
    """Tests and the local stack end at once."""
    register.mode = "slow"
    refused(settings_for(register.url, dukcapil_read_timeout=0.5))
    began = monotonic()
    register.stop()
    assert monotonic() - began < 10


def test_given_an_unknown_mode_when_switched_then_refused(register: StandIn) -> None:
    """A typing error in a scenario is seen."""
    with pytest.raises(ValueError, match="unknown mode"):
        register.mode = "broken"
    assert register.mode == "up"
