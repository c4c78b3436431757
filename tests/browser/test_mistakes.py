"""A person's mistakes at the page, beside those that the catalogue has: nothing is lost, and nothing is sent twice."""

from __future__ import annotations

import re
from time import time
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from functions.registration.steps import RACE_SECONDS
from functions.shared.policy import Policy
from local.registrant import Registrant, StuckError
from local.stack import Counts, until
from tests.browser.people import (
    AnswerLost,
    DoubleTapping,
    GoingBack,
    OnKeyboard,
    Pasting,
    Reloading,
    StoringNothing,
    WithoutSignal,
)
from tests.browser.person import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Route

    from local.partners.population import Resident
    from local.stack import LocalStack
    from tests.browser.device import Device

HAPPY = Counts(emails=2, sms=1, whatsapp=0, register=1)
"""A code and the notice by mail, a code to the phone, one question to the register."""
SENT = [
    "POST /v1/registrations",
    "POST /v1/registrations/…/email/confirmation",
    "PUT /v1/registrations/…/details",
    "POST /v1/registrations/…/phone/confirmation",
]


PHONE, DESK = ("phone", "id"), ("desktop", "en")
"""What is in hand, and in which language the page is read."""
EVERYBODY = [(kind, language) for kind in ("phone", "desktop") for language in ("id", "en")]


A_MOMENT_MS = 500
"""In which what was pressed would have been sent."""


def _lost(route: Route) -> None:
    """It arrives, and its answer does not."""
    route.fetch()
    route.abort("connectionreset")


type Be = Callable[..., Person]


@pytest.fixture
def be(stack: LocalStack, resident: Resident, device_of: Callable[..., Device]) -> Be:
    """Somebody of some kind of people, with a phone or at a desk."""

    def one(kind: type[Person], has: tuple[str, str] = PHONE, **known: Any) -> Person:  # noqa: ANN401 (a person's attributes)
        class Here(kind):  # type: ignore[valid-type,misc] # one class for each device
            devices = staticmethod(lambda: device_of(*has))

        made: Person = Here(stack, **({"resident": resident} | known))
        return made

    return one


def cost(person: Person) -> Counts:
    """What a verified registration has cost, once its owner was told."""
    if not until(lambda: person.stack.notified(person.id)):
        raise StuckError("the notice was not settled")
    return person.stack.counts(person.id)


@pytest.mark.parametrize("has", EVERYBODY, ids="-".join)
@pytest.mark.parametrize(
    "kind", [GoingBack, Reloading, Pasting, OnKeyboard, StoringNothing], ids=lambda kind: kind.__name__
)
def test_given_people_as_they_are_when_they_register_then_each_thing_is_sent_once(
    kind: type[Person], has: tuple[str, str], be: Be
) -> None:
    """Back, reload, a lost tab, a paste with spaces, no pointer, no storage: the same four calls, the same three messages."""
    person = be(kind, has)
    person.register()
    person.await_that(status="verified")
    assert cost(person) == HAPPY
    assert person.device.sent == SENT


@pytest.mark.usefixtures("patient")
def test_given_double_taps_when_every_button_is_tapped_then_each_thing_is_sent_once(
    be: Be, residents: Iterator[Resident]
) -> None:
    """Also where a tap sends a message (a suggestion taken, another channel), ends everything, or begins anew."""
    person = be(DoubleTapping, resident=next(residents))
    own, person.email = person.email, f"{person.email.partition('@')[0]}@gmail.con"
    begun = person.begin()
    person.await_that(expects="email_code")
    person.change("/email", email=begun["email_suggestion"])
    person.email = begun["email_suggestion"]
    person.newest_code(person.email)
    person.resend("/email")
    person.newest_code(person.email)
    person.change("/email", email=own)
    person.email = own
    person.confirm_email()
    person.submit(phone=next(residents).phone)  # one that gives no hint, which would be pressed past
    person.change("/phone", phone=person.resident.phone)
    person.newest_code(person.resident.phone)
    _ask_for(person, "whatsapp")
    person.confirm_phone()
    person.await_that(status="verified")
    assert cost(person) == Counts(emails=5, sms=2, whatsapp=1, register=1)
    assert person.call("DELETE")[0] == 204
    person.device.screen("withdrawn")
    person.device.look("withdrawn")
    person.press(person.page.get_by_role("button", name=person.device.words("again"), exact=True))
    person.device.screen("start")
    assert person.device.stored() == {}
    assert person.device.sent == [
        "POST /v1/registrations",
        "PUT /v1/registrations/…/email",
        "POST /v1/registrations/…/email/resend",
        "PUT /v1/registrations/…/email",
        "POST /v1/registrations/…/email/confirmation",
        "PUT /v1/registrations/…/details",
        "PUT /v1/registrations/…/phone",
        "POST /v1/registrations/…/phone/resend",
        "POST /v1/registrations/…/phone/confirmation",
        "DELETE /v1/registrations/…",
    ]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("has", EVERYBODY, ids="-".join)
