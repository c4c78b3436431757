"""Runs the path catalogue on the local stack and shows each path's end and cost."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from functions.shared.policy import parse
from local.registrant import Registrant, StuckError
from local.scenarios import CATALOGUE, Scenario
from local.stack import Execution, LocalStack, until
from local.template import ROOT

if TYPE_CHECKING:
    from local.partners.population import Resident

POLICY_FILE = ROOT / "local" / "fast_policy.json"


@dataclass(frozen=True, slots=True)
class Row:
    """What one path took. `transitions` are billed ones: states entered and retries."""

    scenario: str
    status: str
    states: list[str]
    transitions: int
    emails: int
    sms: int
    whatsapp: int
    register_calls: int
    seconds: float


def run(scenario: Scenario, stack: LocalStack, resident: Resident, person: type[Registrant] = Registrant) -> Row:
    """Walk one path to its end, as a program or in a browser."""
    stack.set_faults(dict.fromkeys(stack.faults, "up"))
    policy = stack.policy
    began = time.monotonic()
    try:
        registrant = scenario.walk(stack, resident, person)
        seen = registrant.await_that(status=scenario.ends)
    finally:
        if policy is not None and stack.policy != policy:
            stack.set_policy(policy)
    execution = until(lambda: _ended(stack, registrant.id))
    if execution is None:
        raise StuckError("the workflow did not end")
    if not until(lambda: stack.notified(registrant.id)):
        raise StuckError("the notice was not settled")
    channels = [message.channel for message in registrant.messages()]
    return Row(
        scenario=scenario.name,
        status=seen["status"],
        states=list(execution.states),
        transitions=execution.transitions,
        emails=channels.count("email"),
        sms=channels.count("sms"),
        whatsapp=channels.count("whatsapp"),
        register_calls=stack.counts(registrant.id).register,
        seconds=round(time.monotonic() - began, 2),
    )


def _ended(stack: LocalStack, registration_id: str) -> Execution | None:
    execution = stack.execution(registration_id)
    return execution if execution and execution.status != "RUNNING" else None


def main(*, as_json: bool) -> int:
    """Run every scenario; 1 when one did not end as the catalogue says."""
    rows: list[Row] = []
    failed = False
    with LocalStack(policy=parse(POLICY_FILE.read_bytes())) as stack:
        for scenario, resident in zip(CATALOGUE, stack.people, strict=False):
            try:
                row = run(scenario, stack, resident)
            except Exception as error:  # noqa: BLE001 (one path that fails does not hide the others)
                failed = True
                print(f"{scenario.name}: {type(error).__name__}: {error}", file=sys.stderr)
                continue
            rows.append(row)
            if not as_json:
                print(_line(row), flush=True)
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    return 1 if failed else 0


def _line(row: Row) -> str:
    counted = f"{row.emails} mail, {row.sms} SMS, {row.whatsapp} WhatsApp, {row.register_calls} register"
    return (
        f"{row.scenario:<26} {row.status:<9} {row.transitions:>2} transitions  {counted}  {row.seconds:>5.1f} s\n"
        f"{'':<26} {' > '.join(row.states)}"
    )
