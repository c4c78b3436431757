"""A campaign: a hundred registrations at once, faults for a while, and then everything has to settle by itself."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import repeat
from multiprocessing import get_context
from random import Random
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Final, cast
from unittest.mock import patch

from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.events.models import EventsBackend

from functions.shared.policy import Policy, parse
from functions.shared.registration import ENDED
from local.faults.actor import Actor
from local.faults.auditor import WAITS, Compared, Evidence, Outage, Person, Question, Run, audit, peak
from local.faults.injection import Injection, Rates
from local.faults.mailroom import Mailroom
from local.faults.tries import Tries
from local.lambdas import ACCOUNT
from local.operator import Operator
from local.partners import register
from local.partners.population import population
from local.partners.standin import MODES, run_of_this_call
from local.stack import PARTNERS, LocalStack
from local.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.lambdas import Invocation
    from local.partners.population import Resident
    from local.pollers import QueuePoller

POLICY_FILE: Final = ROOT / "local" / "faults" / "policy.json"
FAULT_SECONDS: Final = 30.0
PATIENCE: Final = 240.0
"""Seconds in which everything has to settle when the faults are over."""
LEAST: Final = 100

_AT_MOST: Final = 2
"""Times as long as they are meant to that the faults last."""
_AT_ONCE: Final = 2
_AFTER_THE_LAST: Final = 2.0
_EVERY_SO_MANY: Final = 12
"""Registrants among whom one has another's NIK, and one another's number."""
_STRANGER: Final = 6
_VISIBILITY: Final = 12
"""Seconds for which a queue hides a message that is being worked; what a crash left behind comes again after them."""
_OUT_OF_ORDER: Final = {
    "email": {"down"},
    "dukcapil": {"down", "quota", "wrong"},
    "sms": {"down"},
    "whatsapp": {"down"},
}
"""By partner, the modes in which it certainly did nothing, and not for a limit or fault of ours."""
_MODELS: Final = ("lambda", "dynamodb", "sqs", "stepfunctions", "kms", "ssm", "sesv2", "events", "secretsmanager")


@dataclass(slots=True)
class Report:
    """What a campaign came to; see `as_json` for the names."""

    seed: int
    registrations: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    register_calls: int = 0
    peak: int = 0
    emails: int = 0
    sms: int = 0
    whatsapp: int = 0
    violations: list[str] = field(default_factory=list)
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """As it is printed."""
        return {
            "seed": self.seed,
            "registrations": self.registrations,
            "ends": dict(sorted(self.ends.items())),
            "register_calls": self.register_calls,
            "peak_register_calls_per_second": self.peak,
            "emails": self.emails,
            "sms": self.sms,
            "whatsapp": self.whatsapp,
            "violations": self.violations,
            "seconds": round(self.seconds, 1),
            "faults": dict(sorted(self.faults.items())),
        }

    @property
    def line(self) -> str:
        """One line for people."""
        ends = ", ".join(f"{number} {status}" for status, number in self.ends.most_common())
        asked = f"{self.register_calls} questions to the register, {self.peak}/s at most"
        faults = f"{sum(self.faults.values())} faults of {len(self.faults)} kinds"
        found = f"{len(self.violations)} VIOLATIONS" if self.violations else "no violation"
        return f"seed {self.seed}: {self.registrations} begun: {ends}; {asked}; {faults}; {found}; {self.seconds:.0f} s"


def run(
    seed: int, registrations: int = LEAST, *, fault_seconds: float = FAULT_SECONDS, rates: Rates | None = None
) -> Report:
    """Run the campaign of a seed."""
    return Campaign(seed, max(1, registrations), fault_seconds, rates or Rates()).run()


def main(*, seeds: int, first: int, registrations: int, as_json: bool) -> int:
    """Run campaigns, two at a time, each in a process of its own; 1 when there is a violation."""
    reports = []
    # A fresh process for each: moto keeps what it did for as long as its process lives.
    with ProcessPoolExecutor(min(_AT_ONCE, seeds), get_context("spawn"), max_tasks_per_child=1) as processes:
        for report in processes.map(run, range(first, first + seeds), repeat(registrations)):
            reports.append(report)
            if not as_json:
                print(report.line, *report.violations, sep="\n  ", flush=True)
            elif report.violations:
                print(f"seed {report.seed}: {len(report.violations)} violations", file=sys.stderr, flush=True)
    if as_json:
        print(json.dumps([report.as_json() for report in reports], indent=2))
    return 1 if any(report.violations for report in reports) else 0


class Campaign:
    """One campaign.

    Args:
        registrations: how many begin, all at once.
        fault_seconds: after which the faults are over.
    """

    def __init__(self, seed: int, registrations: int, fault_seconds: float, rates: Rates) -> None:
        self.seed = seed
        self._registrations = registrations
        self._fault_seconds = fault_seconds
        self._chance = Random(seed)  # noqa: S311 (to be repeatable)
        self.policy = _policy(self._chance)
        self.newer = _newer(self.policy, Random(f"{seed}/policy"))  # noqa: S311 (to be repeatable)
        self._stop, self._lifted = Event(), Event()
        self._lock = Lock()
        self._by_id: dict[str, Actor] = {}
        self._compared: list[Compared] = []
        self._questions: list[Question] = []
        self._events: list[str] = []
        self._outages: dict[str, list[Outage]] = {partner: [] for partner in PARTNERS}
        self._stopped: set[str] = set()
        self._tries = Tries()
        self._code_in_force: Callable[[str], str] = lambda _: ""
        self._approved: set[tuple[str, str]] = set()
        rates = rates.times(self._chance.choice([1.0, 1.0, 2.0, 3.0]))
        self.injection = Injection(seed, rates, self._name_of, self._observe, self._tries.hit)

    def run(self) -> Report:
        """Run it; the report has the violations."""
        began = time.monotonic()
        people = population(size=max(160, 2 * self._registrations))
        slow = self._chance.choice([0.3, 0.3, 6.0])
        report = Report(self.seed)
        with ExitStack() as open_:
            open_.enter_context(patch.object(register, "_answer", self._recorded(register._answer)))
            open_.enter_context(patch.object(EventsBackend, "put_events", self._published(EventsBackend.put_events)))
            stack = LocalStack(self.policy, people=people, slow_seconds=slow, schedule_seconds=3, stuck_seconds=6)
            open_.enter_context(stack)
            self._code_in_force = _CodeInForce(stack)
            self._prepare(stack)
            actors = self._actors(stack, people)
            open_.enter_context(self._tries.noted())
            open_.enter_context(self.injection.installed())
            for poller in stack.workers.values():
                self.injection.at(poller)
            self._live(stack, actors)
            evidence = self._evidence(stack, actors)
            report.registrations = len(evidence.people)
            report.ends.update(item["status"] for item in evidence.items.values())
            report.violations = audit(evidence)
            questions = evidence.arrivals["dukcapil"]
            report.register_calls, report.peak = len(questions), peak(questions)
            channels = Counter(each.channel for each in evidence.letters)
            report.emails, report.sms, report.whatsapp = channels["email"], channels["sms"], channels["whatsapp"]
            report.faults = self.injection.counts
            if report.registrations < self._registrations:
                report.violations.append(f"only {report.registrations} of {self._registrations} could begin")
        report.seconds = time.monotonic() - began
        return report

    def _prepare(self, stack: LocalStack) -> None:
        # Else a hundred executions that begin at once load each model a hundred times.
        for service in _MODELS:
            get_service_model(service)
        for service in ("lambda", "sesv2"):
            get_service_router(service)
        sqs = stack.client("sqs")
        for url in sqs.list_queues()["QueueUrls"]:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(_VISIBILITY)})

    # ------------------------------------------------------------------------------------------------------- who and how
    def _actors(self, stack: LocalStack, people: tuple[Resident, ...]) -> list[Actor]:
        mailroom, look = Mailroom(stack, self._tries), _Look(stack)
        actors: list[Actor] = []
        for number, resident in enumerate(people[: self._registrations]):
            chance = Random(f"{self.seed}/{number}")  # noqa: S311 (to be repeatable)
            actor = Actor(
                stack,
                mailroom,
                f"person {number}",
                resident,
                chance,
                look,
                stop=self._stop,
                over=self._lifted,
                began=self._began,
            )
            _give_habits(actor, chance)
            if number % _EVERY_SO_MANY == _STRANGER:
                actor.uses_number_of(actors[number - 1])
            if number and number % _EVERY_SO_MANY == 0:
                # A twin: another person's NIK, with his own address and number.
                twin = actors[number - 1]
                kept = ("nik", "nik_last4", "full_name", "birth_date", "sex")
                actor.details |= {name: twin.details[name] for name in kept}
                actor.wrong_details = []
                actor.habits |= {"twin"}
                twin.habits |= {"twin"}
            actors.append(actor)
        return actors

    def _began(self, registration_id: str, actor: Actor) -> None:
        with self._lock:
            self._by_id[registration_id] = actor

    def _name_of(self, registration_id: str) -> str:
        actor = self._by_id.get(registration_id)
        return actor.name if actor else "-"

    def _live(self, stack: LocalStack, actors: list[Actor]) -> None:
        threads = [Thread(target=actor.live, name=actor.name, daemon=True) for actor in actors]
        others = [
            Thread(target=target, args=(stack,), name=target.__name__, daemon=True)
            for target in (
                self._switch_partners,
                self._change_policy,
                self._kill_workers,
                self._end_executions,
                self._operate,
            )
        ]
        self.injection.active.set()
        for thread in [*threads, *others]:
            thread.start()
        began = time.monotonic()
        # On a machine that is slow, half of them have come through the faults nevertheless.
        while (lasted := time.monotonic() - began) < _AT_MOST * self._fault_seconds:
            self._lifted.wait(0.5)
            if lasted > self._fault_seconds and 2 * sum(thread.is_alive() for thread in threads) < len(threads):
                break
        self._lift(stack)
        end = time.monotonic() + PATIENCE
        settled_at = None
        while time.monotonic() < end:
            time.sleep(0.5)
            if any(thread.is_alive() for thread in threads) or not self._settled(stack):
                settled_at = None
                continue
            settled_at = settled_at or time.monotonic()
            if time.monotonic() - settled_at > _AFTER_THE_LAST:  # late twins and notices have had their time
                break
        self._stop.set()
        for thread in [*threads, *others]:
            thread.join(30)

    def _lift(self, stack: LocalStack) -> None:
        """The faults are over; the register's day as well, if its quota was used up."""
        self.injection.active.clear()
        self._lifted.set()
        stack.set_faults(dict.fromkeys(PARTNERS, "up"))
        for poller in stack.workers.values():
            poller.start()
        for seconds in (0.0, 1.0, 3.0):
            self._stop.wait(seconds)
            stack.midnight()

    def _settled(self, stack: LocalStack) -> bool:
        """Whether nothing goes on any more: everybody has ended, and was told, or somebody is awaited."""
        table = _table(stack)
        for item in list(table.items.values()):
            kind, status = item.attrs.get("kind"), item.attrs.get("status")
            if kind is None or kind.value != "registration":
                continue
            if status.value in ENDED:
                if "shard" in item.attrs:
                    return False
                continue
            waiting, answer = (_plain(item.attrs.get(name)) for name in ("waiting", "answer"))
            if status.value not in WAITS - {"in_review"} or not waiting:
                return False
            if answer.get("entry_id") == waiting["entry_id"]:
                return False
        return self._all_told(stack)

    @staticmethod
    def _all_told(stack: LocalStack) -> bool:
        """Whether no notice is to be mailed any more."""
        (poller,) = (each for each in stack.workers.values() if each.name.startswith("NotificationsFunction"))
        return not cast("QueuePoller", poller)._queue._messages

    # ----------------------------------------------------------------------------------------------------- what goes wrong
    def _switch_partners(self, stack: LocalStack) -> None:
        chance = Random(f"{self.seed}/partners")  # noqa: S311 (to be repeatable)
        while not self._lifted.wait(chance.uniform(0.3, 1.2)):
            partner = chance.choice(PARTNERS)
            mode = chance.choice(["up", *MODES])
            # A carrier in mode `wrong` loses messages and says that it took them: for a short while only.
            began = time.time()
            stack.set_faults({partner: mode})
            self._over(partner)
            if mode in _OUT_OF_ORDER[partner]:
                # A quota that is used up is so until the register's day is over, whatever it says meanwhile.
                quota = partner == "dukcapil" and mode == "quota"
                self._outages[partner].append(Outage(began, float("inf") if quota else None))
            if mode != "up":
                self.injection.counts[f"{partner}_{mode}"] += 1
            if mode == "wrong" and self._lifted.wait(1.0):
                break
            if mode == "wrong":
                stack.set_faults({partner: "up"})
                self._over(partner)

    def _over(self, partner: str) -> None:
        """Whatever outage it had is over."""
        now, had = time.time(), self._outages[partner]
        self._outages[partner] = [each if each.ended else replace(each, ended=now) for each in had]

    def _change_policy(self, stack: LocalStack) -> None:
        """Put the newer policy in force while everything fails: it is what becomes of those who wait by then, too."""
        chance = Random(f"{self.seed}/change")  # noqa: S311 (to be repeatable)
        if not self._lifted.wait(self._fault_seconds * chance.uniform(0.3, 0.7)):
            stack.set_policy(self.newer)
            self.injection.counts["policy_changed"] += 1

    def _kill_workers(self, stack: LocalStack) -> None:
        chance = Random(f"{self.seed}/workers")  # noqa: S311 (to be repeatable)
        names = sorted(stack.workers)
        while not self._lifted.wait(chance.uniform(0.3, 1.5)):
            worker = stack.workers[chance.choice(names)]
            worker.kill()
            self.injection.counts["worker_killed"] += 1
            self._lifted.wait(chance.uniform(0.05, 1.0))
            worker.start()

    def _end_executions(self, stack: LocalStack) -> None:
        """End an execution now and then, as somebody at AWS's console may; also one that took over, and no third of a person."""
        chance = Random(f"{self.seed}/executions")  # noqa: S311 (to be repeatable)
        machine = stack.physical_id("VerificationStateMachine").replace(":stateMachine:", ":execution:")
        client = stack.client("stepfunctions")
        while not self._lifted.wait(chance.uniform(2.0, 5.0)):
            running = sorted(
                each.name
                for each in stack._executions()
                if str(each.status) == "RUNNING" and {each.name, each.name.removesuffix("-2")} & self._by_id.keys()
            )
            again = [name for name in running if name not in self._by_id]
            if running:
                # Rare as they are, those that took over would hardly ever be drawn.
                name = chance.choice(again if again and chance.random() < 0.5 else running)  # noqa: PLR2004 (half of them)
                client.stop_execution(executionArn=f"{machine}:{name}", error="Injected")
                self._stopped.add(name)
                self.injection.counts["execution_ended"] += 1

    def _operate(self, stack: LocalStack) -> None:
        """The operators: decide what comes up, as they see it."""
        operator = Operator(stack)
        while not self._stop.wait(1.0):
            try:
                cases = operator.list()
            except (KeyError, ValueError):  # the API was down
                continue
            for case in cases:
                self._decide(operator, case)

    def _decide(self, operator: Operator, case: Mapping[str, Any]) -> None:
        actor = self._by_id.get(case["id"])
        decision = self._decision(case, actor)
        answer = operator.decide(case["id"], decision)
        # It may have been taken when the answer is lost.
        if decision == "approve" and (answer.status < 300 or answer.status >= 500):  # noqa: PLR2004 (HTTP's)
            self._approved.add((case["id"], case["layer"]))

    @staticmethod
    def _decision(case: Mapping[str, Any], actor: Actor | None) -> str:
        if actor is None:
            return "correct"
        honest = actor.resident.record == "active" and "twin" not in actor.habits
        if not honest or actor.left:
            return "reject"
        last = actor.submitted[-1] if actor.submitted else {}
        right = all(last.get(name) == actor.details[name] for name in ("nik", "full_name", "birth_date"))
        if case["layer"] == "dukcapil" and right and "approve" in case["possible"] and actor.chance.random() < 0.5:  # noqa: PLR2004 (half of them)
            return "approve"
        return "correct"

    # ---------------------------------------------------------------------------------------------------- what is observed
    def _observe(
        self,
        invocation: Invocation,
        service: str,
        operation: str,
        parameters: Mapping[str, Any],
        refused: Exception | None,
    ) -> None:
        if (
            service == "kms"
            and operation == "VerifyMac"
            and type(refused).__name__ in {"NoneType", "KMSInvalidMacException"}
        ):
            purpose, registration_id, *_ = bytes(parameters["Message"]).decode().split("\n")
            newest = self._code_in_force(registration_id) == bytes(parameters["Mac"]).hex()
            compared = Compared(invocation.number, registration_id, purpose, refused is None, time.time(), newest)
            with self._lock:
                self._compared.append(compared)

    def _recorded(self, original: Any) -> Any:  # noqa: ANN401 (the stand-in's own function)
        def answer(asked: Mapping[str, Any], *arguments: Any) -> Any:  # noqa: ANN401
            response = original(asked, *arguments)
            row = json.loads(response.get_data())["content"][0]
            code = row.get("RESPONSE_CODE", "00")
            agrees = code == "00" and all(str(value).startswith("Sesuai") for value in row.values())
            nik, name, born = (str(asked.get(field)) for field in ("NIK", "NAMA_LGKP", "TGL_LHR"))
            question = Question(nik, name, born, code, agrees, time.time(), run_of_this_call())
            with self._lock:
                self._questions.append(question)
            return response

        return answer

    def _published(self, original: Any) -> Any:  # noqa: ANN401 (a method of moto)
        def put_events(backend: EventsBackend, events: list[dict[str, Any]]) -> Any:  # noqa: ANN401
            with self._lock:
                self._events.extend(json.dumps(event, default=str) for event in events)
            return original(backend, events)

        return put_events

    def _evidence(self, stack: LocalStack, actors: list[Actor]) -> Evidence:
        items = stack.items()
        registrations = {item["id"]: item for item in items if item.get("kind") == "registration"}
        claims = {item["id"]: item["registration_id"] for item in items if item["id"].startswith("nik#")}
        return Evidence(
            policy=self.policy,
            people={actor.id: _person(actor) for actor in actors if actor.id},
            items=registrations,
            claims=claims,
            runs={key: _runs(stack, key) for key in registrations},
            letters=(mailroom := Mailroom(stack, self._tries)).letters(),
            lost=mailroom.lost(),
            compared=tuple(self._compared),
            questions=tuple(self._questions),
            arrivals={
                "email": stack._mail.arrivals,
                "dukcapil": stack.register.arrivals,
                "sms": stack.carrier.sms.arrivals,
                "whatsapp": stack.carrier.whatsapp.arrivals,
            },
            tries=self._tries.by_run,
            tellings=self._tries.tellings,
            stopped=frozenset(self._stopped),
            skippable=frozenset(
                (policy.policy_version, layer)
                for policy in (self.policy, self.newer)
                for layer, section in (("email", policy.email), ("dukcapil", policy.dukcapil), ("otp", policy.otp))
                if section.on_unavailable == "skip"
            ),
            outages=self._outages,
            approved=frozenset(self._approved),
            truth={each.nik: (each.full_name.upper(), f"{each.birth_date:%d-%m-%Y}") for each in stack.people},
            logs=stack.log.text,
            events=tuple(self._events),
        )


