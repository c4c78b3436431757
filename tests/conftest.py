"""What workflow and API tests share: one local stack for the session, and a resident nobody else has."""

import os
from collections.abc import Iterator

# Whatever a test reaches by mistake must not be somebody's real account.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_SESSION_TOKEN="testing",
    AWS_DEFAULT_REGION="ap-southeast-3",
    AWS_EC2_METADATA_DISABLED="true",
)

import pytest

from functions.shared.policy import Policy, parse
from local.demo import POLICY_FILE
from local.partners.population import Resident, population
from local.stack import LocalStack


@pytest.fixture(scope="session")
def fast_policy() -> Policy:
    """The policy in which days are seconds."""
    return parse(POLICY_FILE.read_bytes())


@pytest.fixture(scope="session")
def session_stack(fast_policy: Policy) -> Iterator[LocalStack]:
    """The template on moto, once for all tests of the session that need it."""
    with LocalStack(fast_policy, people=population(size=900), slow_seconds=0.2) as stack:
        yield stack


@pytest.fixture
def stack(session_stack: LocalStack, fast_policy: Policy) -> Iterator[LocalStack]:
    """The local stack, with every partner up and the fast policy before and after the test."""
    session_stack.set_faults(dict.fromkeys(session_stack.faults, "up"))
    yield session_stack
    session_stack.set_faults(dict.fromkeys(session_stack.faults, "up"))
    if session_stack.policy != fast_policy:
        session_stack.set_policy(fast_policy)


@pytest.fixture(scope="session")
def unused_residents(session_stack: LocalStack) -> Iterator[Resident]:
    """Residents with a record in order, each given out once."""
    return (resident for resident in session_stack.people if resident.record == "active" and resident.nik_agrees)


@pytest.fixture
def residents(unused_residents: Iterator[Resident]) -> Iterator[Resident]:
    """People who have never registered, as many as are taken."""
    return unused_residents


@pytest.fixture
def resident(unused_residents: Iterator[Resident]) -> Resident:
    """Somebody who has never registered."""
    return next(unused_residents)
