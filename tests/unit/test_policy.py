"""The policy document: what is refused, and that the refusal names the field."""

import json
from typing import Any

import pytest

from functions.shared.policy import DEFAULT_FILE, PolicyError, default, parse


def changed(path: str, value: Any) -> str:  # noqa: ANN401 (JSON)
    """The committed document with one value changed."""
    document = default().model_dump(mode="json")
    part: dict[str, Any] = document
    *sections, name = path.split(".")
    for section in sections:
        part = part[section]
    part[name] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("policy_version", ""),
        ("policy_version", "with space"),
        ("grace_seconds", 0),
        ("email.wait_seconds", "6"),
        ("email.wait_seconds", True),
        ("email.wait_seconds", 1.5),
        ("email.code_seconds", 86_401),
        ("email.reminders", [0]),
        ("email.reminders", [1, 1, 1]),
        ("email.reminders", 1),
        ("email.changes", -1),
        ("otp.reminders", [1]),
        ("otp.code_seconds", 601),
        ("otp.guesses", 0),
        ("otp.channels", []),
        ("otp.channels", ["sms", "sms"]),
        ("otp.channels", ["pigeon"]),
        ("otp.on_unavailable", "pray"),
        ("dukcapil.elements", ["NO_KK"]),
        ("dukcapil.name_similarity", 101),
        ("dukcapil.hold.max_seconds", 60),
        ("dukcapil.hold.max_seconds", 43_201),
        ("dukcapil.hold.rounds", 5),
        ("dukcapil.queue_seconds", 14 * 86_400 + 1),
        ("unknown", 1),
        ("email.unknown", 1),
    ],
)
def test_given_a_wrong_value_when_parsed_then_refused_with_its_section(path: str, value: object) -> None:
    """An operator is told where to look."""
    with pytest.raises(PolicyError) as refused:
        parse(changed(path, value))
    assert path.split(".", maxsplit=1)[0] in str(refused.value)


@pytest.mark.parametrize("document", ["", "[]", "null", "{}", "{", b"\xff"])
def test_given_no_policy_when_parsed_then_refused(document: str | bytes) -> None:
    """Whatever an SSM parameter may hold."""
    with pytest.raises(PolicyError):
        parse(document)


def test_given_the_committed_document_when_parsed_then_it_is_the_default() -> None:
    """What is in force when nobody says otherwise."""
    assert parse(default().model_dump_json()) == default()


def test_given_a_document_of_before_reminders_when_parsed_then_there_are_none() -> None:
    """An execution keeps the policy it began with, and a team's own document need not know every new field."""
    document = default().model_dump(mode="json")
    del document["email"]["reminders"], document["email"]["changes"], document["otp"]["changes"]
    email = parse(json.dumps(document)).email
    assert (email.reminders, email.changes) == ((), 3)
    assert email.wait_after(0) == email.rest_after(0) == email.wait_seconds


@pytest.mark.parametrize(
    ("reminders", "waits", "rests"),
    [((), (9,), (9,)), ((4,), (4, 9), (13, 9)), ((4, 6), (4, 6, 9), (19, 15, 9))],
)
def test_given_reminders_when_nobody_answers_then_each_wait_is_followed_by_the_next(
    reminders: tuple[int, ...], waits: tuple[int, ...], rests: tuple[int, ...]
) -> None:
    """The whole wait is the sum of all; after the last reminder `wait_seconds` remain, however often it is asked."""
    email = default().email.model_copy(update={"reminders": reminders, "wait_seconds": 9})
    counts = range(len(reminders) + 1)
    assert tuple(email.wait_after(count) for count in counts) == waits
    assert tuple(email.rest_after(count) for count in counts) == rests
    assert email.wait_after(5) == email.rest_after(5) == 9


def test_given_the_committed_document_then_every_value_is_written_in_it() -> None:
    """Whoever reads the file sees all that is in force."""
    assert json.loads(DEFAULT_FILE.read_bytes()) == default().model_dump(mode="json")
