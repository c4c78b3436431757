"""What a change of a registration asks for."""

from decimal import Decimal
from typing import Any

import pytest

from functions.shared.policy import default
from functions.signals.change import Deliver, MalformedChangeError, Publish, Signal, Start, Stop, signals
from functions.signals.resume import Resumption, resumption

ENTRY = "AwaitDetails@2027-01-15T08:00:00.000Z"
WAITING = {
    "state": "AwaitDetails",
    "entry_id": ENTRY,
    "ends_at": Decimal(9),
    "attempts_left": Decimal(4),
    "away": "true",
}
ANSWER = {"entry_id": ENTRY, "kind": "submitted", "at": Decimal(7), "voided": ["otp"]}


def item(status: str = "details_pending", **more: Any) -> dict[str, Any]:  # noqa: ANN401 (an item's attributes)
    """A registration as the stream shows it."""
    return {"id": "a-1", "kind": "registration", "status": status, "updated_at": Decimal(7), **more}


def asked(old: dict[str, Any], new: dict[str, Any]) -> tuple[Signal, ...]:
    """What the change asks for."""
    registration_id, found = signals(old, new)
    assert registration_id == "a-1"
    return found


def test_given_a_new_registration_then_it_is_started_under_its_id() -> None:
    """It waits for its turn."""
    assert asked({}, item("queued")) == (Start("a-1"),)


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "registration"},
        item("unheard-of"),
        item("rejected", updated_at="soon"),
        item(answer={"kind": "submitted"}),
        item(answer="yes"),
    ],
)
def test_given_a_record_that_is_no_registration_then_it_is_malformed(broken: dict[str, Any]) -> None:
    """It is known before anything is done, and the error quotes nothing of it."""
    with pytest.raises(MalformedChangeError) as raised:
        signals(item("checking"), broken)
    assert str(raised.value) in {"KeyError", "ValueError", "TypeError"}


def test_given_an_answer_then_it_is_delivered_with_who_decided() -> None:
    """The backlog's verdict goes on with the version of the policy that decided."""
    decided = {
        "entry_id": ENTRY,
        "kind": "decided",
        "verdict": "passed",
        "reason": None,
        "policy_version": "v2",
        "at": 1,
    }
    assert asked(item(), item(answer=decided)) == (
        Deliver(
            ENTRY,
            {"answer": "decided", "voided": [], "verdict": "passed", "reason": None, "policy_version": "v2"},
        ),
    )


def test_given_another_try_of_the_wait_then_the_answer_is_delivered_to_that() -> None:
    """Step Functions tried the entry again, with another token."""
    again = item(waiting={**WAITING, "attempt": 1}, answer=ANSWER)
    assert [type(each) for each in asked(item(waiting=WAITING, answer=ANSWER), again)] == [Deliver]


def test_given_a_new_status_then_it_is_published_with_the_entry_and_whether_somebody_is_there() -> None:
    """Ids and codes only."""
    (told,) = asked(item("checking"), item(waiting=WAITING, reason="not_found", entered_at="2027", email="a@b.example"))
    assert told == Publish(
        {
            "registration_id": "a-1",
            "status": "details_pending",
            "reason": "not_found",
            "changed_at": 7,
            "entered_at": "2027",
            "away": True,
        },
        changed=True,
    )


@pytest.mark.parametrize("away", [None, "", False])
def test_given_somebody_at_the_page_then_he_is_not_away(away: object) -> None:
    """The state machine writes an empty text, the phone layer a truth value, older items nothing."""
    waiting = {name: value for name, value in {**WAITING, "away": away}.items() if value is not None}
    (told,) = asked(item("checking"), item(waiting=waiting))
    assert isinstance(told, Publish)
    assert told.detail["away"] is False


@pytest.mark.parametrize(("execution", "stopped"), [(None, "a-1"), ("a-1-3", "a-1-3")])
def test_given_a_withdrawal_then_the_execution_that_carries_it_is_stopped(execution: str | None, stopped: str) -> None:
    """Whoever took it over."""
    carried = {"execution": execution} if execution else {}
    stop, told = asked(item(**carried), item("withdrawn", **carried))
    assert stop == Stop(stopped)
    assert isinstance(told, Publish)


def test_given_another_execution_then_it_starts_from_what_was_reached() -> None:
    """It takes over, with what the table says."""
    new = item(execution="a-1-2", layers={"email": {"state": "passed"}}, waiting=WAITING, nudged_at=Decimal(8))
    (start,) = asked(item(layers={"email": {"state": "passed"}}, waiting=WAITING), new)
    assert isinstance(start, Start)
    assert (start.execution, start.nudged) == ("a-1-2", False)
    assert start.resume
    assert start.resume.email == "passed"


def test_given_a_nudge_then_what_the_item_asks_for_is_done_again() -> None:
    """Start, answer or notice, whichever it is; and nothing where nothing is asked for."""
    nudge: dict[str, Any] = {"nudged_at": Decimal(8)}
    assert asked(item("queued"), item("queued", **nudge)) == (Start("a-1", nudged=True),)
    answered: dict[str, Any] = {"waiting": WAITING, "answer": ANSWER}
    assert asked(item(**answered), item(**answered, **nudge)) == (
        Deliver(ENTRY, {"answer": "submitted", "voided": ["otp"]}),
    )
    (told,) = asked(item("verified"), item("verified", **nudge))
    assert isinstance(told, Publish)
    assert not told.changed
    assert asked(item(waiting=WAITING), item(waiting=WAITING, **nudge)) == ()
    late = {**ANSWER, "entry_id": "VerifyEmail@2027"}
    assert asked(item(waiting=WAITING, answer=late), item(waiting=WAITING, answer=late, **nudge)) == ()


