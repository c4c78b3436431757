"""Layer 1: the code and the link go to the mailbox, and the registration waits for the code."""

from functions.email.delivery import deliver
from functions.email.message import compose, confirmation_link
from functions.email.settings import EmailSettings
from functions.shared.challenge import CodeKey, Opening, send_code
from functions.shared.entry import WaitingEntry
from functions.shared.observability import logger
from functions.shared.registration import Registrations, Status

HOUR = 3600


def send_confirmation(entry: WaitingEntry, settings: EmailSettings) -> None:
    """Open a challenge for this entry and mail it, once.

    Raises:
        EmailUnavailable: the mail was certainly not accepted; the same entry may be tried again.
    """
    registrations = Registrations(settings.table_name)
    registration = registrations.get(entry.registration_id)
    if registration is None or registration.email is None:
        logger.warning("nobody to mail")  # withdrawn meanwhile: the execution is being stopped
        return
    address, policy = registration.email, entry.policy.email

    def send(code: str) -> None:
        message = compose(
            locale=registration.locale,
            code=code,
            link=confirmation_link(settings.frontend_url, entry.registration_id, code),
            expires_in_hours=max(1, policy.code_seconds // HOUR),
            program=settings.program_name,
        )
        deliver(message, to=address, settings=settings)

    send_code(
        registrations,
        CodeKey(settings.codes_key_id),
        entry=entry,
        registration=registration,
        opening=Opening("email", Status.EMAIL_PENDING, address, layers={}),
        policy=policy,
        send=send,
    )