class _Look:
    """The version of a registration, read from the table's memory: asking the API all the time would take all the time."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack

    def __call__(self, registration_id: str) -> str:
        item = _item(self._stack, registration_id)
        if item is None:
            return ""
        values = [item.attrs.get(name) for name in ("status", "entered_at", "waiting", "answer", "challenge")]
        return "|".join(str(each.to_json()) if each else "" for each in values)


class _CodeInForce:
    """The MAC of the code that a registration waits for, read from the table's memory; empty when it waits for none."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack

    def __call__(self, registration_id: str) -> str:
        item = _item(self._stack, registration_id)
        mac: str = _plain(item.attrs.get("challenge")).get("mac", "") if item else ""
        return mac


def _item(stack: LocalStack, registration_id: str) -> Any:  # noqa: ANN401 (an item of moto, or None)
    return _table(stack).items.get(DynamoType({"S": registration_id}))


def _table(stack: LocalStack) -> Any:  # noqa: ANN401 (a table of moto)
    return dynamodb_backends[ACCOUNT][stack.region].get_table(stack.physical_id("RegistrationsTable"))


def _plain(attribute: Any) -> dict[str, Any]:  # noqa: ANN401 (an attribute of moto)
    return {name: each.value for name, each in attribute.value.items()} if attribute else {}


