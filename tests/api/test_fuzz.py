"""Whatever is sent, to whatever route: no fault of the service, and every refusal is a problem document."""

from __future__ import annotations

import json
import string
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.strategies import SearchStrategy

    from local.api import HttpAnswer
    from local.stack import LocalStack
    from tests.api.conftest import Still

REGISTRATIONS = "/v1/registrations"
ROUTES = (
    ("POST", ""),
    ("GET", "/{id}"),
    ("DELETE", "/{id}"),
    ("POST", "/{id}/dispute"),
    ("POST", "/{id}/email/confirmation"),
    ("POST", "/{id}/email/resend"),
    ("PUT", "/{id}/email"),
    ("PUT", "/{id}/details"),
    ("POST", "/{id}/phone/confirmation"),
    ("POST", "/{id}/phone/resend"),
    ("PUT", "/{id}/phone"),
)
FIELDS = (
    "email",
    "locale",
    "consent",
    "version",
    "accepted",
    "code",
    "nik",
    "nik_last4",
    "full_name",
    "birth_date",
    "sex",
    "phone",
    "kk_number",
    "acknowledged_hints",
    "channel",
    "statement",
)
GOOD = (
    "a@contoh.example",
    "id",
    "123456",
    "3171014508859001",
    "9001",
    "Kemala Padi Emas",
    "1985-08-05",
    "female",
    "081234567890",
    "sms",
    "2026-11",
    True,
)
HEADERS = ("Authorization", "Idempotency-Key", "If-None-Match", "Accept-Language", "Content-Type", "Origin", "Accept")
MANY = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

anything: SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(GOOD),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), inner),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(GOOD) | anything, max_size=8)
bodies = st.none() | st.binary(max_size=200) | (anything | objects).map(lambda value: json.dumps(value).encode())
values = st.text(st.characters(codec="latin-1"), max_size=60) | st.text(string.printable, max_size=300)
headers = st.dictionaries(
    st.sampled_from(HEADERS) | st.text(string.ascii_letters + "-", min_size=1), values, max_size=5
)
ids = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60) | st.text("a%2F#?.&=;:@", min_size=1, max_size=30)


@pytest.fixture(scope="module")
def place(make_still: Callable[..., Still]) -> Iterator[Still]:
    """One registration for all that is sent."""
    made = make_still("AwaitDetails")
    yield made
    made.remove()


@pytest.fixture
def send(stack: LocalStack, is_problem: Callable[[HttpAnswer], bool]) -> Callable[..., None]:
    """Sends a request, and judges the answer."""
    begun: list[str] = []

    def request(method: str, path: str, given_headers: dict[str, str], body: bytes | None) -> None:
        answer = stack.http(method, REGISTRATIONS + path, given_headers, body)
        assert answer.status < 500, (method, path, given_headers, body)
        assert answer.header("Access-Control-Allow-Credentials") is None
        if answer.status >= 400:
            assert is_problem(answer)
        elif answer.status == 201:
            begun.append(answer.json()["id"])
            secret = {"Authorization": f"Bearer {answer.json()['session_secret']}"}
            assert stack.http("DELETE", f"{REGISTRATIONS}/{begun[-1]}", secret).status == 204

    return request


@pytest.mark.parametrize(("method", "path"), ROUTES)
@MANY
@given(body=bodies)
@example(body=b'{"email": ' + b"9" * 5000 + b"}")
@example(body=b"[" * 16_384)
@example(body=b'{"a":' * 3_000)
@example(body=b'{"\\ud800": "\\udfff"}')
@example(body=b'{"email": "\\ud800@contoh.example", "full_name": "\\u0000"}')
def test_c42_given_any_body_when_sent_with_a_session_then_no_fault(
    send: Callable[..., None], place: Still, method: str, path: str, body: bytes | None
) -> None:
    """Whoever holds a session can send what he likes."""
    known = path.replace("{id}", place.id if method != "DELETE" else "x")
    send(method, known, {"Authorization": f"Bearer {place.secret}"}, body)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@MANY
@given(given_headers=headers, body=st.none() | objects.map(lambda value: json.dumps(value).encode()))
@example(given_headers={"Content-Type": "APPLICATION/JSON"}, body=b"{}")
@example(given_headers={"Content-Type": "application/json;charset=utf-16"}, body=b"{}")
@example(given_headers={"Authorization": "Bearer \u00e9"}, body=b"{}")
@example(given_headers={"Accept-Language": "en;q=1.0000, *;q=x, ,;"}, body=b"{}")
def test_c42_given_any_headers_when_sent_then_no_fault(  # noqa: PLR0913, PLR0917 (what a request is made of)
    send: Callable[..., None], place: Still, method: str, path: str, given_headers: dict[str, str], body: bytes | None
) -> None:
    """Headers are as much somebody else's text as bodies."""
    send(method, path.replace("{id}", place.id), given_headers, body)


@pytest.mark.parametrize(("method", "path"), ROUTES[1:])
@MANY
@given(registration_id=ids)
@example(registration_id="nik%23abc")
@example(registration_id="wait#abc")
@example(registration_id="..")
@example(registration_id="\u0000")
def test_c42_given_any_id_when_sent_then_no_fault(
    send: Callable[..., None], place: Still, method: str, path: str, registration_id: str
) -> None:
    """An id is whatever stands in the address."""
    body = None if method in ("GET", "DELETE") else b'{"code": "123456"}'
    send(method, path.replace("{id}", registration_id), {"Authorization": f"Bearer {place.secret}"}, body)
