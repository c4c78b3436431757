"""Codes: six digits that are guessed a bounded number of times, work once, in time, and in one place only."""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import md5, sha1, sha256
from threading import Barrier, Lock, current_thread
from typing import TYPE_CHECKING, Any, Literal

import pytest

from functions.registration.problems import Problem
from functions.registration.view import view
from functions.shared.challenge import CodeKey, Opening, new_code, open_challenge
from functions.shared.entry import WaitingEntry
from functions.shared.policy import default
from local.stack import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from functions.registration.steps import Steps
    from functions.shared.registration import Registration
    from local.partners.population import Resident
    from tests.api.conftest import Bench, State, Still, Walker

type Purpose = Literal["email", "phone"]

RIGHT, WRONG = "000042", "000043"
STATES: dict[Purpose, State] = {"email": "VerifyEmail", "phone": "VerifyPhone"}
ANOTHER = {"email": {"email": "lain@contoh.example"}, "phone": {"phone": "+6281234567899"}}
DAY = 86_400
OF_PURPOSE = pytest.mark.parametrize("purpose", ["email", "phone"])


class CountingKms:
    """KMS that remembers how many codes it compared."""

    def __init__(self, kms: Any) -> None:  # noqa: ANN401 (boto3's)
        self.exceptions = kms.exceptions
        self.compared = 0
        self._kms = kms
        self._lock = Lock()

    def verify_mac(self, **asked: Any) -> Any:  # noqa: ANN401 (boto3's)
        """Compare a MAC."""
        with self._lock:
            self.compared += 1
        return self._kms.verify_mac(**asked)


class FailingKms:
    """KMS that has a fault whenever one MAC is compared, and remembers the others."""

    def __init__(self, kms: Any, at: str) -> None:  # noqa: ANN401 (boto3's)
        self.exceptions = kms.exceptions
        self.macs: list[str] = []
        self._kms, self._at = kms, at

    def verify_mac(self, **asked: Any) -> Any:  # noqa: ANN401 (boto3's)
        """Compare a MAC."""
        mac = asked["Mac"].hex()
        if mac == self._at:
            raise self.exceptions.KMSInternalException({"Error": {"Code": "KMSInternalException"}}, "VerifyMac")
        self.macs.append(mac)
        return self._kms.verify_mac(**asked)


class OvertakenKms:
    """KMS during whose comparison something else happens to the registration."""

    def __init__(self, kms: Any, happens: Callable[[], object]) -> None:  # noqa: ANN401 (boto3's)
        self.exceptions = kms.exceptions
        self._kms, self._happens = kms, happens

    def generate_mac(self, **asked: Any) -> Any:  # noqa: ANN401 (boto3's)
        """Make a MAC."""
        return self._kms.generate_mac(**asked)

    def verify_mac(self, **asked: Any) -> Any:  # noqa: ANN401 (boto3's)
        """Compare a MAC."""
        answer = self._kms.verify_mac(**asked)
        self._happens()
        return answer


def confirm(steps: Steps, registration: Registration, purpose: Purpose, code: str) -> str:
    """Type a code into the step of a purpose; "confirmed" or the problem's code."""
    try:
        if purpose == "phone":
            steps.confirm_phone(registration, code)
        else:
            # With a session the reason of a refusal is told; what is checked is the same.
            steps._confirm(registration, "email", code, opens_session=True)
    except Problem as problem:
        return problem.code
    return "confirmed"


def at_once(count: int, do: Callable[[], str]) -> Counter[str]:
    """Do the same in many threads that begin together; how often each end was reached."""
    together = Barrier(count)

    def one(_: int) -> str:
        together.wait()
        return do()

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))


@OF_PURPOSE
def test_given_a_right_code_when_the_wait_ends_while_it_is_compared_then_it_costs_no_attempt(
    bench: Bench, purpose: Purpose
) -> None:
    """By a double tap, or an execution that takes over: it was no wrong guess, whatever became of it."""
    registration = bench.put(STATES[purpose])
    table = bench.steps.registrations.table

    def another_entry() -> None:
        bench.client.update_item(
            TableName=table,
            Key={"id": registration.id},
            UpdateExpression="SET waiting.entry_id = :other",
            ExpressionAttributeValues={":other": "Other@now"},
        )

    kms = OvertakenKms(bench.key.client(), another_entry)
    assert confirm(bench.keyed(kms), registration, purpose, RIGHT) == "not_expected_now"
    assert bench.get(registration.id).guesses[purpose] == 0