def test_given_a_double_tap_on_a_button_that_goes_away_then_what_comes_under_the_finger_is_not_pressed(
    has: tuple[str, str], be: Be, stack: LocalStack, resident: Resident
) -> None:
    """A question turned down, a box closed, a registration opened or left: their places are taken by buttons that send."""
    stack.set_faults({"dukcapil": "down"})
    person = be(DoubleTapping, has, email=f"{resident.email.partition('@')[0]}@gmail.con")
    device, page = person.device, person.page

    def double_tap(name: str) -> None:
        person.press(page.get_by_role("button", name=device.words(name), exact=True))

    person.begin()
    code = person.newest_code(person.email)
    page.locator(".again [data-resend=same]:enabled").wait_for()
    double_tap("suggestion.no")
    page.locator("#suggestion").wait_for(state="hidden")
    double_tap("emailCode.change")
    double_tap("cancel")
    page.locator("#change-email").wait_for(state="hidden")
    double_tap("withdraw.open")
    double_tap("withdraw.no")
    device.offers(device.words("withdraw.open"))
    double_tap("verified.another")
    double_tap("whose.keep")
    page.locator("#somebody-else").wait_for(state="hidden")
    page.wait_for_timeout(A_MOMENT_MS)
    assert device.sent == SENT[:1]

    elsewhere = Registrant(stack, person.resident, email=person.email, id=person.id)
    assert elsewhere.call("POST", "/email/confirmation", {"code": code})[0] == 200
    confirmed = time()
    page.reload()
    device.screen("lost")
    until(lambda: time() > confirmed + RACE_SECONDS + 1, seconds=RACE_SECONDS + 5)
    person.type("code", code)
    double_tap("lost.open")
    device.screen("details")
    person.secret = device.stored()["secret"]
    double_tap("whose.notMine")
    double_tap("whose.stay")
    page.locator("#not-mine").wait_for(state="hidden")
    person.submit()
    person.confirm_phone()
    person.await_that(status="settling", reason="dukcapil_unavailable")
    double_tap("waiting.now")
    double_tap("verified.another")
    double_tap("whose.begin")
    device.screen("start")
    page.wait_for_timeout(A_MOMENT_MS)
    assert not page.locator(".summary").is_visible()
    assert device.sent == SENT


@pytest.mark.usefixtures("patient")
def test_given_double_taps_on_the_mailed_link_and_on_a_dispute_then_each_is_sent_once(
    be: Be, stack: LocalStack, residents: Iterator[Resident]
) -> None:
    """Somebody who goes on at a desk with the link alone, and insists on a NIK that is another's."""
    owner = Registrant(stack, next(residents))
    owner.register()
    owner.await_that(status="verified")
    begun = _begun(stack, next(residents))
    person = be(DoubleTapping, DESK, resident=begun.resident, id=begun.id, earlier=begun.earlier)
    status, confirmed = person.call("POST", "/email/confirmation", {"code": begun.newest_code(begun.email)})
    assert status == 200
    person.secret = confirmed["session_secret"]
    mistaken = {"nik": owner.resident.nik, "nik_last4": owner.resident.nik[-4:]}
    person.submit(**mistaken)
    person.await_that(expects="details", reason="duplicate")
    taken = len(person.device.sent)
    person.submit(**mistaken)
    person.await_that(status="rejected", expects="dispute")
    assert person.call("POST", "/dispute", {"statement": "This NIK is mine."})[0] == 202
    person.await_that(status="in_review", reason="disputed")
    assert person.device.sent[0] == "POST /v1/registrations/…/email/confirmation"
    assert person.device.sent[1:taken].count("PUT /v1/registrations/…/details") == taken - 1
    assert person.device.sent[-1] == "POST /v1/registrations/…/dispute"
    assert person.device.sent.count("POST /v1/registrations/…/dispute") == 1


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("has", EVERYBODY, ids="-".join)
def test_given_no_signal_for_a_minute_at_each_step_then_nothing_is_lost_and_nothing_is_sent_twice(
    has: tuple[str, str], be: Be
) -> None:
    """The page says so, keeps what was typed, and sends when it is pressed again."""
    person = be(WithoutSignal, has)
    person.register()
    person.await_that(status="verified")
    assert cost(person) == HAPPY


