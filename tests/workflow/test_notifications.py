"""Notices: which, to whom, once; through the event, the rule and the queue, as deployed."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from botocore.client import BaseClient
from moto.kms.models import KmsBackend

from functions.shared.policy import Policy
from local.lambdas import invocation_of_this_call
from local.operator import Operator
from local.registrant import Registrant
from local.stack import until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.lambdas import Answer
    from local.partners.population import Resident
    from local.pollers import Call, Poller
    from local.stack import LocalStack, Message

WORKER = "NotificationsFunctionStatusChanges"
VERIFIED = "terverifikasi"
DETAILS = "menunggu data Anda"
PHONE = "menunggu konfirmasi nomor HP"
REJECTED = "belum dapat disetujui"
EXPIRED = "ditutup"
REMINDER = "Pengingat"


def changed(policy: Policy, layer: str, **values: Any) -> Policy:  # noqa: ANN401 (JSON)
    """The policy with some values of a layer changed."""
    document = policy.model_dump(mode="json")
    document[layer] |= values
    return Policy.model_validate(document | {"policy_version": "noticed"})


def notices(registrant: Registrant, subject: str = "") -> list[Message]:
    """The mails of a registration that are not for its first code."""
    return [
        message
        for message in registrant.messages()
        if message.channel == "email" and subject in message.subject and "kode konfirmasi" not in message.subject
    ]


def noticed(registrant: Registrant, subject: str) -> Message:
    """The notice with this subject, when it has come."""
    assert until(lambda: notices(registrant, subject))
    (message,) = notices(registrant, subject)
    return message


def elsewhere(registrant: Registrant, message: Message) -> Registrant:
    """Whoever opens the link of a notice on another device, and presses the button."""
    there = Registrant(registrant.stack, registrant.resident, id=registrant.id, earlier=registrant.earlier)
    status, answer = there.call("POST", "/email/confirmation", {"code": message.code})
    assert status == 200
    there.secret = answer["session_secret"]
    return there


def settled(registrant: Registrant) -> dict[str, Any]:
    """The item of an ended registration, when its notice was settled."""
    stack = registrant.stack
    assert until(lambda: "shard" not in (stack.item(registrant.id) or {}))
    return stack.item(registrant.id) or {}


def event_of(registrant: Registrant) -> dict[str, Any]:
    """The queue's event of the status that the registration has now."""
    detail = {"registration_id": registrant.id, "status": registrant.see()["status"], "away": False}
    return {
        "Records": [
            {
                "messageId": str(uuid4()),
                "receiptHandle": "none",
                "body": json.dumps({"source": "berlapis.registration", "detail": detail}),
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(time.time() * 1000))},
            }
        ]
    }


@pytest.fixture
def worker(stack: LocalStack) -> Iterator[Poller]:
    """What feeds the function; as it was, and running, after the test."""
    found = stack.workers[WORKER]
    deliver = found.deliver
    yield found
    found.deliver = deliver
    found.start()


@pytest.fixture
def held(worker: Poller) -> list[str]:
    """Messages that went back to the queue, one entry for each try."""
    found: list[str] = []

    def deliver(event: Mapping[str, Any], call: Call) -> Answer:
        answer = call(event)
        found.extend(failure["itemIdentifier"] for failure in answer.value["batchItemFailures"])
        return answer

    worker.deliver = deliver
    return found


def test_given_verified_then_told_once_and_the_link_opens_it_elsewhere(stack: LocalStack, resident: Resident) -> None:
    """C40: who did not register can withdraw from there; nothing more is to happen to it."""
    registrant = Registrant(stack, resident)
    registrant.register()
    registrant.await_that(status="verified")
    message = noticed(registrant, VERIFIED)
    assert settled(registrant)["email"] == registrant.email
    there = elsewhere(registrant, message)
    assert there.see()["status"] == "verified"
    assert there.call("DELETE")[0] in {200, 202, 204}
    assert there.see()["status"] == "withdrawn"
    assert len(notices(registrant)) == 1


