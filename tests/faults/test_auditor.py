"""Each rule of the auditor, with a violation planted that it has to see, and with the same campaign without one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from functions.shared.policy import Policy, parse
from local.faults import auditor
from local.faults.actor import Typed, Untold
from local.faults.auditor import RULES, Compared, Evidence, Outage, Person, Question, Rule, Run, audit, peak
from local.faults.campaign import POLICY_FILE
from local.faults.mailroom import Letter
from local.faults.tries import Telling, Try

POLICY: Policy = parse(POLICY_FILE.read_bytes())
ID, OTHER = "a1", "b2"
NIK, NAME, BORN = "3171014505909001", "Bestari Lautan", "1990-05-05"
EMAIL, PHONE = "bestari@example.com", "+628120009001"
MAILING, ASKING, TEXTING, TELLING = 1, 2, 3, 1000
"""Runs of functions in the clean campaign."""
NOON, AT_NOON = "1970-01-01T12:00:00Z", 43_200.0
"""When each state was entered, and each layer decided."""
BEFORE, DURING, AFTER = Outage(42_000.0, 42_100.0), Outage(43_100.0, 43_300.0), Outage(43_300.0)
"""Outages that were over by then, lasted, or had not begun."""


def entered(*states: str) -> tuple[Mapping[str, Any], ...]:
    """A history that entered these states."""
    return tuple(
        {"type": "TaskStateEntered", "timestamp": NOON, "stateEnteredEventDetails": {"name": state}} for state in states
    )


def typed(purpose: str, code: str, *, status: int = 202, at: float = 10.0, right: bool = True) -> Typed:
    """A code that was typed."""
    return Typed(purpose, code, status, "", at, right)


def letter(channel: str, code: str, at: float, run: int | None = None) -> Letter:
    """A message to the person, of the run that the clean campaign has for it unless another is named."""
    to, usual = (EMAIL, MAILING) if channel == "email" else (PHONE, TEXTING)
    return Letter(channel, to, code, f"Kode {code}", at, None, usual if run is None else run)


def notice(subject: str, registration_id: str = ID) -> Letter:
    """A notice to the person."""
    return Letter("email", EMAIL, "", "", AT_NOON, registration_id, TELLING, f"Berlapis: pendaftaran Anda {subject}")


RAN = Telling(frozenset({ID}), AT_NOON - 1.0, AT_NOON + 1.0)
"""The run that mailed it."""


def hit(at: float, *ids: str) -> Telling:
    """The run that mailed it, or one like it about others, hit by a fault."""
    return replace(RAN, registration_ids=frozenset(ids or {ID}), hits=[at])


def twice(first: float, second: float) -> Evidence:
    """Details were asked for twice, and he was told of it by one run each; two mails came, of the runs of these times."""
    keys = {f"details_pending@1970-01-01T12:00:{number}0Z": AT_NOON + 10.0 * number for number in (1, 2)}
    runs = {number: replace(RAN, began=AT_NOON + 10.0 * number, ended=AT_NOON + 10.0 * number + 1) for number in (1, 2)}
    mails = [replace(notice("menunggu data Anda"), run=int(run), at=AT_NOON + 10.0 * run) for run in (first, second)]
    return replace(
        item(notices={**ITEM["notices"], **keys}),
        letters=(*CLEAN.letters, *mails),
        tellings={**CLEAN.tellings, **runs},
    )


def asked(at: float, run: int) -> Question:
    """A verdict of the register on the person."""
    return Question(NIK, NAME.upper(), "05-05-1990", "00", agrees=True, at=at, run=run)


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
    "assurance": {
        "email": "passed",
        "nik": "passed",
        "dukcapil": "passed",
        "otp": "passed",
        "decided": {layer: {"at": NOON, "policy_version": "campaign"} for layer in ("email", "nik", "dukcapil", "otp")},
    },
    "guesses": {"email": 0, "phone": 0},
    "layers": {"email": {"state": "passed"}},
    "entered_at": NOON,
    "notices": {f"verified@{NOON}": AT_NOON},
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
    letters=(letter("email", "111111", 5.0), letter("sms", "222222", 15.0), notice("terverifikasi")),
    compared=(Compared(1, ID, "email", fits=True), Compared(2, ID, "phone", fits=True)),
    questions=(asked(12.0, ASKING),),
    arrivals={"dukcapil": (12.0,), "email": (5.0,), "sms": (15.0,)},
    tries={
        MAILING: Try(ID, "VerifyEmail@1", 4.0, 6.0),
        ASKING: Try(ID, "MatchDukcapil@2", 11.0, 13.0),
        TEXTING: Try(ID, "VerifyPhone@3", 14.0, 16.0),
    },
    tellings={TELLING: RAN},
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


def skipped(layer: str, *, policy: str = "campaign", **outages: Outage) -> Evidence:
    """The clean campaign, whose policy of that version skips a layer, and whose partners were out of order then."""
    return replace(
        item(assurance={**ITEM["assurance"], layer: "skipped"}),
        skippable=frozenset({(policy, layer)}),
        outages={partner: (outage,) for partner, outage in outages.items()},
    )


def tried(*others: Try, **changed: Any) -> Evidence:  # noqa: ANN401 (fields of Evidence)
    """The clean campaign with other runs besides, which are numbered from 4."""
    return replace(CLEAN, tries={**CLEAN.tries, **dict(enumerate(others, 4))}, **changed)


def awaited(status: str, state: str, *before: str) -> Evidence:
    """Somebody of whom something is expected, after his execution went through these states; nobody called him back."""
    entry = f"{state}@{NOON}"
    waiting = replace(
        item(status=status, waiting={"state": state, "entry_id": entry}, notices={}),
        runs={ID: (Run(ID, "RUNNING", entered("VerifyEmail", "AwaitDetails", "CheckNik", *before, state)),)},
    )
    tries = {**CLEAN.tries, TEXTING: replace(CLEAN.tries[TEXTING], entry_id=entry)}
    return replace(waiting, tries=tries, letters=CLEAN.letters[:2])


HELD = ran("SUCCEEDED", *(["VerifyEmail"] * 5), "MatchDukcapil", "QueueDukcapil", "VerifyPhone")
"""It was held, so that most of its entries sent nothing, and asked about twice."""
QUEUED = Try(ID, "QueueDukcapil@4", 17.0, 19.0)


PLANTED: list[tuple[Rule, Evidence]] = [
    (
        auditor.c3_no_more_guesses_compared_than_allowed,
        replace(CLEAN, compared=[Compared(run, ID, "email", fits=False) for run in range(POLICY.email.guesses + 1)]),
    ),
    (
        auditor.c3_no_more_guesses_compared_than_allowed,
        person(typed=(*PERSON.typed, replace(typed("phone", "999999", status=422), problem="code_wrong"))),
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
    (
        auditor.c9_a_stranger_stops_no_owner,
        replace(
            CLEAN,
            people={ID: PERSON, OTHER: replace(PERSON, may_fail=True)},
            items={ID: {**ITEM, "status": "phone_pending"}, OTHER: {**ITEM, "status": "rejected"}},
            letters=(*CLEAN.letters, replace(letter("sms", "444444", 16.0), registration_id=OTHER)),
        ),
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
        replace(CLEAN, questions=(replace(asked(12.0, ASKING), full_name="NAMA LAIN"),)),
    ),
    (auditor.c22_verified_only_by_a_yes, replace(CLEAN, truth={NIK: ("NAMA LAIN", "05-05-1990")})),
    (auditor.c22_verified_only_by_a_yes, ran("SUCCEEDED", "CheckNik", "AwaitDetails")),
    (auditor.c22_verified_only_by_a_yes, item(assurance={**ITEM["assurance"], "dukcapil": "skipped"})),
    (auditor.c22_verified_only_by_a_yes, skipped("dukcapil")),
    (auditor.c22_verified_only_by_a_yes, skipped("dukcapil", dukcapil=AFTER)),
    (auditor.c22_verified_only_by_a_yes, skipped("dukcapil", dukcapil=BEFORE)),
    (auditor.c22_verified_only_by_a_yes, skipped("otp", sms=DURING, whatsapp=BEFORE)),
    (auditor.c22_verified_only_by_a_yes, skipped("dukcapil", policy="newer", dukcapil=DURING)),
    (auditor.c22_verified_only_by_a_yes, skipped("otp", sms=DURING)),
    (auditor.c22_verified_only_by_a_yes, skipped("otp", sms=DURING, whatsapp=AFTER)),
    (auditor.c22_verified_only_by_a_yes, item(assurance={**ITEM["assurance"], "otp": "approved"})),
    (auditor.c22_verified_only_by_a_yes, item(assurance={**ITEM["assurance"], "email": "deferred"})),
    (auditor.c22_verified_only_by_a_yes, person(typed=PERSON.typed[:1])),
    (auditor.c23_counters_are_what_people_did, item(guesses={"email": 1, "phone": 0})),
    *(
        (auditor.c23_an_outage_costs_no_correction, ran("SUCCEEDED", "AwaitDetails", state, "AskAgain", "AwaitDetails"))
        for state in ("RouteDukcapil", "RouteNik")
    ),
    (
        auditor.c24_one_message_for_an_entry,
        replace(CLEAN, letters=(*CLEAN.letters, letter("whatsapp", "444444", 16.0))),
    ),
    (auditor.c24_one_message_for_an_entry, replace(CLEAN, letters=(*CLEAN.letters, CLEAN.letters[0]))),
    (auditor.c24_each_notice_comes_once, replace(CLEAN, letters=(*CLEAN.letters, notice("terverifikasi")))),
    (auditor.c24_each_notice_comes_once, replace(CLEAN, letters=(*CLEAN.letters, notice("menunggu data Anda")))),
    (auditor.c24_each_notice_comes_once, replace(CLEAN, letters=(*CLEAN.letters, notice("lain sekali")))),
    (auditor.c24_each_notice_comes_once, replace(CLEAN, letters=(*CLEAN.letters, notice("ditutup", OTHER)))),
    # One of another kind does not make up for the one that is missing; nor a second one of an earlier notice, or a reminder.
    (auditor.c24_each_notice_comes_once, replace(CLEAN, letters=CLEAN.letters[:2])),
    (auditor.c24_each_notice_comes_once, replace(CLEAN, letters=(*CLEAN.letters[:2], notice("ditutup")))),
    (auditor.c24_each_notice_comes_once, twice(1, 1)),
    (
        auditor.c24_each_notice_comes_once,
        replace(
            CLEAN,
            letters=(*CLEAN.letters[:2], replace(CLEAN.letters[2], subject="Pengingat: pendaftaran terverifikasi")),
        ),
    ),
    # Nor does a fault that hit another run, or this one before the notice was written down; or a mail that was lost another time.
    *(
        (
            auditor.c24_each_notice_comes_once,
            replace(CLEAN, letters=CLEAN.letters[:2], tellings={TELLING: RAN, 4: other, 5: hit(AT_NOON - 0.5)}),
        )
        for other in (
            hit(AT_NOON + 1.0, OTHER),
            replace(hit(AT_NOON + 60.0), began=AT_NOON + 59.0, ended=AT_NOON + 61.0),
        )
    ),
    (
        auditor.c24_each_notice_comes_once,
        replace(CLEAN, letters=CLEAN.letters[:2], lost=(replace(notice("terverifikasi"), run=4),)),
    ),
    (auditor.who_ended_was_told, item(notices={})),
    (auditor.who_ended_was_told, item(notices={"verified@1970-01-01T11:00:00Z": AT_NOON})),
    (auditor.who_ended_was_told, item(status="expired")),
    *(
        (auditor.who_left_is_called_back, awaited("details_pending", "AwaitDetails", "AwaitDetails", told))
        for told in sorted({"QueueDukcapil", "HoldNik", "HoldPhone", "ManualReview", "RouteTakeOver"})
    ),
    (auditor.who_left_is_called_back, awaited("phone_pending", "VerifyPhone", "RoutePhone", "HoldPhone")),
    (auditor.nobody_has_to_look_by_himself, person(untold=(Untold(AT_NOON - 9.0, AT_NOON + 60.0, "details"),))),
    # He was asked again since, and could have been told.
    (
        auditor.nobody_has_to_look_by_himself,
        replace(
            person(untold=(Untold(AT_NOON - 9.0, AT_NOON + 60.0, "details"),)),
            runs=ran("SUCCEEDED", "FallbackEmail", "AwaitDetails", "RouteDukcapil", "AskAgain", "AwaitDetails").runs,
        ),
    ),
    # A fault that hit something else excuses nothing.
    (
        auditor.nobody_has_to_look_by_himself,
        replace(
            person(untold=(Untold(AT_NOON + 1.0, AT_NOON + 60.0, "phone_code"),)),
            tellings={TELLING: hit(AT_NOON + 0.5)},
            tries={**CLEAN.tries, 5: Try(ID, "VerifyPhone@5", AT_NOON - 2.0, AT_NOON + 2.0, hits=[AT_NOON])},
            lost=(notice("ditutup", OTHER),),
        ),
    ),
    # Two codes of one entry are not alike, and the entries that sent nothing do not make up for them.
    (
        auditor.c24_one_message_for_an_entry,
        tried(
            Try(ID, "VerifyEmail@1", 7.0, 9.0),
            runs=HELD.runs,
            letters=(*CLEAN.letters, letter("email", "555555", 8.0, 4)),
        ),
    ),
    (
        auditor.c24_one_message_for_an_entry,
        tried(
            Try(ID, "VerifyPhone@3", 17.0, 19.0),
            runs=(ran("SUCCEEDED", "VerifyEmail", "VerifyPhone", "VerifyPhone")).runs,
            letters=(*CLEAN.letters, letter("whatsapp", "555555", 18.0, 4)),
        ),
    ),
    (
        auditor.c24_one_message_for_an_entry,
        replace(HELD, letters=(*CLEAN.letters, letter("email", "555555", 8.0, 99))),
    ),
    (auditor.c24_one_register_call_for_an_entry, replace(CLEAN, questions=[*CLEAN.questions, *CLEAN.questions])),
    (auditor.c24_one_register_call_for_an_entry, replace(CLEAN, questions=(asked(12.0, 99),))),
    # Five verdicts for two entries; there were three faults, but none of them kept a verdict from being written down.
    (
        auditor.c24_one_register_call_for_an_entry,
        tried(
            QUEUED,
            *(replace(QUEUED, began=began, ended=began + 2.0) for began in (20.0, 23.0, 26.0)),
            Try(ID, "VerifyEmail@1", 7.0, 9.0, hits=[7.5, 8.0, 8.5]),
            runs=HELD.runs,
            questions=[
                *CLEAN.questions,
                *(asked(began + 1.0, run) for run, began in enumerate((17.0, 20.0, 23.0, 26.0), 4)),
            ],
        ),
    ),
    (
        auditor.c24_one_register_call_for_an_entry,
        tried(
            replace(QUEUED, hits=[17.5]),
            replace(QUEUED, began=20.0, ended=22.0),
            questions=(*CLEAN.questions, asked(18.0, 4), asked(21.0, 5)),
        ),
    ),
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
    (auditor.no_execution_fails, replace(ran("ABORTED"), stopped=frozenset({OTHER, f"{ID}-2"}))),
    (auditor.nobody_is_lost, item(status="expired")),
    (auditor.notices_are_settled, item(shard="a")),
    *(
        (
            auditor.partners_are_called_at_their_pace,
            replace(CLEAN, arrivals={partner: [12.0 + 0.9 * each / (most + 1) for each in range(most + 1)]}),
        )
        for partner, most in (
            ("dukcapil", POLICY.dukcapil.calls_per_second),
            ("email", 3 * POLICY.email.sends_per_second),
            ("sms", 3 * POLICY.otp.sends_per_second),
            ("whatsapp", 3 * POLICY.otp.sends_per_second),
        )
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
        skipped("dukcapil", dukcapil=DURING),
        skipped("dukcapil", dukcapil=Outage(AT_NOON - 20.0, AT_NOON - 10.0)),
        skipped("otp", sms=DURING, whatsapp=DURING),
        replace(
            skipped("dukcapil"),
            tries={**CLEAN.tries, 4: Try(OTHER, "QueueDukcapil@4", AT_NOON - 5.0, AT_NOON - 4.0, hits=[AT_NOON - 5.0])},
        ),
        replace(item(assurance={**ITEM["assurance"], "dukcapil": "approved"}), approved=frozenset({(ID, "dukcapil")})),
    ],
    ids=[
        "register down",
        "circuit still open",
        "both carriers down",
        "register's answers lost",
        "approved by an operator",
    ],
)
def test_given_who_may_skip_or_approve_then_it_is_no_violation(excused: Evidence) -> None:
    """The rule tells the one from the other."""
    assert list(auditor.c22_verified_only_by_a_yes(excused)) == []


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (replace(QUEUED, hits=[18.5]), replace(QUEUED, began=20.0, ended=22.0)),
        (replace(QUEUED, ended=17.5), replace(QUEUED, began=20.0, ended=22.0)),
        (QUEUED, replace(QUEUED, began=18.5, ended=22.0)),
        (QUEUED, replace(QUEUED, entry_id="QueueDukcapil@5", began=20.0, ended=22.0)),
    ],
    ids=["lost after the answer", "answered too late", "at the same time", "another entry"],
)
def test_given_a_try_that_could_not_know_of_the_verdict_then_it_may_ask(first: Try, again: Try) -> None:
    """At least once, where once cannot be had."""
    evidence = tried(first, again, questions=(*CLEAN.questions, asked(18.0, 4), asked(21.0, 5)))
    assert list(auditor.c24_one_register_call_for_an_entry(evidence)) == []


def test_given_an_entry_that_was_tried_twice_and_sent_once_then_it_is_no_violation() -> None:
    """What is forbidden is the second message, not the second try; and a resend is another entry."""
    again, resend = Try(ID, "VerifyPhone@3", 17.0, 18.0), Try(ID, "VerifyPhone@6", 19.0, 21.0)
    evidence = tried(
        again,
        resend,
        runs=ran("SUCCEEDED", "VerifyEmail", "VerifyPhone", "VerifyPhone").runs,
        letters=(*CLEAN.letters, letter("sms", "666666", 20.0, 5)),
    )
    assert list(auditor.c24_one_message_for_an_entry(evidence)) == []


@pytest.mark.parametrize(
    "excused",
    [
        replace(CLEAN, letters=CLEAN.letters[:2], tellings={TELLING: hit(AT_NOON + 1.0, ID, OTHER)}),
        replace(CLEAN, letters=CLEAN.letters[:2], lost=CLEAN.letters[2:]),
        twice(1, 2),
        replace(item(status="withdrawn", layers={}), items={ID: {"id": ID, "status": "withdrawn"}}),
        item(layers={"email": {"state": "skipped"}}, notices={f"verified@{NOON}": AT_NOON}),
        awaited("details_pending", "AwaitDetails", "QueueDukcapil", "CheckNik"),
        replace(awaited("phone_pending", "VerifyPhone", "HoldPhone"), letters=()),
        replace(ran("ABORTED"), stopped=frozenset({ID})),
        replace(
            # It was written down in the second in which he left.
            person(untold=(Untold(AT_NOON + 0.4, AT_NOON + 60.0, "details"),)),
            tellings={TELLING: hit(AT_NOON + 0.9)},
        ),
        replace(
            person(untold=(Untold(AT_NOON - 9.0, AT_NOON + 60.0, "phone_code"),)),
            tries={**CLEAN.tries, 5: Try(ID, "VerifyPhone@5", AT_NOON + 9.0, AT_NOON + 10.0, hits=[AT_NOON + 9.5])},
        ),
        replace(
            person(untold=(Untold(AT_NOON - 9.0, AT_NOON + 60.0, "phone_code"),)),
            lost=(Letter("sms", PHONE, "333333", "Kode 333333", AT_NOON, ID, TEXTING),),
        ),
        replace(
            person(untold=(Untold(AT_NOON - 9.0, AT_NOON + 60.0, "details"),)),
            runs=ran("SUCCEEDED", "VerifyEmail", "FallbackEmail", "AwaitDetails").runs,
        ),
    ],
    ids=[
        "the run was hit",
        "the mail service lost it",
        "told twice, by one run each",
        "withdrawn, so nothing is kept",
        "told although the address went unconfirmed",
        "at the page since",
        "no code was sent yet",
        "ended on purpose",
        "his mail was hit",
        "his code was hit",
        "his code was lost",
        "no mail could be sent, and the policy goes on without",
    ],
)
def test_given_a_message_that_a_fault_kept_away_or_that_was_not_due_then_it_is_no_violation(excused: Evidence) -> None:
    """A mail is sent once at most: what may have been sent is not sent again."""
    rules = (
        auditor.c24_each_notice_comes_once,
        auditor.who_ended_was_told,
        auditor.who_left_is_called_back,
        auditor.nobody_has_to_look_by_himself,
        auditor.no_execution_fails,
    )
    assert [found for rule in rules for found in rule(excused)] == []


@pytest.mark.parametrize(("arrivals", "most"), [((), 0), ((1.0,), 1), ((1.0, 1.5, 2.0, 2.4), 3), ((5.0, 1.0, 1.9), 2)])
def test_the_peak_is_that_of_any_second(arrivals: tuple[float, ...], most: int) -> None:
    """Not only of those that a clock shows."""
    assert peak(arrivals) == most
