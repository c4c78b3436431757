"""Every path through the definition: all answers, verdicts and faults, under every policy of an outage.

The definition's own JSONata is evaluated; only what tasks return is assumed. Beside the variables of the machine the
walk keeps what really happened, so that a variable which claims too much is found out.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Self, get_args

import pytest
import yaml
from jsonata import Jsonata

from functions.email.confirmation import EmailEntry
from functions.otp.password import PhoneEntry
from functions.shared.policy import EmailPolicy, default

ROOT = Path(__file__).resolve().parents[2]
DEFINITION: dict[str, Any] = yaml.safe_load((ROOT / "statemachine" / "verification.asl.yaml").read_text())
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
UNAVAILABLE_LAYERS = ("email", "dukcapil", "otp")
ASKS_POLICY = {"EmailUnavailable": "email", "DukcapilUnavailable": "dukcapil", "NoChannel": "otp"}
UNAVAILABLE = ("wait", "defer", "skip", "review")
GIVEN_UP = ("skipped", "approved")
DECIDED = ("passed", *GIVEN_UP)
OF_EMAIL = ("reminders", "reminding", "email_holds")


@dataclass(frozen=True)
class Happened:
    """What really happened so far, with the data as they are now."""

    email: bool = False
    nik: bool = False
    claimed: bool = False
    register: bool = False
    phone: bool = False
    nik_approved: bool = False


@dataclass(frozen=True)
class Place:
    """A state about to be entered, with the machine's variables, by name."""

    state: str
    variables: tuple[tuple[str, Any], ...]
    happened: Happened


def short_policy(
    *,
    rounds: int = 0,
    channels: tuple[str, ...] = ("sms",),
    reminders: tuple[int, ...] | None = (),
    **on_unavailable: str,
) -> dict[str, Any]:
    """The default policy with its bounds so low that all paths can be walked; `reminders` None is one of before them."""
    policy = default().model_dump(mode="json")
    if reminders is None:
        del policy["email"]["reminders"]
    else:
        policy["email"]["reminders"] = list(reminders)
    for layer in ("email", "nik", "otp"):
        policy[layer]["hold"]["rounds"] = rounds
    policy["otp"]["channels"] = list(channels)
    policy["details"]["corrections"] = 1
    for layer, what in on_unavailable.items():
        policy[layer]["on_unavailable"] = what
    return policy


def _without_dead_variables(place: Place) -> Place:
    variables = {name: value for name, value in dict(place.variables).items() if name in LIVE[place.state]}
    if variables.get("email") in ("passed", "approved"):  # see test_email_is_verified_once
        variables = {name: value for name, value in variables.items() if name not in OF_EMAIL}
    if isinstance(variables.get("reason"), str):
        variables["reason"] = "why"  # the definition asks only whether there is one
    # Nothing is decided by these, they are only written; so places that differ in them lead to the same.
    variables = {name: value for name, value in variables.items() if name not in WRITTEN}
    return replace(place, variables=tuple(sorted(variables.items())))


class Frozen(dict[str, Any]):
    """An object as the value of a variable."""

    def __hash__(self) -> int:  # type: ignore[override] # a dict has none
        return hash(json.dumps(self, sort_keys=True))


WRITTEN: dict[str, Any] = {
    **{
        f"{layer}_decided": Frozen(at="2026-11-24T00:00:00.000Z", by="p")
        for layer in ("email", "nik", "dukcapil", "otp")
    },
    **dict.fromkeys(("email_deferred", "dukcapil_deferred"), True),
    "decider": "p",
}


class Undefined(Exception):
    """An expression gave nothing, on which AWS ends the execution."""


@cache
def _expression(text: str) -> Jsonata:
    return Jsonata(text)