_OUTCOMES: Final[dict[str, dict[str, int]]] = {
    "email": {"wait": 6, "defer": 2, "review": 1, "skip": 1},
    "dukcapil": {"defer": 6, "wait": 2, "review": 1, "skip": 1},
    "otp": {"wait": 7, "review": 2, "skip": 1},
}
"""By layer, what a policy may make of an outage, and how often a campaign does."""


def _policy(chance: Random) -> Policy:
    """The campaign's policy; what an outage makes of each layer is drawn."""
    document = parse(POLICY_FILE.read_bytes()).model_dump(mode="json")
    for layer, choices in _OUTCOMES.items():
        document[layer]["on_unavailable"] = chance.choices(list(choices), list(choices.values()))[0]
    return Policy.model_validate(document)


def _newer(policy: Policy, chance: Random) -> Policy:
    """The policy that is put in force in the middle: the same limits, but something else becomes of who waits."""
    document = policy.model_dump(mode="json")
    document["policy_version"] = f"{policy.policy_version}-newer"
    for layer, choices in _OUTCOMES.items():
        others = [each for each in choices if each != document[layer]["on_unavailable"]]
        document[layer]["on_unavailable"] = chance.choice(others)
    return Policy.model_validate(document)


_HABITS: Final[tuple[tuple[str, float], ...]] = (
    ("mistypes_email", 0.15),
    ("mistypes_phone", 0.15),
    ("resends_email", 0.08),
    ("resends_phone", 0.08),
    ("prefers_whatsapp", 0.3),
    ("mistyped_address", 0.06),
    ("changes_email", 0.05),
    ("changes_phone", 0.06),
    ("crosses_email", 0.05),
    ("crosses_phone", 0.05),
    ("late_phone", 0.02),
    ("double_tap", 0.1),
    ("disputes", 0.5),
    ("leaves_when_told", 0.3),
)
_LEAVES: Final[tuple[tuple[str, float], ...]] = (
    ("withdraws_at_email_code", 0.02),
    ("withdraws_at_details", 0.02),
    ("withdraws_at_phone_code", 0.02),
    ("abandons_at_email_code", 0.02),
    ("abandons_at_details", 0.02),
    ("abandons_at_phone_code", 0.02),
    ("exhausts_email", 0.02),
    ("exhausts_phone", 0.03),
)