@pytest.mark.usefixtures("patient")
def test_given_each_answer_lost_then_the_page_finds_out_and_nothing_is_sent_twice(be: Be) -> None:
    """The request arrives, its answer does not; only the beginning is pressed again, and begins once."""
    person = be(AnswerLost)
    person.register()
    person.await_that(status="verified")
    assert cost(person) == HAPPY
    assert person.device.sent == [SENT[0], *SENT]


@pytest.mark.usefixtures("patient")
def test_given_lost_answers_to_whatever_is_changed_then_the_page_names_what_is_so_now(
    be: Be, residents: Iterator[Resident]
) -> None:
    """Another address, another number and channel are named although their answers are lost; a wrong code is called wrong."""
    person = be(AnswerLost, DESK, resident=next(residents))
    person.begin()
    person.await_that(expects="email_code")
    person.newest_code(person.email)
    # The page would be right to name it masked, so it differs in what is not masked.
    changed = f"z{person.email.partition('@')[0]}@example.net"
    assert person.change("/email", email=changed)[0] == 202
    person.email = changed
    person.await_that(expects="email_code")
    code = person.newest_code(changed)
    _mistyped(person, "/email/confirmation", code)
    person.resend("/email")
    person.confirm_email()
    person.submit(phone=next(residents).phone)
    assert person.change("/phone", phone=person.resident.phone)[0] == 202
    person.await_that(expects="phone_code")
    person.newest_code(person.resident.phone)
    _ask_for(person, "whatsapp")
    person.await_that(expects="phone_code")
    code = person.newest_code(person.resident.phone)
    _mistyped(person, "/phone/confirmation", code)
    person.confirm_phone(code)
    person.await_that(status="verified")
    assert cost(person) == Counts(emails=4, sms=2, whatsapp=1, register=1)
    assert person.call("DELETE")[0] == 204
    person.device.screen("withdrawn")
    # The one that was pressed twice is the beginning; of codes there were a wrong one and a right one each.
    sent = person.device.sent
    assert sent.count("POST /v1/registrations") == 2
    assert {each: sent.count(each) for each in sent[2:]} == {
        "PUT /v1/registrations/…/email": 1,
        "POST /v1/registrations/…/email/resend": 1,
        "POST /v1/registrations/…/email/confirmation": 2,
        "PUT /v1/registrations/…/details": 1,
        "PUT /v1/registrations/…/phone": 1,
        "POST /v1/registrations/…/phone/resend": 1,
        "POST /v1/registrations/…/phone/confirmation": 2,
        "DELETE /v1/registrations/…": 1,
    }


@pytest.mark.usefixtures("patient")
def test_given_an_address_confirmed_on_another_device_then_the_first_one_is_told_and_can_go_on(
    be: Be, stack: LocalStack
) -> None:
    """The first device's session opens nothing any more; the code of the newest mail is its way back, by a press."""
    person = be(Person, DESK)
    person.begin()
    person.await_that(expects="email_code")
    code = person.newest_code(person.email)
    elsewhere = Registrant(stack, person.resident, id=person.id)
    assert elsewhere.call("POST", "/email/confirmation", {"code": code})[0] == 200
    confirmed = time()
    device = person.device
    person.page.reload()
    device.screen("lost")
    why = (device.reason("registration_not_found"), device.words("lost.text"))
    device.shows(why, device.words("lost.codeText"), device.words("lost.againText"))
    device.offers(device.words("lost.open"), device.words("again"))
    device.look("lost")
    assert device.stored()["id"] == person.id  # nothing is forgotten before a press
    until(lambda: time() > confirmed + RACE_SECONDS + 1, seconds=RACE_SECONDS + 5)
    person.type("code", code)
    status, opened = person.send("POST", "/email/confirmation", person.main_button)
    assert status == 200
    person.secret = opened["session_secret"]
    person.await_that(expects="details")
    assert person.device.sent == SENT[:2]