@OF_PURPOSE
def test_c3_given_100_wrong_guesses_at_once_when_counted_then_exactly_the_maximum_are_compared(
    bench: Bench, purpose: Purpose
) -> None:
    """A guess is counted before it is compared, so that guessing in parallel gives no guess more than the policy's."""
    kms = CountingKms(bench.key.client())
    registration = bench.put(STATES[purpose], challenge={"max_guesses": 7})
    ends = at_once(100, lambda: confirm(bench.keyed(kms), registration, purpose, WRONG))
    assert kms.compared == 7
    assert set(ends) <= {"code_wrong", "too_many_guesses", "not_expected_now"}
    assert ends["code_wrong"] <= 6
    assert bench.get(registration.id).guesses[purpose] == 7
    assert confirm(bench.keyed(kms), bench.get(registration.id), purpose, RIGHT) != "confirmed"
    assert kms.compared == 7


@OF_PURPOSE
def test_c3_given_guesses_that_are_used_up_when_the_right_code_comes_then_it_is_not_even_compared(
    bench: Bench, purpose: Purpose
) -> None:
    """With no guess left the right code does not help, and who reads it late learns nothing."""
    kms = CountingKms(bench.key.client())
    registration = bench.put(STATES[purpose], guesses={purpose: 5})
    assert confirm(bench.keyed(kms), registration, purpose, RIGHT) == "too_many_guesses"
    assert kms.compared == 0


@OF_PURPOSE
def test_c3_given_a_guess_when_kms_fails_at_an_older_code_then_it_is_given_back_and_not_compared_with_the_newest(
    bench: Bench, purpose: Purpose
) -> None:
    """A KMS that fails now and then costs nobody an attempt, and gives a guesser none."""
    older = "11" * 32
    registration = bench.put(STATES[purpose], challenge={"earlier": [older, "22" * 32]})
    failing = FailingKms(bench.key.client(), at="22" * 32)
    with pytest.raises(failing.exceptions.KMSInternalException):
        confirm(bench.keyed(failing), registration, purpose, WRONG)
    assert failing.macs == [older]
    assert bench.get(registration.id).guesses[purpose] == 0
    assert confirm(bench.steps, registration, purpose, RIGHT) == "confirmed"


@OF_PURPOSE
def test_c3_given_the_last_guess_when_it_is_right_then_it_counts(bench: Bench, purpose: Purpose) -> None:
    """The maximum itself is allowed."""
    registration = bench.put(STATES[purpose], guesses={purpose: 4})
    assert confirm(bench.steps, registration, purpose, RIGHT) == "confirmed"


@OF_PURPOSE
def test_c4_given_50_right_answers_at_once_when_compared_then_one_succeeds(bench: Bench, purpose: Purpose) -> None:
    """A code works once: one answer is written and one session added, whatever arrives at the same moment."""
    registration = bench.put(STATES[purpose], challenge={"max_guesses": 60})
    ends = at_once(50, lambda: confirm(bench.steps, registration, purpose, RIGHT))
    assert ends == {"confirmed": 1, "not_expected_now": 49}
    after = bench.get(registration.id)
    assert after.challenge is None
    assert after.layer({"email": "email", "phone": "otp"}[purpose]).state == "passed"
    assert len(after.sessions - registration.sessions) == (purpose == "email")
    assert confirm(bench.steps, after, purpose, RIGHT) == "not_expected_now"


@OF_PURPOSE
@pytest.mark.parametrize(("seconds", "end"), [(-1, "confirmed"), (0, "code_expired"), (1, "code_expired")])
def test_c5_given_the_end_of_its_life_when_a_code_is_typed_then_the_clock_decides(
    bench: Bench, purpose: Purpose, seconds: int, end: str
) -> None:
    """One second before the end a code works, at the end it does not, though it still stands in the table."""
    registration = bench.put(STATES[purpose], challenge={"expires_at": int(bench.clock.now) + 600})
    bench.clock.now += 600 + seconds
    assert confirm(bench.steps, registration, purpose, RIGHT) == end
    # A right code is no wrong guess, and a code that is over is none at all.
    assert bench.get(registration.id).guesses[purpose] == 0