def test_given_the_event_twice_then_one_mail(stack: LocalStack, resident: Resident, worker: Poller) -> None:
    """Queues deliver at least once."""
    worker.deliver = lambda event, call: (call(event), call(event))[1]
    registrant = Registrant(stack, resident)
    registrant.register()
    registrant.await_that(status="verified")
    settled(registrant)
    assert len(notices(registrant)) == 1


def test_given_the_event_many_times_at_once_then_one_mail(
    stack: LocalStack, resident: Resident, worker: Poller
) -> None:
    """The write before the mail decides who sends it."""
    worker.stop()
    registrant = Registrant(stack, resident)
    registrant.register()
    registrant.await_that(status="verified")
    event, generate_mac, came = event_of(registrant), KmsBackend.generate_mac, list[float]()

    def slow(*given: Any, **named: Any) -> Any:  # noqa: ANN401 (of moto)
        came.append(time.monotonic())
        time.sleep(0.7)
        return generate_mac(*given, **named)

    # Each has read that nobody was told yet, when the first one writes it down.
    with patch.object(KmsBackend, "generate_mac", slow), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: stack.invoke("NotificationsFunction", event), range(8)))
    assert came[1] - came[0] < 0.5
    assert len(notices(registrant)) == 1
    assert stack.invoke("NotificationsFunction", event).value == {"batchItemFailures": []}
    worker.start()
    settled(registrant)
    assert len(notices(registrant)) == 1


@pytest.mark.parametrize("mode", ["down", "quota"])
def test_given_no_mail_can_be_sent_then_it_is_told_when_it_can(
    mode: str, stack: LocalStack, resident: Resident, worker: Poller, held: list[str]
) -> None:
    """Each try that failed leaves nothing behind, and the registration stays in sight."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    before = stack.item(registrant.id) or {}
    stack.set_faults({"email": mode})
    registrant.finish()
    registrant.await_that(status="verified")
    assert until(lambda: len(held) > 1)
    worker.stop()
    item = stack.item(registrant.id) or {}
    assert item["notices"] == {}
    assert item["sessions"] == before["sessions"]
    assert item["confirmed"] == before["confirmed"]
    assert item["shard"] == registrant.id[0]
    stack.set_faults({"email": "up"})
    worker.start()
    noticed(registrant, VERIFIED)
    settled(registrant)
    assert len(notices(registrant)) == 1


def test_given_nobody_knows_whether_it_was_sent_then_it_counts_as_sent(stack: LocalStack, resident: Resident) -> None:
    """Garbage instead of an answer: at most once."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    stack.set_faults({"email": "wrong"})
    registrant.finish()
    registrant.await_that(status="verified")
    assert len(settled(registrant)["notices"]) == 1
    assert notices(registrant) == []


def test_given_an_address_that_nobody_confirmed_then_nothing_is_mailed_and_it_is_forgotten(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Whoever was registered with another's address does not make us write to it again."""
    stack.set_policy(changed(fast_policy, "email", reminders=[], wait_seconds=1))
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.await_that(status="expired")
    assert "email" not in settled(registrant)
    assert notices(registrant) == []


def test_given_expired_then_told_and_the_address_forgotten(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """The link leads to the empty page; nothing is kept to open."""
    stack.set_policy(changed(fast_policy, "details", wait_seconds=1))
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    registrant.await_that(status="expired")
    message = noticed(registrant, EXPIRED)
    assert message.code == ""
    assert not {"email", "confirmed", "phone", "details"} & settled(registrant).keys()


def test_given_an_operator_rejects_then_told_why(stack: LocalStack, resident: Resident, fast_policy: Policy) -> None:
    """In the reason's words; the link opens it."""
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="review"))
    stack.set_faults({"dukcapil": "down"})
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.await_that(status="in_review")
    Operator(stack).decide(registrant.id, "reject")
    registrant.await_that(status="rejected")
    message = noticed(registrant, REJECTED)
    assert "Petugas sudah memeriksa" in message.text
    assert elsewhere(registrant, message).see()["reason"] == "review_rejected"
    settled(registrant)