@pytest.mark.usefixtures("patient")
def test_given_a_withdrawal_that_was_lost_when_the_registration_goes_on_then_nobody_is_told_that_it_has_arrived(
    be: Be, stack: LocalStack
) -> None:
    """What another device does meanwhile is not taken for what was pressed here."""
    person = be(Person, DESK)
    person.begin()
    person.await_that(expects="email_code")
    device, code = person.device, person.newest_code(person.email)
    its_own = re.compile(f"/{person.id}$")
    person.press(person.page.get_by_role("button", name=device.words("withdraw.open"), exact=True))
    person.page.route(its_own, lambda route: route.abort("connectionreset"))
    with person.page.expect_event("requestfailed", lambda request: request.method == "DELETE"):
        person.press(person.page.get_by_role("button", name=device.words("withdraw.yes"), exact=True))
    elsewhere = Registrant(stack, person.resident, id=person.id, secret=person.secret)
    assert elsewhere.call("POST", "/email/confirmation", {"code": code})[0] == 200
    person.page.unroute(its_own)
    device.screen("details")
    device.shows(device.words("connection.pressAgain"))
    assert device.words("connection.arrived") not in person.page.locator("#status").inner_text()
    assert person.see()["status"] == "details_pending"


@pytest.mark.usefixtures("patient")
def test_given_a_resend_that_hangs_when_the_code_is_confirmed_then_the_page_says_that_it_was_not_sent(
    be: Be, stack: LocalStack
) -> None:
    """One thing at a time; the person is told, and not left to believe that the code is being looked at."""
    person = be(Person, DESK)
    person.begin()
    person.await_that(expects="email_code")
    assert until(lambda: person.await_that(expects="email_code")["resend_available_in"] == 0)
    device, code = person.device, person.newest_code(person.email)
    hanging: list[Route] = []
    person.page.route(re.compile("/email/resend$"), lambda route: hanging.append(route))  # noqa: PLW0108 (Playwright writes to what it is given)
    with person.page.expect_request(re.compile("/email/resend$")):
        person.press(person.page.locator(".again [data-resend=same]"))
    person.type("code", code)
    person.press(person.main_button)
    device.shows(device.words("connection.oneAtATime"))
    assert "POST /v1/registrations/…/email/confirmation" not in device.sent
    hanging[0].abort("connectionreset")
    device.shows(device.words("connection.lookFirst"))
    assert person.send("POST", "/email/confirmation", person.main_button)[0] == 200
    device.screen("details")
    assert stack.counts(person.id).emails == 1


@pytest.mark.usefixtures("patient")
def test_given_two_corrections_declined_for_the_same_reason_when_their_answers_are_lost_then_each_is_sent_once(
    be: Be,
) -> None:
    """The second one shows in nothing but the tries that are left; pressed again, it would cost another."""
    person = be(AnswerLost, DESK)
    person.begin()
    person.confirm_email()
    person.submit(full_name="Nama Yang Lain")
    declined = person.await_that(expects="details", reason="mismatch")
    standing = Registrant(person.stack, person.resident, id=person.id, secret=person.device.stored()["secret"])

    def not_before_it_is_declined_again(route: Route) -> None:
        seen = standing.see()
        again = seen["expects"] == "details" and seen["attempts_left"] < declined["attempts_left"]
        if again or route.request.method != "GET":
            route.fallback()
        else:
            route.abort("connectionreset")

    its_own = re.compile(f"/{person.id}$")
    person.page.route(its_own, not_before_it_is_declined_again)
    person.submit(full_name="Nama Lain Lagi")
    person.page.unroute(its_own, not_before_it_is_declined_again)
    again = person.await_that(expects="details", reason="mismatch")
    assert again["attempts_left"] == declined["attempts_left"] - 1
    assert person.device.sent.count(SENT[2]) == 2
    person.submit()
    person.confirm_phone()
    person.await_that(status="verified")
    assert person.device.sent.count(SENT[2]) == 3


@pytest.mark.usefixtures("patient")
def test_given_a_withdrawal_when_the_line_breaks_behind_it_then_its_owner_knows_that_it_is_done(be: Be) -> None:
    """Whether one's data is gone is nothing to be left in doubt about."""
    person = be(Person)
    person.begin()
    person.await_that(expects="email_code")
    its_own = re.compile(f"/{person.id}$")
    person.page.route(
        its_own, lambda route: route.abort("connectionreset") if route.request.method == "GET" else route.fallback()
    )
    assert person.call("DELETE")[0] == 204
    person.device.shows(person.device.words("withdrawn.text"))
    person.page.unroute(its_own)
    person.device.screen("withdrawn")