@OF_PURPOSE
def test_c5_given_an_expired_code_when_typed_over_http_then_410(still: Callable[..., Still], purpose: Purpose) -> None:
    """Whoever comes late is told that the code is too old, not that it is wrong."""
    place = still(STATES[purpose], challenge={"expires_at": 1})
    answer = place.call("POST", f"/{purpose}/confirmation", {"code": place.code})
    assert (answer.status, answer.json()["code"]) == (410, "code_expired")


def opened(bench: Bench, registration: Registration, purpose: Purpose, entry: str) -> str | None:
    """Open the challenge of another entry, as its layer does, under the committed policy."""
    state, address = STATES[purpose], registration.email if purpose == "email" else registration.phone
    policy = default().email if purpose == "email" else default().otp
    status = f"{purpose}_pending"
    return open_challenge(
        bench.steps.registrations,
        bench.key,
        entry=WaitingEntry(
            registration_id=registration.id, entry_id=f"{state}@{entry}", policy=default(), task_token="t"
        ),
        registration=registration,
        opening=Opening(purpose, status, address or "", layers={}, wait_seconds=10 * DAY),
        policy=policy,
    )


@pytest.mark.parametrize(("purpose", "life"), [("email", 24 * 3600), ("phone", 600)])
def test_c5_given_the_committed_policy_when_a_code_is_sent_then_it_lives_as_long_as_nist_allows(
    bench: Bench, purpose: Purpose, life: int
) -> None:
    """An email code dies after 24 hours at most, an OTP after 10 minutes (NIST SP 800-63B-4)."""
    registration = bench.put(STATES[purpose])
    code = opened(bench, registration, purpose, "next")
    assert code is not None
    bench.clock.now += life
    assert confirm(bench.steps, bench.get(registration.id), purpose, code) == "code_expired"
    bench.clock.now -= 1
    assert confirm(bench.steps, bench.get(registration.id), purpose, code) == "confirmed"


def test_c6_given_codes_when_typed_elsewhere_then_each_fits_its_own_place_only(bench: Bench) -> None:
    """A MAC holds for one registration, one purpose, one address and one code."""
    purposes: tuple[Purpose, ...] = ("email", "phone")
    places = [
        (purpose, registration, address)
        for purpose in purposes
        for registration in ("registration-1", "registration-2")
        for address in ("a@contoh.example", "+6281234567890")
    ]
    fitting = {
        (made, typed)
        for made in places
        for typed in places
        if bench.key.fits(bench.key.mac(*made, RIGHT), *typed, RIGHT)
    }
    assert fitting == {(place, place) for place in places}
    assert not bench.key.fits(bench.key.mac(*places[0], RIGHT), *places[0], WRONG)
    assert not bench.key.fits("00" * 32, *places[0], RIGHT)


@OF_PURPOSE
def test_c6_given_a_mac_of_another_place_when_its_code_is_typed_then_it_is_wrong(
    bench: Bench, purpose: Purpose
) -> None:
    """A MAC that was moved in the table to another registration, purpose or address opens nothing there."""
    other: Purpose = "phone" if purpose == "email" else "email"
    for foreign in (
        bench.key.mac(purpose, "another", "a@contoh.example", RIGHT),
        (bench.put(STATES[purpose]).challenge or pytest.fail("no challenge")).mac,
    ):
        registration = bench.put(STATES[purpose], challenge={"mac": foreign})
        assert confirm(bench.steps, registration, purpose, RIGHT) == "code_wrong"
    registration = bench.put(STATES[purpose])
    address = registration.email if purpose == "email" else registration.phone
    for mac in (
        bench.key.mac(other, registration.id, address or "", RIGHT),
        bench.key.mac(purpose, registration.id, "lain@contoh.example", RIGHT),
    ):
        moved = bench.put(STATES[purpose], id=f"{registration.id}{mac[:4]}", challenge={"mac": mac})
        assert confirm(bench.steps, moved, purpose, RIGHT) == "code_wrong"


