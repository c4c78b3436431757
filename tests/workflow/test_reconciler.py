"""The reconciler, on the deployed template: each way in which a registration gets stuck, and that it goes on."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from time import time
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core.exceptions import JsonRESTError
from moto.events.models import EventsBackend
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from functions.reconciler.diagnosis import Execution, Repair
from functions.reconciler.executions import standing
from functions.reconciler.open_registration import OpenRegistration
from functions.reconciler.sweep import IN_TURN, PATIENCE, Findings, Sweep
from functions.reconciler.table import PAGE, Place, Tables
from functions.shared.policy import Policy
from functions.shared.registration import SHARDS, Status
from local.partners.population import Resident
from local.registrant import Registrant
from local.stack import LocalStack, until
from tests.workflow.test_outages import begun, changed

STUCK = 300
LONG = 2 * STUCK


@pytest.fixture
def tables(stack: LocalStack) -> Iterator[Tables]:
    """The stack's tables; the way through them begins anew."""
    found = Tables(stack.physical_id("RegistrationsTable"), stack.physical_id("ControlTable"))
    _forget(found)
    yield found
    _forget(found)


def _forget(tables: Tables) -> None:
    for shard in SHARDS:
        tables.keep_place(shard, Place())
    for name in ("suspects", "well"):
        tables.keep_asked(name, "")


@pytest.fixture
def sweep(stack: LocalStack, tables: Tables) -> Callable[..., Findings]:
    """A run that does not sleep and has time."""
    see = partial(standing, stack.physical_id("VerificationStateMachine"))

    def run(**more: Any) -> Findings:  # noqa: ANN401 (Sweep's)
        given: dict[str, Any] = {
            "standing": see,
            "admitted": lambda _: True,
            "seconds_left": lambda: 100.0,
            "sleep": lambda _: None,
        }
        return Sweep(**{"tables": tables, "stuck": STUCK, **given, **more}).run()

    return run


def age(stack: LocalStack, registration_id: str, *paths: str) -> None:
    """Make it look as if nothing had happened to the registration for long."""
    names = {f"#{name}": name for path in paths for name in path.split(".")}
    own = [".".join(f"#{name}" for name in path.split(".")) for path in paths]
    more = {"ExpressionAttributeNames": names} if names else {}
    stack.client("dynamodb").update_item(
        TableName=stack.physical_id("RegistrationsTable"),
        Key={"id": {"S": registration_id}},
        UpdateExpression="SET " + ", ".join(f"{path} = {path} - :long" for path in ("updated_at", "created_at", *own)),
        ExpressionAttributeValues={":long": {"N": str(LONG)}},
        **more,
    )


def item(stack: LocalStack, registrant: Registrant) -> Mapping[str, Any]:
    """The registration as it stands in the table."""
    return stack.item(registrant.id) or {}


def execution_arn(stack: LocalStack, name: str) -> str:
    """ARN of an execution."""
    return f"{stack.physical_id('VerificationStateMachine').replace(':stateMachine:', ':execution:')}:{name}"


def end(stack: LocalStack, name: str) -> None:
    """End an execution behind the registration's back."""
    stack.client("stepfunctions").stop_execution(executionArn=execution_arn(stack, name))
    assert until(lambda: (execution := stack.execution(name)) and execution.status == "ABORTED")