def test_given_one_phone_for_two_when_the_first_has_to_wait_then_the_second_begins_without_touching_it(
    be: Be, stack: LocalStack
) -> None:
    """Neither withdrawn nor taken over: left on this device, by two presses, and it goes on."""
    stack.set_faults({"dukcapil": "down"})
    person = be(Person)
    person.begin()
    person.confirm_email()
    person.submit()
    person.confirm_phone()
    person.await_that(status="settling", reason="dukcapil_unavailable")
    device = person.device
    person.press(person.page.get_by_role("button", name=device.words("verified.another"), exact=True))
    device.shows(device.words("whose.another"))
    device.offers(device.words("whose.begin"), device.words("whose.keep"))
    device.look("somebody-else")
    sent, secret = list(device.sent), device.stored()["secret"]
    person.press(person.page.get_by_role("button", name=device.words("whose.begin"), exact=True))
    device.screen("start")
    assert device.stored() == {}
    assert device.sent == sent
    assert person.page.locator("#email").input_value() == ""
    stack.set_faults({"dukcapil": "up"})
    first = Registrant(stack, person.resident, id=person.id, secret=secret)
    first.await_that(status="verified")


def test_given_a_refused_address_when_another_language_is_chosen_then_it_is_the_language_of_the_registration(
    be: Be, stack: LocalStack
) -> None:
    """Whoever finds the switch late shall be written to in what he reads; so shall his consent say it."""
    person = be(Person)
    device = person.device
    device.open()
    person.type("email", "siti@")
    person.tick("consent")
    status, problem = person.send("POST", "/v1/registrations", person.main_button)
    assert (status, problem["errors"][0]["pointer"]) == (422, "#/email")
    person.page.locator("#language").click()
    person.page.locator("html[lang=en]").wait_for(state="attached")
    device.language = "en"
    person.type("email", person.email)
    status, begun = person.send("POST", "/v1/registrations", person.main_button)
    assert status == 201
    item = stack.item(begun["id"]) or {}
    assert (item["locale"], item["consent"]["locale"]) == ("en", "en")


@pytest.mark.usefixtures("patient")
def test_given_an_answer_lost_and_a_slip_when_it_is_sent_again_then_it_has_begun_once(be: Be) -> None:
    """A refusal does not make the page forget that an earlier press may have begun something."""
    person = be(Person)
    person.earlier = len(person.stack.inbox())
    person.device.open()
    person.type("email", person.email)
    person.tick("consent")
    with person.page.expect_event("requestfailed"):
        person.page.route(re.compile("/v1/registrations$"), _lost)
        person.press(person.main_button)
    person.page.unroute(re.compile("/v1/registrations$"), _lost)
    person.type("email", "siti@")
    assert person.send("POST", "/v1/registrations", person.main_button)[0] == 422
    person.type("email", person.email)
    status, begun = person.send("POST", "/v1/registrations", person.main_button)
    assert status == 201
    person.id, person.secret, person.told.email = begun["id"], begun["session_secret"], person.email
    person.confirm_email()
    assert person.stack.counts(person.id).emails == 1


@pytest.mark.usefixtures("patient")
def test_given_a_slip_in_the_address_and_a_queue_then_it_is_asked_about_before_anybody_leaves(be: Be) -> None:
    """The code would go to a stranger, and nobody could tell the person; so he is asked to stay for the moment."""
    person = be(Person)
    own = f"{person.email.partition('@')[0]}@gmail.con"
    person.email = own
    with _in_a_queue():
        begun = person.begin()
        person.await_that(status="queued")
    person.await_that(expects="email_code")
    assert person.change("/email", email=begun["email_suggestion"])[0] == 202


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("has", EVERYBODY, ids="-".join)
def test_given_a_crowd_when_somebody_is_in_the_queue_then_the_page_may_be_closed(has: tuple[str, str], be: Be) -> None:
    """A day's crowd takes hours: the mail is the sign. So it is once a question about the address is answered by no."""
    person = be(Person, has)
    device = person.device
    with _in_a_queue():
        person.begin()
        person.await_that(status="queued")
        person.page.reload()
        person.await_that(status="queued")
    person.await_that(expects="email_code")
    odd = be(Person, has, email=f"{person.email.partition('@')[0]}@gmail.con")
    with _in_a_queue():
        odd.begin()
        odd.await_that(status="queued")
        odd.press(odd.page.get_by_role("button", name=device.words("suggestion.no"), exact=True))
        odd.device.shows(device.words("waiting.close"))
        assert not odd.page.get_by_text(device.words("waiting.self")).is_visible()