def test_c6_given_two_registrations_when_the_codes_are_swapped_then_both_are_refused(
    still: Callable[..., Still], code_key: CodeKey
) -> None:
    """Over HTTP as well: the right code of one registration is a wrong guess at the other."""
    one = still("VerifyPhone")
    other = still("VerifyPhone", id=f"{one.id}-b")
    mac = code_key.mac("phone", other.id, other.item["phone"], other.wrong_code)
    other.client.update_item(
        TableName=other.table,
        Key={"id": other.id},
        UpdateExpression="SET challenge.mac = :mac",
        ExpressionAttributeValues={":mac": mac},
    )
    assert other.call("POST", "/phone/confirmation", {"code": one.code}).json()["code"] == "code_wrong"
    assert one.call("POST", "/phone/confirmation", {"code": other.wrong_code}).json()["code"] == "code_wrong"
    assert one.call("POST", "/email/confirmation", {"code": one.code}).json()["code"] == "not_expected_now"
    assert other.call("POST", "/phone/confirmation", {"code": other.wrong_code}).status == 200


@OF_PURPOSE
def test_c7_given_wrong_guesses_when_a_code_is_sent_again_then_the_old_one_is_dead_and_they_stay_counted(
    bench: Bench, purpose: Purpose
) -> None:
    """Another code brings no new guesses; whoever types the older one is told so, and it is no guess."""
    registration = bench.put(STATES[purpose], guesses={purpose: 3})
    send = bench.steps.resend_email if purpose == "email" else lambda each: bench.steps.resend_phone(each, None)
    send(registration)
    # Until the new code is made the old one does not work either.
    assert confirm(bench.steps, bench.get(registration.id), purpose, RIGHT) == "not_expected_now"
    code = opened(bench, bench.get(registration.id), purpose, "next")
    assert code is not None
    after = bench.get(registration.id)
    assert after.guesses[purpose] == 3
    if code != RIGHT:
        assert confirm(bench.steps, after, purpose, RIGHT) == "code_superseded"
        assert bench.get(registration.id).guesses[purpose] == 3
    assert confirm(bench.steps, after, purpose, code) == "confirmed"


@OF_PURPOSE
def test_c7_given_a_registration_read_before_a_resend_when_the_old_code_comes_late_then_it_is_refused(
    bench: Bench, purpose: Purpose
) -> None:
    """A request that read the table before the new code was made does not pass with the old one."""
    stale = bench.put(STATES[purpose])
    opened(bench, stale, purpose, "next")
    assert confirm(bench.steps, stale, purpose, RIGHT) in {"not_expected_now", "code_wrong"}
    assert bench.get(stale.id).guesses[purpose] == 0


def test_c7_given_a_mailed_code_when_another_is_asked_for_then_the_newest_alone_works(walker: Walker) -> None:
    """The whole way: a wrong guess, another mail, the first code refused at no cost, the second one taken."""
    walker.await_that(expects="email_code")
    first = walker.newest_code(walker.email)
    wrong = walker.http("POST", "/email/confirmation", {"code": f"{(int(first) + 1) % 1_000_000:06}"})
    assert (wrong.status, wrong.json()["attempts_left"]) == (422, 4)
    walker.wait_for_cooldown()
    assert until(lambda: walker.http("POST", "/email/resend").status == 202)
    second = walker.newest_code(walker.email)
    assert walker.await_that(expects="email_code")["attempts_left"] == 4
    old = walker.http("POST", "/email/confirmation", {"code": first})
    assert (old.status, old.json()["code"], old.json()["attempts_left"]) == (422, "code_superseded", 4)
    assert walker.http("POST", "/email/confirmation", {"code": second}).status == 200
    assert walker.stack.counts(walker.id).emails == 2