def expecting_details(stack: LocalStack, resident: Resident) -> Registrant:
    """Somebody whose address is confirmed."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    registrant.await_that(expects="details")
    return registrant


def test_given_a_start_that_was_lost_then_it_begins(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """Its change was laid aside, or was too old when the function worked again."""
    registrant = Registrant(stack, resident)
    refusal = JsonRESTError("InvalidName", "Invalid")
    with patch.object(StepFunctionsParserBackend, "start_execution", side_effect=refusal) as start:
        registrant.begin()
        assert until(lambda: start.call_count)
    sweep()
    assert "nudged_at" not in item(stack, registrant)  # it may be on its way
    age(stack, registrant.id)
    assert sweep().repaired[Repair.START] >= 1
    registrant.confirm_email()
    registrant.await_that(expects="details")


def test_given_beginnings_that_fell_off_the_stream_then_each_begins_in_its_turn_the_oldest_first(
    stack: LocalStack, unused_residents: Iterator[Resident], sweep: Callable[..., Findings]
) -> None:
    """Nobody asks Step Functions about them; who finds no turn is nudged by the next run, and not before."""
    registrants = [Registrant(stack, next(unused_residents)) for _ in range(3)]
    refusal = JsonRESTError("InvalidName", "Invalid")
    with patch.object(StepFunctionsParserBackend, "start_execution", side_effect=refusal) as start:
        for registrant in registrants:
            registrant.begin()
        assert until(lambda: start.call_count == len(registrants))
    for days, registrant in enumerate(registrants, 2):
        fall_off(stack, registrant.id, days * 86_400)
    asked: list[str] = []
    turns = iter([True, True])

    def standing(name: str) -> Execution:
        asked.append(name)
        return Execution.RUNNING

    waited: list[float] = []

    def admitted(seconds: float) -> bool:
        waited.append(seconds)
        return next(turns, False)

    assert sweep(standing=standing, admitted=admitted).repaired == {Repair.START: 2}
    assert waited == [PATIENCE] * 3
    assert not {registrant.id for registrant in registrants} & set(asked)
    youngest, *older = registrants
    assert "nudged_at" not in item(stack, youngest)
    for registrant in older:
        registrant.confirm_email()
        registrant.await_that(expects="details")
    assert sweep().repaired[Repair.START] == 1
    youngest.confirm_email()
    youngest.await_that(expects="details")


def test_given_a_rush_then_whoever_may_still_be_in_the_stream_takes_no_turn_from_others(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """He would begin out of turn, and his place in the stream would be used for nothing."""
    registrant = Registrant(stack, resident)
    refusal = JsonRESTError("InvalidName", "Invalid")
    with patch.object(StepFunctionsParserBackend, "start_execution", side_effect=refusal) as start:
        registrant.begin()
        assert until(lambda: start.call_count)
    age(stack, registrant.id)
    waited: list[float] = []

    def admitted(seconds: float) -> bool:
        waited.append(seconds)
        return False

    assert Repair.START not in sweep(admitted=admitted).repaired
    assert set(waited) == {0}
    assert "nudged_at" not in item(stack, registrant)


def fall_off(stack: LocalStack, registration_id: str, seconds: int) -> None:
    """Make it look as if it had begun so long ago."""
    stack.client("dynamodb").update_item(
        TableName=stack.physical_id("RegistrationsTable"),
        Key={"id": {"S": registration_id}},
        UpdateExpression="SET created_at = created_at - :long, updated_at = updated_at - :long",
        ExpressionAttributeValues={":long": {"N": str(seconds)}},
    )


def test_given_an_answer_that_was_lost_then_it_is_delivered(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """The registrant has typed his code, and waits for nothing."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    refusal = JsonRESTError("InvalidOutput", "Invalid output")
    with patch.object(StepFunctionsParserBackend, "send_task_success", side_effect=refusal) as delivery:
        registrant.confirm_email()
        assert until(lambda: delivery.call_count)
        age(stack, registrant.id, "answer.at")
        assert until(lambda: delivery.call_count == 2)  # another answer, as the stream sees it
    assert sweep().repaired[Repair.ANSWER] >= 1
    registrant.await_that(expects="details")


