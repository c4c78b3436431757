"""Every wrong request gets a problem document that says what to change, stores nothing and quotes nothing."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest

from functions.registration.resolver import MAX_BODY
from functions.shared.reasons import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.api import HttpAnswer
    from local.stack import LocalStack
    from tests.api.conftest import Language, State, Still

REGISTRATIONS = "/v1/registrations"
MARK = "Zq7Tertulis"
"""In every text that is typed here; no answer may hold it."""
BEGINNING = {"email": "orang@contoh.example", "locale": "id", "consent": {"version": "2026-11", "accepted": True}}
DETAILS = {
    "nik": "3171014508859001",
    "nik_last4": "9001",
    "full_name": "Kemala Padi Emas",
    "birth_date": "1985-08-05",
    "sex": "female",
    "phone": "081234567890",
    "kk_number": "3171010101019001",
    "acknowledged_hints": [],
}
CALLS: dict[str, tuple[str, str, State | None, Any]] = {
    "begin": ("POST", "", None, BEGINNING),
    "confirm_email": ("POST", "/email/confirmation", "VerifyEmail", {"code": "123456"}),
    "change_email": ("PUT", "/email", "VerifyEmail", {"email": "lain@contoh.example"}),
    "details": ("PUT", "/details", "AwaitDetails", DETAILS),
    "confirm_phone": ("POST", "/phone/confirmation", "VerifyPhone", {"code": "123456"}),
    "resend_phone": ("POST", "/phone/resend", "VerifyPhone", {"channel": "sms"}),
    "change_phone": ("PUT", "/phone", "VerifyPhone", {"phone": "081234567891"}),
}
LONG = MARK * 1000
SURROGATE = f"\ud800{MARK}"
OTHER_TYPES: tuple[Any, ...] = (None, 7, 7.5, True, [MARK], {MARK: [MARK]}, [[[[]]]], float("nan"), float("inf"))

# call, field, codes, values
WRONG: tuple[tuple[str, str, str, tuple[Any, ...]], ...] = (
    ("begin", "email", "wrong_type", OTHER_TYPES),
    (
        "begin",
        "email",
        "email_malformed",
        ("", MARK, f"{MARK}@", f"{MARK}@x", f"a b{MARK}@contoh.com", LONG, "a@b..id"),
    ),
    ("begin", "email", "email_letters", (f"ü{MARK}@contoh.com", f"{SURROGATE}@contoh.com")),
    ("begin", "locale", "locale_unknown", (*OTHER_TYPES, "", "ID", "fr", MARK, LONG, SURROGATE)),
    ("begin", "consent", "wrong_type", (None, 7, True, MARK, [MARK])),
    ("begin", "consent/version", "wrong_type", (*OTHER_TYPES, f"{MARK} dua", f"{MARK}/2", SURROGATE)),
    ("begin", "consent/version", "too_short", ("",)),
    ("begin", "consent/version", "too_long", (LONG, "v" * 65)),
    ("begin", "consent/accepted", "consent_required", (None, False, 0, 1, 1.0, "true", MARK, [True], {})),
    ("confirm_email", "code", "wrong_type", OTHER_TYPES),
    ("confirm_email", "code", "code_format", ("", "12345", "1234567", "12345a", "١٢٣٤٥٦", f"{MARK}", LONG)),
    ("change_email", "email", "wrong_type", OTHER_TYPES),
    ("change_email", "email", "email_malformed", ("", MARK, LONG)),
    ("details", "nik", "wrong_type", OTHER_TYPES),
    ("details", "nik", "nik_too_short", ("", "317101450885900", "3171")),
    ("details", "nik", "nik_too_long", ("31710145088590011", "9" * 400)),
    ("details", "nik", "nik_lookalike", ("317101450885900O", "3I7l0l45OBBS9OOl")),
    ("details", "nik", "nik_letters", (MARK, LONG, SURROGATE, "٣١٧١٠١٤٥٠٨٨٥٩٠٠١")),
    ("details", "nik", "nik_region", ("0071014508859001", "3100014508859001")),
    ("details", "nik", "nik_date", ("3171013202859001", "3171010013859001")),
    ("details", "nik", "nik_serial", ("3171014508850000",)),
    ("details", "nik_last4", "nik_last4_malformed", ("", "900", "90011", MARK, LONG)),
    ("details", "nik_last4", "wrong_type", (7, True, [MARK], {})),
    ("details", "full_name", "wrong_type", (*OTHER_TYPES,)),
    ("details", "full_name", "name_malformed", ("", "   ", "12345", f"{MARK}\u0000", f"{MARK}\u202e", SURROGATE)),
    ("details", "full_name", "too_long", (LONG, "a" * 101)),
    ("details", "birth_date", "wrong_type", OTHER_TYPES),
    ("details", "birth_date", "birth_date_malformed", ("", "05-08-1985", "1985-13-01", "1985-02-30", "19850805", LONG)),
    ("details", "birth_date", "birth_date_malformed", (MARK, "1985-08-05T00:00:00", "\u0661985-08-05", SURROGATE)),
    ("details", "birth_date", "birth_date_impossible", ("2999-01-01", "1800-01-01", "0001-01-01")),
    ("details", "sex", "sex_unknown", (*OTHER_TYPES, "", "Male", "perempuan", MARK, LONG, SURROGATE)),
    ("details", "phone", "wrong_type", OTHER_TYPES),
    ("details", "phone", "phone_letters", (MARK, LONG, "0812345678l0", SURROGATE)),
    ("details", "phone", "phone_foreign", ("+6591234567", "+14155550100")),
    ("details", "phone", "phone_fixed_line", ("0213456789",)),
    ("details", "phone", "phone_length", ("0812345", "08123456789012345")),
    ("details", "kk_number", "kk_malformed", ("", "317101010101900", MARK, LONG)),
    ("details", "kk_number", "wrong_type", (7, True, [MARK], {})),
    ("details", "acknowledged_hints", "wrong_type", (None, 7, True, MARK, {})),
    ("details", "acknowledged_hints/0", "wrong_type", ([MARK], [7], [None], [[MARK]], [LONG], [""], [SURROGATE])),
    ("details", "acknowledged_hints", "too_long", (["a"] * 21,)),
    ("confirm_phone", "code", "code_format", ("", "12345", "1234567", MARK)),
    ("confirm_phone", "code", "wrong_type", OTHER_TYPES),
    ("resend_phone", "channel", "channel_unknown", (7, True, "", "fax", "SMS", MARK, LONG, [MARK], {}, SURROGATE)),
    ("change_phone", "phone", "phone_letters", (MARK, LONG)),
    ("change_phone", "phone", "wrong_type", OTHER_TYPES),
)
MISSING = (
    ("begin", ("email",)),
    ("begin", ("consent",)),
    ("begin", ("consent", "version")),
    ("begin", ("consent", "accepted")),
    ("confirm_email", ("code",)),
    ("change_email", ("email",)),
    *(("details", (name,)) for name in ("nik", "full_name", "birth_date", "sex", "phone")),
    ("confirm_phone", ("code",)),
    ("change_phone", ("phone",)),
)
UNREADABLE = {
    "nothing": b"",
    "cut off": b'{"code": "1234',
    "two documents": b"{} {}",
    "single quotes": b"{'code': '123456'}",
    "trailing comma": b'{"code": "123456",}',
    "null": b"null",
    "list": b"[]",
    "text": b'"123456"',
    "number": b"123456",
    "true": b"true",
    "NaN": b"NaN",
    "form": b"code=123456",
    "no UTF-8": b"\xff\xfe{\x00}\x00",
    "byte order mark": b"\xef\xbb\xbf{}",
    "brackets to the limit": b"[" * MAX_BODY,
    "objects to the limit": b'{"":' * (MAX_BODY // 4),
    "number of 5000 digits": b'{"code": ' + b"1" * 5000 + b"}",
}


@pytest.fixture(scope="module")
def places(session_stack: LocalStack, make_still: Callable[..., Still]) -> Iterator[dict[str, Still]]:
    """A registration for each call that needs one, at the step where the call is expected."""
    before = {item["id"] for item in session_stack.items()}
    made = {name: make_still(state) for name, (_, _, state, _) in CALLS.items() if state}
    yield made
    for each in made.values():
        each.remove()
    assert {item["id"] for item in session_stack.items()} <= before


@pytest.fixture
def call(stack: LocalStack, places: dict[str, Still]) -> Iterator[Callable[..., HttpAnswer]]:
    """Makes a call of `CALLS`, and sees afterwards that nothing was stored or begun."""
    before: dict[str, dict[str, Any]] = {}
    executions = len(stack._executions())

    def send(name: str, body: Any, language: Language = "id", **headers: str) -> HttpAnswer:  # noqa: ANN401 (JSON, bytes)
        method, path, state, _ = CALLS[name]
        if state:
            before.setdefault(name, places[name].item)
            return places[name].call(method, path, body, language=language, **headers)
        given = {key.replace("_", "-"): value for key, value in headers.items()} | {"Accept-Language": language}
        return stack.http(method, REGISTRATIONS, given, body)

    yield send
    assert {name: places[name].item for name in before} == before
    assert len(stack._executions()) == executions


def _with(name: str, path: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 (any JSON)
    body: dict[str, Any] = json.loads(json.dumps(CALLS[name][3]))
    *parents, last = [part for part in path.split("/") if part != "0"]
    place = body
    for parent in parents:
        place = place[parent]
    place[last] = value
    return body


@pytest.mark.parametrize(("name", "path", "code", "values"), WRONG, ids=[f"{w[0]}-{w[1]}-{w[2]}" for w in WRONG])
def test_given_a_wrong_field_when_sent_then_the_problem_points_to_it(  # noqa: PLR0913, PLR0917 (a table's columns)
    call: Callable[..., HttpAnswer],
    is_problem: Callable[[HttpAnswer], bool],
    name: str,
    path: str,
    code: str,
    values: tuple[Any, ...],
) -> None:
    """A wrong value is answered with its field's pointer and its code, in both languages, and is not quoted."""
    for number, value in enumerate(values):
        body = _with(name, path, value)
        languages: tuple[Language, ...] = ("id", "en")
        for language in languages[number > 0 :]:
            answer = call(name, body, language)
            assert (answer.status, answer.header("Content-Language")) == (422, language), value
            assert is_problem(answer)
            document = answer.json()
            first = document["errors"][0]
            # Which digits, and what may have been meant; and what else a NIK tells when a digit is wrong.
            meant = first.pop("suggestion", None)
            assert meant is None or path in {"email", "nik"}
            assert all(1 <= place <= 17 for place in first.pop("positions", ()))
            assert first == {"pointer": f"#/{path}", "code": code, "detail": text(code, language).detail}, value
            assert all(error["hint"] for error in document["errors"][1:])
            assert (document["code"], document["title"]) == ("invalid_request", text("invalid_request", language).title)
            assert answer.header("Cache-Control") == "no-store"
            assert MARK not in answer.body.replace(meant or MARK[:0], "") + str(answer.headers)