def test_given_a_nudge_of_one_that_was_to_be_taken_over_then_it_starts_under_that_name() -> None:
    """The start was lost; a name that has begun is refused by Step Functions."""
    taken: dict[str, Any] = {"execution": "a-1-2", "reviewed": "dukcapil", "reason": "disputed"}
    (start,) = asked(item("in_review", **taken), item("in_review", **taken, nudged_at=Decimal(8)))
    assert isinstance(start, Start)
    assert start.nudged
    assert start.resume
    assert (start.resume.reviewed, start.resume.reason) == ("dukcapil", "disputed")


NOTHING = Resumption(
    email="", dukcapil="pending", otp="pending", claim="", attempts_left=None, details=False, reviewed="", reason=""
)


@pytest.mark.parametrize(
    ("reached", "expected"),
    [
        (item("queued"), {}),
        (item(layers={"email": {"state": "deferred"}}), {"email": "deferred"}),
        (item(layers={"dukcapil": {"state": "deferred"}, "otp": {"state": "declined"}}), {}),
        (
            item(layers={"dukcapil": {"state": "skipped"}, "otp": {"state": "approved"}}),
            {"dukcapil": "skipped", "otp": "approved"},
        ),
        (item("checking", details={"nik": "?"}, claim="nik#00"), {"details": True, "claim": "nik#00"}),
        (item(details={"nik": "?"}, waiting=WAITING), {"attempts_left": 4}),
        (item(details={"nik": "?"}, waiting=WAITING, answer=ANSWER), {"attempts_left": 4, "details": True}),
        (item("email_pending", details={"nik": "?"}), {"details": True}),
        (item("phone_pending", waiting={**WAITING, "state": "VerifyPhone"}, details={"nik": "?"}), {"details": True}),
        (item("in_review"), {"reviewed": "details"}),
        (item("in_review", reviewed="nik"), {"reviewed": "nik"}),
        (
            item("in_review", reviewed="nik", waiting={**WAITING, "state": "ManualReview", "layer": "otp"}),
            {"reviewed": "otp"},
        ),
        (item("in_review", reviewed="nik", waiting=WAITING), {"reviewed": "nik", "attempts_left": 4}),
        (item(reason="not_found"), {"reason": "not_found"}),
    ],
)
def test_given_what_was_reached_then_that_is_what_is_taken_over(
    reached: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Nothing passed is asked again, and nothing not passed is taken for it."""
    found = resumption(reached)
    assert {name: getattr(found, name) for name in expected} == expected
    others = {name for name in NOTHING.__slots__ if name not in expected}
    assert {name: getattr(found, name) for name in others} == {name: getattr(NOTHING, name) for name in others}


@pytest.mark.parametrize(("left", "used"), [(None, 0), (6, 0), (4, 2), (1, 5), (99, 0), (-3, 5)])
def test_given_attempts_left_then_the_corrections_used_are_counted_by_the_policy(left: int | None, used: int) -> None:
    """Taking over gives nobody more corrections, and takes none away."""
    told = Resumption("", "pending", "pending", "", left, details=False, reviewed="", reason="").as_input(default())
    assert told["corrections"] == used
    assert told.keys() == {
        "email",
        "dukcapil",
        "otp",
        "claim",
        "corrections",
        "details",
        "reviewed",
        "reason",
        "decided",
        "deferred",
    }


def test_given_a_reminder_is_asked_for_then_the_status_is_published_for_it_alone() -> None:
    """Once for each wait; and what forgets that somebody was reminded reminds nobody."""
    expected = item(waiting=WAITING, entered_at="2027-01-15T08:00:00.000Z")
    (publish,) = asked(expected, {**expected, "reminded": ENTRY})
    assert isinstance(publish, Publish)
    assert not publish.changed
    assert publish.detail["reminder"] is True
    assert publish.detail["away"] is True
    assert publish.detail["entered_at"] == "2027-01-15T08:00:00.000Z"
    reminded = {**expected, "reminded": ENTRY}
    assert asked(reminded, {**reminded, "updated_at": Decimal(8)}) == ()
    assert asked(reminded, expected) == ()


def test_given_a_code_was_sent_to_somebody_who_had_left_then_the_status_is_published_for_it() -> None:
    """Once for each entry that sent one."""
    expected = item("phone_pending", waiting=WAITING, entered_at="2027-01-15T08:00:00.000Z")
    (publish,) = asked(expected, {**expected, "called_back": ENTRY})
    assert isinstance(publish, Publish)
    assert not publish.changed
    assert publish.detail["called_back"] is True
    assert publish.detail["entered_at"] == "2027-01-15T08:00:00.000Z"
    called = {**expected, "called_back": ENTRY}
    assert asked(called, {**called, "updated_at": Decimal(8)}) == ()


def test_given_layers_that_were_decided_then_whoever_takes_over_is_told_when_and_by_which_policy() -> None:
    """Of settled layers only, and where the item says so; a pending one is decided anew."""
    noted = {"at": "2027-01-15T08:00:00.000Z", "by": "p"}
    layers = {"email": {"state": "passed"}, "dukcapil": {"state": "pending"}, "otp": {"state": "passed"}}
    resumed = resumption(
        item(
            layers=layers,
            email_decided=noted,
            email_deferred="true",
            dukcapil_decided=noted,
            dukcapil_deferred=True,
            otp_decided={"at": "", "by": ""},
        )
    )
    assert (resumed.decided, resumed.deferred) == ({"email": noted}, ("email", "dukcapil"))
    assert (resumption(item(layers=layers)).decided, resumption(item()).deferred) == ({}, ())
