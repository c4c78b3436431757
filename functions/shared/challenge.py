"""One-time codes: made, sent once per entry, stored only as a MAC, guessed a bounded number of times.

A code is six digits from `secrets`. What is stored is KMS's HMAC over purpose, registration, address and code, so that a
dump of the table gives no code, and a code fits one registration, one address and one purpose only (NIST SP 800-63B-4).
The layers' roles may only make a MAC, the API's may only verify one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from functions.shared import aws
from functions.shared.errors import LayerUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_kms import KMSClient

    from functions.shared.entry import WaitingEntry
    from functions.shared.policy import EmailPolicy, OtpPolicy
    from functions.shared.registration import Challenge, Registration, Registrations

Purpose = Literal["email", "phone"]
ALGORITHM: Literal["HMAC_SHA_256"] = "HMAC_SHA_256"
MOST_OVERTAKEN = 3
"""How often a try begins anew when others of the same entry were quicker."""
MOST_EARLIER = 5
"""Older codes that are recognised. Each costs a guess one more call of KMS."""
MOST_UNSENT = 2
"""The same, of those that were not taken: as many as an entry tries to send on one channel."""


class OvertakenError(Exception):
    """A try of an entry came to nothing because of other tries of it."""


def new_code() -> str:
    """Six decimal digits; all million values are equally likely."""
    return f"{secrets.randbelow(1_000_000):06}"


@dataclass(frozen=True, slots=True)
class CodeKey:
    """The KMS HMAC key of the codes."""

    key_id: str
    client: Callable[[], KMSClient] = aws.kms

    def mac(self, purpose: Purpose, registration_id: str, address: str, code: str) -> str:
        """MAC of a code, in hexadecimal."""
        message = _message(purpose, registration_id, address, code)
        made = self.client().generate_mac(KeyId=self.key_id, MacAlgorithm=ALGORITHM, Message=message)
        return made["Mac"].hex()

    def fits(self, mac: str, purpose: Purpose, registration_id: str, address: str, code: str) -> bool:
        """Whether the code is the one that `mac` was made of. KMS compares in constant time."""
        client = self.client()
        message = _message(purpose, registration_id, address, code)
        try:
            client.verify_mac(KeyId=self.key_id, MacAlgorithm=ALGORITHM, Message=message, Mac=bytes.fromhex(mac))
        except client.exceptions.KMSInvalidMacException:
            return False
        return True


def _message(purpose: Purpose, registration_id: str, address: str, code: str) -> bytes:
    # None of the parts can hold a line break, so no two different tuples give one message.
    return f"{purpose}\n{registration_id}\n{address}\n{code}".encode()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a layer opens: the status, and what else it writes in the same transaction.

    Attributes:
        wait_seconds: how long the code is awaited, if not the policy's `wait_seconds`.
        reminders: reminders that have been sent, this sending included; they use up no resend.
        away: the registrant is not at the page, and is to be told by mail when the code was sent.
        channel: what it is sent by, for the registrant to know where to look.
        noted: further attributes of the item.
    """

    purpose: Purpose
    status: str
    address: str
    layers: Mapping[str, str]
    wait_seconds: int | None = None
    reminders: int = 0
    away: bool = False
    channel: str = "email"
    noted: Mapping[str, Any] = field(default_factory=dict)


def send_code(  # noqa: PLR0913 (what opening a challenge needs, and how its code is sent)
    registrations: Registrations,
    key: CodeKey,
    *,
    entry: WaitingEntry,
    registration: Registration,
    opening: Opening,
    policy: EmailPolicy | OtpPolicy,
    send: Callable[[str], None],
    turn: Callable[[], None],
) -> None:
    """Open a challenge for this entry and send its code, once.

    `turn` waits until a message may be sent, or raises a `LayerBusy`; it is not called when this entry has sent already.

    Raises:
        LayerUnavailable: as `send` and `turn` did: the message was certainly not accepted, and the entry may be tried again.
    """
    code = open_challenge(
        registrations, key, entry=entry, registration=registration, opening=opening, policy=policy, turn=turn
    )
    if code is not None:
        try:
            send(code)
        except LayerUnavailable:
            mark_undelivered(registrations, entry, opening.purpose)
            raise
    if opening.away:
        call_back(registrations, entry)