def _give_habits(actor: Actor, chance: Random) -> None:
    actor.habits |= {habit for habit, share in _HABITS if chance.random() < share}
    drawn = chance.random()
    for habit, share in _LEAVES:
        if 0 <= drawn < share:
            actor.habits.add(habit)
        drawn -= share
    nik = actor.resident.nik
    unknown = nik[:14] + str((int(nik[14]) + 5) % 10) + nik[15]
    mistakes: tuple[dict[str, Any], ...] = (
        {"nik": nik[:11] + str((int(nik[11]) + 1) % 10) + nik[12:]},
        {"nik": nik[:8] + nik[9:]},
        {"nik": unknown, "nik_last4": unknown[-4:]},
        {"full_name": "Nama Yang Lain"},
    )
    if chance.random() < 0.3:  # noqa: PLR2004 (three in ten)
        actor.wrong_details.append(chance.choice(mistakes))
    if chance.random() < 0.04:  # noqa: PLR2004 (a few insist until an operator looks at it)
        actor.wrong_details = [mistakes[3]] * 3


def _person(actor: Actor) -> Person:
    personal = {
        actor.details["nik"],
        *actor.tried,
        actor.details["full_name"],
        actor.email,
        actor.resident.email,
        actor.phone,
        actor.phone[3:],
    }
    left = actor.left or actor.unreached or actor.resident.record != "active" or "twin" in actor.habits
    return Person(
        name=actor.name,
        may_fail=left,
        typed=tuple(actor.typed),
        personal=tuple(sorted(personal)),
        addresses={
            "email": (actor.email, actor.resident.email, f"{actor.resident.email.partition('@')[0]}@gmail.con"),
            "phone": (actor.phone, actor.resident.phone),
        },
        corrections=max(0, len(actor.submitted) - 1),
        untold=tuple(actor.untold),
    )


def _runs(stack: LocalStack, registration_id: str) -> tuple[Run, ...]:
    return tuple(
        Run(each.name, str(each.status), tuple(each.to_history_output()["events"]))
        for each in stack._executions_of(registration_id)
    )
