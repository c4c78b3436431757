"""Lambda entry of the backlog: asks the register for those who are parked in it.

A message that the register gives no verdict on stays in the queue and is hidden, unless the policy in force goes on
without the register or asks an operator: so a newer policy moves those who are parked already. A verdict is
written to the table as the answer that the parked execution waits for; `functions.signals` delivers it.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import random
from typing import Any, Final

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from functions.dukcapil.limits import seconds_open
from functions.dukcapil.match import enquire, recorded
from functions.dukcapil.settings import BacklogSettings
from functions.shared import aws
from functions.shared.entry import WaitingEntry
from functions.shared.errors import DukcapilBreakerOpen, DukcapilBusy, DukcapilUnavailable
from functions.shared.observability import logger, metrics
from functions.shared.outcome import Outcome, Verdict
from functions.shared.policy import BacklogHold, DukcapilPolicy
from functions.shared.policy_in_force import policy_in_force
from functions.shared.registration import Registrations, layer_item

UNAVAILABLE: Final = "dukcapil_unavailable"
ASK_AN_OPERATOR: Final = Outcome(Verdict.REVIEW, UNAVAILABLE)
WITHOUT_THE_REGISTER: Final[Mapping[str, Outcome]] = {"skip": Outcome(Verdict.SKIPPED), "review": ASK_AN_OPERATOR}
"""What the policy in force makes of a register that is down; where it says nothing else, the message stays."""


class StillParkedError(Exception):
    """The message stays in the queue. Carries a reason code only."""


@metrics.log_metrics
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work a batch; what could not be settled is reported back to the queue."""
    # A batch in which nobody could be settled is an outage of the register, not of this function.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(dict(event), _settle, processor, context))


def _settle(record: SQSRecord) -> None:
    settings = BacklogSettings.load()
    try:
        entry = WaitingEntry.model_validate_json(record.body)
    except ValidationError:
        logger.error("backlog message not understood", extra={"message_id": record.message_id})
        raise StillParkedError("malformed") from None
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
        _hide(record, in_line(_line(record, policy.dukcapil, settings)), policy.dukcapil.hold, settings)
        raise StillParkedError("busy") from None
    except (DukcapilUnavailable, DukcapilBreakerOpen) as unavailable:
        instead = WITHOUT_THE_REGISTER.get(policy.dukcapil.on_unavailable)
        if instead is None:
            _hide(record, _until_tried_again(record, policy.dukcapil, settings), policy.dukcapil.hold, settings)
            raise StillParkedError(unavailable.reason) from None
        outcome = instead
    answer(registrations, entry, outcome, policy.policy_version)


def answer(registrations: Registrations, entry: WaitingEntry, outcome: Outcome, policy_version: str) -> None:
    """Write the answer that the parked execution waits for; `functions.signals` delivers it."""
    now = registrations.now()
    undecided = outcome.reason == UNAVAILABLE  # says nothing of the person
    registrations.update(
        entry.registration_id,
        "SET waiting = :waiting, answer = :answer, entered_at = :entered_at"
        + ("" if undecided else ", layers.dukcapil = :layer"),
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
        | ({} if undecided else {":layer": layer_item(entry.entry_id, outcome)}),
        also=(registrations.put_token(entry),),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A message's place among those that wait.

    Attributes:
        length: seconds that it takes to work all of them at the register's rate.
        age: seconds that this one has waited.
    """

    length: float
    age: float


def in_line(line: Line, chance: Callable[[], float] = random) -> float:
    """Seconds after which a message's turn comes, roughly: the longer it has waited the sooner, none later than the line is long.

    SQS knows no order, and what was hidden longest would come back last. So the time that a message is hidden falls with its
    age, and those that waited longest are there first when the register is. The jitter keeps those of one second apart.
    """
    turn = line.length * line.length / (line.length + line.age) if line.length else 0.0
    return turn * (0.9 + 0.2 * chance())


def _until_tried_again(record: SQSRecord, policy: DukcapilPolicy, settings: BacklogSettings) -> float:
    """Until the circuit closes, at the earliest; or, where it never opened, longer each time."""
    turn = in_line(_line(record, policy, settings))
    if closed_in := seconds_open(policy, settings.control_table_name):
        return closed_in + turn
    received = int(record.attributes.approximate_receive_count)
    hold = min(policy.hold.seconds * 2.0 ** min(received - 1, 20), policy.hold.max_seconds)
    return max(turn, hold * (0.5 + 0.5 * random()))  # noqa: S311 (spread, not secret)


def _line(record: SQSRecord, policy: DukcapilPolicy, settings: BacklogSettings) -> Line:
    asked = aws.sqs().get_queue_attributes(
        QueueUrl=settings.backlog_queue_url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )
    age = time.time() - int(record.attributes.sent_timestamp) / 1000
    return Line(sum(map(int, asked["Attributes"].values())) / policy.calls_per_second, max(0.0, age))


def _hide(record: SQSRecord, seconds: float, hold: BacklogHold, settings: BacklogSettings) -> None:
    hidden = max(1, min(round(seconds), hold.max_seconds))
    aws.sqs().change_message_visibility(
        QueueUrl=settings.backlog_queue_url, ReceiptHandle=record.receipt_handle, VisibilityTimeout=hidden
    )