@pytest.mark.parametrize(("name", "path"), MISSING, ids=[f"{name}-{path[-1]}" for name, path in MISSING])
def test_given_a_missing_field_when_sent_then_the_problem_points_to_it(
    call: Callable[..., HttpAnswer], name: str, path: tuple[str, ...]
) -> None:
    """A field that is left out is named as missing."""
    body = json.loads(json.dumps(CALLS[name][3]))
    place = body
    for parent in path[:-1]:
        place = place[parent]
    del place[path[-1]]
    errors = [(error["pointer"], error["code"]) for error in call(name, body).json()["errors"]]
    assert errors == [("#/" + "/".join(path), "missing")]


@pytest.mark.parametrize("name", CALLS)
def test_given_an_unknown_field_when_sent_then_it_is_refused(call: Callable[..., HttpAnswer], name: str) -> None:
    """A field that nobody asked for is refused, with a pointer that is escaped as RFC 6901 says."""
    answer = call(name, {**CALLS[name][3], "a/b~c": MARK})
    assert answer.status == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [("#/a~1b~0c", "unknown_field")]
    assert MARK not in answer.body


def test_given_several_wrong_fields_when_sent_then_all_are_named_at_once(call: Callable[..., HttpAnswer]) -> None:
    """Nobody has to send again to learn of the next mistake."""
    answer = call("details", {"nik": MARK, "full_name": "7", "birth_date": MARK, "phone": MARK, "kk_number": MARK})
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"#/nik", "#/full_name", "#/birth_date", "#/sex", "#/phone", "#/kk_number"}
    assert MARK not in answer.body


