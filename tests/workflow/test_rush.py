"""A burst of beginnings: admitted at the policy's rate, throttled or not, and nobody is lost."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from time import monotonic
from typing import Any
from unittest.mock import patch

import pytest
from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from functions.shared.policy import Policy
from local.faults.auditor import peak
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack, until

PEOPLE = 40
PER_SECOND = 10
PACE = 4


class Door:
    """Step Functions' `StartExecution`, as it looks from outside; can be shut for a while."""

    def __init__(self, start: Callable[..., Any]) -> None:
        self._start = start
        self.shut = False
        self.refused = 0
        self.admitted: list[tuple[float, str]] = []

    def start_execution(self, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 (moto's)
        """Start, or refuse as AWS does when its bucket is empty."""
        if self.shut:
            self.refused += 1
            raise JsonRESTError("ThrottlingException", "Rate exceeded")
        arrived = monotonic()  # moto takes its time to start one, which is not when it was asked to
        started = self._start(*arguments, **named)
        self.admitted.append((arrived, started.name))
        return started


@pytest.fixture
def door(stack: LocalStack) -> Iterator[Door]:
    """Every start of the test passes here."""
    del stack  # which replaces the same method first
    found = Door(StepFunctionsParserBackend.start_execution)

    def start(self: StepFunctionsParserBackend, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 (moto's)
        return found.start_execution(self, *arguments, **named)

    with patch.object(StepFunctionsParserBackend, "start_execution", start):
        yield found


def narrow(policy: Policy) -> Policy:
    """The policy that admits few."""
    patient = policy.email.model_copy(update={"wait_seconds": 60, "reminders": ()})
    return policy.model_copy(update={"policy_version": "rush", "starts_per_second": PER_SECOND, "email": patient})


def test_given_a_burst_then_each_begins_once_and_no_faster_than_the_policy_admits(
    stack: LocalStack, residents: Iterator[Resident], door: Door, fast_policy: Policy
) -> None:
    """Step Functions throttles for a while, and the page says `queued` and when to ask again; nobody is lost."""
    stack.set_policy(narrow(fast_policy))
    people = [Registrant(stack, resident) for resident in islice(residents, PEOPLE)]
    door.shut = True
    for person in people:
        person.begin()
    assert until(lambda: door.refused >= 3)
    for person in people:
        shown = stack.http("GET", f"/v1/registrations/{person.id}", {"Authorization": f"Bearer {person.secret}"})
        assert shown.json()["status"] == "queued"
        assert int(dict(shown.headers)["Retry-After"]) > 0
    assert door.admitted == []
    door.shut = False
    assert until(lambda: len({name for _, name in door.admitted}) == PEOPLE, seconds=30)
    for person in people:
        person.await_that(expects="email_code")
    assert Counter(name for _, name in door.admitted) == Counter(person.id for person in people)
    assert peak([at for at, _ in door.admitted]) <= PER_SECOND
    mails = Counter(message.to for message in stack.inbox())
    assert [mails[person.email] for person in people] == [1] * PEOPLE
    for person in people:
        person.call("DELETE")


def test_given_a_queue_of_beginnings_then_an_answer_does_not_wait_behind_it(
    stack: LocalStack, residents: Iterator[Resident], door: Door, fast_policy: Policy
) -> None:
    """Answers have a mapping of their own."""
    first, *others = (Registrant(stack, resident) for resident in islice(residents, 6))
    first.begin()
    first.await_that(expects="email_code")
    stack.set_policy(narrow(fast_policy))
    door.shut = True
    for other in others:
        other.begin()
    assert until(lambda: door.refused)
    first.confirm_email()
    first.await_that(expects="details")
    door.shut = False
    for other in others:
        other.await_that(expects="email_code")


def test_given_a_crowd_then_mails_and_messages_come_at_their_carriers_pace(
    stack: LocalStack, residents: Iterator[Resident], fast_policy: Policy
) -> None:
    """Everybody asks for another mail at once, and sends the details at once; a newer policy's limit holds for them, too."""
    crowd = [Registrant(stack, resident) for resident in islice(residents, 14)]
    patient = narrow(fast_policy)
    stack.set_policy(patient)
    for person in crowd[:-1]:
        person.begin()
    for person in crowd[:-1]:
        person.await_that(expects="email_code")
        person.newest_code(person.email)
    limits = {"email": {"sends_per_second": PACE}, "otp": {"sends_per_second": PACE}}
    document = patient.model_dump(mode="json") | {"policy_version": "slow", "starts_per_second": PACE}
    stack.set_policy(Policy.model_validate(document | {name: document[name] | limits[name] for name in limits}))
    last = crowd.pop()
    last.begin()  # whose beginning reads it, and puts its limits in force
    last.await_that(expects="email_code")
    with ThreadPoolExecutor(len(crowd)) as together:
        list(together.map(lambda person: person.resend("/email"), crowd))
        for person in crowd:
            person.confirm_email()
        list(together.map(Registrant.submit, crowd))
        for person in crowd:
            person.newest_code(person.resident.phone)
    # The first mail of each came before, and other tests' people may be mailed now.
    mails = [[each.at for each in stack._mail.mails if each.to == person.email] for person in crowd]
    numbers = {person.resident.phone for person in crowd}
    texts = [each.at for each in stack.carrier.delivered if each.to in numbers]
    assert ([len(each) for each in mails], len(texts)) == ([2] * len(crowd), len(crowd))
    # All at once they would be thirteen; between its turn and its sending each is written down, which takes its time.
    assert peak([second for _, second in mails]) <= PACE + 2
    assert peak(texts) <= PACE + 2
    for person in (*crowd, last):
        person.call("DELETE")