def test_c7_given_a_mistyped_address_when_it_is_corrected_then_its_code_dies_and_guesses_stay_counted(
    walker: Walker,
) -> None:
    """The code of the first address is dead; going back and forth between two addresses brings no new guesses."""
    walker.await_that(expects="email_code")
    first = walker.newest_code(walker.email)
    assert walker.http("POST", "/email/confirmation", {"code": f"{(int(first) + 1) % 1_000_000:06}"}).status == 422
    walker.email = f"lain.{walker.email}"
    changed = walker.http("PUT", "/email", {"email": walker.email})
    assert changed.status == 202
    second = walker.newest_code(walker.email)
    assert walker.await_that(expects="email_code")["attempts_left"] == 4
    assert walker.http("POST", "/email/confirmation", {"code": first}).json()["code"] == "code_wrong"
    assert walker.http("POST", "/email/confirmation", {"code": second}).status == 200
    assert (walker.stack.item(walker.id) or {})["email"] == walker.email


@OF_PURPOSE
def test_c7_given_the_same_address_when_it_is_corrected_to_it_then_it_is_a_resend(
    still: Callable[..., Still], purpose: Purpose
) -> None:
    """To type the same address again neither skips the waiting time nor brings new guesses."""
    place = still(STATES[purpose], guesses={purpose: 3}, challenge={"resend_at": 99_999_999_999})
    again = place.call("PUT", f"/{purpose}", {purpose: place.item[purpose]})
    assert (again.status, again.json()["code"]) == (429, "resend_too_early")
    assert place.item["guesses"][purpose] == 3
    assert "answer" not in place.item


@OF_PURPOSE
def test_given_a_code_just_sent_when_another_is_asked_for_then_429_says_how_long_to_wait(
    bench: Bench, still: Callable[..., Still], purpose: Purpose
) -> None:
    """The answer and its header name the seconds, after which the same request succeeds."""
    place = still(STATES[purpose])
    resend_at = place.item["created_at"] + 500
    place.remove()
    place = still(STATES[purpose], challenge={"resend_at": resend_at})
    before = place.item
    early = place.call("POST", f"/{purpose}/resend")
    assert (early.status, early.json()["code"]) == (429, "resend_too_early")
    assert early.header("Retry-After") == str(early.json()["retry_after"])
    assert 400 < early.json()["retry_after"] <= 500
    assert place.call("GET").json()["resend_available_in"] in range(400, 501)
    assert place.item == before
    registration = bench.put(STATES[purpose], challenge={"resend_at": int(bench.clock.now) + 60})
    send = bench.steps.resend_email if purpose == "email" else lambda each: bench.steps.resend_phone(each, None)
    bench.clock.now += 59
    with pytest.raises(Problem) as refused:
        send(registration)
    assert refused.value.retry_after == 1
    bench.clock.now += 1
    send(registration)
    assert bench.get(registration.id).answered


@OF_PURPOSE
def test_given_resends_used_up_when_another_is_asked_for_then_403(
    still: Callable[..., Still], purpose: Purpose
) -> None:
    """No other code beyond the policy's number; the last code still works."""
    place = still(STATES[purpose], challenge={"resends_left": 0})
    answer = place.call("POST", f"/{purpose}/resend")
    assert (answer.status, answer.json()["code"]) == (403, "resends_used_up")
    seen = place.call("GET").json()["resend_available_in"]
    # By phone something is left to be asked for when this code is dead.
    assert seen is None if purpose == "email" else seen > 0
    assert place.call("POST", f"/{purpose}/confirmation", {"code": place.code}).status == 200


def test_given_no_code_left_and_the_last_one_dead_when_another_is_asked_for_then_a_person_goes_on(bench: Bench) -> None:
    """A carrier that took every message and delivered none is not the registrant's end; asked twice is asked once."""
    dead = int(bench.clock.now) + 600
    registration = bench.put("VerifyPhone", challenge={"resends_left": 0, "expires_at": dead})
    bench.clock.now = dead - 1
    with pytest.raises(Problem, match="resends_used_up"):
        bench.steps.resend_phone(registration, None)
    assert view(registration, bench.clock.now).resend_available_in == 1
    bench.clock.now += 1
    assert view(registration, bench.clock.now).resend_available_in == 0
    bench.steps.resend_phone(registration, "whatsapp")
    answered = next(item for item in bench.items() if item["id"] == registration.id)
    assert answered["answer"]["kind"] == "unreached"
    with pytest.raises(Problem, match="not_expected_now"):
        bench.steps.resend_phone(registration, None)


