"""Lambda entry of the backlog: asks the register for those who are parked in it.

A message that the register gives no verdict on stays in the queue and is hidden, unless the policy in force goes on
without the register or asks an operator: so a newer policy moves those who are parked already. A verdict is
written to the table as the answer that the parked execution waits for; `functions.signals` delivers it.
"""

import time
from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from functions.dukcapil.limits import seconds_open
from functions.dukcapil.line import Lately, Line, in_line, rounds_apart
from functions.dukcapil.match import enquire, recorded
from functions.dukcapil.settings import BacklogSettings
from functions.shared import aws
from functions.shared.batch import HeldError, work
from functions.shared.entry import WaitingEntry
from functions.shared.errors import DukcapilBreakerOpen, DukcapilBusy, DukcapilUnavailable, LayerUnavailable
from functions.shared.observability import count, logger, metrics
from functions.shared.outcome import Outcome, Verdict
from functions.shared.policy import MOST_TRIES, DukcapilPolicy
from functions.shared.policy_in_force import policy_in_force
from functions.shared.registration import Registration, Registrations, Status, decided, layer_item

UNAVAILABLE: Final = "dukcapil_unavailable"
ASK_AN_OPERATOR: Final = Outcome(Verdict.REVIEW, UNAVAILABLE)
WITHOUT_THE_REGISTER: Final[Mapping[str, Outcome]] = {"skip": Outcome(Verdict.SKIPPED), "review": ASK_AN_OPERATOR}
"""What the policy in force makes of a register that is down; where it says nothing else, the message stays."""