def test_given_an_execution_that_ended_then_another_takes_over_from_where_it_was(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """The address is not asked again, and the registrant comes to his end."""
    registrant = expecting_details(stack, resident)
    end(stack, registrant.id)
    assert sweep().repaired[Repair.EXECUTION] >= 1
    assert item(stack, registrant)["execution"] == f"{registrant.id}-2"
    assert until(lambda: "AwaitDetails" in (stack.execution(f"{registrant.id}-2") or _NONE).states)
    registrant.finish()
    registrant.await_that(status="verified")
    assert [message.channel for message in registrant.messages()].count("sms") == 1


def test_given_an_execution_that_ended_after_the_details_then_they_are_checked_without_being_asked_for(
    stack: LocalStack, resident: Resident
) -> None:
    """EventBridge says so at once; what was typed is in the table."""
    registrant = expecting_details(stack, resident)
    with patch.object(StepFunctionsParserBackend, "send_task_success", side_effect=JsonRESTError("InvalidOutput", "")):
        registrant.submit()
        end(stack, registrant.id)
    event = {"detail-type": "Step Functions Execution Status Change", "detail": {"name": registrant.id}}
    assert not stack.invoke("ReconcilerFunction", event).failed
    registrant.confirm_phone()
    registrant.await_that(status="verified")


@pytest.mark.parametrize("case", [({}, "phone_code"), ({"full_name": "Nama Yang Lain"}, "details")])
def test_given_an_execution_that_ended_while_its_owner_was_away_then_he_is_mailed_all_the_same(
    case: tuple[dict[str, str], str],
    stack: LocalStack,
    resident: Resident,
    fast_policy: Policy,
    sweep: Callable[..., Findings],
) -> None:
    """He was told that he may leave, so a code or a correction that is expected afterwards is announced."""
    typed, expected = case
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="wait"))
    stack.set_faults({"dukcapil": "down"})
    registrant = begun(stack, resident)
    registrant.confirm_email()
    registrant.submit(**typed)
    registrant.await_state("QueueDukcapil")
    end(stack, registrant.id)
    stack.set_faults({"dukcapil": "up"})
    age(stack, registrant.id)
    assert sweep().repaired[Repair.EXECUTION] >= 1
    registrant.await_that(expects=expected)
    assert until(lambda: [message.channel for message in registrant.messages()].count("email") == 2)


def test_given_an_execution_that_ended_while_parked_then_the_result_names_who_decided_each_layer_and_when(
    stack: LocalStack, resident: Resident, fast_policy: Policy, sweep: Callable[..., Findings]
) -> None:
    """Not who took over, under a policy that skips nothing; and what was deferred is not forgotten."""
    older = changed(changed(fast_policy, "email", on_unavailable="skip"), "dukcapil", on_unavailable="defer")
    stack.set_policy(older.model_copy(update={"policy_version": "older"}))
    stack.set_faults({"email": "down", "dukcapil": "down"})
    registrant = begun(stack, resident)
    registrant.submit()
    registrant.confirm_phone()
    registrant.await_state("QueueDukcapil")
    stack.set_faults({"email": "up"})
    stack.set_policy(fast_policy.model_copy(update={"policy_version": "newer"}))
    end(stack, registrant.id)
    ended_at = time()
    age(stack, registrant.id)
    assert sweep().repaired[Repair.EXECUTION] >= 1
    carrier = f"{registrant.id}-2"
    assert until(lambda: "QueueDukcapil" in (stack.execution(carrier) or _NONE).states)
    stack.set_faults({"dukcapil": "up"})
    told = registrant.await_that(status="verified")["assurance"]
    assert (told["email"], told["dukcapil"], told["otp"]) == ("skipped", "deferred_then_passed", "passed")
    by = {layer: told["decided"][layer]["policy_version"] for layer in ("email", "nik", "dukcapil", "otp")}
    assert by == {"email": "older", "nik": "newer", "dukcapil": "newer", "otp": "older"}
    at = {layer: datetime.fromisoformat(told["decided"][layer]["at"]).timestamp() for layer in by}
    assert max(at["email"], at["otp"]) <= ended_at <= min(at["nik"], at["dukcapil"])


