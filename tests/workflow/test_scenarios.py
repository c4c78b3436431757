"""The path catalogue on the real definition with the real handlers."""

import re

import pytest

from local.demo import run
from local.partners.population import Resident
from local.scenarios import CATALOGUE, Scenario
from local.stack import LocalStack

HAPPY = ["VerifyEmail", "RouteEmail", "AwaitDetails", "CheckNik", "RouteNik"]
HAPPY += ["MatchDukcapil", "RouteDukcapil", "VerifyPhone", "RoutePhone", "Complete"]

# What each path costs in calls of the register, where it is not one; None where it depends on how long an outage lasted.
REGISTER_CALLS = {
    "not_found_then_corrected": 2,
    "name_corrected": 2,
    "register_down_then_back": None,
    "quota_exhausted": None,
    "register_answers_garbage": None,
    "register_skipped": None,
    "review_approves": None,
    "review_returns_to_correction": None,
    "duplicate_nik": 0,
    "abandoned_email": 0,
}
PASSES_THROUGH = {
    "reminded": {"RemindEmail"},
    "register_down_then_back": {"DukcapilUnavailable", "SettleDeferred", "QueueDukcapil"},
    "sms_down_whatsapp": {"PhoneUnavailable"},
    "email_down_then_back": {"EmailUnavailable", "HoldEmail"},
    "quota_exhausted": {"DukcapilUnavailable", "SettleDeferred", "QueueDukcapil"},
    "register_answers_garbage": {"DukcapilUnavailable", "SettleDeferred", "QueueDukcapil"},
    "register_skipped": {"FallbackDukcapil"},
    "both_channels_down_then_back": {"NoChannel", "HoldPhone"},
    "email_down_deferred": {"FallbackEmail", "SettleDeferred"},
    "review_approves": {"ManualReview", "RouteReview"},
    "review_returns_to_correction": {"ManualReview", "RouteReview"},
    "disputed": {"Reject", "TakeOver", "ManualReview"},
    "duplicate_nik": {"Reject"},
    "abandoned_email": {"Expire"},
}


@pytest.mark.parametrize("scenario", CATALOGUE, ids=lambda scenario: scenario.name)
def test_c21_each_path_ends_as_the_catalogue_says_and_nothing_personal_leaves_the_table(
    scenario: Scenario, stack: LocalStack, resident: Resident
) -> None:
    """Status, messages and register calls are exactly those of the path; histories and logs hold no person and no code."""
    logged, mailed, earlier = len(stack.log.lines), len(stack.inbox()), _registrations(stack)
    row = run(scenario, stack, resident)
    assert row.status == scenario.ends
    assert (row.emails, row.sms, row.whatsapp) == scenario.messages
    assert REGISTER_CALLS.get(scenario.name, 1) in (row.register_calls, None)
    if scenario.caught:
        # To be told at the door and to correct it costs nothing at all.
        assert row.states == HAPPY
        assert row.transitions == len(HAPPY)
    assert set(row.states) >= PASSES_THROUGH.get(scenario.name, set())

    sent = stack.inbox()[mailed:]
    walked = [person for person in stack.people if {person.email, person.phone} & {message.to for message in sent}]
    markers = {marker for person in walked for marker in _markers(person)} | {message.to for message in sent}
    markers |= {message.code for message in sent if message.code}
    assert len(markers) > len(sent)
    places = [*stack.log.lines[logged:]]
    begun = _registrations(stack) - earlier
    assert begun
    places += [str(stack.history(each)) for each in begun]
    found = re.compile(rf"(?<!\d)({'|'.join(map(re.escape, markers))})(?!\d)")
    assert not [place for place in places if found.search(place)]


def test_the_happy_path_is_ten_billed_transitions(stack: LocalStack, resident: Resident) -> None:
    """Every transition costs money and quota on opening day."""
    row = run(CATALOGUE[0], stack, resident)
    assert row.states == HAPPY
    assert row.transitions == 10


def test_every_path_tells_its_story() -> None:
    """The catalogue is documentation as well: names are unique and each has a line."""
    assert len({scenario.name for scenario in CATALOGUE}) == len(CATALOGUE)
    assert all(scenario.story for scenario in CATALOGUE)


def _registrations(stack: LocalStack) -> set[str]:
    return {item["id"] for item in stack.items() if item.get("kind") == "registration"}


def _markers(person: Resident) -> set[str]:
    """Everything of a person that could turn up somewhere."""
    dates = {person.birth_date.isoformat(), f"{person.birth_date:%d-%m-%Y}"}
    phones = {person.phone, person.phone.removeprefix("+"), person.phone.removeprefix("+62")}
    return {person.nik, person.full_name, person.full_name.upper(), person.email} | dates | phones
