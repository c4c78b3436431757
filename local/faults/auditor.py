"""The auditor: looks at a campaign from outside when it is over, and says what must not have happened.

Each rule is a function of the evidence, which is plain data: what the tables hold, what the stand-ins took and answered,
what the executions went through, what the registrants got to see. Nothing is asked of our own code.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from functions.shared.registration import ENDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from functions.shared.policy import Policy
    from local.faults.actor import Typed, Untold
    from local.faults.mailroom import Letter
    from local.faults.tries import Telling, Try

type Rule = Callable[[Evidence], Iterator[str]]

WAITS: Final = frozenset({"email_pending", "details_pending", "phone_pending", "in_review"})
"""Statuses in which a registration may be when everything has settled: somebody is awaited."""

_STATE_OF: Final = {"email": "VerifyEmail", "phone": "VerifyPhone"}
_STATES: Final = {
    "email": ("VerifyEmail",),
    "dukcapil": ("MatchDukcapil", "QueueDukcapil"),
    "otp": ("VerifyPhone",),
}
"""By layer, the states that try it."""
_PARTNERS: Final = {"email": ("email",), "dukcapil": ("dukcapil",), "otp": ("sms", "whatsapp")}
"""By layer, the partners without all of whom it is unavailable."""
_AFTER_EFFECT: Final = {"dukcapil": 15.0}
"""Seconds for which the circuit may be open after an outage: its own, and those of a call that tries it and hangs."""
_SUCCESS: Final = frozenset({200, 202, 204})
_FAULT: Final = 500
"""HTTP's server errors begin here."""
_ALIVE: Final = "RUNNING"
_SMALLEST_WORD: Final = 6
_KINDS: Final = {
    "terverifikasi": "verified",
    "is verified": "verified",
    "belum dapat disetujui": "rejected",
    "could not be approved": "rejected",
    "ditutup": "expired",
    "was closed": "expired",
    "menunggu data": "details_pending",
    "waiting for your details": "details_pending",
    "menunggu konfirmasi nomor": "phone_pending",
    "waiting for your phone": "phone_pending",
}
"""By what stands in a notice's subject, the status that it is about."""
_ASKED_IN: Final = {"details_pending": "AwaitDetails", "phone_pending": "VerifyPhone"}
_LEAVES_IN: Final = frozenset({"QueueDukcapil", "HoldNik", "HoldPhone", "ManualReview", "RouteTakeOver"})
"""States in which a person is told, or may have been told, that he may leave."""
_DOES_SOMETHING_BEFORE: Final = frozenset({"RouteEmail", "CheckNik", "RoutePhone"})
"""States that follow upon something that he did."""
_REMINDS: Final = ("Pengingat", "Reminder")
_REMINDED: Final = "#reminder"