def test_given_a_withdrawal_after_a_take_over_then_the_execution_that_carries_it_is_stopped(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """Nothing goes on for somebody who has left."""
    registrant = expecting_details(stack, resident)
    end(stack, registrant.id)
    sweep()
    carrier = f"{registrant.id}-2"
    assert until(lambda: "AwaitDetails" in (stack.execution(carrier) or _NONE).states)
    assert registrant.call("DELETE")[0] in {200, 204}
    assert until(lambda: (stack.execution(carrier) or _NONE).status == "ABORTED")


def test_given_a_notice_that_was_not_settled_then_the_status_is_published_again(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """It has ended, but its shard says that its notice was not sent."""
    registrant = expecting_details(stack, resident)
    registrant.finish()
    registrant.await_that(status="verified")
    assert until(lambda: stack.notified(registrant.id))
    stack.client("dynamodb").update_item(
        TableName=stack.physical_id("RegistrationsTable"),
        Key={"id": {"S": registrant.id}},
        UpdateExpression="SET #shard = :shard",
        ExpressionAttributeNames={"#shard": "shard"},
        ExpressionAttributeValues={":shard": {"S": registrant.id[0]}},
    )
    age(stack, registrant.id)
    with patch.object(EventsBackend, "put_events", return_value=[{"EventId": "1"}]) as put:
        assert sweep().repaired[Repair.NOTICE] >= 1
        assert until(lambda: any(registrant.id in str(call.args) for call in put.call_args_list))
    published = [json.loads(event["Detail"]) for call in put.call_args_list for event in call.args[0]]
    assert [each["status"] for each in published if each["registration_id"] == registrant.id] == ["verified"]


def test_given_executions_that_end_again_and_again_then_it_is_reported_and_stays(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """After five take-overs people have to look at it; it is counted in each run until somebody has."""
    registrant = expecting_details(stack, resident)
    end(stack, registrant.id)
    stack.client("dynamodb").update_item(
        TableName=stack.physical_id("RegistrationsTable"),
        Key={"id": {"S": registrant.id}},
        UpdateExpression="SET #execution = :last",
        ExpressionAttributeNames={"#execution": "execution"},
        ExpressionAttributeValues={":last": {"S": f"{registrant.id}-6"}},
    )

    def ended(name: str) -> Execution:
        return Execution.ENDED if name == f"{registrant.id}-6" else Execution.RUNNING

    assert [sweep(standing=ended).given_up for _ in range(2)] == [1, 1]
    assert item(stack, registrant)["execution"] == f"{registrant.id}-6"
    assert "shard" in item(stack, registrant)


def test_given_a_registration_that_goes_on_meanwhile_then_it_is_left_alone(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """Between reading it and seeing its execution, it came to where the execution may end."""
    registrant = expecting_details(stack, resident)

    def ended_meanwhile(name: str) -> Execution:
        if name == registrant.id:
            age(stack, registrant.id)  # anything that writes `updated_at`
            return Execution.ENDED
        return Execution.RUNNING

    assert sweep(standing=ended_meanwhile).repaired == {}
    assert "execution" not in item(stack, registrant)


def test_given_step_functions_refuses_to_tell_then_the_run_ends_well_and_the_next_goes_on(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """The quota belongs to the whole account; nothing is concluded from a refusal."""
    registrant = expecting_details(stack, resident)
    end(stack, registrant.id)

    def throttled(name: str) -> Execution:
        raise ClientError({"Error": {"Code": "ThrottlingException", "Message": name}}, "DescribeExecution")

    assert Repair.EXECUTION not in sweep(standing=throttled).repaired
    assert "execution" not in item(stack, registrant)
    assert sweep().repaired[Repair.EXECUTION] >= 1


def crowd(stack: LocalStack, shard: str, size: int, *, since: int) -> list[str]:
    """Registrations that nobody works on, as items only, in one shard. Returns their ids, oldest first."""
    ids = [f"{shard}{number:05}" for number in range(size)]
    for at, each in enumerate(ids):
        text = {"id": each, "shard": shard, "kind": "crowd", "status": "details_pending"}
        numbers = {"created_at": since + at, "updated_at": since + at}
        stack.client("dynamodb").put_item(
            TableName=stack.physical_id("RegistrationsTable"),
            Item={name: {"S": value} for name, value in text.items()}
            | {name: {"N": str(value)} for name, value in numbers.items()},
        )
    return ids


@pytest.fixture
def waiting(stack: LocalStack) -> Iterator[list[str]]:
    """More people than fit into a page, each waited for."""
    ids = crowd(stack, "f", PAGE + 20, since=1_000)
    yield ids
    for each in ids:
        stack.client("dynamodb").delete_item(TableName=stack.physical_id("RegistrationsTable"), Key={"id": {"S": each}})


def test_given_a_run_without_time_then_the_next_goes_on_from_there(
    tables: Tables, waiting: list[str], sweep: Callable[..., Findings]
) -> None:
    """A million open registrations take more than one run; everybody's turn comes."""
    left = iter([100.0, 60.0, 60.0, *[0.0] * 1000])
    for shard in set(SHARDS) - {"f"}:  # where the run before came to
        tables.keep_place(shard, Place(at=2_000_000_000))
    sweep(seconds_left=lambda: next(left))
    place = tables.place("f")
    assert place.after is not None
    assert place.after["id"] == waiting[PAGE - 1]
    sweep()
    assert tables.place("f").after is None


def test_given_one_that_cannot_be_read_or_written_then_the_others_are_repaired(
    stack: LocalStack, residents: Iterator[Resident], sweep: Callable[..., Findings]
) -> None:
    """A registration of a later release, or one that the table refuses, holds up nobody."""
    people = [expecting_details(stack, next(residents)) for _ in range(2)]
    for person in people:
        end(stack, person.id)
    odd = f"{people[0].id[0]}-odd"
    values = {"id": odd, "shard": odd[0], "kind": "registration", "status": "of a later release"}
    client, table = stack.client("dynamodb"), stack.physical_id("RegistrationsTable")
    client.put_item(TableName=table, Item={k: {"S": v} for k, v in values.items()} | {"created_at": {"N": "1"}})
    repair = Tables.repair

    def refusing(self: Tables, registration: OpenRegistration, *arguments: Any) -> bool:  # noqa: ANN401
        if registration.id == people[0].id:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "too large"}}, "UpdateItem")
        return repair(self, registration, *arguments)

    try:
        with patch.object(Tables, "repair", refusing):
            sweep()
    finally:
        client.delete_item(TableName=table, Key={"id": {"S": odd}})
    assert [item(stack, person).get("execution") for person in people] == [None, f"{people[1].id}-2"]


def test_given_many_that_look_well_then_their_executions_are_looked_at_in_turn(
    stack: LocalStack, tables: Tables, sweep: Callable[..., Findings]
) -> None:
    """A few in each run, on from where the last came to, at a pace that leaves others their share of the quota."""
    ids = {f"e{number:05}" for number in range(IN_TURN + 30)}
    client = stack.client("dynamodb")
    for each in sorted(ids):
        client.put_item(
            TableName=stack.physical_id("RegistrationsTable"),
            Item={
                "id": {"S": each},
                "shard": {"S": "e"},
                "kind": {"S": "registration"},
                "status": {"S": "details_pending"},
                "created_at": {"N": "1"},
                "updated_at": {"N": "1"},
                "waiting": {"M": {"entry_id": {"S": "AwaitDetails@1"}, "ends_at": {"N": "4000000000"}}},
            },
        )
    seen: list[str] = []
    slept: list[float] = []

    def see(name: str) -> Execution:
        seen.append(name)
        return Execution.RUNNING

    try:
        tables.keep_asked("well", "e")
        for _ in range(2):
            sweep(standing=see, sleep=slept.append)
    finally:
        for each in ids:
            client.delete_item(TableName=stack.physical_id("RegistrationsTable"), Key={"id": {"S": each}})
    assert ids <= set(seen)
    assert len(slept) >= len(seen)
    assert set(slept) == {0.2}


def test_given_a_run_then_the_oldest_of_each_status_is_reported(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """Since when it is where it is."""
    registrant = expecting_details(stack, resident)
    age(stack, registrant.id)
    assert sweep().oldest[Status.DETAILS_PENDING] >= LONG


def test_given_a_register_that_does_not_answer_then_each_run_says_that_its_circuit_is_open(
    stack: LocalStack, resident: Resident, fast_policy: Policy, sweep: Callable[..., Findings]
) -> None:
    """By the state, whether it is tried just then or not; when it answers, the next run says so."""
    document = fast_policy.model_dump(mode="json")
    document["dukcapil"]["breaker"] = {"failures": 1, "seconds": 2}
    stack.set_policy(Policy.model_validate(document | {"policy_version": "breaks-at-once"}))
    assert sweep().circuit_open is False
    stack.set_faults({"dukcapil": "down"})
    registrant = expecting_details(stack, resident)
    registrant.submit()
    assert until(lambda: sweep().circuit_open)
    assert [sweep().circuit_open for _ in range(3)] == [True] * 3
    stack.set_faults({"dukcapil": "up"})
    registrant.confirm_phone()
    registrant.await_that(status="verified")
    assert sweep().circuit_open is False


def test_given_aws_does_not_answer_in_time_then_the_run_reports_what_it_saw(
    stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """A time-out is no answer, like a refusal: nothing is concluded from it, and the run goes on."""
    registrant = expecting_details(stack, resident)
    end(stack, registrant.id)
    silence = ReadTimeoutError(endpoint_url="https://example.invalid")

    def silent(_: str) -> Execution:
        raise silence

    with patch.object(Tables, "circuit_open", side_effect=silence):
        findings = sweep(standing=silent)
    assert Repair.EXECUTION not in findings.repaired
    assert findings.oldest
    assert findings.circuit_open is None
    with patch.object(Tables, "repair", side_effect=silence):
        assert sweep().repaired == {}
    assert sweep().repaired[Repair.EXECUTION] >= 1


@pytest.mark.parametrize(
    ("partner", "outage"),
    [("email", "email_unavailable"), ("sms", "phone_unavailable"), ("dukcapil", "dukcapil_unavailable")],
)
def test_given_an_outage_then_how_long_it_holds_somebody_is_reported(
    partner: str, outage: str, stack: LocalStack, resident: Resident, sweep: Callable[..., Findings]
) -> None:
    """By the reason that he is told; nobody else's alarm rings, and none when the partner is back."""
    registrant = Registrant(stack, resident)
    stack.set_faults({partner: "down"} | ({"whatsapp": "down"} if partner == "sms" else {}))
    registrant.begin()
    if partner != "email":
        registrant.confirm_email()
        registrant.submit()
    if partner == "dukcapil":
        registrant.confirm_phone()

    def held() -> bool:
        # Seen from later: each try is written, and may come between ageing the registration and looking at it.
        return sweep(clock=lambda: time() + LONG).held.get(outage, 0) >= LONG

    assert until(held)
    assert until(lambda: sweep().held.keys() == {outage})
    stack.set_faults(dict.fromkeys(stack.faults, "up"))
    if partner == "email":
        registrant.confirm_email()
        registrant.submit()
    if partner != "dukcapil":
        registrant.confirm_phone()
    registrant.await_that(status="verified")
    assert sweep().held == {}


def test_given_a_run_on_lambda_then_it_reports_and_names_nobody(stack: LocalStack, resident: Resident) -> None:
    """Its metrics are there even when there is nothing to repair: alarms need to see them go down."""
    registrant = expecting_details(stack, resident)
    end(stack, registrant.id)
    event = {"detail-type": "Scheduled Event", "source": "aws.scheduler"}
    assert not stack.invoke("ReconcilerFunction", event).failed
    assert until(lambda: item(stack, registrant).get("execution") == f"{registrant.id}-2")


class _None:
    status, states = "", ()


_NONE = _None()