def declined_while_away(stack: LocalStack, resident: Resident) -> Registrant:
    """Somebody whose name the register declined when it was back, long after the page was left."""
    stack.set_faults({"dukcapil": "down"})
    registrant = Registrant(stack, resident)
    registrant.apply(full_name="Nama Yang Lain")
    registrant.confirm_phone()
    registrant.await_state("QueueDukcapil")
    stack.set_faults({"dukcapil": "up"})
    registrant.await_that(expects="details")
    return registrant


def test_given_details_are_asked_for_while_away_then_told_and_corrected_elsewhere(
    stack: LocalStack, resident: Resident
) -> None:
    """The link's code opens a session on a device that never had one, and the registration goes on to its end."""
    registrant = declined_while_away(stack, resident)
    there = elsewhere(registrant, noticed(registrant, DETAILS))
    assert there.submit()[0] == 202
    there.await_that(status="verified")
    noticed(there, VERIFIED)
    assert len(notices(registrant)) == 2


def test_given_the_phone_code_is_asked_for_while_away_then_told(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """A new code can be asked for from the page that the link opens."""
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="wait"))
    stack.set_faults({"dukcapil": "down"})
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.await_state("QueueDukcapil")
    stack.set_faults({"dukcapil": "up"})
    there = elsewhere(registrant, noticed(registrant, PHONE))
    there.read = {message.code for message in registrant.messages() if message.channel == "sms"}
    there.resend("/phone")
    there.confirm_phone()
    there.await_that(status="verified")
    assert len(notices(registrant, PHONE)) == 1


