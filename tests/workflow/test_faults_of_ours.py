"""A limit or a fault of ours is no outage of a partner's: nobody is passed for it, and no operator is asked to mend it."""

import json
import time
from collections.abc import Iterator
from threading import Event, Thread
from unittest.mock import patch

import pytest

from functions.dukcapil import credentials, limits
from functions.dukcapil.limits import within_limits
from functions.otp.settings import OtpSettings
from functions.shared.errors import QUOTA_EXHAUSTED, DukcapilBreakerOpen, DukcapilUnavailable, PhoneUnavailable
from functions.shared.policy import Policy
from functions.shared.rate import wait_for_turn
from local.faults.tasks import raise_as, tasks
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack


def going_on_without(policy: Policy, *layers: str) -> Policy:
    """The policy that skips these layers when they are unavailable."""
    document = policy.model_dump(mode="json")
    for layer in layers:
        document[layer]["on_unavailable"] = "skip"
    return Policy.model_validate(document | {"policy_version": "skips"})


@pytest.fixture
def wrong_password(stack: LocalStack) -> Iterator[str]:
    """The register refuses us; the name of the secret, and what belongs into it."""
    secrets = stack.client("secretsmanager")
    before = secrets.get_secret_value(SecretId="dukcapil")["SecretString"]
    rotated = json.dumps(json.loads(before) | {"password": "of yesterday"})
    secrets.put_secret_value(SecretId="dukcapil", SecretString=rotated)
    credentials._provider.cache_clear()  # of every environment
    yield before
    _put_right(stack, before)


def _put_right(stack: LocalStack, password: str) -> None:
    stack.client("secretsmanager").put_secret_value(SecretId="dukcapil", SecretString=password)
    credentials._provider.cache_clear()  # of every environment
    stack.client("dynamodb").delete_item(
        TableName=stack.physical_id("ControlTable"), Key={"id": {"S": limits.OUR_FAULT}}
    )


def test_given_skip_when_the_register_refuses_us_then_nobody_goes_without_it(
    stack: LocalStack, resident: Resident, fast_policy: Policy, wrong_password: str
) -> None:
    """Also while the circuit is open for it: everybody is parked, and asked about when our password is right."""
    stack.set_policy(going_on_without(fast_policy, "dukcapil"))
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.await_state("QueueDukcapil")
    calls = len(stack.register.calls)
    registrant.await_that(status="checking", reason="dukcapil_unavailable")
    while len(stack.register.calls) < calls + 2 * fast_policy.dukcapil.breaker.failures:
        assert registrant.see()["status"] == "checking"
    _put_right(stack, wrong_password)
    registrant.confirm_phone()
    assert registrant.await_that(status="verified")["assurance"]["dukcapil"] == "passed"


def test_given_a_circuit_that_our_fault_opened_when_somebody_tries_it_then_it_explains_the_others_wait(
    stack: LocalStack, fast_policy: Policy
) -> None:
    """However long ago it opened; until the register says something else."""
    # Longer than a pause of the machine: of a circuit that is open for a second, the end is soon missed.
    breaker = fast_policy.dukcapil.breaker.model_copy(update={"seconds": 4})
    table, policy = stack.physical_id("ControlTable"), fast_policy.dukcapil.model_copy(update={"breaker": breaker})
    trying, on = Event(), Event()

    def fail(*, ours: bool) -> None:
        trying.set()
        on.wait(10)
        raise DukcapilUnavailable("login_failed" if ours else "timeout", our_fault=ours)

    def left_alone() -> bool:
        with pytest.raises(DukcapilBreakerOpen) as told:
            within_limits(lambda turn: turn(), policy, table)
        return told.value.our_fault

    def ask(*, ours: bool) -> None:
        with pytest.raises(DukcapilUnavailable):
            within_limits(lambda _: fail(ours=ours), policy, table)

    on.set()
    for _ in range(policy.breaker.failures):
        ask(ours=True)
    assert left_alone()
    for known, learnt in ((True, False), (False, True)):
        time.sleep(policy.breaker.seconds + 0.1)
        trying.clear()
        on.clear()
        probe = Thread(target=ask, kwargs={"ours": learnt})
        probe.start()
        assert trying.wait(10)
        assert left_alone() is known
        on.set()
        probe.join()
        assert left_alone() is learnt
    time.sleep(policy.breaker.seconds + 0.1)
    within_limits(lambda turn: turn(), policy, table)
    noted = stack.client("dynamodb").get_item(TableName=table, Key={"id": {"S": limits.OUR_FAULT}})["Item"]
    assert noted["ours"] == {"BOOL": False}


def test_given_an_old_fault_of_ours_when_the_quota_is_used_up_then_it_is_none_of_ours(
    stack: LocalStack, fast_policy: Policy
) -> None:
    """So that a policy of `skip` or `review` holds until midnight, although a login failed once before."""
    table, policy = stack.physical_id("ControlTable"), fast_policy.dukcapil

    def unavailable(reason: str, *, ours: bool = False) -> None:
        raise DukcapilUnavailable(reason, our_fault=ours)

    with pytest.raises(DukcapilUnavailable):
        within_limits(lambda _: unavailable("login_failed", ours=True), policy, table)
    within_limits(lambda turn: turn(), policy, table)
    with pytest.raises(DukcapilUnavailable):
        within_limits(lambda _: unavailable(QUOTA_EXHAUSTED), policy, table)
    with pytest.raises(DukcapilBreakerOpen) as told:
        within_limits(lambda turn: turn(), policy, table)
    stack.midnight()
    assert not told.value.our_fault