def test_given_no_code_left_by_mail_and_the_last_one_dead_when_another_is_asked_for_then_403(bench: Bench) -> None:
    """Of whom nothing but an address is known, nobody could decide anything; to begin again costs little."""
    dead = int(bench.clock.now) + 600
    registration = bench.put("VerifyEmail", challenge={"resends_left": 0, "expires_at": dead})
    bench.clock.now = dead
    with pytest.raises(Problem, match="resends_used_up"):
        bench.steps.resend_email(registration)
    assert view(registration, bench.clock.now).resend_available_in is None


@OF_PURPOSE
def test_given_resends_used_up_when_the_address_is_corrected_then_it_is_taken(
    still: Callable[..., Still], purpose: Purpose
) -> None:
    """Whoever asked in vain for code after code, because the address was mistyped, can still correct it."""
    place = still(STATES[purpose], challenge={"resends_left": 0})
    assert place.call("PUT", f"/{purpose}", ANOTHER[purpose]).status == 202
    assert place.item["changes"] == {"email": 0, "phone": 0} | {purpose: 1}


@OF_PURPOSE
def test_c8_given_changes_used_up_when_another_is_made_then_403(still: Callable[..., Still], purpose: Purpose) -> None:
    """Each change is a message to somebody, so there are no more than the policy says; the last code still works."""
    place = still(STATES[purpose], challenge={"changes_left": 0})
    before = place.item
    answer = place.call("PUT", f"/{purpose}", ANOTHER[purpose])
    assert (answer.status, answer.json()["code"]) == (403, "changes_used_up")
    assert place.item == before
    assert place.call("POST", f"/{purpose}/confirmation", {"code": place.code}).status == 200


@OF_PURPOSE
def test_c8_given_20_requests_for_another_code_at_once_when_written_then_one_is_answered(
    bench: Bench, purpose: Purpose
) -> None:
    """However often the button is pressed at the same moment, one code is asked for."""
    registration = bench.put(STATES[purpose])

    def send() -> str:
        try:
            if purpose == "email":
                bench.steps.resend_email(registration)
            else:
                bench.steps.resend_phone(registration, "whatsapp")
        except Problem as problem:
            return problem.code
        return "asked"

    assert at_once(20, send) == {"asked": 1, "not_expected_now": 19}


def test_c8_given_the_committed_policy_when_codes_are_asked_for_then_no_more_are_sent_than_it_says(
    bench: Bench,
) -> None:
    """As many resends and as many changes as it says, in whatever order, by the layer's own count."""
    policy = default().otp
    orders = [["resend"] * policy.resends + ["change"] * policy.changes]
    orders += [orders[0][::-1], ["change", *["resend"] * policy.resends, *["change"] * (policy.changes - 1)]]
    for order in orders:
        registration = bench.put("VerifyPhone", sendings={"email": 1, "phone": 0})
        for entry, asked in enumerate(["", *order]):
            if asked == "resend":
                bench.steps.resend_phone(bench.get(registration.id), None)
            elif asked:
                bench.steps.change_phone(bench.get(registration.id), f"+62812345678{entry:02}")
            assert opened(bench, bench.get(registration.id), "phone", str(entry)) is not None
            bench.clock.now += policy.resend_cooldown_seconds
        last = bench.get(registration.id)
        with pytest.raises(Problem, match="resends_used_up"):
            bench.steps.resend_phone(last, None)
        with pytest.raises(Problem, match="changes_used_up"):
            bench.steps.change_phone(last, "+6281234567899")
        assert bench.get(registration.id) == last
        assert last.sendings["phone"] == 1 + policy.resends + policy.changes


