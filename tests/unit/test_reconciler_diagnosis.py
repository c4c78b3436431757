"""What is taken for stuck, and what mends it."""

from itertools import pairwise
from typing import Any

import pytest

from functions.notifications.notice import LINK_SECONDS
from functions.reconciler.diagnosis import (
    FELL_OFF,
    REMIND_AFTER,
    Execution,
    Repair,
    by_its_execution,
    by_the_table,
    suspect,
)
from functions.reconciler.open_registration import OpenRegistration, open_registration
from functions.reconciler.table import MOST_HELD, Tally
from functions.shared.policy import default

NOW = 1_800_000_000
STUCK = 300
LONG_AGO = NOW - 1000
WAITING = {"state": "AwaitDetails", "entry_id": "AwaitDetails@2027-01-15T08:00:00.000Z", "ends_at": NOW + 1000}
ANSWER = {"entry_id": WAITING["entry_id"], "kind": "submitted", "at": LONG_AGO}
OVER = {**WAITING, "ends_at": LONG_AGO}


def registration(status: str = "details_pending", **more: Any) -> OpenRegistration:  # noqa: ANN401 (an item's attributes)
    """One that nothing happened to for long."""
    item = {"id": "a-1", "shard": "a", "status": status, "created_at": LONG_AGO, "updated_at": LONG_AGO}
    return open_registration(item | {name: value for name, value in more.items() if value is not None})


WELL = registration(waiting=WAITING)


def test_given_an_open_wait_then_it_is_well() -> None:
    """Somebody who has not typed yet is not stuck, however long ago he was asked."""
    assert by_the_table(WELL, NOW, STUCK) is None
    assert not suspect(WELL, NOW, STUCK)


@pytest.mark.parametrize(
    ("stuck", "expected"),
    [
        (registration(waiting=WAITING, answer=ANSWER), Repair.ANSWER),
        (registration(waiting=WAITING, answer={**ANSWER, "at": NOW - 10}), None),
        (registration(waiting=WAITING, answer={**ANSWER, "entry_id": "VerifyEmail@2027"}), None),
        (registration("verified"), Repair.NOTICE),
        (registration("verified", updated_at=NOW - 10), None),
        (registration("queued"), None),
    ],
)
def test_given_the_table_alone_then_answers_and_notices_are_asked_for_again(
    stuck: OpenRegistration, expected: Repair | None
) -> None:
    """What is late by the table is done again, whatever the execution does: both may be done twice."""
    assert by_the_table(stuck, NOW, STUCK) is expected


STREAMED = NOW - FELL_OFF


@pytest.mark.parametrize(
    ("beginning", "expected"),
    [
        (registration("queued", created_at=STREAMED - 1), Repair.START),
        (registration("queued", created_at=STREAMED), None),
        (registration("queued", created_at=STREAMED - 1, nudged_at=LONG_AGO), None),
        (registration("queued", created_at=STREAMED - 1, execution="a-1-2"), None),
        (registration("queued", created_at=STREAMED - 1, waiting=WAITING), None),
        (registration("email_pending", created_at=STREAMED - 1), None),
    ],
)
def test_given_a_beginning_that_fell_off_the_stream_then_it_is_started_by_the_table_alone_once(
    beginning: OpenRegistration, expected: Repair | None
) -> None:
    """If that helps nothing it has begun perhaps, and its execution is looked at."""
    assert by_the_table(beginning, NOW, STUCK) is expected
    assert suspect(beginning, NOW, STUCK) or beginning.awaited


EXPECTED = {**WAITING, "away": "true", "ends_at": NOW + 100}
SILENT = NOW - REMIND_AFTER - 1


@pytest.mark.parametrize(
    ("somebody", "reminded"),
    [
        (registration(waiting=EXPECTED, updated_at=SILENT), True),
        (registration("phone_pending", waiting={**EXPECTED, "away": True}, updated_at=SILENT), True),
        (registration(waiting=EXPECTED, updated_at=SILENT, reminded="AwaitDetails@2026"), True),
        (registration(waiting=EXPECTED, updated_at=SILENT, reminded=EXPECTED["entry_id"]), False),
        (registration(waiting=EXPECTED, updated_at=SILENT + 1), False),
        (registration(waiting={**EXPECTED, "away": ""}, updated_at=SILENT), False),
        (registration(waiting=WAITING, updated_at=SILENT), False),
        (registration(waiting={**EXPECTED, "ends_at": NOW}, updated_at=SILENT), False),
        (registration(waiting=EXPECTED, answer={**ANSWER, "at": NOW - 10}, updated_at=SILENT), False),
        (registration("email_pending", waiting=EXPECTED, updated_at=SILENT), False),
        (registration("in_review", waiting=EXPECTED, updated_at=SILENT), False),
        (registration("phone_pending", updated_at=SILENT), False),
        (registration("expired", waiting=EXPECTED, updated_at=SILENT), False),
    ],
)
def test_given_somebody_who_was_asked_by_mail_and_does_nothing_then_he_is_reminded_once(
    somebody: OpenRegistration, *, reminded: bool
) -> None:
    """Once for each wait, while it is open; whoever is at the page, or answered, is told nothing."""
    assert (by_the_table(somebody, NOW, STUCK) is Repair.REMIND) is reminded