def test_given_thousands_of_unknown_fields_when_sent_then_the_answer_stays_small(
    call: Callable[..., HttpAnswer],
) -> None:
    """What a request can make the service say is bounded, however many mistakes fit into it."""
    body = json.dumps({f"{each:x}": 0 for each in range(1800)}, separators=(",", ":"))
    assert len(body) <= MAX_BODY
    answer = call("begin", body)
    assert answer.status == 422
    assert len(answer.body) <= MAX_BODY


def test_given_an_unknown_field_with_a_long_name_when_sent_then_the_name_is_not_quoted_whole(
    call: Callable[..., HttpAnswer],
) -> None:
    """A text that was typed as a field's name does not come back."""
    answer = call("begin", {**BEGINNING, LONG: 1})
    assert answer.status == 422
    assert LONG not in answer.body


@pytest.mark.parametrize(("name", "wrong"), [("begin", "email"), ("confirm_email", "code"), ("change_phone", "phone")])
def test_given_a_key_twice_when_sent_then_no_wrong_value_passes(
    call: Callable[..., HttpAnswer], name: str, wrong: str
) -> None:
    """A good value before a wrong one of the same name does not make it pass."""
    good = json.dumps(CALLS[name][3])
    body = f'{good[:-1]}, "{wrong}": "{MARK}"}}'
    answer = call(name, body)
    assert answer.status in (400, 422)
    assert MARK not in answer.body