def test_given_no_code_can_be_sent_to_the_phone_either_then_told_when_it_can(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Two outages in a row lose nobody: people are told when there is something to do, and once, however many rounds it takes."""
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="wait"))
    stack.set_faults({"dukcapil": "down", "sms": "down", "whatsapp": "down"})
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.await_state("QueueDukcapil")
    stack.set_faults({"dukcapil": "up"})
    assert until(lambda: held_rounds(registrant) > 1)
    assert notices(registrant) == []
    stack.set_faults({"sms": "up", "whatsapp": "up"})
    noticed(registrant, PHONE)


def held_rounds(registrant: Registrant) -> int:
    """How often the registration was held because no channel sent."""
    execution = registrant.stack.execution(registrant.id)
    return execution.states.count("HoldPhone") if execution else 0


def test_given_the_table_s_answers_are_lost_then_the_notice_comes_all_the_same(
    stack: LocalStack, resident: Resident, worker: Poller
) -> None:
    """The SDK calls again, and finds the notice written down: by itself. Of a transaction AWS knows that it is the same."""
    call, table, lost = BaseClient._make_api_call, stack.physical_id("RegistrationsTable"), list[str]()  # type: ignore[attr-defined] # no stubs

    def lose(client: Any, operation: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401 (as in botocore)
        answer = call(client, operation, parameters)
        run = invocation_of_this_call()
        if run and "Notifications" in run.function:
            lost.append(operation)
            if operation == "UpdateItem" and parameters["TableName"] == table:
                return call(client, operation, parameters)
        return answer

    worker.stop()
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.confirm_phone()
    registrant.await_that(status="verified")
    with patch.object(BaseClient, "_make_api_call", lose):
        worker.start()
        noticed(registrant, VERIFIED)
        settled(registrant)
    assert {"UpdateItem", "TransactWriteItems"} <= set(lost)


def test_given_no_channel_sends_when_one_does_again_then_whoever_had_left_is_called_back(
    stack: LocalStack, resident: Resident
) -> None:
    """The page says that he may leave. The code lives ten minutes; the mail's link, from which he gets another, a day."""
    stack.set_faults({"sms": "down", "whatsapp": "down"})
    registrant = Registrant(stack, resident)
    registrant.apply()
    assert until(lambda: held_rounds(registrant) > 1)
    assert notices(registrant) == []
    stack.set_faults({"sms": "up", "whatsapp": "up"})
    there = elsewhere(registrant, noticed(registrant, PHONE))
    there.read = {message.code for message in registrant.messages() if message.channel == "sms"}
    there.resend("/phone")
    there.confirm_phone()
    there.await_that(status="verified")
    assert len(notices(registrant, PHONE)) == 1


def test_given_the_page_when_the_next_channel_takes_the_code_then_nobody_is_called_back(
    stack: LocalStack, resident: Resident
) -> None:
    """He was never told that he may leave, so the code is all that he is sent."""
    stack.set_faults({"sms": "down"})
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.confirm_phone()
    registrant.await_that(status="verified")
    noticed(registrant, VERIFIED)
    assert notices(registrant, PHONE) == []


def silent(registrant: Registrant, seconds: int) -> None:
    """As if nothing had happened to the registration for so long."""
    stack = registrant.stack
    stack.client("dynamodb").update_item(
        TableName=stack.physical_id("RegistrationsTable"),
        Key={"id": {"S": registrant.id}},
        UpdateExpression="SET updated_at = updated_at - :seconds",
        ExpressionAttributeValues={":seconds": {"N": str(seconds)}},
    )


def test_given_nothing_happens_after_a_notice_then_one_more_is_mailed_and_no_third(
    stack: LocalStack, resident: Resident, fast_policy: Policy
) -> None:
    """Nobody knows whether the first one came. Its link works, and the way goes on."""
    stack.set_policy(changed(fast_policy, "details", wait_seconds=14 * 86_400))
    registrant = declined_while_away(stack, resident)
    noticed(registrant, DETAILS)
    run = {"detail-type": "Scheduled Event", "source": "aws.scheduler"}
    for _ in range(2):
        assert not stack.invoke("ReconcilerFunction", run).failed
    time.sleep(0.5)
    assert len(notices(registrant)) == 1  # it is not two days yet
    for _ in range(3):
        silent(registrant, 2 * 86_400 + 1)
        assert not stack.invoke("ReconcilerFunction", run).failed
        reminder = noticed(registrant, REMINDER)
    assert DETAILS in reminder.subject
    time.sleep(0.5)
    assert len(notices(registrant)) == 2
    assert len((stack.item(registrant.id) or {})["notices"]) == 2
    there = elsewhere(registrant, reminder)
    assert there.submit()[0] == 202
    there.await_that(status="verified")


def test_given_the_worker_died_before_the_first_notice_was_mailed_then_the_reminder_tells(
    stack: LocalStack, resident: Resident, fast_policy: Policy, worker: Poller
) -> None:
    """It was written down as mailed, and is never mailed again by its own event."""
    stack.set_policy(changed(changed(fast_policy, "dukcapil", on_unavailable="wait"), "otp", wait_seconds=3 * 86_400))
    worker.stop()
    stack.set_faults({"dukcapil": "down"})
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.await_state("QueueDukcapil")
    stack.set_faults({"dukcapil": "up"})
    registrant.await_that(expects="phone_code")
    stack.set_faults({"email": "wrong"})  # an answer that nobody understands: it counts as sent
    worker.start()
    assert until(lambda: (stack.item(registrant.id) or {}).get("notices"))
    assert notices(registrant) == []
    stack.set_faults({"email": "up"})
    silent(registrant, 2 * 86_400 + 1)
    assert not stack.invoke("ReconcilerFunction", {"detail-type": "Scheduled Event"}).failed
    assert PHONE in noticed(registrant, REMINDER).subject


def test_given_a_reminder_that_comes_late_then_nobody_who_has_gone_on_is_mailed(
    stack: LocalStack, resident: Resident
) -> None:
    """It is about the wait that it was asked for, twice delivered or not."""
    registrant = declined_while_away(stack, resident)
    noticed(registrant, DETAILS)
    event = event_of(registrant)
    entered_at = (stack.item(registrant.id) or {})["entered_at"]
    for entered, mailed in ((entered_at[:-2] + "0Z", 1), (entered_at, 2), (entered_at, 2)):
        detail = {"registration_id": registrant.id, "status": "details_pending", "away": True, "reminder": True}
        event["Records"][0]["body"] = json.dumps({"detail": detail | {"entered_at": entered}})
        assert stack.invoke("NotificationsFunction", event).value == {"batchItemFailures": []}
        assert len(notices(registrant)) == mailed


def test_given_the_registrant_is_at_the_page_then_nothing_is_mailed(stack: LocalStack, resident: Resident) -> None:
    """What the page shows at once needs no mail."""
    registrant = Registrant(stack, resident)
    registrant.apply(full_name="Nama Yang Lain")
    registrant.await_that(expects="details", reason="mismatch")
    registrant.finish()
    registrant.await_that(status="verified")
    noticed(registrant, VERIFIED)
    assert len(notices(registrant)) == 1


def test_given_the_registration_has_gone_on_then_nothing_is_said_of_what_it_left_behind(
    stack: LocalStack, resident: Resident, worker: Poller
) -> None:
    """An event that was held up is worth what still holds."""
    worker.stop()
    registrant = declined_while_away(stack, resident)
    registrant.submit()
    registrant.await_that(status="verified")
    worker.start()
    settled(registrant)
    assert [VERIFIED in message.subject for message in notices(registrant)] == [True]


def test_given_the_registrant_has_come_back_meanwhile_then_nothing_is_mailed(
    stack: LocalStack, resident: Resident, fast_policy: Policy, worker: Poller
) -> None:
    """Who has asked for another code is at the page."""
    worker.stop()
    stack.set_policy(changed(fast_policy, "dukcapil", on_unavailable="wait"))
    stack.set_faults({"dukcapil": "down"})
    registrant = Registrant(stack, resident)
    registrant.apply()
    registrant.await_state("QueueDukcapil")
    stack.set_faults({"dukcapil": "up"})
    registrant.newest_code(resident.phone)
    registrant.resend("/phone")
    code = registrant.newest_code(resident.phone)
    worker.start()
    time.sleep(0.5)
    assert notices(registrant) == []
    registrant.confirm_phone(code)
    registrant.await_that(status="verified")
    settled(registrant)
    assert len(notices(registrant)) == 1


def test_given_it_was_withdrawn_before_then_nothing_is_mailed(
    stack: LocalStack, resident: Resident, worker: Poller
) -> None:
    """Nobody is left to be told."""
    worker.stop()
    registrant = Registrant(stack, resident)
    registrant.register()
    registrant.await_that(status="verified")
    registrant.call("DELETE")
    event = event_of(registrant)
    event["Records"][0]["body"] = event["Records"][0]["body"].replace("withdrawn", "verified")
    assert stack.invoke("NotificationsFunction", event).value == {"batchItemFailures": []}
    worker.start()
    time.sleep(0.3)
    assert notices(registrant) == []


def test_given_the_worker_dies_after_the_mail_then_it_is_not_sent_again(
    stack: LocalStack, resident: Resident, worker: Poller
) -> None:
    """The event comes again, and finds it written down."""
    registrant = Registrant(stack, resident)
    registrant.begin()
    registrant.confirm_email()
    worker.stop()
    registrant.finish()
    registrant.await_that(status="verified")
    worker.start()
    noticed(registrant, VERIFIED)
    worker.kill()
    worker.start()
    settled(registrant)
    assert len(notices(registrant)) == 1


def test_c21_given_a_change_of_status_then_queue_and_log_hold_nothing_personal(
    stack: LocalStack, resident: Resident, worker: Poller
) -> None:
    """Ids and codes only."""
    worker.stop()
    registrant = declined_while_away(stack, resident)
    queue = stack.physical_id("NotificationsQueue")
    bodies: list[str] = []
    sqs = stack.client("sqs")

    def arrived() -> bool:
        """The event may still be on its way from the table's stream."""
        found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=1).get("Messages", ())
        bodies.extend(message["Body"] for message in found if registrant.id in message["Body"])
        return any("details_pending" in body for body in bodies)

    assert until(arrived)
    worker.start()
    message = noticed(registrant, DETAILS)
    written = "\n".join([*bodies, stack.log.text])
    person = registrant.resident
    for personal in (registrant.email, person.phone, person.nik, person.full_name, f"code={message.code}"):
        assert personal not in written


def test_given_what_is_no_event_then_it_stays_for_the_dead_letters(stack: LocalStack) -> None:
    """It is not taken for settled."""
    record = {"messageId": "m", "receiptHandle": "none", "body": "{}", "attributes": {"ApproximateReceiveCount": "1"}}
    answer = stack.invoke("NotificationsFunction", {"Records": [record]}).value
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}