_LAST_STEPS: Final = frozenset({Status.EMAIL_PENDING, Status.PHONE_PENDING, Status.IN_REVIEW})
_FIRST_TRIES: Final = 50
"""Receives that a message may have beyond its share; with `MOST_TRIES` fewer than the queue's thousand."""
_PROBE: Final = 15
"""Seconds after which whoever tries the closed circuit is back: the longest call to the register."""
_LONGEST: Final = 43_100
"""SQS hides for 12 hours, counted from the receipt."""


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work a batch; what could not be settled is reported back to the queue."""
    return work("backlog", event, context, read=_read, settle=_settle)


def _read(record: SQSRecord) -> WaitingEntry:
    try:
        return WaitingEntry.model_validate_json(record.body)
    except ValidationError:
        logger.error("backlog message not understood")
        # Also each time that it is tried: a release that understands nobody can be taken back while they are here.
        count("BacklogNotUnderstood")
        raise HeldError("malformed") from None


def _settle(entry: WaitingEntry, record: SQSRecord) -> None:
    settings = BacklogSettings.load()
    registrations = Registrations(settings.table_name)
    registration = registrations.get(entry.registration_id)
    if registration is None or registration.ended or not registration.details:
        return  # withdrawn or erased meanwhile: there is nobody to ask about
    if registration.entered_at > entry.entered_at:
        return  # the registration has gone on: what this message waits for is over
    if registration.answered == entry.entry_id:
        # Sent or delivered twice. The execution may wait with the token of this message, so the answer is delivered again.
        registrations.keep_token(entry)
        return
    policy = policy_in_force(settings.policy_parameter, settings.control_table_name)
    try:
        outcome = recorded(registration, entry) or enquire(registration, entry, settings, policy.dukcapil)
    except DukcapilBusy:
        _hide(record, in_line(_line(record, policy.dukcapil, settings)), policy.dukcapil, settings)
        raise HeldError("busy") from None
    except (DukcapilUnavailable, DukcapilBreakerOpen) as unavailable:
        # Where the register refuses us for a fault of ours, nobody goes without it, whatever the policy says of outages.
        instead = None if unavailable.our_fault else WITHOUT_THE_REGISTER.get(policy.dukcapil.on_unavailable)
        if instead is None:
            tell_who_has_done_all(registrations, registration)
            _hide(record, _until_tried_again(record, unavailable, policy.dukcapil, settings), policy.dukcapil, settings)
            raise HeldError(unavailable.reason) from None
        outcome = instead
    answer(registrations, entry, outcome, policy.policy_version)


def tell_who_has_done_all(registrations: Registrations, registration: Registration) -> None:
    """Whoever has done everything is settling: his last step may have been a mail, an operator, or an OTP left out."""
    if registration.status not in _LAST_STEPS:
        return
    registrations.update(
        registration.id,
        "SET #status = :settling, reason = :reason",
        condition="#status = :last AND entered_at = :entered_at",  # and nothing has begun since
        values={
            ":settling": Status.SETTLING,
            ":reason": UNAVAILABLE,
            ":last": registration.status,
            ":entered_at": registration.entered_at,
        },
    )


def answer(registrations: Registrations, entry: WaitingEntry, outcome: Outcome, policy_version: str) -> None:
    """Write the answer that the parked execution waits for; `functions.signals` delivers it."""
    now = registrations.now()
    undecided = outcome.reason == UNAVAILABLE  # says nothing of the person
    registrations.update(
        entry.registration_id,
        "SET waiting = :waiting, answer = :answer, entered_at = :entered_at"
        + ("" if undecided else ", layers.dukcapil = :layer, dukcapil_decided = :decided"),
        condition="attribute_not_exists(entered_at) OR entered_at <= :entered_at",
        values={
            ":waiting": {"state": entry.state, "entry_id": entry.entry_id, "ends_at": now, "attempt": entry.attempt},
            ":entered_at": entry.entered_at,
            ":answer": {
                "entry_id": entry.entry_id,
                "kind": "decided",
                "at": now,
                "policy_version": policy_version,
                **outcome.as_dict(),
            },
        }
        | (
            {}
            if undecided
            else {":layer": layer_item(entry.entry_id, outcome), ":decided": decided(now, policy_version)}
        ),
        also=(registrations.put_token(entry),),
    )


_lately: Final = Lately()


def _until_tried_again(
    record: SQSRecord, why: LayerUnavailable, policy: DukcapilPolicy, settings: BacklogSettings
) -> float:
    """Until the next round and this message's turn in it; not before the circuit may be tried."""
    line = _line(record, policy, settings)
    turn, closed_in = in_line(line), seconds_open(policy, settings.control_table_name)
    if isinstance(why, DukcapilBreakerOpen) and not closed_in:
        # Somebody is trying it just now. Those who come behind him are the oldest, and shall not lose a round.
        return min(_PROBE, policy.breaker.seconds) + turn
    apart = rounds_apart(line, policy.hold)
    # Not until a midnight far away: a newer policy may send them on.
    return max(apart - time.time() % apart, min(closed_in, policy.hold.max_seconds)) + turn


def _line(record: SQSRecord, policy: DukcapilPolicy, settings: BacklogSettings) -> Line:
    asked = aws.sqs().get_queue_attributes(
        QueueUrl=settings.backlog_queue_url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    length = sum(map(int, asked["Attributes"].values())) / policy.calls_per_second
    now = time.time()
    youth = _lately.youth(_sent_at(record), now, 2 * (policy.hold.max_seconds + length))
    return Line(length, youth, max(0.0, now - _lately.oldest[0]))


def _hide(record: SQSRecord, seconds: float, policy: DukcapilPolicy, settings: BacklogSettings) -> None:
    """Hide a message. One that was received more often than its age allows waits for `max_seconds`.

    The queue lays aside what it has handed out a thousand times, and nobody shall leave it before `queue_seconds` are over.
    """
    received, age = int(record.attributes.approximate_receive_count), time.time() - _sent_at(record)
    if received > _FIRST_TRIES + MOST_TRIES * age / policy.queue_seconds:
        seconds = max(seconds, policy.hold.max_seconds)
    aws.sqs().change_message_visibility(
        QueueUrl=settings.backlog_queue_url,
        ReceiptHandle=record.receipt_handle,
        VisibilityTimeout=max(1, min(ceil(seconds), _LONGEST)),
    )


def _sent_at(record: SQSRecord) -> float:
    return int(record.attributes.sent_timestamp) / 1000