@pytest.mark.usefixtures("patient")
def test_given_details_half_typed_when_the_page_is_lost_then_it_says_why_its_fields_are_empty(be: Be) -> None:
    """Android ends pages behind which another app is opened, to look at the photo of a card for instance."""
    person = be(Person)
    person.begin()
    person.confirm_email()
    person.await_that(expects="details")
    emptied = person.page.locator("#emptied")
    assert not emptied.is_visible()
    person.type("nik", person.resident.nik)
    person.page.once("dialog", lambda dialog: dialog.accept())
    person.page.reload()
    person.device.screen("details")
    emptied.wait_for()
    person.device.shows(person.device.words("details.emptied"))
    person.device.look("emptied")
    assert person.page.locator("#nik").input_value() == ""
    person.submit()
    person.await_that(expects="phone_code")


@pytest.mark.usefixtures("patient")
def test_given_the_link_of_another_registration_then_neither_is_lost(be: Be, residents: Iterator[Resident]) -> None:
    """The page says that another one is open here, and takes the link's only by a press."""
    person = be(Person)
    person.begin()
    person.await_that(expects="email_code")
    device, own = person.device, person.device.stored()
    other = _begun(person.stack, next(residents))
    link = f"#registration={other.id}&code={other.newest_code(other.email)}"

    for then in ("stays", "confirms"):
        person.page.goto("about:blank")
        person.page.goto(f"{device.origin}/{link}")
        device.screen("link")
        device.shows(device.words("link.otherTitle"), device.words("link.other"), device.words("link.nothingYet"))
        device.offers(device.words("link.button"), device.words("link.stay"))
        device.look("link-of-another")
        if then == "stays":
            person.press(person.page.get_by_role("button", name=device.words("link.stay"), exact=True))
            person.await_that(expects="email_code")
    assert device.stored() == own
    assert device.sent == SENT[:1]
    assert person.send("POST", "/email/confirmation", person.main_button)[0] == 200
    device.screen("details")
    assert device.stored()["id"] == other.id
    assert person.see()["id"] == person.id  # its session still opens it


@pytest.mark.usefixtures("patient")
def test_given_two_tabs_when_both_send_then_one_is_told_that_it_is_done(be: Be) -> None:
    """What the other tab has done already is not done again, and the tab goes on with what is next."""
    person = be(Person)
    person.begin()
    person.confirm_email()
    person.await_that(expects="details")
    first, device = person.page, person.device
    second = device.page = device.tab()
    device.open()
    for device.page in (second, first):
        person.fill_in(person.details())
    # The other tab does not know yet, as it would not for up to ten seconds.
    its_own = re.compile(f"/{person.id}$")
    second.route(its_own, lambda route: route.fulfill(status=304))
    assert person.send("PUT", "/details", person.main_button)[0] == 202
    person.told.phone = person.resident.phone
    device.page = second
    second.unroute(its_own)
    status, problem = person.send("PUT", "/details", person.main_button)
    assert (status, problem["code"]) == (409, "not_expected_now")
    device.shows((device.words("moved.done"), device.words("moved.notNow")))
    person.await_that(expects="phone_code")
    person.confirm_phone()
    person.await_that(status="verified")
    device.page = first
    person.await_that(status="verified")
    assert cost(person) == HAPPY
    assert device.sent == [*SENT[:3], *SENT[2:]]


@pytest.mark.parametrize("has", EVERYBODY, ids="-".join)
def test_given_a_wrong_otp_three_times_then_the_tries_are_counted_and_the_right_one_works(
    has: tuple[str, str], be: Be
) -> None:
    """The page says how many are left."""
    person = _at_otp(be(Person, has))
    code = person.newest_code(person.resident.phone)
    for wrong, left in ((1, 4), (2, 3), (3, 2)):
        status, problem = person.confirm_phone(f"{(int(code) + wrong) % 1_000_000:06}")
        assert (status, problem["code"], problem["attempts_left"]) == (422, "code_wrong", left)
        assert str(left) in person.page.locator("#attempts").inner_text()
    person.confirm_phone(code)
    person.await_that(status="verified")
    assert cost(person) == HAPPY


