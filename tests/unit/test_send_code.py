"""Sending a code: not out of turn, and not when it would arrive dead."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from functions.otp.password import PhoneEntry
from functions.shared.challenge import CodeKey, Opening, send_code
from functions.shared.errors import PhoneBusy
from functions.shared.policy import default
from functions.shared.registration import Registrations


@dataclass
class OneItem:
    """A DynamoDB client with one registration; keeps the updates and accepts them all."""

    updates: list[str] = field(default_factory=list)
    exceptions = SimpleNamespace(ConditionalCheckFailedException=KeyError, TransactionCanceledException=KeyError)

    def get_item(self, **_: Any) -> dict[str, Any]:  # noqa: ANN401 (boto3's)
        """The registration."""
        return {
            "Item": {"id": "r", "kind": "registration", "status": "checking", "locale": "id", "phone": "+6281234567890"}
        }

    def update_item(self, **request: Any) -> None:  # noqa: ANN401 (boto3's)
        """Keep it."""
        self.updates.append(request["UpdateExpression"])

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> None:  # noqa: N803 (boto3's name)
        """Keep the update among them."""
        self.updates += [part["Update"]["UpdateExpression"] for part in TransactItems if "Update" in part]


def send(item: OneItem, sent: list[str], *, busy: bool = False) -> None:
    """Send a code."""

    def generate_mac(**_: Any) -> dict[str, bytes]:  # noqa: ANN401 (boto3's)
        return {"Mac": b"mac"}

    def turn() -> None:
        if busy:
            raise PhoneBusy("busy")

    client: Any = item
    kms: Any = SimpleNamespace(generate_mac=generate_mac)
    registrations = Registrations("registrations", client=lambda: client, clock=lambda: 1_800_000_000.0)
    registration = registrations.get("r")
    assert registration is not None
    send_code(
        registrations,
        CodeKey("codes", client=lambda: kms),
        entry=PhoneEntry.model_validate(
            {
                "registration_id": "r",
                "entry_id": "VerifyPhone@now",
                "policy": default(),
                "task_token": "token",
                "channel": 0,
                "dukcapil": "passed",
            }
        ),
        registration=registration,
        opening=Opening("phone", "phone_pending", "+6281234567890", layers={}),
        policy=default().otp,
        send=sent.append,
        turn=turn,
    )


def test_given_time_then_the_code_is_sent_once() -> None:
    """As always."""
    sent: list[str] = []
    send(OneItem(), sent)
    assert len(sent) == 1


def test_given_no_turn_then_nothing_is_written_and_nothing_sent() -> None:
    """Whoever has to wait uses up no sending, and keeps the code that he has."""
    item, sent = OneItem(), list[str]()
    with pytest.raises(PhoneBusy):
        send(item, sent, busy=True)
    assert (item.updates, sent) == ([], [])
