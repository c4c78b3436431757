"""The rate, the queue of cases and the notices on AWS's own DynamoDB."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from mypy_boto3_dynamodb import DynamoDBClient

from functions.email import events
from functions.email.settings import MailEventsSettings
from functions.notifications import notice
from functions.notifications.settings import NotificationsSettings
from functions.reviews.queue import Place, Queue
from functions.shared import aws
from functions.shared.policy import default
from functions.shared.rate import Rate
from functions.shared.registration import Registrations
from local.faults.auditor import peak

FAR = int(time.time()) + 1000


def put(registrations: Registrations, registration_id: str, **more: Any) -> None:  # noqa: ANN401 (an item's attributes)
    """A registration as it stands in the table."""
    item = {
        "id": registration_id,
        "kind": "registration",
        "status": "verified",
        "locale": "id",
        "email": "tari@example.com",
        "layers": {"email": {"state": "passed"}},
        "guesses": {"email": 0, "phone": 0},
        "notices": {},
        "shard": "a",
        "sessions": {"some"},
        "entered_at": "2026-11-24T00:00:00.000Z",
    }
    registrations.client().put_item(TableName=registrations.table, Item=item | more)


def test_given_sixteen_environments_then_no_second_sees_more_than_the_limit(registrations: Registrations) -> None:
    """The item is the only thing that they share."""
    Rate(registrations.table, "dukcapil", 20, client=registrations.client).put_in_force()

    def work(environment: int) -> list[float]:
        # Half of them go by an older policy.
        per_second = 20 if environment % 2 else 40
        rate, taken = Rate(registrations.table, "dukcapil", per_second, client=registrations.client), []
        end = time.time() + 3
        while time.time() < end:
            if rate.take(0.5):
                taken.append(time.time())
        return taken

    with ThreadPoolExecutor(16) as environments:
        taken = [each for times in environments.map(work, range(16)) for each in times]
    assert 20 < len(taken) <= 20 * 4
    assert peak(taken) <= 20


def test_given_twenty_deliveries_of_one_event_then_one_notice_is_mailed(registrations: Registrations) -> None:
    """Whoever is first has it; the others come again and find it done."""
    put(registrations, "a1")
    settings = NotificationsSettings(
        table_name=registrations.table,
        control_table_name=registrations.table,
        sessions_key_id="sessions",
        frontend_url="https://example.invalid",
        program_name="Berlapis",
        sender_address="a@example.invalid",
        notifications_queue_url="https://example.invalid/queue",
    )
    mailed: list[str] = []
    kms: Any = SimpleNamespace(generate_mac=lambda **_: {"Mac": bytes(32)})
    change = notice.StatusChanged.model_validate({"registration_id": "a1", "status": "verified"})

    def settle(_: int) -> None:
        with suppress(notice.NotYetError):
            notice.settle(change, settings, default())

    with (
        patch.object(notice, "Registrations", lambda _: registrations),
        patch.object(notice, "deliver", lambda *_, to, **__: mailed.append(to)),
        patch.object(aws, "kms", lambda: kms),
        patch.object(notice, "_turn", lambda *_: True),
        ThreadPoolExecutor(20) as deliveries,
    ):
        list(deliveries.map(settle, range(20)))
        settle(0)
    assert mailed == ["tari@example.com"]
    item = registrations.client().get_item(TableName=registrations.table, Key={"id": "a1"})["Item"]
    assert "shard" not in item
    assert len(item["notices"]) == 1


def test_given_a_mail_that_certainly_was_not_sent_then_the_notice_is_due_again(registrations: Registrations) -> None:
    """With the session that its code would have opened taken out."""
    put(registrations, "a2")
    registration = registrations.get("a2")
    assert registration is not None
    kms: Any = SimpleNamespace(generate_mac=lambda **_: {"Mac": bytes(32)})
    due = notice._Notice("verified", "verified@now")
    with patch.object(aws, "kms", lambda: kms):
        claim = notice._claim(due, registration, registrations, SimpleNamespace(sessions_key_id="s"), default())  # type: ignore[arg-type] # what is read of it
    notice._take_back(claim, registration, registrations)
    after = registrations.get("a2")
    assert after is not None
    assert after.notices == {}
    assert after.sessions == registration.sessions
    assert after.confirmed is None


def test_given_a_bounce_then_the_registration_says_so(registrations: Registrations) -> None:
    """While the code is awaited, and for the address that it has."""
    waiting = {"state": "VerifyEmail", "entry_id": "VerifyEmail@now", "ends_at": FAR}
    challenge = {
        "entry_id": "VerifyEmail@now",
        "mac": "00",
        "expires_at": FAR,
        "max_guesses": 3,
        "resend_at": 0,
        "resends_left": 1,
        "delivery": "sent",
    }
    put(registrations, "a3", status="email_pending", waiting=waiting, challenge=challenge)
    body = (
        '{"detail": {"mail": {"tags": {"registration_id": ["a3"]}}, "bounce": {"bounceType": "Permanent",'
        ' "bouncedRecipients": [{"emailAddress": "Tari@example.com"}]}}}'
    )
    record: Any = SimpleNamespace(body=body, message_id="m")
    with (
        patch.object(events, "Registrations", lambda _: registrations),
        patch.object(MailEventsSettings, "load", lambda: SimpleNamespace(table_name="t")),
    ):
        event = events._read(record)
        assert event is not None
        events._react(event, record)
    after = registrations.get("a3")
    assert after is not None
    assert after.reason == "email_refuses_mail"
    assert after.challenge is not None
    assert after.challenge.delivery == "refused"


def test_the_queue_of_cases_is_read_oldest_first(client: DynamoDBClient, registrations: Registrations) -> None:
    """Over all shards of the index, a page at a time."""
    table = f"{registrations.table}-cases"
    client.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "case_shard", "AttributeType": "S"},
            {"AttributeName": "case_since", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "cases",
                "KeySchema": [
                    {"AttributeName": "case_shard", "KeyType": "HASH"},
                    {"AttributeName": "case_since", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(20):
        shard = f"{number * 7 % 16:x}"
        client.put_item(TableName=table, Item={"id": f"{shard}-{number}", "case_shard": shard, "case_since": number})
    queue, seen = Queue(table, client), list[str]()
    place: Place = {}
    while True:
        ids, after = queue.page(6, place)
        seen += ids
        if after is None:
            break
        place = after
    assert [int(each.partition("-")[2]) for each in seen] == list(range(20))
