"""The way through everything that is open, in the time that a run has, and on from there in the next."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import chain
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from functions.reconciler.diagnosis import Execution, Repair, by_its_execution, by_the_table, fell_off, suspect
from functions.reconciler.table import Place, Tally
from functions.shared.observability import logger
from functions.shared.registration import SHARDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from functions.reconciler.open_registration import OpenRegistration
    from functions.reconciler.table import Tables

BETWEEN_QUESTIONS: Final = 0.2
"""Seconds: half of the account's quota for the state of executions is left to others."""
IN_TURN: Final = 50
"""Registrations that look well and whose executions are looked at nevertheless, in each run."""
PATIENCE: Final = 20.0
"""Seconds to wait for the turn of a beginning that nothing else would start: as long as those in the stream wait."""
FOR_BEGINNINGS: Final = 0.25
"""Share of a run's time in which beginnings take their turns."""
FOR_QUESTIONS: Final = 0.5
"""Share of a run's time that is kept for the state of executions."""


@dataclass(slots=True)
class Findings:
    """What a run came to.

    Attributes:
        oldest: by status, the age of the oldest (seconds).
        overdue: cases that nobody decided in time.
        held: by the outage that holds them, how long the one has been held that is held longest (seconds).
        repaired: by kind.
        given_up: registrations whose executions end again and again.
        circuit_open: the register is left alone; None when nobody could say.
    """

    oldest: dict[str, int] = field(default_factory=dict)
    overdue: int = 0
    held: dict[str, int] = field(default_factory=dict)
    repaired: dict[Repair, int] = field(default_factory=dict)
    given_up: int = 0
    circuit_open: bool | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What the way through the table leaves to be done: beginnings that take turns, and executions to be looked at."""

    stranded: list[OpenRegistration] = field(default_factory=list)
    suspects: list[OpenRegistration] = field(default_factory=list)
    well: list[OpenRegistration] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One run.

    Args:
        tables: what is open.
        standing: how the execution of a name stands.
        admitted: waits for so many seconds at most until a registration may begin, and says whether it may.
        stuck: seconds after which something that is done in seconds is looked into.
        seconds_left: until the run has to be over.
    """

    tables: Tables
    standing: Callable[[str], Execution]
    admitted: Callable[[float], bool]
    stuck: int
    seconds_left: Callable[[], float]
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    findings: Findings = field(default_factory=Findings)

    def run(self) -> Findings:
        """Go through what is open, repair what can be repaired by the table, then look at executions."""
        seconds = self.seconds_left()
        until = seconds * FOR_QUESTIONS
        found = _Found()
        places = {shard: self.tables.place(shard) for shard in SHARDS}
        for shard in sorted(SHARDS, key=lambda each: places[each].at):
            if self.seconds_left() > until:
                places[shard] = self._go_on(shard, places[shard], until, found)
        self.findings.circuit_open = self._circuit_open()
        self._count(chain.from_iterable((place.last, place.tally) for place in places.values()))
        self._let_begin(found.stranded, until - seconds * FOR_BEGINNINGS)
        self._look_at_executions("suspects", found.suspects)
        self._look_at_executions("well", _in_turn(found.well, self.tables.asked_last("well")))
        return self.findings

    def take_over(self, name: str) -> Findings:
        """Look at the one registration whose execution of this name is said to have ended."""
        # An id may itself end in a dash and digits.
        ids = {name, name.rpartition("-")[0]} - {""}
        for registration in self.tables.read(sorted(ids)):
            if registration.execution == name:
                self._by_its_execution(registration)
        return self.findings

    # ------------------------------------------------------------------------------------------------------------

    def _now(self) -> int:
        return int(self.clock())

    def _go_on(self, shard: str, place: Place, until: float, found: _Found) -> Place:
        """Go on through a shard, to its end if there is time."""
        while self.seconds_left() > until:
            ids, after = self.tables.page(shard, place.after)
            tally, now = place.tally, self._now()
            for registration in self.tables.read(ids) if ids else ():
                tally = tally.with_(registration, now, place.last)
                repair = by_the_table(registration, now, self.stuck)
                if repair is Repair.START:
                    found.stranded.append(registration)
                    continue
                if repair is not None:
                    self._repair(registration, repair)
                # An answer that was delivered again before, and helped nothing, is looked into as well.
                if suspect(registration, now, self.stuck):
                    found.suspects.append(registration)
                elif repair is None and not registration.ended:
                    found.well.append(registration)
            ended = after is None
            place = Place(after, Tally() if ended else tally, tally if ended else place.last, at=now)
            self.tables.keep_place(shard, place)
            if ended:
                break
        return place

    def _circuit_open(self) -> bool | None:
        try:
            return self.tables.circuit_open()
        except (ClientError, BotoCoreError) as fault:
            logger.warning("circuit not seen", extra={"why": _why(fault)})
            return None

    def _let_begin(self, stranded: Sequence[OpenRegistration], until: float) -> None:
        """Each when its turn has come, whoever has waited longest first; the others in the next run."""
        for registration in sorted(stranded, key=lambda each: (each.created_at, each.id)):
            if self.seconds_left() <= until or not self._repair(registration, Repair.START):
                break

    def _look_at_executions(self, name: str, registrations: Sequence[OpenRegistration]) -> None:
        """In the order of their ids, on from where the run before came to, so that everybody's turn comes."""
        last = self.tables.asked_last(name)
        seen = last
        for registration in sorted(registrations, key=lambda each: (each.id <= last, each.id)):
            if self.seconds_left() <= BETWEEN_QUESTIONS or not self._by_its_execution(registration):
                break
            seen = registration.id
            self.sleep(BETWEEN_QUESTIONS)
        if seen != last:
            self.tables.keep_asked(name, seen)

    def _by_its_execution(self, registration: OpenRegistration) -> bool:
        """Repair what its execution shows; False when Step Functions did not say."""
        try:
            execution = self.standing(registration.execution)
        except (ClientError, BotoCoreError) as fault:
            logger.warning("execution not seen", extra={"registration_id": registration.id, "why": _why(fault)})
            return False
        repair = by_its_execution(registration, execution, self._now(), self.stuck)
        if repair is Repair.GIVE_UP:
            self.findings.given_up += 1
            logger.error("repair given up", extra={"registration_id": registration.id})
        elif repair is not None:
            self._repair(registration, repair)
        return True

    def _may_begin(self, registration: OpenRegistration) -> bool:
        """Whether its turn has come. Who may still be in the stream waits there, and begins from here only if nobody else wants to."""
        try:
            return self.admitted(PATIENCE if fell_off(registration, self._now()) else 0)
        except (ClientError, BotoCoreError) as fault:
            logger.warning("turn not known", extra={"registration_id": registration.id, "why": _why(fault)})
            return False

    def _repair(self, registration: OpenRegistration, repair: Repair) -> bool:
        """Write what is to be done; False when it cannot be now."""
        # One that takes over was admitted before.
        if repair is Repair.START and not registration.taken_over and not self._may_begin(registration):
            return False
        try:
            repaired = self.tables.repair(registration, repair, self._now())
        except (ClientError, BotoCoreError) as fault:
            logger.warning("not repaired", extra={"registration_id": registration.id, "why": _why(fault)})
            return False
        if repaired:
            self.findings.repaired[repair] = self.findings.repaired.get(repair, 0) + 1
            logger.warning("repaired", extra={"registration_id": registration.id, "kind": str(repair)})
        return True

    def _count(self, tallies: Iterable[Tally]) -> None:
        now = self._now()
        for tally in tallies:
            self.findings.overdue += tally.overdue
            for status, since in tally.oldest.items():
                self.findings.oldest[status] = max(self.findings.oldest.get(status, 0), now - since)
            for hold, held in tally.held.items():
                longest = now - min(held.values(), default=now)
                self.findings.held[hold] = max(self.findings.held.get(hold, 0), longest)


def _why(fault: ClientError | BotoCoreError) -> str:
    """The code of a refusal; of what came to no answer, its class."""
    code = fault.response.get("Error", {}).get("Code", "") if isinstance(fault, ClientError) else ""
    return code or type(fault).__name__


def _in_turn(registrations: Iterable[OpenRegistration], last: str) -> list[OpenRegistration]:
    """A few of them, from the one on that was looked at last."""
    return nsmallest(IN_TURN, registrations, key=lambda each: (each.id <= last, each.id))