def open_challenge(  # noqa: PLR0913 (what opening a challenge needs; each is passed once)
    registrations: Registrations,
    key: CodeKey,
    *,
    entry: WaitingEntry,
    registration: Registration,
    opening: Opening,
    policy: EmailPolicy | OtpPolicy,
    turn: Callable[[], None] | None = None,
) -> str | None:
    """Make this entry's code, store it with the task token, and say which code is to be sent.

    Returns:
        The code, to be sent now; None when nothing is to be sent: this entry has sent already (or may have: a crash
        between storing and sending counts as sent, since nothing is sent twice and the registrant can ask for another),
        or the registration has ended.

    Raises:
        OvertakenError: other tries of the entry were quicker, again and again, or the address is another one by now; this
            one is to be tried again.
    """
    for _ in range(MOST_OVERTAKEN):
        if registration.ended:
            return None
        if not _sent_by(entry, registration):
            if turn:
                turn()
            code = new_code()
            if _open(registrations, key, code, entry=entry, registration=registration, opening=opening, policy=policy):
                return code
        if registrations.keep_token(entry):
            return None
        # Another try of the entry, which Step Functions has given up on, may have failed to send just now. Then nobody
        # sleeps on its token, and this one has the sending.
        now = registrations.get(entry.registration_id)
        if now is not None and not now.ended and now.address(opening.purpose) != opening.address:
            raise OvertakenError
        if now is None or not _failed_by(entry, now):
            return None
        registration = now
    raise OvertakenError


def _sent_by(entry: WaitingEntry, registration: Registration) -> bool:
    """Whether the entry has sent already, or was answered."""
    challenge = registration.challenge
    sent = challenge is not None and challenge.entry_id == entry.entry_id and challenge.delivery != "failed"
    return sent or registration.answered == entry.entry_id


def _failed_by(entry: WaitingEntry, registration: Registration) -> bool:
    """Whether the entry's message certainly was not sent, and nobody has answered it."""
    challenge = registration.challenge
    failed = challenge is not None and challenge.entry_id == entry.entry_id and challenge.delivery == "failed"
    return failed and registration.answered != entry.entry_id


def _open(  # noqa: PLR0913 (see open_challenge)
    registrations: Registrations,
    key: CodeKey,
    code: str,
    *,
    entry: WaitingEntry,
    registration: Registration,
    opening: Opening,
    policy: EmailPolicy | OtpPolicy,
) -> bool:
    challenge = registration.challenge
    sent = registration.sendings.get(opening.purpose, 0)
    changed = registration.changes.get(opening.purpose, 0)
    now = registrations.now()
    return registrations.update(
        entry.registration_id,
        "SET #status = :status, waiting = :waiting, challenge = :challenge, policy_version = :policy_version,"
        " entered_at = :entered_at, sendings.#purpose = :sendings"
        + "".join(f", layers.{name}.#state = :{name}" for name in opening.layers)
        + "".join(f", {name} = :{name}" for name in opening.noted)
        + " REMOVE reason",
        # Two tries of one entry at once: the first has the sending, the second keeps its token. An entry that is long
        # over opens nothing.
        condition="(attribute_not_exists(challenge) OR challenge.entry_id <> :entry OR challenge.delivery = :failed)"
        " AND (attribute_not_exists(answer) OR answer.entry_id <> :entry)"
        " AND (attribute_not_exists(entered_at) OR entered_at <= :entered_at)"
        # It may have been changed while this try waited for its turn. The next try sends to the new one.
        " AND #purpose = :address",
        names={"#purpose": opening.purpose} | ({"#state": "state"} if opening.layers else {}),
        values={
            ":status": opening.status,
            ":address": opening.address,
            ":waiting": {
                "state": entry.state,
                "entry_id": entry.entry_id,
                "ends_at": now + (opening.wait_seconds or policy.wait_seconds),
                "attempt": entry.attempt,
            }
            | ({"away": True} if opening.away else {}),
            ":challenge": {
                "entry_id": entry.entry_id,
                "mac": key.mac(opening.purpose, entry.registration_id, opening.address, code),
                "expires_at": now + policy.code_seconds,
                "max_guesses": policy.guesses,
                "resend_at": now + policy.resend_cooldown_seconds,
                # Neither a change of the address nor a reminder is a resend.
                "resends_left": max(0, policy.resends + changed + opening.reminders - sent),
                "changes_left": max(0, policy.changes - changed),
                "delivery": "sent",
                "channel": opening.channel,
            }
            | _earlier(challenge, entry),
            ":policy_version": entry.policy.policy_version,
            ":sendings": sent + 1,
            ":entry": entry.entry_id,
            ":entered_at": entry.entered_at,
            ":failed": "failed",
        }
        | {f":{name}": state for name, state in opening.layers.items()}
        | {f":{name}": value for name, value in opening.noted.items()},
        also=(registrations.put_token(entry),),
    )