def test_given_a_field_name_that_is_no_text_when_sent_then_it_is_refused(call: Callable[..., HttpAnswer]) -> None:
    """Half of a surrogate pair as a field's name is a mistake of the sender."""
    assert call("begin", b'{"\\ud800": 1}').status in (400, 422)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param(name, body, id=f"{name}-{what}")
        for name in CALLS
        for what, body in UNREADABLE.items()
        # The body of this one may be left out.
        if not (name == "resend_phone" and body in (b"", b"null"))
    ],
)
def test_given_a_body_that_is_no_json_object_when_sent_then_400(
    call: Callable[..., HttpAnswer], is_problem: Callable[[HttpAnswer], bool], name: str, body: bytes
) -> None:
    """What cannot be read as an object of JSON is answered with 400."""
    answer = call(name, body)
    assert (answer.status, answer.json()["code"]) == (400, "body_malformed")
    assert is_problem(answer)


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "json"],
)
@pytest.mark.parametrize("name", CALLS)
def test_given_another_content_type_when_sent_then_415(
    call: Callable[..., HttpAnswer], is_problem: Callable[[HttpAnswer], bool], name: str, content_type: str
) -> None:
    """A page of another site can send a form, but no JSON without asking first."""
    answer = call(name, CALLS[name][3], "en", Content_Type=content_type)
    assert (answer.status, answer.json()["code"]) == (415, "unsupported_media_type")
    assert (is_problem(answer), answer.header("Content-Language")) == (True, "en")


def test_given_a_charset_when_sent_then_the_body_is_read(call: Callable[..., HttpAnswer]) -> None:
    """Parameters and upper case of the content type make no difference."""
    answer = call("begin", {**BEGINNING, "email": MARK}, Content_Type="Application/JSON; charset=UTF-8")
    assert [error["code"] for error in answer.json()["errors"]] == ["email_malformed"]


@pytest.mark.parametrize("name", CALLS)
def test_given_a_body_of_16_kib_when_sent_then_one_byte_more_is_too_large(
    call: Callable[..., HttpAnswer], is_problem: Callable[[HttpAnswer], bool], name: str
) -> None:
    """16 KiB are read; beyond, nothing is."""
    assert MAX_BODY == 16 * 1024
    read = call(name, b'{"x": 1' + b" " * (MAX_BODY - 8) + b"}")
    assert {"#/x"} <= {error["pointer"] for error in read.json()["errors"]}
    refused = call(name, b'{"x": 1' + b" " * (MAX_BODY - 7) + b"}")
    assert (refused.status, refused.json()["code"]) == (413, "body_too_large")
    assert is_problem(refused)


