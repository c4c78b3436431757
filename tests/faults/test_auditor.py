"""Each rule of the auditor, with a violation planted that it has to see, and with the same campaign without one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from functions.shared.policy import Policy, parse
from local.faults import auditor
from local.faults.actor import Typed
from local.faults.auditor import RULES, Compared, Evidence, Person, Question, Rule, Run, audit, peak
from local.faults.campaign import POLICY_FILE
from local.faults.mailroom import Letter

POLICY: Policy = parse(POLICY_FILE.read_bytes())
ID, OTHER = "a1", "b2"
NIK, NAME, BORN = "3171014505909001", "Bestari Lautan", "1990-05-05"
EMAIL, PHONE = "bestari@example.com", "+628120009001"


def entered(*states: str) -> tuple[Mapping[str, Any], ...]:
    """A history that entered these states."""
    return tuple({"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": state}} for state in states)


def typed(purpose: str, code: str, *, status: int = 202, at: float = 10.0, right: bool = True) -> Typed:
    """A code that was typed."""
    return Typed(purpose, code, status, "", at, right)


def letter(channel: str, code: str, at: float) -> Letter:
    """A message to the person."""
    return Letter(channel, EMAIL if channel == "email" else PHONE, code, f"Kode {code}", at, None)


PERSON = Person(
    name="person 1",
    typed=(typed("email", "111111", status=200), typed("phone", "222222", at=20.0)),
    personal=(NIK, NAME, EMAIL, PHONE),
    addresses={"email": (EMAIL,), "phone": (PHONE,)},
)
ITEM: Mapping[str, Any] = {
    "id": ID,
    "status": "verified",
    "claim": "nik#1",
    "details": {"nik": NIK, "full_name": NAME, "birth_date": BORN},
    "assurance": {"email": "passed", "nik": "passed", "dukcapil": "passed", "otp": "passed"},
    "guesses": {"email": 0, "phone": 0},
    "notices": {},
}
RUN = Run(
    ID, "SUCCEEDED", entered("VerifyEmail", "AwaitDetails", "CheckNik", "MatchDukcapil", "VerifyPhone", "Complete")
)
CLEAN = Evidence(
    policy=POLICY,
    people={ID: PERSON},
    items={ID: ITEM},
    claims={"nik#1": ID},
    runs={ID: (RUN,)},
    letters=(letter("email", "111111", 5.0), letter("sms", "222222", 15.0)),
    compared=(Compared(1, ID, "email", fits=True), Compared(2, ID, "phone", fits=True)),
    questions=(Question(NIK, NAME.upper(), "05-05-1990", "00", agrees=True),),
    arrivals=(12.0,),
    truth={NIK: (NAME.upper(), "05-05-1990")},
    logs="registered",
    events=("{}",),
)
"""A campaign of one person, who is verified."""


def person(**changed: Any) -> Evidence:  # noqa: ANN401 (fields of Person)
    """The clean campaign, with something else seen by its person."""
    return replace(CLEAN, people={ID: replace(PERSON, **changed)})


def item(**changed: Any) -> Evidence:  # noqa: ANN401 (attributes of the item)
    """The clean campaign, with something else in the table."""
    return replace(CLEAN, items={ID: {**ITEM, **changed}})


def ran(status: str, *states: str) -> Evidence:
    """The clean campaign, with another execution."""
    return replace(CLEAN, runs={ID: (Run(ID, status, entered(*states) or RUN.history),)})


PLANTED: list[tuple[Rule, Evidence]] = [
    (
        auditor.c3_no_more_guesses_compared_than_allowed,
        replace(CLEAN, compared=[Compared(run, ID, "email", fits=False) for run in range(POLICY.email.guesses + 1)]),
    ),
    (auditor.c4_a_code_succeeds_once, person(typed=(*PERSON.typed, typed("phone", "222222", at=21.0)))),
    (auditor.c5_codes_die_on_time, person(typed=(typed("phone", "222222", at=15.0 + POLICY.otp.code_seconds + 2),))),
    (
        auditor.c6_codes_fit_one_registration_address_and_purpose,
        person(typed=(typed("phone", "111111", at=20.0),)),
    ),
    (auditor.c7_a_resend_kills_the_old_code, replace(CLEAN, letters=(*CLEAN.letters, letter("sms", "333333", 17.0)))),
    (
        auditor.c8_sends_stay_under_the_caps,
        replace(CLEAN, letters=[letter("sms", f"{number:06}", 1.0) for number in range(9)]),
    ),
    (auditor.c21_nothing_personal_leaves, replace(CLEAN, logs=f"asked for {NIK}")),
    (auditor.c21_nothing_personal_leaves, replace(CLEAN, events=(f'{{"to": "{EMAIL}"}}',))),
    (
        auditor.c21_nothing_personal_leaves,
        replace(CLEAN, runs={ID: (Run(ID, "SUCCEEDED", ({"type": "TaskFailed", "cause": NAME},)),)}),
    ),
    (auditor.c22_verified_only_by_a_yes, replace(CLEAN, questions=())),
    (
        auditor.c22_verified_only_by_a_yes,
        replace(CLEAN, questions=(Question(NIK, "NAMA LAIN", "05-05-1990", "00", agrees=True),)),
    ),
    (auditor.c22_verified_only_by_a_yes, item(assurance={**ITEM["assurance"], "dukcapil": "skipped"})),
    (auditor.c22_verified_only_by_a_yes, item(assurance={**ITEM["assurance"], "otp": "approved"})),
    (auditor.c22_verified_only_by_a_yes, item(assurance={**ITEM["assurance"], "email": "deferred"})),
    (auditor.c22_verified_only_by_a_yes, person(typed=PERSON.typed[:1])),
    (auditor.c23_counters_are_what_people_did, item(guesses={"email": 1, "phone": 0})),
    (
        auditor.c24_one_message_for_an_entry,
        replace(CLEAN, letters=(*CLEAN.letters, letter("whatsapp", "444444", 16.0))),
    ),
    (auditor.c24_one_message_for_an_entry, replace(CLEAN, letters=(*CLEAN.letters, CLEAN.letters[0]))),
    (
        auditor.c24_one_message_for_an_entry,
        replace(CLEAN, letters=(*CLEAN.letters, Letter("email", EMAIL, "", "Terverifikasi", 30.0, ID))),
    ),
    (auditor.c24_one_register_call_for_an_entry, replace(CLEAN, questions=[*CLEAN.questions, *CLEAN.questions])),
    (
        auditor.c25_one_owner_of_a_nik,
        replace(CLEAN, items={ID: ITEM, OTHER: {**ITEM, "id": OTHER}}, claims={"nik#1": ID}),
    ),
    (auditor.c25_one_owner_of_a_nik, replace(CLEAN, claims={})),
    (auditor.c26_everybody_is_accounted_for, replace(CLEAN, items={})),
    (auditor.c26_everybody_is_accounted_for, replace(CLEAN, people={})),
    (auditor.c26_everybody_is_accounted_for, item(status="details_pending", waiting={"entry_id": "AwaitDetails@1"})),
    (
        auditor.c26_everybody_is_accounted_for,
        replace(ran("RUNNING"), items={ID: {**ITEM, "status": "checking"}}),
    ),
    (auditor.c26_one_execution_carries_it, ran("RUNNING")),
    (
        auditor.answers_are_delivered,
        item(
            status="phone_pending",
            waiting={"entry_id": "VerifyPhone@1"},
            answer={"entry_id": "VerifyPhone@1", "kind": "resend"},
        ),
    ),
    (auditor.no_execution_fails, ran("FAILED")),
    (auditor.no_execution_fails, ran("ABORTED")),
    (auditor.nobody_is_lost, item(status="expired")),
    (auditor.notices_are_settled, item(shard="a")),
    (
        auditor.the_register_is_asked_at_its_pace,
        replace(CLEAN, arrivals=[12.0 + 0.9 * each / 20 for each in range(POLICY.dukcapil.calls_per_second + 1)]),
    ),
]


def test_given_a_campaign_in_which_nothing_happened_then_no_rule_finds_anything() -> None:
    """So that what the rules find below is what was planted."""
    assert audit(CLEAN) == []


@pytest.mark.parametrize(
    ("rule", "evidence"), PLANTED, ids=[f"{rule.__name__}_{at}" for at, (rule, _) in enumerate(PLANTED)]
)
def test_given_a_planted_violation_then_its_rule_reports_it(rule: Rule, evidence: Evidence) -> None:
    """No rule that cannot fail."""
    found = list(rule(evidence))
    assert found
    assert all(found)


def test_every_rule_has_a_planted_violation() -> None:
    """A new rule needs one, too."""
    assert {rule for rule, _ in PLANTED} == set(RULES)


@pytest.mark.parametrize(
    "excused",
    [
        item(assurance={**ITEM["assurance"], "dukcapil": "skipped"}),
        replace(item(assurance={**ITEM["assurance"], "dukcapil": "approved"}), approved=frozenset({(ID, "dukcapil")})),
    ],
    ids=["skipped by the policy", "approved by an operator"],
)
def test_given_who_may_skip_or_approve_then_it_is_no_violation(excused: Evidence) -> None:
    """The rule tells the one from the other."""
    allowed = replace(excused, skippable=frozenset() if excused.approved else frozenset({"dukcapil"}))
    assert list(auditor.c22_verified_only_by_a_yes(allowed)) == []


@pytest.mark.parametrize(("arrivals", "most"), [((), 0), ((1.0,), 1), ((1.0, 1.5, 2.0, 2.4), 3), ((5.0, 1.0, 1.9), 2)])
def test_the_peak_is_that_of_any_second(arrivals: tuple[float, ...], most: int) -> None:
    """Not only of those that a clock shows."""
    assert peak(arrivals) == most
