"""What is wrong with a registration, and what mends it. Pure: from what was read, and the time.

Two steps, because Step Functions answers ten questions a second for the whole account: the table alone says who is not
stuck, and who may be; how the execution stands is asked for those few, and for some of the others in turn.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from functions.shared.registration import Status

if TYPE_CHECKING:
    from functions.reconciler.open_registration import OpenRegistration

MOST_TAKE_OVERS: Final = 5
"""Of one registration. What ends six executions will end the seventh: people have to look at it."""


REMIND_AFTER: Final = 2 * 86_400
"""Seconds without anything after which somebody who is expected is told once more.

He was told by one mail, sent at most once: nobody knows whether it came, and its link is good for a day. Two days leave
another one to whom the OTP is awaited (three days in the default policy), and weeks to who is to correct his details.
"""


FELL_OFF: Final = 25 * 3600
"""Seconds after which a beginning that still waits for its turn has fallen off the table's stream, which keeps a change for 24 hours
(AWS, "Change data capture for DynamoDB Streams")."""


class Execution(StrEnum):
    """How the execution stands that carries a registration."""

    RUNNING = "running"
    ENDED = "ended"
    MISSING = "missing"
    """It has never begun, or ended more than 90 days ago."""


class Repair(StrEnum):
    """What mends it."""

    START = "start"
    """It has not begun: ask for its start again."""
    ANSWER = "answer"
    """Its answer may not have arrived: ask for its delivery again."""
    NOTICE = "notice"
    """It has ended, and its notice was not settled: ask for the event again."""
    REMIND = "remind"
    """Its owner is expected, was not at the page when he was asked, and has done nothing since: have him told once more."""
    EXECUTION = "execution"
    """Its execution ended before it did: let another take over."""
    GIVE_UP = "give_up"
    """Its executions end again and again: report it."""


def by_the_table(registration: OpenRegistration, now: int, stuck: int) -> Repair | None:
    """What is to be done whatever its execution does; None when nothing is, or when that has to be known first."""
    if registration.ended:
        late = registration.unsettled and now - registration.updated_at > stuck
        return Repair.NOTICE if late and _again(registration, registration.updated_at, now, stuck) else None
    if fell_off(registration, now) and not registration.nudged_at:
        # Starting it does no harm if it has begun all the same. If this helps nothing, its execution is looked at.
        return Repair.START
    answered = registration.answered_at
    if answered is not None and now - answered > stuck and _again(registration, answered, now, stuck):
        return Repair.ANSWER
    return Repair.REMIND if _overlooked(registration, now) else None


def fell_off(registration: OpenRegistration, now: int) -> bool:
    """Whether nothing is left that would start it: in a rush of a day beginnings may wait longer than the stream keeps them."""
    waits = registration.status is Status.QUEUED and registration.awaited is None and not registration.taken_over
    return waits and now - registration.created_at > FELL_OFF


def suspect(registration: OpenRegistration, now: int, stuck: int) -> bool:
    """Whether its execution may have ended, or may never have begun, by what the table says."""
    if registration.ended:
        return False
    answered, nudged = registration.answered_at, registration.nudged_at
    return (
        (registration.awaited is None and now - registration.updated_at > stuck)
        or (registration.awaited is not None and now - registration.ends_at > stuck)
        # The answer was delivered again, and nothing came of it.
        or (answered is not None and nudged > answered and now - nudged > stuck)
        # It was to be taken over, and nothing came of it.
        or (registration.taken_over > 0 and now - nudged > stuck and _entered(registration) < nudged)
    )


def by_its_execution(registration: OpenRegistration, execution: Execution, now: int, stuck: int) -> Repair | None:
    """What is to be done now that it is known how its execution stands."""
    if registration.ended or execution is Execution.RUNNING:
        return None
    begun = registration.status is not Status.QUEUED or registration.awaited is not None
    if execution is Execution.MISSING and (registration.taken_over or not begun):
        # It may be on its way: a beginning waits for its turn in a rush.
        return Repair.START if now - max(registration.updated_at, registration.nudged_at) > stuck else None
    return Repair.GIVE_UP if registration.taken_over >= MOST_TAKE_OVERS else Repair.EXECUTION


def _overlooked(registration: OpenRegistration, now: int) -> bool:
    """Whether its owner was asked for something by mail, has done nothing, and was not told again."""
    return (
        registration.status in {Status.DETAILS_PENDING, Status.PHONE_PENDING}
        and registration.away
        and registration.answered_at is None
        and registration.reminded != registration.awaited
        and now - registration.updated_at > REMIND_AFTER
        and now < registration.ends_at
    )


def _again(registration: OpenRegistration, since: int, now: int, stuck: int) -> bool:
    """Whether to ask for it (again): each time after twice as long, for asking may not be what helps."""
    asked = registration.nudged_at
    return asked <= since or now - asked >= max(stuck, asked - since)


def _entered(registration: OpenRegistration) -> float:
    try:
        return datetime.fromisoformat(registration.entered_at).astimezone(UTC).timestamp()
    except ValueError:
        return 0.0
