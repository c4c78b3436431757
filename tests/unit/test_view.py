"""What a registrant sees while something takes long, and what a verified registration says of itself."""

from dataclasses import replace
from typing import Any

import pytest

from functions.registration.models import CodeSent
from functions.registration.view import POLL_HELD, POLL_SETTLING, POLL_WAITING, POLL_WORKING, poll_after, view
from functions.shared.registration import LAYERS, Challenge, Layer, Registration, Status, Waiting

NOW = 1_800_000_000
SETTLED = {"at": "2027-01-15T08:00:00.000Z", "policy_version": "2"}


def registration(status: str, *, unchanged: int = 0, **attributes: Any) -> Registration:  # noqa: ANN401 (any attribute)
    """One that has stood still for so many seconds."""
    return Registration("x", Status(status), "id", "a@contoh.example", updated_at=NOW - unchanged, **attributes)


@pytest.mark.parametrize("status", ["queued", "checking", "email_pending", "phone_pending"])
@pytest.mark.parametrize(
    ("unchanged", "seconds"),
    [(0, POLL_WORKING), (9, POLL_WORKING), (60, 12), (150, POLL_HELD), (86_400, POLL_HELD), (-5, POLL_WORKING)],
)
def test_given_a_rush_when_nothing_changes_then_the_page_asks_less_and_less(
    status: str, unchanged: int, seconds: int
) -> None:
    """So those who wait do not slow down what they wait for; nobody waits longer than half a minute to see it."""
    assert poll_after(registration(status, unchanged=unchanged), NOW) == seconds


@pytest.mark.parametrize("status", ["settling", "in_review"])
@pytest.mark.parametrize(("unchanged", "seconds"), [(0, POLL_WORKING), (200, 40), (86_400, POLL_SETTLING)])
def test_given_a_wait_of_days_when_nothing_changes_then_the_page_asks_once_a_minute(
    status: str, unchanged: int, seconds: int
) -> None:
    """Whoever is told that he need do nothing seldom looks."""
    assert poll_after(registration(status, unchanged=unchanged), NOW) == seconds


def test_given_that_the_registrant_is_awaited_when_asked_then_the_time_since_does_not_matter() -> None:
    """He acts, and the answer of his act shows what is next."""
    waiting = Waiting("AwaitDetails", "AwaitDetails@1", NOW + 5)
    assert poll_after(registration("details_pending", unchanged=9999, waiting=waiting), NOW) == POLL_WAITING
    assert poll_after(registration("verified", unchanged=9999), NOW) is None


@pytest.mark.parametrize(
    ("status", "state", "reason", "shown"),
    [
        ("settling", "deferred", None, "dukcapil_unavailable"),
        ("settling", "deferred", "fault", "fault"),
        ("settling", "passed", None, None),
        ("phone_pending", "deferred", None, None),
        ("checking", "pending", "dukcapil_unavailable", "dukcapil_unavailable"),
    ],
)
def test_given_a_register_that_is_down_when_it_alone_is_awaited_then_the_reason_says_so(
    status: str, state: str, reason: str | None, shown: str | None
) -> None:
    """People are told the truth; while their phone is to be confirmed there is something to do first."""
    seen = view(registration(status, reason=reason, layers={"dukcapil": Layer(state)}), NOW)
    assert seen.reason == shown


def test_given_an_address_that_refuses_mail_when_shown_then_it_can_be_changed_and_the_reason_says_why() -> None:
    """The code is still expected, at another address."""
    waiting = Waiting("VerifyEmail", "VerifyEmail@1", NOW + 5)
    challenge = Challenge("VerifyEmail@1", "mac", NOW + 5, 5, NOW, 3, "refused", changes_left=1)
    bounced = registration("email_pending", reason="email_refuses_mail", waiting=waiting, challenge=challenge)
    seen = view(bounced, NOW)
    assert (seen.expects, seen.reason) == ("email_code", "email_refuses_mail")


@pytest.mark.parametrize(
    ("state", "channel", "to"),
    [
        ("VerifyEmail", "email", "a•••@contoh.example"),
        ("VerifyPhone", "sms", "•••890"),
        ("VerifyPhone", "whatsapp", "•••890"),
    ],
)
def test_given_a_code_under_way_when_shown_then_it_says_where_to_look(state: str, channel: str, to: str) -> None:
    """Whoever comes back, or goes on with another device, no longer sees what was typed there."""
    waiting = Waiting(state, f"{state}@1", NOW + 5)
    challenge = Challenge(f"{state}@1", "mac", NOW + 5, 5, NOW, 3, "sent", channel=channel)
    status = "email_pending" if channel == "email" else "phone_pending"
    sent = registration(status, waiting=waiting, challenge=challenge, phone="+6281234567890")
    assert view(sent, NOW).code_sent == CodeSent(channel=channel, to=to)
    assert view(replace(sent, answered=waiting.entry_id), NOW).code_sent is None


def test_given_a_verified_registration_when_shown_then_it_says_how_and_by_which_policy_each_layer_was_settled() -> None:
    """Whoever relies on the result sees what was skipped, and what was settled late."""
    assurance = {
        "email": "approved",
        "nik": "passed",
        "dukcapil": "deferred_then_passed",
        "otp": "skipped",
        "policy_version": "1",
        "decided": dict.fromkeys(LAYERS, SETTLED),
    }
    seen = view(registration("verified", assurance=assurance), NOW)
    assert seen.model_dump()["assurance"] == assurance


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        ("rejected", "duplicate", "dispute"),
        ("rejected", None, "dispute"),
        ("rejected", "review_rejected", "nothing"),
        ("expired", "email_not_confirmed", "nothing"),
    ],
)
def test_c39_given_a_rejection_when_no_operator_has_looked_at_it_then_it_can_be_disputed(
    status: str, reason: str | None, expected: str
) -> None:
    """After an operator's decision the texts say whom to ask."""
    assert view(registration(status, reason=reason), NOW).expects == expected