def test_given_the_waits_of_the_default_policy_then_a_reminder_leaves_a_day() -> None:
    """A notice's link is good for a day, and whoever is reminded can use all of it."""
    shortest = min(default().otp.wait_seconds, default().details.wait_seconds)
    assert shortest - REMIND_AFTER >= LINK_SECONDS
    assert REMIND_AFTER > LINK_SECONDS


@pytest.mark.parametrize("late", [registration(waiting=WAITING, answer=ANSWER), registration("rejected")])
def test_given_it_was_asked_for_then_it_is_asked_again_after_twice_as_long(late: OpenRegistration) -> None:
    """A registration that an outage holds, with its answer long delivered, costs a dozen writes and not thousands."""
    now, asked = LONG_AGO + STUCK + 1, []
    item = {"id": "a-1", "shard": "a", "status": late.status, "created_at": LONG_AGO, "updated_at": LONG_AGO}
    if late.awaited:
        item |= {"waiting": WAITING, "answer": ANSWER}
    while now < LONG_AGO + 14 * 86_400:
        if by_the_table(open_registration(item), now, STUCK) is not None:
            asked.append(now - LONG_AGO)
            item["nudged_at"] = now
        now += STUCK
    assert asked[0] == STUCK + 1
    assert len(asked) <= 14
    assert all(later >= 2 * earlier for earlier, later in pairwise(asked))


@pytest.mark.parametrize(
    "doubtful",
    [
        registration("queued"),
        registration("checking"),
        registration(waiting=OVER),
        registration(waiting=WAITING, answer=ANSWER, nudged_at=NOW - STUCK - 1),
        registration(waiting=WAITING, execution="a-1-2", nudged_at=NOW - STUCK - 1, entered_at="2020-01-01T00:00:00Z"),
    ],
)
def test_given_doubt_then_its_execution_is_looked_at(doubtful: OpenRegistration) -> None:
    """Nothing is waited for, the wait is over, or what was asked for has helped nothing."""
    assert suspect(doubtful, NOW, STUCK)


@pytest.mark.parametrize(
    "fine",
    [
        registration("queued", updated_at=NOW - 10),
        registration(waiting={**WAITING, "ends_at": NOW - 10}),
        registration("verified"),
        registration(waiting=WAITING, execution="a-1-2", nudged_at=LONG_AGO, entered_at="2027-01-15T08:00:00Z"),
    ],
)
def test_given_no_doubt_then_step_functions_is_not_asked_first(fine: OpenRegistration) -> None:
    """Ten questions a second are all that the account has."""
    assert not suspect(fine, NOW, STUCK)


@pytest.mark.parametrize(
    ("stuck", "execution", "expected"),
    [
        (registration("queued"), Execution.MISSING, Repair.START),
        (registration("queued", updated_at=NOW - 10), Execution.MISSING, None),
        (registration("queued"), Execution.RUNNING, None),
        (registration("queued"), Execution.ENDED, Repair.EXECUTION),
        (registration(waiting=WAITING), Execution.ENDED, Repair.EXECUTION),
        (registration(waiting=WAITING), Execution.MISSING, Repair.EXECUTION),
        (registration(waiting=WAITING), Execution.RUNNING, None),
        (registration("in_review", execution="a-1-2"), Execution.MISSING, Repair.START),
        (registration("in_review", execution="a-1-2", nudged_at=NOW - 10), Execution.MISSING, None),
        (registration(waiting=WAITING, execution="a-1-5"), Execution.ENDED, Repair.EXECUTION),
        (registration(waiting=WAITING, execution="a-1-6"), Execution.ENDED, Repair.GIVE_UP),
        (registration("verified"), Execution.ENDED, None),
    ],
)
def test_given_how_its_execution_stands_then_it_is_started_taken_over_or_reported(
    stuck: OpenRegistration, execution: Execution, expected: Repair | None
) -> None:
    """A name that never began is started; an end before its time is taken over, five times at most."""
    assert by_its_execution(stuck, execution, NOW, STUCK) is expected


@pytest.mark.parametrize(("carrier", "following"), [(None, "a-1-2"), ("a-1-2", "a-1-3"), ("a-1-9", "a-1-10")])
def test_given_a_carrier_then_the_next_ones_name_counts_on(carrier: str | None, following: str) -> None:
    """The names are the id, and then the id with numbers from 2, though an id may itself end in digits."""
    assert registration(execution=carrier).next_execution == following


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (registration("in_review", waiting={**WAITING, "wait_seconds": 60}, case_since=NOW - 61), True),
        (registration("in_review", waiting={**WAITING, "wait_seconds": 60}, case_since=NOW - 60), False),
        (registration("in_review", case_since=LONG_AGO), False),
        (registration(waiting={**WAITING, "wait_seconds": 60}), False),
    ],
)
def test_given_a_case_that_nobody_decided_in_time_then_it_is_overdue(case: OpenRegistration, *, expected: bool) -> None:
    """From its first opening on, however often its wait was begun anew."""
    assert case.overdue(NOW) is expected