def _earlier(challenge: Challenge | None, entry: WaitingEntry) -> dict[str, list[str]]:
    """MACs of the older codes of the same purpose, newest first: whoever types one has to be told so.

    Also the last of those that a carrier's error said were not taken: it may have failed after it had taken the message. Apart,
    so that the many tries of an outage do not push out a code that somebody has in his hands.
    """
    if challenge is None or challenge.entry_id.partition("@")[0] != entry.state:
        return {"earlier": [], "unsent": []}
    sent, unsent = ([], [challenge.mac]) if challenge.delivery == "failed" else ([challenge.mac], [])
    return {
        "earlier": [*sent, *challenge.earlier][:MOST_EARLIER],
        "unsent": [*unsent, *challenge.unsent][:MOST_UNSENT],
    }


def mark_undelivered(registrations: Registrations, entry: WaitingEntry, purpose: Purpose) -> None:
    """The message was certainly not accepted: the registrant is told, and the try costs him nothing.

    A later try of the entry may sleep already, because this one had the sending: it is woken to send another.
    """
    failed = {":failed": "failed", ":one": 1, ":entry": entry.entry_id, ":sent": "sent", ":attempt": entry.attempt}
    told = registrations.update(
        entry.registration_id,
        "SET challenge.delivery = :failed, sendings.#purpose = sendings.#purpose - :one, reason = :reason REMOVE waiting",
        condition="challenge.entry_id = :entry AND challenge.delivery = :sent AND waiting.attempt <= :attempt",
        names={"#purpose": purpose},
        values=failed | {":reason": f"{purpose}_unavailable"},
    )
    if not told:
        registrations.update(
            entry.registration_id,
            "SET challenge.delivery = :failed, sendings.#purpose = sendings.#purpose - :one, answer = :answer",
            condition="challenge.entry_id = :entry AND challenge.delivery = :sent AND waiting.entry_id = :entry"
            " AND waiting.attempt > :attempt AND (attribute_not_exists(answer) OR answer.entry_id <> :entry)",
            names={"#purpose": purpose},
            values=failed | {":answer": {"entry_id": entry.entry_id, "kind": "resend", "at": registrations.now()}},
        )


def call_back(registrations: Registrations, entry: WaitingEntry) -> None:
    """The code is on its way to somebody who was told that he may leave: `functions.notifications` mails him that it is.

    Not before: the tries of a long outage would each call him to a code that never comes.
    """
    registrations.update(
        entry.registration_id,
        "SET called_back = :entry",
        condition="waiting.entry_id = :entry AND challenge.entry_id = :entry AND challenge.delivery = :sent"
        " AND (attribute_not_exists(answer) OR answer.entry_id <> :entry)",
        values={":entry": entry.entry_id, ":sent": "sent"},
    )


def expired(challenge: Challenge, now: float) -> bool:
    """Whether a code's life is over: by the clock, not by the table's TTL, which may be days late."""
    return now >= challenge.expires_at
