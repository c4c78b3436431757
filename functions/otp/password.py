"""Layer 4: the one-time password goes to the phone, and the registration waits for it to be typed."""

from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field

from functions.otp.channels import send
from functions.otp.message import sms_text
from functions.otp.settings import OtpSettings
from functions.shared.challenge import CodeKey, Opening, send_code
from functions.shared.entry import WaitingEntry
from functions.shared.errors import NOT_CONFIGURED, PhoneBusy, PhoneRefusesUs, PhoneUnavailable
from functions.shared.observability import logger
from functions.shared.policy import Channel, OtpPolicy
from functions.shared.rate import Rate, wait_for_turn
from functions.shared.registration import Registrations, Status

MINUTE = 60
PATIENCE = 3.0
"""Seconds that a message waits for its turn."""


class PhoneEntry(WaitingEntry):
    """One entry into `VerifyPhone`."""

    channel: Annotated[int, Field(ge=0)]
    """How many channels have been given up in this round."""
    dukcapil: Literal["passed", "deferred", "skipped", "approved"]
    """How layer 3 ended; written with the status, since a deferred layer was written by nobody."""
    dukcapil_decided: dict[str, str] = Field(default_factory=dict)
    """When, and by which version of the policy; for an execution that takes over from this one, as the next one."""
    dukcapil_deferred: bool = False
    away: bool = False
    """The registrant is not at the page, and is told by mail that a code is expected."""


def send_password(entry: PhoneEntry, settings: OtpSettings) -> None:
    """Open a challenge for this entry and send it, once.

    Raises:
        PhoneUnavailable: the message was certainly not accepted; the next channel is to be tried.
        PhoneRefusesUs: the same, and it is no outage.
    """
    registrations = Registrations(settings.table_name)
    registration = registrations.get(entry.registration_id)
    if registration is None or registration.phone is None:
        logger.warning("nobody to send to")  # withdrawn meanwhile: the execution is being stopped
        return
    number, policy = registration.phone, entry.policy.otp
    channel = channel_of(policy, registration.preferred_channel, entry.channel)

    def send_by_channel(code: str) -> None:
        text = sms_text(
            locale=registration.locale,
            code=code,
            domain=settings.otp_domain,
            minutes=max(1, policy.code_seconds // MINUTE),
            program=settings.sender_name,
        )
        try:
            send(
                channel,
                settings,
                to=number,
                code=code,
                text=text,
                locale=registration.locale,
                valid_seconds=policy.code_seconds,
                # Each try has a code of its own, which a carrier must not take for a double of the one before.
                idempotency_key=sha256(
                    f"{entry.registration_id}\n{entry.entry_id}\n{entry.attempt}".encode()
                ).hexdigest(),
            )
        except PhoneUnavailable as unavailable:
            # Of a channel that the deployment lacks the other one's state says all, if there is another.
            lacking = unavailable.reason == NOT_CONFIGURED and any(map(settings.has, policy.channels))
            if not unavailable.outage and not lacking:
                raise PhoneRefusesUs(unavailable.reason, our_fault=unavailable.our_fault) from None
            raise

    def turn() -> None:
        wait_for_turn(Rate(settings.control_table_name, channel, policy.sends_per_second), PATIENCE, PhoneBusy)

    send_code(
        registrations,
        CodeKey(settings.codes_key_id),
        entry=entry,
        registration=registration,
        opening=Opening(
            "phone",
            Status.PHONE_PENDING,
            number,
            layers={"dukcapil": entry.dukcapil},
            noted={"dukcapil_decided": entry.dukcapil_decided, "dukcapil_deferred": entry.dukcapil_deferred},
            away=entry.away,
            channel=channel,
        ),
        policy=policy,
        send=send_by_channel,
        turn=turn,
    )


def channel_of(policy: OtpPolicy, preferred: str | None, given_up: int) -> Channel:
    """The channel to use: the registrant's choice first, then the policy's order."""
    order = sorted(policy.channels, key=lambda channel: channel != preferred)
    return order[given_up % len(order)]
