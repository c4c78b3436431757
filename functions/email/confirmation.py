"""Layer 1: the code and the link go to the mailbox, and the registration waits for the code."""

from typing import Annotated

from pydantic import Field

from functions.email.delivery import deliver
from functions.email.message import compose, confirmation_link
from functions.email.settings import EmailSettings
from functions.shared.challenge import CodeKey, Opening, send_code
from functions.shared.entry import WaitingEntry
from functions.shared.errors import AlreadyConfirmed, EmailBusy, EmailUnavailable
from functions.shared.observability import logger
from functions.shared.rate import Rate, wait_for_turn
from functions.shared.registration import Registration, Registrations, Status

HOUR = 3600
PATIENCE = 3.0
"""Seconds that a mail waits for its turn."""


class EmailEntry(WaitingEntry):
    """One entry into `VerifyEmail`.

    Attributes:
        reminders: reminders that have been counted, the one of this entry included. None from a definition of before
            there were any, which waits for the policy's `wait_seconds` at once.
        reminding: nobody answered the mail before, and this one says so.
        resumed: the execution takes the registration over, and this is its first state.
    """

    reminders: Annotated[int, Field(ge=0)] | None = None
    reminding: bool = False
    resumed: bool = False

    @property
    def wait_seconds(self) -> int:
        """How long this entry waits, as the state's timeout says too."""
        email = self.policy.email
        return email.wait_seconds if self.reminders is None else email.wait_after(self.reminders)


def send_confirmation(entry: EmailEntry, settings: EmailSettings) -> None:
    """Open a challenge for this entry and mail it, once.

    Raises:
        EmailUnavailable: the mail was certainly not accepted; the same entry may be tried again.
        AlreadyConfirmed: the execution takes over a registration whose address is settled.
    """
    registrations = Registrations(settings.table_name)
    registration = registrations.get(entry.registration_id)
    if registration is None or registration.email is None:
        logger.warning("nobody to mail")  # withdrawn meanwhile: the execution is being stopped
        return
    if entry.resumed and (registration.layer("email").state != "pending" or registration.status is Status.IN_REVIEW):
        raise AlreadyConfirmed
    if entry.reminding and answered_too_late(registration, entry):
        hand_on_answer(registrations, registration, entry)
        return
    challenge = registration.challenge
    if entry.reminding and challenge is not None and challenge.delivery == "refused":
        wait_without_mail(registrations, entry)
        return
    address, policy, reminders = registration.email, entry.policy.email, entry.reminders or 0

    def send(code: str) -> None:
        message = compose(
            locale=registration.locale,
            code=code,
            link=confirmation_link(settings.frontend_url, entry.registration_id, code),
            expires_in_hours=max(1, min(policy.code_seconds, entry.wait_seconds) // HOUR),
            ends_in_hours=max(1, policy.rest_after(reminders) // HOUR) if entry.reminding else None,
            program=settings.program_name,
        )
        try:
            deliver(message, to=address, settings=settings, registration_id=entry.registration_id)
        except EmailUnavailable as unavailable:
            if not unavailable.outage:
                raise EmailBusy(unavailable.reason, our_fault=unavailable.our_fault) from None
            raise

    def turn() -> None:
        wait_for_turn(Rate(settings.control_table_name, "email", policy.sends_per_second), PATIENCE, EmailBusy)

    send_code(
        registrations,
        CodeKey(settings.codes_key_id),
        entry=entry,
        registration=registration,
        opening=Opening(
            "email",
            Status.EMAIL_PENDING,
            address,
            layers={},
            wait_seconds=entry.wait_seconds,
            reminders=reminders,
        ),
        policy=policy,
        send=send,
        turn=turn,
    )


def wait_without_mail(registrations: Registrations, entry: EmailEntry) -> None:
    """Wait on at an address that refuses mail: no reminder is sent to it, and its owner may still change it."""
    waited = registrations.update(
        entry.registration_id,
        "SET challenge.entry_id = :entry, waiting = :waiting, entered_at = :entered_at",
        condition="attribute_exists(challenge) AND entered_at <= :entered_at",
        values={
            ":entry": entry.entry_id,
            ":entered_at": entry.entered_at,
            ":waiting": {
                "state": entry.state,
                "entry_id": entry.entry_id,
                "ends_at": registrations.now() + entry.wait_seconds,
                "attempt": entry.attempt,
            },
        },
        also=(registrations.put_token(entry),),
    )
    if not waited:
        registrations.keep_token(entry)


def answered_too_late(registration: Registration, entry: EmailEntry) -> bool:
    """Whether the mail before was answered in time, but the answer was on its way for longer than the grace.

    Then its task has timed out, and the workflow believes that nobody answered.
    """
    waiting = registration.waiting
    return (
        waiting is not None
        and waiting.state == entry.state
        and waiting.entry_id == registration.answered
        and waiting.entry_id != entry.entry_id
    )


def hand_on_answer(registrations: Registrations, registration: Registration, entry: EmailEntry) -> None:
    """Make that answer the answer to this entry, so that it is delivered again and nobody is reminded who answered."""
    handed_on = registrations.update(
        entry.registration_id,
        "SET answer.entry_id = :entry, waiting = :waiting, entered_at = :entered_at",
        condition="answer.entry_id = :answered AND waiting.entry_id = :answered AND entered_at <= :entered_at",
        values={
            ":entry": entry.entry_id,
            ":answered": registration.answered,
            ":entered_at": entry.entered_at,
            ":waiting": {
                "state": entry.state,
                "entry_id": entry.entry_id,
                "ends_at": registrations.now(),
                "attempt": entry.attempt,
            },
        },
        also=(registrations.put_token(entry),),
    )
    if handed_on:
        logger.info("late answer handed on")
    else:
        registrations.keep_token(entry)  # another try of this entry was first