@dataclass(frozen=True, slots=True)
class Person:
    """What a registrant knows of his registration.

    Attributes:
        may_fail: he did something for which he need not be verified, or his record is such.
        personal: values that may stand nowhere but in the table and in his messages.
        addresses: by purpose, every address that he had codes sent to.
        corrections: details that he submitted after the first.
        untold: times when something was expected of him, and no message had said so.
    """

    name: str
    may_fail: bool = False
    typed: tuple[Typed, ...] = ()
    personal: tuple[str, ...] = ()
    addresses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    corrections: int = 0
    untold: tuple[Untold, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One execution: its name, its status, and the events of its history."""

    name: str
    status: str
    history: Sequence[Mapping[str, Any]] = ()

    def entered(self) -> list[tuple[str, float]]:
        """The states that it entered, in order, with the Unix times."""
        return [
            (event["stateEnteredEventDetails"]["name"], datetime.fromisoformat(event["timestamp"]).timestamp())
            for event in self.history
            if event["type"].endswith("StateEntered")
        ]

    def entries(self, *states: str) -> int:
        """How often it entered any of these states."""
        return sum(name in states for name, _ in self.entered())


@dataclass(frozen=True, slots=True)
class Compared:
    """A code that KMS compared for the API.

    Attributes:
        run: number of the function's run.
        at: Unix time.
        newest: with the code that is in force, by the table; not with one that a newer one has replaced.
    """

    run: int
    registration_id: str
    purpose: str
    fits: bool
    at: float = 0.0
    newest: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """A question that the register answered: about whom, and with which code (`00` when it compared).

    Attributes:
        at: Unix time of the answer.
        run: number of the function's run that asked.
    """

    nik: str
    full_name: str
    birth_date: str
    code: str
    agrees: bool
    at: float = 0.0
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which a partner was out of order, in a way that may lead to a layer that is skipped. Unix times.

    Attributes:
        ended: None while it lasts.
    """

    began: float
    ended: float | None = None

    def within(self, since: float, until: float, after_effect: float = 0.0) -> bool:
        """Whether it, or what it leaves behind for some seconds, falls into a span."""
        ended = float("inf") if self.ended is None else self.ended + after_effect
        return self.began <= until and ended >= since


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that can be seen of a campaign from outside.

    Attributes:
        people: by registration id, for every 201 that somebody got.
        items: the registrations in the table, by id.
        claims: by key of the claim on a NIK, whose it is.
        runs: by registration id, the executions that carried it, in order.
        arrivals: by partner, Unix times at which calls reached it.
        tries: by number, the runs of functions that were for one entry into a state.
        tellings: by number, the runs of the function that mails notices.
        lost: messages that a partner said it took, and lost.
        stopped: names of executions that were ended from outside.
        skippable: version of a policy, and a layer that it allows to skip.
        outages: by partner.
        approved: registration and layer that an operator approved.
        truth: by NIK, name and birth date (DD-MM-YYYY) as the register has them.
    """

    policy: Policy
    people: Mapping[str, Person] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    runs: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    letters: Sequence[Letter] = ()
    compared: Sequence[Compared] = ()
    questions: Sequence[Question] = ()
    arrivals: Mapping[str, Sequence[float]] = field(default_factory=dict)
    tries: Mapping[int, Try] = field(default_factory=dict)
    tellings: Mapping[int, Telling] = field(default_factory=dict)
    lost: Sequence[Letter] = ()
    stopped: frozenset[str] = frozenset()
    skippable: frozenset[tuple[str, str]] = frozenset()
    outages: Mapping[str, Sequence[Outage]] = field(default_factory=dict)
    approved: frozenset[tuple[str, str]] = frozenset()
    truth: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    logs: str = ""
    events: Sequence[str] = ()

    def entries(self, registration_id: str, *states: str) -> int:
        """How often a registration entered any of these states."""
        return sum(run.entries(*states) for run in self.runs.get(registration_id, ()))

    def codes(self, registration_id: str, purpose: str) -> list[Letter]:
        """Messages with a code that a registration had sent to its person, oldest first."""
        to = {address.casefold() for address in self.people[registration_id].addresses.get(purpose, ())}
        own = {None, registration_id}
        return [each for each in self.letters if each.code and each.to.casefold() in to and each.registration_id in own]


def audit(evidence: Evidence) -> list[str]:
    """Every violation of every rule, each in one line that names the rule."""
    return [f"{rule.__name__}: {found}" for rule in RULES for found in rule(evidence)]


# ------------------------------------------------------------------------------------------------------------ codes
def c3_no_more_guesses_compared_than_allowed(evidence: Evidence) -> Iterator[str]:
    """Wrong codes that were compared, for a registration and purpose; a review lets the phone's begin anew."""
    wrong: dict[tuple[str, str], set[int]] = defaultdict(set)
    right: set[int] = set()
    for each in evidence.compared:
        if each.fits:
            right.add(each.run)
        elif each.newest:
            wrong[each.registration_id, each.purpose].add(each.run)
    told = Counter(
        (registration_id, each.purpose)
        for registration_id, person in evidence.people.items()
        for each in person.typed
        if each.problem == "code_wrong"
    )
    for registration_id, purpose in {**wrong, **told}:
        section = evidence.policy.email if purpose == "email" else evidence.policy.otp
        # A code that fits an older one is no guess.
        guesses = wrong[registration_id, purpose] - right
        reviews = evidence.entries(registration_id, "ManualReview") if purpose == "phone" else 0
        most = section.guesses * (1 + reviews)
        if len(guesses) > most:
            when = _when(evidence, registration_id, guesses)
            yield f"{registration_id}: {len(guesses)} guesses of the {purpose} code compared, {most} allowed; {when}"
        # Else the audit itself saw nothing.
        if told[registration_id, purpose] > len(guesses):
            yield f"{registration_id}: more {purpose} codes were called wrong than the {len(guesses)} that were compared"


def _when(evidence: Evidence, registration_id: str, runs: set[int]) -> str:
    """When codes were compared, and which states were entered, in seconds since the first code: to find out why."""
    own = [each for each in evidence.compared if each.registration_id == registration_id]
    begun = min(each.at for each in own)
    compared = [f"{each.at - begun:.1f}" for each in own if each.run in runs]
    executions = evidence.runs.get(registration_id, ())
    states = [f"{name} {at - begun:.1f}" for each in executions for name, at in each.entered()]
    return f"at {', '.join(compared)}; entered {', '.join(states)}"


def c4_a_code_succeeds_once(evidence: Evidence) -> Iterator[str]:
    """The same OTP is accepted once; a mailed code opens its session again."""
    for registration_id, person in evidence.people.items():
        accepted = Counter(each.code for each in person.typed if each.purpose == "phone" and each.status in _SUCCESS)
        for number in accepted.values():
            if number > 1:
                yield f"{registration_id}: one OTP accepted {number} times"


def c5_codes_die_on_time(evidence: Evidence) -> Iterator[str]:
    """No code is accepted after its life."""
    for registration_id, person, typed, letter in _accepted(evidence):
        section = evidence.policy.email if typed.purpose == "email" else evidence.policy.otp
        # Its life begins when it is made, before it is sent.
        if letter is not None and typed.began - letter.at > section.code_seconds + 1:
            yield f"{registration_id}: {typed.purpose} code of {person.name} accepted {typed.began - letter.at:.0f} s old"


def c6_codes_fit_one_registration_address_and_purpose(evidence: Evidence) -> Iterator[str]:
    """Only a code that was sent to the person's own address for this purpose is accepted."""
    for registration_id, person, typed, letter in _accepted(evidence):
        if letter is None:
            yield f"{registration_id}: {person.name} was let in by a {typed.purpose} code that was not sent to him"


def c7_a_resend_kills_the_old_code(evidence: Evidence) -> Iterator[str]:
    """No code is accepted when a newer one had reached the person before it was typed."""
    for registration_id, _, typed, letter in _accepted(evidence):
        newer = [
            each
            for each in evidence.codes(registration_id, typed.purpose)
            if letter is not None and letter.at < each.at < typed.began and each.code != typed.code
        ]
        if newer:
            yield f"{registration_id}: an older {typed.purpose} code was accepted"


def _accepted(evidence: Evidence) -> Iterator[tuple[str, Person, Typed, Letter | None]]:
    for registration_id, person in evidence.people.items():
        for typed in person.typed:
            if typed.status in _SUCCESS:
                sent = [each for each in evidence.codes(registration_id, typed.purpose) if each.code == typed.code]
                yield registration_id, person, typed, sent[-1] if sent else None


def c8_sends_stay_under_the_caps(evidence: Evidence) -> Iterator[str]:
    """Codes that reached a person, by purpose; a review and a corrected number let the phone's begin anew."""
    for registration_id, person in evidence.people.items():
        reviews = evidence.entries(registration_id, "ManualReview")
        for purpose, section in (("email", evidence.policy.email), ("phone", evidence.policy.otp)):
            # Who was asked by an execution that was ended is asked anew by the one that takes over.
            most = len(evidence.runs.get(registration_id, ())) + section.resends + section.changes
            if purpose == "email":
                most += len(evidence.policy.email.reminders) + reviews
            else:
                most = most * (1 + reviews) + person.corrections
            sent = len(evidence.codes(registration_id, purpose))
            if sent > most:
                yield f"{registration_id}: {sent} {purpose} codes sent, {most} allowed"


def c9_a_stranger_stops_no_owner(evidence: Evidence) -> Iterator[str]:
    """Whoever else has codes sent to a number and guesses at them, its owner is reached there and gets through."""
    texted: dict[str, set[str]] = defaultdict(set)
    for registration_id in evidence.people:
        for each in evidence.codes(registration_id, "phone"):
            texted[each.to].add(registration_id)
    for registration_id, person in evidence.people.items():
        strangers = {other for number in person.addresses.get("phone", ()) for other in texted[number]} - {
            registration_id
        }
        status = evidence.items.get(registration_id, {}).get("status")
        if strangers and status != "verified" and not person.may_fail:
            yield f"{registration_id}: {person.name} is {status}, and {', '.join(sorted(strangers))} used the same number"


# ------------------------------------------------------------------------------------------------------------ verdicts
def c22_verified_only_by_a_yes(evidence: Evidence) -> Iterator[str]:
    """Every layer of a verified registration was passed by what others saw, or skipped or approved by who may."""
    yes = {(each.nik, each.full_name, each.birth_date) for each in evidence.questions if each.agrees}
    for registration_id, item in _with_status(evidence, "verified"):
        details = item["details"]
        nik, name = details["nik"], details["full_name"].strip().upper()
        born = "-".join(reversed(details["birth_date"].split("-")))
        for layer in ("email", "nik", "dukcapil", "otp"):
            result = item["assurance"][layer]
            if result == "skipped":
                fine = _rightly_skipped(evidence, item, layer)
            elif result == "approved":
                fine = (registration_id, layer) in evidence.approved
            elif result not in {"passed", "deferred_then_passed"}:
                fine = False
            elif layer == "dukcapil":
                fine = (nik, name, born) in yes and evidence.truth.get(nik) == (name, born)
            elif layer in {"email", "otp"}:
                fine = _typed_right(evidence, registration_id, "email" if layer == "email" else "phone")
            else:
                fine = _checked(evidence, registration_id)
            if not fine:
                yield f"{registration_id}: verified with {layer} {result}, which nobody saw"


def _checked(evidence: Evidence, registration_id: str) -> bool:
    """Whether layer 2 was entered after the details were asked for last."""
    entered = [name for run in evidence.runs.get(registration_id, ()) for name, _ in run.entered()]
    return "CheckNik" in entered and "AwaitDetails" not in entered[len(entered) - entered[::-1].index("CheckNik") :]


def _rightly_skipped(evidence: Evidence, item: Mapping[str, Any], layer: str) -> bool:
    """Whether the policy that decided allows it, and each partner of the layer was out of order when it was tried last."""
    decided = item["assurance"]["decided"][layer]
    at, partners = datetime.fromisoformat(decided["at"]).timestamp(), _PARTNERS[layer]
    runs = evidence.runs.get(item["id"], ())
    entered = sorted(each for run in runs for name, each in run.entered() if name in _STATES[layer] and each <= at)
    # One entry for each partner, one after the other.
    since = entered[-len(partners) :][0] if entered else at
    # An answer of the register that was lost opens its circuit, too, which is everybody's.
    lost = [hit for each in evidence.tries.values() if _state(each) in _STATES["dukcapil"] for hit in each.hits]
    outages = {
        **evidence.outages,
        "dukcapil": (*evidence.outages.get("dukcapil", ()), *(Outage(at, at) for at in lost)),
    }
    unavailable = all(
        any(each.within(since, at, _AFTER_EFFECT.get(partner, 0.0)) for each in outages.get(partner, ()))
        for partner in partners
    )
    return unavailable and (decided["policy_version"], layer) in evidence.skippable


def _state(each: Try) -> str:
    return each.entry_id.partition("@")[0]


def _typed_right(evidence: Evidence, registration_id: str, purpose: str) -> bool:
    """Whether a right code was typed and accepted; or was compared and fitted, and only the answer failed to come."""
    person = evidence.people.get(registration_id)
    right = [each.status for each in (person.typed if person else ()) if each.purpose == purpose and each.right]
    fitted = any(
        each.fits and (each.registration_id, each.purpose) == (registration_id, purpose) for each in evidence.compared
    )
    return any(status in _SUCCESS for status in right) or (fitted and any(status >= _FAULT for status in right))


def c23_counters_are_what_people_did(evidence: Evidence) -> Iterator[str]:
    """Wrong guesses that were counted are not more than were made; one more for each that was answered with 5xx.

    A function that dies between counting and comparing cannot give the guess back.
    """
    for registration_id, person in evidence.people.items():
        item = evidence.items.get(registration_id, {})
        for purpose, counted in (item.get("guesses") or {}).items():
            made = [each for each in person.typed if each.purpose == purpose]
            wrong = sum(each.status not in _SUCCESS and not each.right for each in made)
            cut = sum(each.status >= _FAULT and each.right for each in made)
            if int(counted) > wrong + cut:
                yield f"{registration_id}: {counted} wrong {purpose} codes counted, {wrong} typed"


def c23_an_outage_costs_no_correction(evidence: Evidence) -> Iterator[str]:
    """Data are asked for again only after a "no" of the register; or of layer 2, to whoever shares a NIK with another."""
    noes = (evidence.tries.get(each.run or 0) for each in evidence.questions if not each.agrees)
    refused = Counter(asking.registration_id for asking in noes if asking)
    for registration_id, person in evidence.people.items():
        again: Counter[str] = Counter()
        for run in evidence.runs.get(registration_id, ()):
            again.update(before for (before, _), (after, _) in pairwise(run.entered()) if after == "AskAgain")
        if again["RouteDukcapil"] > refused[registration_id]:
            yield f"{registration_id}: corrects for the {again['RouteDukcapil']}. time, {refused[registration_id]} refusals"
        if again["RouteNik"] and not person.may_fail:
            yield f"{registration_id}: {person.name} corrects a NIK that nobody else has"


def c24_one_message_for_an_entry(evidence: Evidence) -> Iterator[str]:
    """No code comes twice, and an entry sends one at most, however often it is tried."""
    yield from doubles(evidence.letters, evidence.tries)
    for registration_id in evidence.people:
        for purpose, state in _STATE_OF.items():
            codes = evidence.codes(registration_id, purpose)
            entries = evidence.entries(registration_id, state)
            if len({each.code for each in codes}) < len(codes):
                yield f"{registration_id}: one {purpose} code sent twice"
            if len(codes) > entries:
                yield f"{registration_id}: {len(codes)} {purpose} codes for {entries} entries"


def doubles(letters: Iterable[Letter], tries: Mapping[int, Try]) -> Iterator[str]:
    """Entries that sent more than one code, and codes that no entry sent.

    Each try of an entry makes a code of its own, so two of one entry are not alike. None excuses a second: what is not known
    to have been refused is not sent again.
    """
    sent: Counter[tuple[str, str]] = Counter()
    for letter in letters:
        if letter.code and letter.run not in tries:
            yield f"a code by {letter.channel} that no entry sent"
        elif letter.code and letter.run is not None:
            sent[tries[letter.run].registration_id, tries[letter.run].entry_id] += 1
    for (registration_id, entry_id), number in sent.items():
        if number > 1:
            yield f"{registration_id}: {number} codes sent for {entry_id}"


def c24_each_notice_comes_once(evidence: Evidence) -> Iterator[str]:
    """What is written down as told was mailed, once, by the run that wrote it down; unless a fault hit that run afterwards."""
    mailed: dict[str, list[Letter]] = defaultdict(list)
    # What the mail service lost was mailed by us.
    for each in (*evidence.letters, *evidence.lost):
        if each.channel == "email" and not each.code:
            mailed[str(each.registration_id)].append(each)
    for registration_id in mailed.keys() - evidence.people.keys():
        yield f"{registration_id}: a notice to nobody"
    for registration_id in evidence.people:
        notices = evidence.items.get(registration_id, {}).get("notices")
        if notices is None:  # withdrawn
            continue
        left = mailed[registration_id]
        for key, at in notices.items():
            mine = [each for each in left if _is_of(evidence, each, key, float(at))]
            if mine:
                left.remove(mine[0])
            elif not _may_be_missing(evidence, registration_id, float(at)):
                yield f"{registration_id}: {key} was written down, and not mailed"
        for each in left:
            yield f"{registration_id}: mailed and not written down, or twice: {each.subject}"


def _is_of(evidence: Evidence, letter: Letter, key: str, at: float) -> bool:
    """Whether a mail is the notice of this key: of its kind, and mailed by a run in which the key was written."""
    status, _, entry = key.partition("@")
    kind = next((kind for phrase, kind in _KINDS.items() if phrase in letter.subject), "")
    reminds = letter.subject.startswith(_REMINDS) == entry.endswith(_REMINDED)
    run = evidence.tellings.get(letter.run or 0)
    return kind == status and reminds and run is not None and run.began - 1 <= at <= run.ended


def _may_be_missing(evidence: Evidence, registration_id: str, at: float) -> bool:
    """Whether the run that wrote a notice down at that time was hit by a fault afterwards. It is written in whole seconds."""
    return any(
        registration_id in run.registration_ids
        and run.began - 1 <= at <= run.ended
        and any(hit >= at for hit in run.hits)
        for run in evidence.tellings.values()
    )


def who_ended_was_told(evidence: Evidence) -> Iterator[str]:
    """Whoever confirmed his address has been told how it ended."""
    for registration_id, item in evidence.items.items():
        due = item["status"] in ENDED - {"withdrawn"} and item["layers"]["email"]["state"] == "passed"
        if due and f"{item['status']}@{item['entered_at']}" not in (item.get("notices") or {}):
            yield f"{registration_id}: {item['status']}, and nobody told him"


def who_left_is_called_back(evidence: Evidence) -> Iterator[str]:
    """Whoever may have left, and is awaited now, was told so; of a code, when it was sent."""
    sent = {
        evidence.tries[each.run].entry_id
        for each in evidence.letters
        if each.run is not None and each.code and each.run in evidence.tries
    }
    for registration_id, item in evidence.items.items():
        waiting = item.get("waiting") or {}
        state = _ASKED_IN.get(item["status"], "")
        if not state or waiting.get("state") != state or item["layers"]["email"]["state"] != "passed":
            continue
        since, left_at = _last_left(evidence.runs.get(registration_id, ()), state)
        due = since in _LEAVES_IN and (state == "AwaitDetails" or waiting["entry_id"] in sent)
        asked = (key.partition("@") for key in item.get("notices") or {})
        if due and not any(status == item["status"] and _unix(at) >= left_at for status, _, at in asked):
            yield f"{registration_id}: {item['status']} after {since}, and nobody called him back"


def _last_left(runs: Sequence[Run], state: str) -> tuple[str, float]:
    """The last state, and when it was entered, in which a person may have left or that followed upon something that he did.

    Whoever was awaited in a state when his execution was ended, and is again in the next one, was not sent away by that.
    """
    last, before = ("", 0.0), ""
    for run in runs:
        entered = run.entered()
        for name, at in entered:
            if name in _LEAVES_IN | _DOES_SOMETHING_BEFORE and not (name == "RouteTakeOver" and before == state):
                last = name, at
        before = entered[-1][0] if entered else before
    return last


def _unix(text: str) -> float:
    """Unix time of a notice's entry."""
    return datetime.fromisoformat(text.partition("#")[0]).timestamp()


def nobody_has_to_look_by_himself(evidence: Evidence) -> Iterator[str]:
    """Whoever left when he was told that he may comes back upon a message, when anything is expected of him.

    Not whose data are asked for while no mail can be sent, because the policy goes on without (docs/policy.md).
    """
    for registration_id, person in evidence.people.items():
        notices = evidence.items.get(registration_id, {}).get("notices") or {}
        for each in person.untold:
            lost = any(
                each.left < at + 1 and at <= each.looked and _may_be_missing(evidence, registration_id, float(at))
                for at in notices.values()
            )
            without_mail = each.expects == "details" and _went_on_without_mail(evidence, registration_id, each)
            if not (lost or without_mail or _message_lost(evidence, registration_id, each)):
                yield f"{registration_id}: {person.name} had left, {each.expects} was expected, and no message said so"


def _went_on_without_mail(evidence: Evidence, registration_id: str, untold: Untold) -> bool:
    """Whether what he was asked for last was asked by the fallback of the mail service."""
    asked = [
        before
        for run in evidence.runs.get(registration_id, ())
        for (before, _), (after, at) in pairwise(run.entered())
        if after == "AwaitDetails" and at <= untold.looked
    ]
    return bool(asked) and asked[-1] == "FallbackEmail"


def _message_lost(evidence: Evidence, registration_id: str, untold: Untold) -> bool:
    """Whether a message was sent meanwhile that the mail service or a carrier lost, or a code whose sending a fault hit."""
    lost = any(
        each.registration_id == registration_id and untold.left <= each.at <= untold.looked for each in evidence.lost
    )
    came = {each.run for each in evidence.letters}
    return lost or any(
        each.registration_id == registration_id
        and _state(each) in _STATE_OF.values()
        and number not in came
        and any(untold.left <= hit <= untold.looked for hit in each.hits)
        for number, each in evidence.tries.items()
    )


def c24_one_register_call_for_an_entry(evidence: Evidence) -> Iterator[str]:
    """The register gives one verdict an entry; another only to a try that could not know of the first.

    It could not when our crash, or a call of ours that failed, lost the verdict after it had been given; when nobody waited for it
    any more; or when both tries ran at once.
    """
    answered: dict[tuple[str, str], list[tuple[Question, Try]]] = defaultdict(list)
    for question in evidence.questions:
        asking = None if question.run is None else evidence.tries.get(question.run)
        if asking is None:
            yield "a question to the register that no entry asked"
        else:
            answered[asking.registration_id, asking.entry_id].append((question, asking))
    for (registration_id, entry_id), asked in answered.items():
        known_from = min((asking.ended for question, asking in asked if _kept(question, asking)), default=float("inf"))
        twice_in_one_run = len({question.run for question, _ in asked}) < len(asked)
        if twice_in_one_run or any(asking.began >= known_from for _, asking in asked):
            yield f"{registration_id}: {len(asked)} verdicts of the register for {entry_id}"


def _kept(question: Question, asking: Try) -> bool:
    """Whether the run that asked got its verdict, and nothing kept it from writing it down."""
    return question.at < asking.ended and not any(hit >= question.at for hit in asking.hits)


def c25_one_owner_of_a_nik(evidence: Evidence) -> Iterator[str]:
    """A NIK belongs to one verified registration, and its claim says so."""
    owners: dict[str, list[str]] = defaultdict(list)
    for registration_id, item in _with_status(evidence, "verified"):
        owners[item["details"]["nik"]].append(registration_id)
        if evidence.claims.get(str(item.get("claim"))) != registration_id:
            yield f"{registration_id}: verified without the claim on its NIK"
    for several in owners.values():
        if len(several) > 1:
            yield f"{', '.join(several)}: verified with one NIK"


# --------------------------------------------------------------------------------------------------------- conservation
def c26_everybody_is_accounted_for(evidence: Evidence) -> Iterator[str]:
    """Whoever got a 201 has ended, or somebody is awaited by an execution that lives. Nothing else is in the table."""
    for registration_id in evidence.people.keys() - evidence.items.keys():
        yield f"{registration_id}: lost, the table does not have it"
    for registration_id in evidence.items.keys() - evidence.people.keys():
        yield f"{registration_id}: nobody began it"
    for registration_id in evidence.people.keys() & evidence.items.keys():
        item = evidence.items[registration_id]
        status = item["status"]
        if status in ENDED:
            continue
        carrier = item.get("execution") or registration_id
        alive = [run.name for run in evidence.runs.get(registration_id, ()) if run.status == _ALIVE]
        if carrier not in alive:
            yield f"{registration_id}: {status}, and no execution carries it"
        elif status not in WAITS or not item.get("waiting"):
            yield f"{registration_id}: {status}, and nobody is awaited"


def c26_one_execution_carries_it(evidence: Evidence) -> Iterator[str]:
    """Never two executions that live at once, and none for a registration that has ended."""
    for registration_id, runs in evidence.runs.items():
        alive = sum(run.status == _ALIVE for run in runs)
        ended = evidence.items.get(registration_id, {}).get("status") in ENDED
        if alive > (0 if ended else 1):
            yield f"{registration_id}: {alive} executions live"


def answers_are_delivered(evidence: Evidence) -> Iterator[str]:
    """Nobody is kept waiting by an answer that was given, and that the workflow does not have."""
    for registration_id, item in evidence.items.items():
        waiting, answer = item.get("waiting") or {}, item.get("answer") or {}
        if item["status"] not in ENDED and waiting and waiting["entry_id"] == answer.get("entry_id"):
            yield f"{registration_id}: {item['status']}, and the answer {answer['kind']} is not delivered"


def no_execution_fails(evidence: Evidence) -> Iterator[str]:
    """An alarm on `ExecutionsFailed` stays a clean one; only a withdrawal ends an execution from outside, or who is at AWS's console."""
    for registration_id, runs in evidence.runs.items():
        withdrawn = evidence.items.get(registration_id, {}).get("status") == "withdrawn"
        for run in runs:
            if run.status in {"FAILED", "TIMED_OUT"} or (
                run.status == "ABORTED" and not withdrawn and run.name not in evidence.stopped
            ):
                yield f"{registration_id}: execution {run.status}{_why(run)}"


def _why(run: Run) -> str:
    failed = [event for event in run.history if event["type"].endswith("Failed") or event["type"].endswith("TimedOut")]
    details: Mapping[str, Any] = (
        next((value for key, value in failed[-1].items() if key.endswith("EventDetails")), {}) if failed else {}
    )
    return f" ({details.get('error')}: {str(details.get('cause'))[:200]})" if details else ""


def nobody_is_lost(evidence: Evidence) -> Iterator[str]:
    """Whoever did his part is verified, whatever was down meanwhile."""
    for registration_id, person in evidence.people.items():
        item = evidence.items.get(registration_id, {})
        if not person.may_fail and item.get("status") != "verified":
            yield f"{registration_id}: {person.name} did his part, and is {item.get('status')} ({item.get('reason')})"


def notices_are_settled(evidence: Evidence) -> Iterator[str]:
    """Nothing is left to be told of a registration that has ended."""
    for registration_id, item in evidence.items.items():
        if item["status"] in ENDED and "shard" in item:
            yield f"{registration_id}: {item['status']}, and its notice is not settled"


# --------------------------------------------------------------------------------------------------------- privacy, rate
def c21_nothing_personal_leaves(evidence: Evidence) -> Iterator[str]:
    """No NIK, name, address or number in a log, a history or an event."""
    published = "\n".join(evidence.events)
    for registration_id, person in evidence.people.items():
        histories = json.dumps([run.history for run in evidence.runs.get(registration_id, ())], default=str)
        for place, text in (("logs", evidence.logs), ("histories", histories), ("events", published)):
            for value in person.personal:
                if len(value) >= _SMALLEST_WORD and value in text:
                    yield f"{registration_id}: something personal of {person.name} in the {place}"
                    break


def partners_are_called_at_their_pace(evidence: Evidence) -> Iterator[str]:
    """No span has more calls of a partner than the policy allows, refused ones included.

    The register is called as soon as its turn has come, so any second counts. A message is written down in between, which takes as
    long as the table takes: what carriers and SES hold against it is a bucket, and here any three seconds.
    """
    for partner, arrivals in evidence.arrivals.items():
        seconds = 1 if partner == "dukcapil" else 3
        most, allowed = peak(arrivals, seconds), seconds * evidence.policy.rates[partner]
        if most > allowed:
            yield f"{most} calls of {partner} in {seconds} s, {allowed} allowed"


def peak(arrivals: Sequence[float], seconds: float = 1.0) -> int:
    """The most arrivals in any span of so many seconds."""
    ordered, most, first = sorted(arrivals), 0, 0
    for last, at in enumerate(ordered):
        while ordered[first] <= at - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def _with_status(evidence: Evidence, status: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((key, item) for key, item in evidence.items.items() if item["status"] == status)


RULES: Final[tuple[Rule, ...]] = (
    c3_no_more_guesses_compared_than_allowed,
    c4_a_code_succeeds_once,
    c5_codes_die_on_time,
    c6_codes_fit_one_registration_address_and_purpose,
    c7_a_resend_kills_the_old_code,
    c8_sends_stay_under_the_caps,
    c9_a_stranger_stops_no_owner,
    c21_nothing_personal_leaves,
    c22_verified_only_by_a_yes,
    c23_counters_are_what_people_did,
    c23_an_outage_costs_no_correction,
    c24_one_message_for_an_entry,
    c24_each_notice_comes_once,
    c24_one_register_call_for_an_entry,
    c25_one_owner_of_a_nik,
    c26_everybody_is_accounted_for,
    c26_one_execution_carries_it,
    answers_are_delivered,
    no_execution_fails,
    nobody_is_lost,
    nobody_has_to_look_by_himself,
    notices_are_settled,
    who_ended_was_told,
    who_left_is_called_back,
    partners_are_called_at_their_pace,
)
