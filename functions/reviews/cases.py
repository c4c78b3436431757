"""The cases: reading them, masked, and deciding them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from functions.registration.problems import FieldError, Problem
from functions.reviews import models
from functions.reviews.queue import PlaceError, Queue, read, written
from functions.shared import masking
from functions.shared.observability import count, logger
from functions.shared.registration import LAYERS, OPEN, Decision, Registration, Registrations, Status

if TYPE_CHECKING:
    from functions.shared.registration import Waiting

STATE = "ManualReview"
_DETAILS = "details"
"""In place of a layer: what brought the case here is no layer's question."""


@dataclass(frozen=True, slots=True)
class Reviews:
    """The cases of one table."""

    registrations: Registrations

    def oldest(self, limit: int, place: str | None) -> models.Cases:
        """The cases that wait for a decision, from a place in their queue.

        Raises:
            Problem: 422 when the place is none.
        """
        try:
            start = read(place)
        except PlaceError:
            wrong = FieldError("#/next", "wrong_type")
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", errors=(wrong,)) from None
        ids, after = Queue(self.registrations.table, self.registrations.client()).page(limit, start)
        undecided = [each for each in self.registrations.several(ids) if _waits(each)]
        return models.Cases(cases=tuple(map(self.shown, undecided)), next=written(after))

    def find(self, registration_id: str) -> Registration:
        """A registration in review, decided or not, until it has moved on.

        Raises:
            Problem: 404.
        """
        registration = self.registrations.get(registration_id)
        if registration is None or not _is_case(registration):
            raise Problem(HTTPStatus.NOT_FOUND, "case_not_found")
        return registration

    def decide(self, registration: Registration, deciding: models.Deciding, operator: str) -> models.Case:
        """Decide a case in one conditional write; of two operators who have read it, one does.

        What is decided is the question that the operator has read, and no other that has come up since. Who sends his
        decision again, because the answer was lost, is told that it stands.

        Raises:
            Problem: 409 when it was decided before, when another question is asked, or when there is nothing to approve.
        """
        waiting = _waiting(registration)
        if _stands(registration, deciding, operator):
            return self.shown(registration)
        if deciding.question != waiting.entry_id:
            raise Problem(HTTPStatus.CONFLICT, "case_changed")
        if deciding.decision not in _possible(registration):
            raise Problem(HTTPStatus.CONFLICT, "approval_impossible" if _waits(registration) else "case_decided")
        decision = Decision(
            at=self.registrations.now(),
            operator=operator,
            decision=deciding.decision,
            note=deciding.note,
            layer=waiting.layer or _DETAILS,
            reason=registration.reason or "",
            question=waiting.entry_id,
        )
        decided = self.registrations.update(
            registration.id,
            "SET answer = :answer, decisions = list_append(if_not_exists(decisions, :none), :decisions)"
            " REMOVE case_shard, case_since",
            condition=f"{OPEN} AND waiting.#state = :state",
            names={"#state": "state"},
            values={
                ":entry": waiting.entry_id,
                ":state": STATE,
                ":answer": {"entry_id": waiting.entry_id, "kind": deciding.decision, "at": decision.at},
                ":none": [],
                ":decisions": [asdict(decision)],
            },
        )
        if not decided:
            found = self.find(registration.id)
            if _stands(found, deciding, operator):  # the SDK has sent our own write twice
                return self.shown(found)
            raise Problem(
                HTTPStatus.CONFLICT, "case_decided" if found.answered == deciding.question else "case_changed"
            )
        count("Reviewed", decision=deciding.decision)
        logger.info("case decided", extra={"registration_id": registration.id, "decision": deciding.decision})
        return self.shown(
            replace(registration, answered=waiting.entry_id, decisions=(*registration.decisions, decision))
        )

    def shown(self, registration: Registration) -> models.Case:
        """What an operator sees of it."""
        waiting, now = _waiting(registration), self.registrations.now()
        since = registration.case_since or waiting.ends_at - waiting.wait_seconds
        layers = {name: registration.layer(name) for name in LAYERS}
        dispute = registration.dispute
        return models.Case(
            id=registration.id,
            question=waiting.entry_id,
            reason=registration.reason,
            layer=waiting.layer or _DETAILS,
            possible=_possible(registration),
            since=since,
            age_seconds=max(0, now - since),
            overdue=_waits(registration) and now >= since + waiting.wait_seconds,
            known=models.Known.model_validate(
                masking.known(registration.email, registration.phone, registration.details)
            ),
            layers=models.CaseLayers.model_validate(
                {
                    name: {"state": layer.state, "reason": layer.reason, "flags": layer.flags}
                    for name, layer in layers.items()
                }
            ),
            dispute=models.Objection.model_validate(asdict(dispute)) if dispute else None,
            decisions=tuple(models.Decided.model_validate(asdict(each)) for each in registration.decisions),
        )


def _is_case(registration: Registration) -> bool:
    waiting = registration.waiting
    return registration.status is Status.IN_REVIEW and waiting is not None and waiting.state == STATE


def _stands(registration: Registration, deciding: models.Deciding, operator: str) -> bool:
    """Whether this operator has decided this question in this way already, and it is still the case's."""
    latest = registration.decisions[-1] if registration.decisions else None
    return (
        latest is not None
        and _waiting(registration).entry_id == latest.question == deciding.question
        and (latest.operator, latest.decision, latest.note) == (operator, deciding.decision, deciding.note)
    )


def _waits(registration: Registration) -> bool:
    """Whether it is a case that nobody has decided; also one that is overdue, which is put up again in a moment."""
    return _is_case(registration) and _waiting(registration).entry_id != registration.answered


def _waiting(registration: Registration) -> Waiting:
    if registration.waiting is None:
        raise Problem(HTTPStatus.NOT_FOUND, "case_not_found")
    return registration.waiting


def _possible(registration: Registration) -> tuple[models.Choice, ...]:
    if not _waits(registration):
        return ()
    approvable = _waiting(registration).layer in LAYERS
    return ("approve", "reject", "correct") if approvable else ("reject", "correct")