@pytest.mark.parametrize(
    ("aged", "since"),
    [
        (registration("queued", updated_at=NOW), LONG_AGO),
        (registration("in_review", waiting=WAITING, updated_at=NOW, case_since=NOW - 7), NOW - 7),
        (registration("checking", updated_at=NOW - 5), NOW - 5),
    ],
)
def test_given_a_status_then_its_age_is_what_the_alarm_means(aged: OpenRegistration, since: int) -> None:
    """Queued since it began, in review since the case was opened, elsewhere since anything was written."""
    assert aged.since == since


DEFERRED = {"dukcapil": {"state": "deferred"}}


@pytest.mark.parametrize(
    ("somebody", "outage"),
    [
        (registration("email_pending", reason="email_unavailable"), "email_unavailable"),
        (registration("phone_pending", reason="phone_unavailable"), "phone_unavailable"),
        (registration("checking", reason="dukcapil_unavailable"), "dukcapil_unavailable"),
        # Parked: the wait for the details is answered, and stands in the item until the next one.
        (
            registration("checking", reason="dukcapil_unavailable", waiting=WAITING, answer=ANSWER),
            "dukcapil_unavailable",
        ),
        (registration("settling", reason="dukcapil_unavailable"), "dukcapil_unavailable"),
        (registration("settling", layers=DEFERRED, waiting=WAITING, answer=ANSWER), "dukcapil_unavailable"),
        (registration("email_pending", waiting=WAITING), None),
        (registration("email_pending", waiting=WAITING, reason="mailbox_full"), None),
        (registration("details_pending", reason="", waiting=WAITING, layers=DEFERRED), None),
        (registration("phone_pending", waiting=WAITING, layers=DEFERRED), None),
        (registration("settling", layers={"dukcapil": {"state": "passed"}}), None),
        (registration("checking"), None),
        (registration("in_review", waiting=WAITING, reason="email_unavailable"), None),
        (registration("in_review", waiting=WAITING, reason="dukcapil_unavailable"), None),
        (registration("expired", reason="email_unavailable"), None),
    ],
)
def test_given_an_outage_then_who_is_held_by_it_is_known(somebody: OpenRegistration, outage: str | None) -> None:
    """Whoever waits for a partner and for nobody else; who is asked for something himself is not held."""
    assert somebody.held == outage


def test_given_a_hold_whose_tries_are_written_then_its_time_counts_from_when_it_was_first_seen() -> None:
    """Each try writes the item anew, at most a quarter of an hour apart: by the item alone no hold is ever old."""
    before = Tally()
    for minutes in range(0, 60, 5):
        now = NOW + 60 * minutes
        tried = registration("email_pending", reason="email_unavailable", updated_at=now - 10)
        before = Tally().with_(tried, now, before)
    assert before.held == {"email_unavailable": {"a-1": NOW - 10}}
    assert before.oldest == {"email_pending": now - 10}


def test_given_a_message_that_is_tried_just_now_then_the_hold_is_not_forgotten() -> None:
    """The item says for the moment of the try that it was sent; one that was sent a minute ago is over."""
    first = Tally().with_(registration("phone_pending", reason="phone_unavailable"), NOW, Tally())
    tried = registration("phone_pending", waiting=WAITING, updated_at=NOW + 290)
    assert Tally().with_(tried, NOW + 300, first).held == first.held
    assert Tally().with_(tried, NOW + 300, Tally()).held == {}
    assert Tally().with_(tried, NOW + 600, first).held == {}


def test_given_a_hold_that_is_over_then_the_next_one_counts_anew() -> None:
    """Nobody is held for as long as somebody was before him."""
    first = Tally().with_(registration("phone_pending", reason="phone_unavailable"), NOW, Tally())
    between = Tally().with_(registration("phone_pending", waiting=WAITING), NOW + 300, first)
    assert between.held == {}
    again = registration("phone_pending", reason="phone_unavailable", updated_at=NOW + 500)
    assert Tally().with_(again, NOW + 600, between).held == {"phone_unavailable": {"a-1": NOW + 500}}


def test_given_more_are_held_than_are_remembered_then_it_is_those_who_are_held_longest() -> None:
    """What is kept stays small in an outage of a day, and the oldest hold is never lost by the number of the younger."""
    people = [
        registration("checking", reason="dukcapil_unavailable", id=f"a-{number}", updated_at=NOW - number)
        for number in range(3 * MOST_HELD)
    ]
    before = Tally()
    for _ in range(2):
        tally = Tally()
        for person in people:
            tally = tally.with_(person, NOW, before)
        before = tally
    assert set(before.held["dukcapil_unavailable"].values()) == {
        NOW - number for number in range(2 * MOST_HELD, 3 * MOST_HELD)
    }