def test_given_the_email_code_when_it_is_guessed_wrong_too_often_then_403_and_the_registration_expires(
    walker: Walker,
) -> None:
    """Nobody waits for a code that can no longer be typed: the registration ends, and says why."""
    walker.await_that(expects="email_code")
    wrong = f"{(int(walker.newest_code(walker.email)) + 1) % 1_000_000:06}"
    answers = [walker.http("POST", "/email/confirmation", {"code": wrong}) for _ in range(5)]
    assert [answer.status for answer in answers] == [422] * 4 + [403]
    assert [answer.json()["attempts_left"] for answer in answers] == [4, 3, 2, 1, 0]
    assert answers[-1].json()["code"] == "too_many_guesses"
    seen = walker.await_that(status="expired")
    assert (seen["reason"], seen["expects"]) == ("too_many_guesses", "nothing")
    assert walker.http("POST", "/email/confirmation", {"code": wrong}).status == 410


def test_given_the_otp_when_it_is_guessed_wrong_too_often_then_403_and_a_person_decides(walker: Walker) -> None:
    """Who passed three layers is not turned away for mistyping: an operator looks at it."""
    walker.confirm_email()
    walker.submit()
    walker.await_that(expects="phone_code")
    wrong = f"{(int(walker.newest_code(walker.resident.phone)) + 1) % 1_000_000:06}"
    answers = [walker.http("POST", "/phone/confirmation", {"code": wrong}) for _ in range(5)]
    assert [answer.status for answer in answers] == [422] * 4 + [403]
    assert (answers[-1].json()["code"], answers[-1].json()["attempts_left"]) == ("too_many_guesses", 0)
    seen = walker.await_that(status="in_review")
    assert (seen["reason"], seen["expects"], seen["attempts_left"]) == ("too_many_guesses", "nothing", None)
    assert walker.http("POST", "/phone/confirmation", {"code": wrong}).status == 409


def test_given_a_mistyped_number_when_it_is_corrected_then_the_new_phone_gets_a_code_and_the_old_one_dies(
    walker: Walker, unused_residents: Iterator[Resident]
) -> None:
    """A number that is not the registrant's own is corrected in place."""
    owner = next(unused_residents)
    walker.confirm_email()
    walker.submit()
    walker.await_that(expects="phone_code")
    first = walker.newest_code(walker.resident.phone)
    assert walker.http("POST", "/phone/confirmation", {"code": f"{(int(first) + 1) % 1_000_000:06}"}).status == 422
    assert walker.http("PUT", "/phone", {"phone": owner.phone}).status == 202
    second = walker.newest_code(owner.phone)
    assert walker.await_that(expects="phone_code")["attempts_left"] == 4
    assert walker.http("POST", "/phone/confirmation", {"code": first}).json()["code"] == "code_wrong"
    assert walker.http("POST", "/phone/confirmation", {"code": second}).status == 200
    assert walker.await_that(status="verified")["assurance"]["otp"] == "passed"


def test_c1_given_every_value_when_a_code_is_made_then_it_has_six_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """All million values of `secrets` become six digits, leading zeros kept, each another code."""
    values, drawn, here = iter(range(1_000_000)), secrets.randbelow, current_thread()

    def randbelow(bound: int) -> int:
        if current_thread() is not here:
            return drawn(bound)  # a stack that runs in this process makes codes, too
        assert bound == 1_000_000
        return next(values)

    monkeypatch.setattr(secrets, "randbelow", randbelow)
    codes = [new_code() for _ in range(1_000_000)]
    assert len(set(codes)) == 1_000_000
    assert set(map(len, codes)) == {6}
    assert set("".join(codes)) == set("0123456789")


def test_c1_given_many_codes_when_they_are_made_then_every_digit_stands_everywhere() -> None:
    """No position is fixed and no digit left out."""
    codes = [new_code() for _ in range(2_000)]
    assert all({code[position] for code in codes} == set("0123456789") for position in range(6))


def test_c1_given_leading_zeros_when_the_code_is_typed_then_it_fits_with_them_alone(bench: Bench) -> None:
    """000042 is not 42, and may be typed with spaces."""
    registration = bench.put("VerifyPhone")
    assert confirm(bench.steps, registration, "phone", "42") == "code_wrong"
    assert confirm(bench.steps, registration, "phone", "000042") == "confirmed"