def test_given_characters_of_several_bytes_when_sent_then_bytes_are_counted(call: Callable[..., HttpAnswer]) -> None:
    """The size is what was sent, not how many characters it shows."""
    assert call("begin", '{"email": "' + "é" * (MAX_BODY // 2) + '"}').status == 413


def test_given_more_than_the_gateway_takes_when_sent_then_413(call: Callable[..., HttpAnswer]) -> None:
    """What API Gateway itself refuses has the same status and code."""
    answer = call("begin", b" " * 10_485_761)
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b64encode(b'{"x": 1' + b" " * (MAX_BODY - 8) + b"}").decode(), 422, "invalid_request"),
        (b64encode(b'{"x": 1' + b" " * (MAX_BODY - 7) + b"}").decode(), 413, "body_too_large"),
        (b64encode(b'{"email"').decode(), 400, "body_malformed"),
        (b64encode(b"\xff\xfe").decode(), 400, "body_malformed"),
        ("%%%", 400, "body_malformed"),
        ("", 400, "body_malformed"),
    ],
    ids=["fits", "too large", "cut off", "no UTF-8", "no base64", "nothing"],
)
def test_given_a_body_in_base64_when_it_comes_then_it_is_treated_as_what_it_holds(
    stack: LocalStack, body: str, status: int, code: str
) -> None:
    """API Gateway may hand a body over in base64; its size and its mistakes are the same."""
    event = {
        "resource": REGISTRATIONS,
        "path": REGISTRATIONS,
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "multiValueHeaders": {"Content-Type": ["application/json"]},
        "requestContext": {"stage": "local", "requestId": "of-this-test"},
        "body": body,
        "isBase64Encoded": True,
    }
    answered = stack.invoke("RegistrationFunction", event).value
    assert (answered["statusCode"], json.loads(answered["body"])["code"]) == (status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v1"),
        ("GET", "/v2/registrations"),
        ("GET", REGISTRATIONS),
        ("PUT", REGISTRATIONS),
        ("POST", f"{REGISTRATIONS}/"),
        ("HEAD", f"{REGISTRATIONS}/{{id}}"),
        ("POST", f"{REGISTRATIONS}/{{id}}"),
        ("PATCH", f"{REGISTRATIONS}/{{id}}"),
        ("GET", f"{REGISTRATIONS}/{{id}}/"),
        ("GET", f"{REGISTRATIONS}/{{id}}/details"),
        ("GET", f"{REGISTRATIONS}/{{id}}/email/confirmation"),
        ("DELETE", f"{REGISTRATIONS}/{{id}}/email"),
        ("POST", f"{REGISTRATIONS}/{{id}}/email/confirmation/again"),
        ("GET", f"{REGISTRATIONS}/../registrations/{{id}}"),
        ("TRACE", f"{REGISTRATIONS}/{{id}}"),
        ("BREW", f"{REGISTRATIONS}/{{id}}"),
    ],
)
def test_given_an_unknown_route_or_method_when_called_then_404(
    still: Callable[..., Still], is_problem: Callable[[HttpAnswer], bool], method: str, path: str
) -> None:
    """What is not served is not found, also with a session that is good."""
    place = still("VerifyEmail")
    before = place.item
    given = {"Authorization": f"Bearer {place.secret}"}
    answer = place.stack.http(method, path.replace("{id}", place.id), given)
    assert (answer.status, answer.json()["code"]) == (404, "route_not_found")
    assert is_problem(answer)
    assert place.item == before


def test_given_a_route_that_only_the_function_knows_to_miss_when_called_then_404(stack: LocalStack) -> None:
    """The function itself says not found, in the language that is asked for."""
    event = {
        "resource": "/{proxy+}",
        "path": f"/elsewhere/{MARK}",
        "httpMethod": "GET",
        "headers": {"Accept-Language": "en"},
        "multiValueHeaders": {"Accept-Language": ["en"]},
        "requestContext": {"stage": "local", "requestId": "of-this-test"},
        "body": None,
        "isBase64Encoded": False,
    }
    answered = stack.invoke("RegistrationFunction", event).value
    document = json.loads(answered["body"])
    assert (answered["statusCode"], document["code"]) == (404, "route_not_found")
    assert document["title"] == text("route_not_found", "en").title
    assert MARK not in answered["body"]