@pytest.mark.parametrize(
    ("settings", "reason"),
    [({}, "not_configured"), ({"sms_origination_identity": "x"}, "refused")],
    ids=["no channel is set up", "the number is refused"],
)
def test_given_skip_when_it_is_no_outage_that_keeps_the_code_away_then_the_layer_is_not_skipped(
    settings: dict[str, str], reason: str, stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Whoever gives a number that nobody sends to is asked for another, and not verified without."""
    stack.set_policy(going_on_without(fast_policy, "otp"))

    def send(channel: str, *_: object, **__: object) -> None:
        raise PhoneUnavailable(reason if channel == "sms" or not settings else "refused")

    lacking = {"sms_origination_identity": "", "sms_provider": "aws", "whatsapp_phone_number_id": ""} | settings
    real = OtpSettings.load
    with (
        patch("functions.otp.password.send", send),
        patch.object(OtpSettings, "load", lambda: real().model_copy(update=lacking)),
    ):
        registrant = Registrant(stack, resident)
        registrant.apply()
        registrant.await_state("HoldPhone")
    registrant.confirm_phone()
    assert registrant.await_that(status="verified")["assurance"]["otp"] == "passed"


@pytest.mark.parametrize(("layer", "partners"), [("email", ["email"]), ("otp", ["sms", "whatsapp"])])
def test_given_skip_when_we_may_send_no_more_then_nobody_goes_without_the_code(
    layer: str, partners: list[str], stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """A sending limit that is reached says nothing of the partner's health."""
    stack.set_policy(going_on_without(fast_policy, layer))
    stack.set_faults(dict.fromkeys(partners, "quota"))
    registrant = Registrant(stack, resident)
    registrant.begin()
    if layer == "otp":
        registrant.confirm_email()
        registrant.submit()
    registrant.await_state({"email": "HoldEmail", "otp": "HoldPhone"}[layer])
    stack.set_faults(dict.fromkeys(partners, "up"))
    if layer == "email":
        registrant.confirm_email()
        registrant.submit()
    registrant.confirm_phone()
    assert registrant.await_that(status="verified")["assurance"][layer] == "passed"


def test_given_a_channel_that_refuses_us_and_one_that_is_down_then_the_layer_is_not_skipped(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """The second channel's outage does not make our own limit at the first one good."""
    stack.set_policy(going_on_without(fast_policy, "otp"))
    stack.set_faults({"sms": "quota", "whatsapp": "down"})
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.await_state("HoldPhone")
    stack.set_faults({"sms": "down"})
    # Now that both are down, the policy may go on without.
    assert registrant.await_that(status="verified")["assurance"]["otp"] == "skipped"


def test_given_layer_2_out_of_order_for_a_while_then_it_is_tried_again_and_no_operator_is_asked(
    stack: LocalStack, resident: Resident
) -> None:
    """After a correction, too, whose reason is not the fault's."""
    registrant = Registrant(stack, resident)
    registrant.apply(full_name="Nama Yang Lain")
    assert registrant.await_that(expects="details")["reason"] == "mismatch"
    refused: list[str] = []

    def decide(task, running) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 (moto's)
        if task.state == "CheckNik" and task.registration_id == registrant.id and len(refused) < 9:
            refused.append(task.state)
            raise_as(running, "Lambda.TooManyRequestsException")
        running.call()

    with tasks(decide):
        registrant.submit()
        registrant.await_state("HoldNik")
        registrant.confirm_phone()
    registrant.await_that(status="verified")
    execution = stack.execution(registrant.id)
    assert execution
    assert "ManualReview" not in execution.states


def test_given_an_address_changed_while_the_mail_waits_for_its_turn_then_the_code_goes_to_the_new_one(
    stack: LocalStack, resident: Resident
) -> None:
    """When mail is back, everybody waits for a turn: the old address, perhaps somebody else's, gets nothing."""
    stack.set_faults({"email": "down"})
    registrant = Registrant(stack, resident, email=f"salah.{resident.email}")
    registrant.begin()
    registrant.await_state("HoldEmail")
    changed: list[int] = []

    def turn(*arguments) -> None:  # type: ignore[no-untyped-def] # noqa: ANN002 (passed on)
        if stack.faults["email"] == "up" and not changed:
            changed.append(registrant.call("PUT", "/email", {"email": resident.email})[0])
        wait_for_turn(*arguments)

    with patch("functions.email.confirmation.wait_for_turn", turn):
        stack.set_faults({"email": "up"})
        registrant.await_that(expects="email_code")
    assert changed == [202]
    assert stack.inbox(registrant.email) == ()
    registrant.email = resident.email
    registrant.confirm_email()
    registrant.await_that(expects="details")