def test_c2_given_live_codes_when_the_table_is_dumped_then_no_code_can_be_had_from_it(walker: Walker) -> None:
    """Neither a code nor a plain hash of it stands in the table, with whatever a thief could take from its item."""
    walker.await_that(expects="email_code")
    code = walker.newest_code(walker.email)
    item = walker.stack.item(walker.id) or {}
    assert len(bytes.fromhex(item["challenge"]["mac"])) == 32
    assert code not in str(item["challenge"]["mac"]) + str(item.get("answer")) + str(item["layers"])
    known = ("", "email", item["id"], item["email"], item["challenge"]["entry_id"], *item["sessions"])
    parts = {*known, *(f"{one}{between}{two}" for one in known for two in known for between in ("", "|", ":", "\n"))}
    parts.add(f"email\n{item['id']}\n{item['email']}")
    forms = {
        form
        for part in parts
        for between in ("", "|", ":", "\n")
        for form in (f"{part}{between}{code}", f"{code}{between}{part}")
    }
    dump = repr(walker.stack.items()).lower()
    assert f"email\n{item['id']}\n{item['email']}\n{code}" in forms
    assert item["challenge"]["mac"] in dump
    for form in forms:
        assert not any(hashed(form.encode()).hexdigest() in dump for hashed in (sha256, sha1, md5))
    keyless = (hmac.digest(part.encode(), code.encode(), "sha256").hex() for part in parts)
    assert not any(mac in dump for mac in keyless)


def test_c2_given_codes_when_typed_then_none_of_them_is_stored(still: Callable[..., Still]) -> None:
    """Neither a wrong nor the right code that was typed is left anywhere."""
    place = still("VerifyPhone", id="0000-c2-of-this-test", email="c2@contoh.example", phone="+628111111111")
    place.call("POST", "/phone/confirmation", {"code": place.wrong_code})
    place.call("POST", "/phone/confirmation", {"code": place.code})
    kept = {name: value for name, value in place.item.items() if name not in {"sessions", "challenge"}}
    assert place.item["answer"]["kind"] == "confirmed"
    assert place.code not in repr(kept)
    assert place.wrong_code not in repr(kept)


class Repeating:
    """DynamoDB behind a line that loses its first answer: the SDK makes the write again, and tells what came of that.

    Args:
        writes: what stands in the updates that it happens to.
    """

    def __init__(self, client: Any, writes: str) -> None:  # noqa: ANN401 (boto3's client)
        self._client = client
        self._writes = writes

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the client has)
        """Everything else as it is."""
        return getattr(self._client, name)

    def update_item(self, **request: Any) -> Any:  # noqa: ANN401 (boto3's)
        """Write twice."""
        if self._writes in request["UpdateExpression"]:
            self._client.update_item(**request)
        return self._client.update_item(**request)


def repeating(bench: Bench, writes: str) -> Steps:
    """The steps on such a line."""
    client: Any = Repeating(bench.client, writes)
    return replace(bench.steps, registrations=replace(bench.steps.registrations, client=lambda: client))


@OF_PURPOSE
def test_given_a_write_whose_answer_got_lost_then_the_right_code_is_still_right(bench: Bench, purpose: Purpose) -> None:
    """It was taken, and is not refused because the SDK made the write once more."""
    registration = bench.put(STATES[purpose])
    steps = repeating(bench, "answer = :answer")
    assert confirm(steps, registration, purpose, RIGHT) == "confirmed"
    assert confirm(steps, bench.get(registration.id), purpose, RIGHT) != "confirmed"


@OF_PURPOSE
def test_c23_given_a_guess_whose_count_got_lost_on_the_way_back_then_it_is_counted_once(
    bench: Bench, purpose: Purpose
) -> None:
    """Neither an attempt more nor less, whatever the SDK repeats."""
    registration = bench.put(STATES[purpose])
    steps = repeating(bench, "guesses.#purpose")
    assert confirm(steps, registration, purpose, WRONG) == "code_wrong"
    assert bench.get(registration.id).guesses[purpose] == 1
    assert confirm(steps, bench.get(registration.id), purpose, RIGHT) == "confirmed"
    assert bench.get(registration.id).guesses[purpose] == 1