def _strings(part: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for value in part.values() if isinstance(part, dict) else part:
            yield from _strings(value)


def _read(part: Any) -> set[str]:  # noqa: ANN401 (JSON)
    """The variables that the expressions of a part read."""
    return {name for text in _strings(part) for name in _VARIABLE.findall(text)} - {"states"}


@cache
def _names(text: str) -> frozenset[str]:
    return frozenset(_read(text))


@cache
def _names_of_arguments(state: str) -> frozenset[str]:
    return frozenset(_read([STATES[state]["Arguments"], STATES[state]["TimeoutSeconds"]]))


def _branches(state: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Where a state leads, with the part whose Assign is made on the way."""
    parts = [(part["Next"], part) for part in (*state.get("Choices", ()), *state.get("Catch", ()))]
    return parts + [(state[key], state) for key in ("Next", "Default") if key in state]


def _live() -> dict[str, set[str]]:
    """For each state the variables that may still be read; places that differ in others are the same."""
    live = {name: _read(state) for name, state in STATES.items()}
    while True:
        wider = {
            name: live[name].union(*(live[to] - part.get("Assign", {}).keys() for to, part in _branches(state)))
            for name, state in STATES.items()
        }
        if wider == live:
            return live
        live = wider


_VARIABLE = re.compile(r"\$([a-z_]+)\b(?!\()")
LIVE = _live()


class Walk:
    """The machine under one policy, and when it was `walked`, all places that can be reached."""

    def __init__(
        self,
        policy: dict[str, Any],
        *,
        in_force: dict[str, str] | None = None,
        resume: dict[str, Any] | None = None,
    ) -> None:
        self.policy = policy
        self.resume = resume
        self.in_force = {
            layer: {"Payload": policy[layer] | {"policy_version": "newer"} | ({"on_unavailable": what} if what else {})}
            for layer in UNAVAILABLE_LAYERS
            for what in [(in_force or {}).get(layer)]
        }
        self.evaluated: dict[tuple[Any, ...], Any] = {}
        self.performed: set[tuple[Any, ...]] = set()
        self.into: dict[Place, set[Place]] = {}
        self.ends: set[Place] = set()
        self.seen: set[Place] = set()

    def walked(self) -> Self:
        """Go every way."""
        open_places = [Place(DEFINITION["StartAt"], (), began_with(self.resume))]
        while open_places:
            place = open_places.pop()
            if place in self.seen:
                continue
            self.seen.add(place)
            following = list(self.follow(place))
            if not following:
                self.ends.add(place)
            for each in map(_without_dead_variables, following):
                self.into.setdefault(each, set()).add(place)
                open_places.append(each)
        return self

    def evaluate(self, text: Any, place: Place, result: Any = None) -> Any:  # noqa: ANN401 (JSON)
        """Evaluate an expression, or every expression in a part of the definition."""
        if isinstance(text, dict):
            return {key: self.evaluate(value, place, result) for key, value in text.items()}
        if isinstance(text, list):
            return [self.evaluate(value, place, result) for value in text]
        if not (isinstance(text, str) and text.startswith("{%")):
            return text
        names = _names(text)
        read = tuple(pair for pair in place.variables if pair[0] in names)
        key = (text, place.state, read, id(result))
        if key not in self.evaluated:
            self.evaluated[key] = self._evaluate(text, dict(read), place.state, result)
        return self.evaluated[key]

    def _evaluate(self, text: str, variables: dict[str, Any], state: str, result: Any) -> Any:  # noqa: ANN401 (JSON)
        expression = _expression(text.removeprefix("{%").removesuffix("%}").replace("${RetentionDays}", "400"))
        frame = expression.create_frame()
        for name, value in (WRITTEN | variables).items():
            frame.bind(name, value)
        context = {
            "Execution": {"Input": {"registration_id": "r", "policy": self.policy} | self._resumed()},
            "State": {"Name": state, "EnteredTime": "2026-11-24T00:00:00.000Z", "RetryCount": 0},
            "Task": {"Token": "token"},
        }
        error = {"Error": "States.TaskFailed", "Cause": result} if isinstance(result, str) else None
        frame.bind("states", {"context": context, "result": result, "errorOutput": error})
        value = expression.evaluate(None, frame)
        if value is None and not text.endswith("reason %}"):
            raise Undefined(f"{state}: {text} with {variables}")
        return value

    def _resumed(self) -> dict[str, Any]:
        return {"resume": self.resume} if self.resume else {}

    def takes_over(self, place: Place) -> bool:
        """Whether the email layer finds the address settled already."""
        payload = self.evaluate(STATES["VerifyEmail"]["Arguments"]["Payload"], place)
        return bool(payload["resumed"])

    def assigned(self, part: dict[str, Any], place: Place, result: Any = None) -> tuple[tuple[str, Any], ...]:  # noqa: ANN401 (JSON)
        """The variables after a part's Assign."""
        changed = self.evaluate(part.get("Assign", {}), place, result)
        return tuple(
            {
                **dict(place.variables),
                **{name: Frozen(value) if isinstance(value, dict) else value for name, value in changed.items()},
            }.items()
        )

    def follow(self, place: Place) -> Iterator[Place]:
        """The places that one leads to, whatever happens."""
        state = STATES[place.state]
        match state["Type"]:
            case "Choice":
                yield self.choose(state, place)
            case "Task":
                read = (place.state, *(pair for pair in place.variables if pair[0] in _names_of_arguments(place.state)))
                if read not in self.performed:
                    self.performed.add(read)
                    self.evaluate([state["Arguments"], state["TimeoutSeconds"]], place)
                yield from self.perform(state, place)
            case "Wait":
                assert self.evaluate(state["Seconds"], place) >= 1
                yield replace(place, state=state["Next"])
            case "Pass":
                yield Place(state["Next"], self.assigned(state, place), place.happened)
            case "Succeed":
                return

    def choose(self, state: dict[str, Any], place: Place) -> Place:
        """The branch that a Choice takes."""
        for branch in state["Choices"]:
            taken = self.evaluate(branch["Condition"], place)
            assert isinstance(taken, bool), branch["Condition"]
            if taken:
                return Place(branch["Next"], self.assigned(branch, place), place.happened)
        return Place(state["Default"], self.assigned(state, place), place.happened)

    def perform(self, state: dict[str, Any], place: Place) -> Iterator[Place]:
        """What a task can come to: each of its results, and each error that it catches."""
        if place.state == "VerifyEmail" and self.takes_over(place):
            (already,) = [catch for catch in state["Catch"] if catch["ErrorEquals"] == ["AlreadyConfirmed"]]
            yield Place(already["Next"], self.assigned(already, place), place.happened)
            (fault,) = [catch for catch in state["Catch"] if catch["ErrorEquals"] == ["States.ALL"]]
            yield Place(fault["Next"], self.assigned(fault, place), place.happened)
            return
        for result, happened in results(place, self.in_force):
            if "Next" in state:
                yield Place(state["Next"], self.assigned(state, place, result), happened)
        for catch in state["Catch"]:
            for cause in () if catch["ErrorEquals"] == ["AlreadyConfirmed"] else CAUSES:
                yield Place(catch["Next"], self.assigned(catch, place, cause), place.happened)


def _answers(*kinds: str) -> tuple[dict[str, Any], ...]:
    return tuple({"answer": kind, "voided": []} for kind in kinds)


def _outcomes(*outcomes: tuple[str, str | None]) -> tuple[dict[str, Any], ...]:
    return tuple({"verdict": verdict, "reason": reason} for verdict, reason in outcomes)


CONFIRMED, *NOT_CONFIRMED = _answers(
    "confirmed", "resend", "address_changed", "phone_changed", "exhausted", "unreached", "nonsense"
)
APPROVED, *NOT_APPROVED = _answers("approve", "reject", "correct", "nonsense")
SUBMITTED: tuple[dict[str, list[str]], ...] = tuple(
    {"voided": voided} for voided in ([], ["otp"], ["dukcapil"], ["otp", "dukcapil"])
)
REGISTER = _outcomes(("passed", None), ("correct", "mismatch"), ("review", "deceased"))
SKIPPED = tuple({**outcome, "policy_version": "newer"} for outcome in _outcomes(("skipped", None)))
REGISTER_PAYLOADS = tuple({"Payload": outcome} for outcome in REGISTER)
NIK_PAYLOADS = tuple(
    {"Payload": {**outcome, "claim": claim, "flags": []}}
    for outcome, claim in zip(
        _outcomes(("passed", None), ("correct", "duplicate"), ("reject", "duplicate"), ("correct", "nik_date")),
        ("nik#1", "nik#1", "nik#1", ""),
        strict=True,
    )
)
NOTHING: dict[str, Any] = {}
CAUSES = ("", "reasons [ThrottlingError, None]", "reasons [ConditionalCheckFailed, None]")


def began_with(resume: dict[str, Any] | None) -> Happened:
    """What has happened to a registration that an execution takes over."""
    if not resume:
        return Happened()
    return Happened(
        email=resume["email"] == "passed",
        register=resume["dukcapil"] == "passed",
        phone=resume["otp"] == "passed",
        # What stands behind a review of a later layer: it was entered with the NIK passed.
        nik=resume["reviewed"] in ("dukcapil", "otp"),
        claimed=bool(resume["claim"]),
    )


def results(place: Place, in_force: dict[str, dict[str, Any]]) -> Iterator[tuple[Any, Happened]]:  # noqa: C901, PLR0912 (one case for each task)
    """What the task of a state can return, and what has then happened."""
    now = place.happened
    match place.state:
        case "VerifyEmail":
            yield CONFIRMED, replace(now, email=True)
            yield from ((answer, now) for answer in NOT_CONFIRMED)
        case "AwaitDetails":
            again = replace(now, nik=False, claimed=False, nik_approved=False)
            for submitted in SUBMITTED:
                voided = submitted["voided"]
                register, phone = now.register and "dukcapil" not in voided, now.phone and "otp" not in voided
                yield submitted, replace(again, register=register, phone=phone)
        case "CheckNik":
            for result in NIK_PAYLOADS:
                passed, claimed = result["Payload"]["verdict"] == "passed", result["Payload"]["claim"] != ""
                yield result, replace(now, nik=passed, claimed=claimed)
        case "MatchDukcapil":
            for result in REGISTER_PAYLOADS:
                yield result, replace(now, register=result["Payload"]["verdict"] == "passed")
        case "QueueDukcapil":
            skip = in_force["dukcapil"]["Payload"]["on_unavailable"] == "skip"
            for outcome in (*REGISTER, *(SKIPPED if skip else ())):
                yield outcome, replace(now, register=outcome["verdict"] == "passed")
        case "EmailUnavailable" | "DukcapilUnavailable" | "NoChannel":
            yield in_force[ASKS_POLICY[place.state]], now
        case "VerifyPhone":
            yield CONFIRMED, replace(now, phone=True)
            yield from ((answer, now) for answer in NOT_CONFIRMED)
        case "ManualReview":
            nik_approved = now.nik_approved or dict(place.variables).get("reviewed") == "nik"
            yield APPROVED, replace(now, nik_approved=nik_approved)
            yield from ((answer, now) for answer in NOT_APPROVED)
        case "Complete" | "Reject" | "Expire":
            yield NOTHING, now


COMBINATIONS: list[dict[str, Any]] = [
    {"email": "wait", "reminders": (1, 2)},
    {"email": "defer", "reminders": (1,)},
    *({"email": what} for what in ("skip", "review")),
    *({"dukcapil": what} for what in UNAVAILABLE if what != "defer"),
    *({"otp": what, "reminders": None} for what in ("skip", "review")),
    {"email": "defer", "dukcapil": "wait", "otp": "skip"},
    {"dukcapil": "skip", "channels": ("sms", "whatsapp")},
    {"otp": "skip", "channels": ("sms", "whatsapp")},
]
NEWER = [{"dukcapil": "skip", "otp": "review"}, {"email": "skip"}, {"dukcapil": "review"}]
NOTHING_YET = {"dukcapil": "pending", "otp": "pending", "claim": "", "corrections": 0, "reviewed": "", "reason": ""}
RESUMED = [
    NOTHING_YET | {"email": "", "details": False},
    NOTHING_YET | {"email": "passed", "details": False, "reason": "mismatch"},
    NOTHING_YET | {"email": "deferred", "details": True},
    NOTHING_YET | {"email": "passed", "details": True, "dukcapil": "passed"},
    NOTHING_YET | {"email": "passed", "details": True, "dukcapil": "skipped", "otp": "passed", "claim": "nik#1"},
    NOTHING_YET | {"email": "", "details": False, "reviewed": "email", "reason": "email_unavailable"},
    NOTHING_YET | {"email": "passed", "details": True, "reviewed": "nik", "reason": "disputed", "claim": "nik#1"},
    NOTHING_YET | {"email": "passed", "details": True, "reviewed": "dukcapil", "reason": "dukcapil_unavailable"},
]
WALK_NAMES = [
    *("-".join(map(str, chain(*each.items()))) for each in COMBINATIONS),
    *("then-" + "-".join(chain(*each.items())) for each in NEWER),
    *(f"resumed-{number}" for number in range(len(RESUMED))),
]
WALKS: list[tuple[dict[str, Any], dict[str, str] | None, dict[str, Any] | None]] = [
    *((short_policy(**each), None, None) for each in COMBINATIONS),
    *((short_policy(), each, None) for each in NEWER),
    *((short_policy(), None, each) for each in RESUMED),
]


@pytest.fixture(scope="module", params=range(len(WALKS)), ids=WALK_NAMES)
def walk(request: pytest.FixtureRequest) -> Walk:
    """All places under one combination of policies, or from where another execution ended."""
    policy, in_force, resume = WALKS[request.param]
    return Walk(policy, in_force=in_force, resume=resume).walked()


def test_c22_nothing_is_verified_with_a_layer_open(walk: Walk) -> None:
    """Complete is entered only when each layer passed, or was skipped by policy, or approved by an operator."""
    completing = [place for place in walk.seen if place.state == "Complete"]
    assert completing
    for place in completing:
        told, happened = dict(place.variables), place.happened
        assert happened.email or told["email"] in GIVEN_UP, place
        assert happened.nik or happened.nik_approved, place
        assert happened.register or told["dukcapil"] in GIVEN_UP, place
        assert happened.phone or told["otp"] in GIVEN_UP, place
        assert told["claim"], place
        assert happened.claimed, place


def test_assurance_claims_no_more_than_happened(walk: Walk) -> None:
    """A layer that the result calls passed did pass, with the data that the registration ends with."""
    for place in walk.seen:
        if place.state == "Complete":
            told, happened = dict(place.variables), place.happened
            assert told["email"] != "passed" or happened.email, place
            assert told["nik"] != "passed" or happened.nik, place
            assert told["dukcapil"] != "passed" or happened.register, place
            assert told["otp"] != "passed" or happened.phone, place


def test_c12_no_message_to_a_phone_before_the_cheap_layers(walk: Walk) -> None:
    """VerifyPhone is entered only with email, NIK and register passed, deferred, skipped or approved."""
    sending = [place for place in walk.seen if place.state == "VerifyPhone"]
    assert sending
    for place in sending:
        told, happened = dict(place.variables), place.happened
        assert happened.email or told["email"] in ("deferred", *GIVEN_UP), place
        assert happened.nik or happened.nik_approved, place
        assert happened.register or told["dukcapil"] in ("deferred", *GIVEN_UP), place
        assert told["dukcapil"] in get_args(PhoneEntry.model_fields["dukcapil"].annotation), place


def test_c24_the_register_is_not_asked_about_what_it_has_answered(walk: Walk) -> None:
    """Its yes, an operator's and a skip stand, until a change of the data voids them."""
    asking = [place for place in walk.seen if place.state in ("MatchDukcapil", "QueueDukcapil")]
    assert asking
    for place in asking:
        assert not place.happened.register, place
        assert dict(place.variables)["dukcapil"] in ("pending", "deferred"), place


def test_a_no_of_the_register_does_not_stand(walk: Walk) -> None:
    """Whoever is asked to correct may send the same again, and the register is asked again."""
    for place in walk.seen:
        if place.state == "AwaitDetails" and {"RouteDukcapil"} & {before.state for before in walk.into.get(place, ())}:
            assert dict(place.variables)["dukcapil"] == "pending", place


@pytest.mark.parametrize(
    ("voided", "before", "after"),
    [
        ([], {}, ("pending", "pending")),
        ([], {"dukcapil": "passed", "otp": "pending"}, ("passed", "pending")),
        ([], {"dukcapil": "approved", "otp": "passed"}, ("approved", "passed")),
        ([], {"dukcapil": "skipped", "otp": "skipped"}, ("skipped", "skipped")),
        ([], {"dukcapil": "deferred", "otp": "passed"}, ("pending", "passed")),
        (["otp"], {"dukcapil": "passed", "otp": "approved"}, ("passed", "pending")),
        (["dukcapil"], {"dukcapil": "approved", "otp": "passed"}, ("pending", "passed")),
        (["otp", "dukcapil"], {"dukcapil": "skipped", "otp": "passed"}, ("pending", "pending")),
    ],
)
def test_given_submitted_details_then_what_they_void_is_open_again(
    voided: list[str], before: dict[str, str], after: tuple[str, str]
) -> None:
    """A layer that was decided for good is kept, unless what it was decided on was changed."""
    place = Place("AwaitDetails", tuple(before.items()), Happened())
    told = dict(Walk(short_policy()).assigned(STATES["AwaitDetails"], place, {"voided": voided}))
    assert (told["dukcapil"], told["otp"]) == after


@pytest.mark.parametrize(
    ("dukcapil", "otp", "following"),
    [
        ("pending", "pending", "MatchDukcapil"),
        ("pending", "passed", "MatchDukcapil"),
        ("passed", "pending", "VerifyPhone"),
        ("passed", "passed", "SettleDeferred"),
        ("approved", "pending", "VerifyPhone"),
        ("skipped", "approved", "SettleDeferred"),
    ],
)
def test_given_a_good_nik_then_what_was_kept_is_passed_over(dukcapil: str, otp: str, following: str) -> None:
    """A corrected registration goes on where something is still open."""
    told = {"verdict": "passed", "dukcapil": dukcapil, "otp": otp}
    place = Place("RouteNik", tuple(told.items()), Happened())
    assert Walk(short_policy()).choose(STATES["RouteNik"], place).state == following


@pytest.mark.parametrize("reminders", [None, (), (7,), (7, 5)])
def test_given_nobody_answers_the_mails_then_each_waits_as_the_policy_says(reminders: tuple[int, ...] | None) -> None:
    """The machine's timeouts and the ends that the layer tells the API are the same; after the last one it is over."""
    policy = short_policy(reminders=reminders)
    state, machine, place = STATES["VerifyEmail"], Walk(policy), Place("VerifyEmail", (), Happened())
    (timed_out,) = [catch for catch in state["Catch"] if catch["ErrorEquals"] == ["States.Timeout"]]
    entries: list[EmailEntry] = []
    while place.state == "VerifyEmail":
        entry = EmailEntry.model_validate(machine.evaluate(state["Arguments"]["Payload"], place))
        assert machine.evaluate(state["TimeoutSeconds"], place) == entry.wait_seconds + policy["grace_seconds"]
        entries.append(entry)
        place = Place(timed_out["Next"], machine.assigned(timed_out, place), place.happened)
        place = machine.choose(STATES[place.state], place)
    waits = [entry.wait_seconds for entry in entries]
    assert waits == [*(reminders or ()), policy["email"]["wait_seconds"]]
    assert [entry.reminding for entry in entries] == [False, *(True for _ in reminders or ())]
    assert EmailPolicy.model_validate(policy["email"]).rest_after(0) == sum(waits)
    assert (place.state, dict(place.variables)["reason"]) == ("Expire", "email_not_confirmed")


def test_whatever_decides_a_layer_says_when_and_by_which_policy() -> None:
    """The result names both for each layer, so no branch may leave them out."""
    for name, state in STATES.items():
        for part in (state, *state.get("Choices", ()), *state.get("Catch", ())):
            assigned = part.get("Assign", {})
            for layer in ("email", "nik", "dukcapil", "otp"):
                if assigned.get(layer) in DECIDED or (layer == "dukcapil" and assigned.get(layer) == "{% $verdict %}"):
                    assert f"{layer}_decided" in assigned, (name, layer)


DECIDED_BEFORE = {
    name: {"at": f"2026-11-20T00:00:0{number}.000Z", "by": "older"}
    for number, name in enumerate(("email", "dukcapil", "otp"))
}
BY_THE_TAKE_OVER = {"at": "2026-11-24T00:00:00.000Z", "by": short_policy()["policy_version"]}


@pytest.mark.parametrize(
    ("told", "decided", "deferred"),
    [
        ({"decided": DECIDED_BEFORE, "deferred": ["dukcapil"]}, DECIDED_BEFORE, (False, True)),
        ({"decided": {}, "deferred": []}, dict.fromkeys(DECIDED_BEFORE, BY_THE_TAKE_OVER), (False, False)),
        ({}, dict.fromkeys(DECIDED_BEFORE, BY_THE_TAKE_OVER), (False, False)),
    ],
)
def test_whatever_was_decided_before_a_take_over_stays_decided_by_whom_it_was(
    told: dict[str, Any], decided: dict[str, dict[str, str]], deferred: tuple[bool, bool]
) -> None:
    """Only what the item says nothing of is laid to the take-over. A layer that was deferred once stays known as such."""
    walk = Walk(short_policy(), resume=RESUMED[4] | told)
    assigned = dict(walk.assigned(STATES["TakeOver"], Place("TakeOver", (), Happened())))
    assert {name: assigned[f"{name}_decided"] for name in decided} == decided
    assert (assigned["email_deferred"], assigned["dukcapil_deferred"]) == deferred


def test_data_are_asked_for_once_it_is_known_what_became_of_the_address(walk: Walk) -> None:
    """Also in an execution that takes over, whose table may say by then what it has itself decided."""
    for place in walk.seen:
        told = dict(place.variables)
        if place.state == "AwaitDetails":
            assert told["email"] in ("passed", "deferred", "skipped", "approved"), place
        before = walk.resume or {}
        if place.state == "AwaitDetails" and before.get("email") in ("passed", "approved"):
            assert told["email"] in ("passed", "approved"), place


def test_whoever_is_asked_while_away_can_be_mailed(walk: Walk) -> None:
    """Data are asked for only once the address is settled, unless he is at the page; else he would never learn of it."""
    for place in walk.seen:
        told = dict(place.variables)
        if place.state == "AwaitDetails" and told.get("away"):
            assert told["email"] in ("passed", "approved"), place


def test_whoever_was_told_that_he_may_leave_is_told_when_something_is_expected(walk: Walk) -> None:
    """Held by layer 2 or 4, or taken over by another execution, he is taken to be away until he has done something."""
    for place in walk.seen:
        if place.state in ("HoldNik", "HoldPhone"):
            assert dict(place.variables)["away"], place
        for before in walk.into.get(place, ()):
            if before.state == "RouteTakeOver" and place.state in ("CheckNik", "AwaitDetails"):
                assert dict(place.variables)["away"], place


def test_each_visit_to_layer_4_begins_with_the_first_channel(walk: Walk) -> None:
    """Also when another channel had been given up in an earlier visit; only what the visit itself gives up counts."""
    for place in walk.seen:
        if place.state == "VerifyPhone" and dict(place.variables).get("channel", 0) > 0:
            assert {before.state for before in walk.into[place]} == {"PhoneUnavailable"}, place


def test_email_is_verified_once(walk: Walk) -> None:
    """No way leads back to a mail once the address is confirmed or approved; skipped, only when its owner is to be told."""
    for place in walk.seen:
        if place.state in ("VerifyEmail", "RemindEmail", "HoldEmail"):
            told = dict(place.variables)
            assert told.get("email") in (None, "", "deferred") or (told["email"] == "skipped" and told["asking"]), place


def test_no_more_reminders_than_the_policy_has(walk: Walk) -> None:
    """One more for each wait that nobody answered; an answer leaves the count as it is."""
    for place in walk.seen:
        if place.state == "VerifyEmail":
            sent = dict(place.variables).get("reminders", 0)
            assert sent <= len(walk.policy["email"].get("reminders", ()))
            for before in walk.into.get(place, ()):
                assert sent - dict(before.variables).get("reminders", 0) == (before.state == "RemindEmail")


def test_nobody_is_reminded_who_answered(walk: Walk) -> None:
    """A mail says that it is a reminder only when the mail before it found nobody, or could not be sent for one."""
    for place in walk.seen:
        told = dict(place.variables)
        if place.state == "RouteEmail":
            assert told["reminding"] is False, place
        if place.state == "VerifyEmail" and told.get("reminding"):
            before = {each.state for each in walk.into[place]}
            assert before <= {"RemindEmail", "HoldEmail", "SettleDeferred"}, place
            assert "SettleDeferred" not in before or told["email"] == "deferred", place


def test_skipped_only_where_the_policy_says_so(walk: Walk) -> None:
    """No layer is skipped or deferred that the policy holds."""
    for place in walk.seen:
        told = dict(place.variables)
        for layer in ("email", "dukcapil", "otp"):
            allowed = {walk.policy[layer]["on_unavailable"], walk.in_force[layer]["Payload"]["on_unavailable"]}
            before = (walk.resume or {}).get(layer)
            assert told.get(layer) != "skipped" or "skip" in allowed or before == "skipped", place
            assert told.get(layer) != "deferred" or "defer" in allowed or before == "deferred", place


def test_every_place_has_a_way_to_an_end(walk: Walk) -> None:
    """Whatever happened, the registration can still come to an end."""
    ended = set(walk.ends) | {place for place in walk.seen if place.state in ("Complete", "Reject", "Expire", "Closed")}
    open_places = list(ended)
    while open_places:
        for before in walk.into.get(open_places.pop(), ()):
            if before not in ended:
                ended.add(before)
                open_places.append(before)
    assert ended == walk.seen


def test_every_fallback_is_reached_under_some_policy() -> None:
    """Hold, queue, next channel and review are not only drawn: something leads there."""
    held = Walk(short_policy(rounds=1, email="wait", dukcapil="review", otp="wait")).walked().seen
    parked = Walk(short_policy(dukcapil="wait")).walked().seen
    taken_over = Walk(short_policy(), resume=RESUMED[1]).walked().seen
    assert {place.state for place in held | parked | taken_over} == STATES.keys()