@pytest.mark.parametrize("has", EVERYBODY, ids="-".join)
def test_given_an_otp_that_has_expired_then_the_page_says_so_and_another_one_works(
    has: tuple[str, str], be: Be, stack: LocalStack, fast_policy: Policy
) -> None:
    """A code that came late is no mistake of the person's."""
    document = fast_policy.model_dump(mode="json")
    document["otp"] |= {"code_seconds": 4}
    stack.set_policy(Policy.model_validate(document))
    person = _at_otp(be(Person, has))
    code = person.newest_code(person.resident.phone)
    assert until(lambda: (stack.item(person.id) or {})["challenge"]["expires_at"] <= time())
    status, problem = person.confirm_phone(code)
    assert (status, problem["code"]) == (410, "code_expired")
    stack.set_policy(fast_policy)
    person.resend("/phone")
    person.confirm_phone()
    person.await_that(status="verified")
    assert cost(person) == Counts(emails=2, sms=2, whatsapp=0, register=1)


def _in_a_queue() -> AbstractContextManager[object]:
    """Nobody's turn comes meanwhile."""
    refusal = JsonRESTError("ThrottlingException", "Rate exceeded")
    return patch.object(StepFunctionsParserBackend, "start_execution", side_effect=refusal)


@pytest.mark.usefixtures("patient")
def test_given_a_whole_message_copied_when_it_is_pasted_then_its_code_is_in_the_field(be: Be) -> None:
    """Phones copy the message, not the code in it."""
    person = _at_otp(be(Person))
    code = person.newest_code(person.resident.phone)
    message = next(each for each in person.messages() if each.code == code)
    assert message.text.strip() != code
    person.device.context.grant_permissions(["clipboard-read", "clipboard-write"])
    person.page.evaluate("text => navigator.clipboard.writeText(text)", message.text)
    person.page.locator("#code").click()
    person.page.keyboard.press("Control+V")
    assert person.page.locator("#code").input_value() == code
    assert person.send("POST", "/phone/confirmation", person.main_button)[0] == 200
    person.await_that(status="verified")


@pytest.mark.usefixtures("patient")
def test_given_a_phone_that_reads_the_message_when_it_comes_then_the_code_is_put_in_and_the_press_stays_the_person_s(
    be: Be,
) -> None:
    """WebOTP. No browser without a SIM can read an SMS, so what the page asks of it is answered in its place."""
    person = be(Person)
    person.device.context.add_init_script(_WEB_OTP)
    person = _at_otp(person)
    code = person.newest_code(person.resident.phone)
    asked = person.page.evaluate("code => { window.read(code); return window.wanted; }", code)
    assert asked == {"transport": ["sms"]}
    person.page.wait_for_function("code => document.querySelector('#code').value === code", arg=code)
    person.page.wait_for_timeout(A_MOMENT_MS)
    assert person.device.sent == SENT[:3]
    assert person.send("POST", "/phone/confirmation", person.main_button)[0] == 200
    person.await_that(status="verified")


_WEB_OTP = """
window.OTPCredential = class {};
Object.defineProperty(navigator, "credentials", { value: {
  get: ({ otp }) => new Promise((read) => Object.assign(window, { wanted: otp, read: (code) => read({ code }) })),
} });
"""


def _at_otp(person: Person) -> Person:
    person.apply()
    person.await_that(expects="phone_code")
    return person


def _begun(stack: LocalStack, resident: Resident) -> Registrant:
    """Somebody who has begun elsewhere and whose mail has come."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(expects="email_code")
    return registrant


def _ask_for(person: Person, channel: str) -> None:
    """Ask for the code on another channel, as soon as one can be asked for."""
    assert until(lambda: person.await_that(expects="phone_code")["resend_available_in"] == 0)
    assert person.call("POST", "/phone/resend", {"channel": channel})[0] == 202


def _mistyped(person: Person, path: str, code: str) -> None:
    """Type a wrong code, whose answer gets lost: the page says that it was wrong, and counts it once."""
    before = person.see()["attempts_left"]
    person.type("code", f"{(int(code) + 1) % 1_000_000:06}")
    status, problem = person.send("POST", path, person.main_button)
    assert (status, problem["code"]) == (422, "code_wrong")
    device = person.device
    device.shows(device.reason("code_wrong"), device.words("code.left", before - 1))
    assert device.words("connection.arrived") not in person.page.locator("#status").inner_text()
    device.look("wrong-code-answer-lost")
