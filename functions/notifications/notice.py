"""What is to be told, to whom, and once.

A notice is written to the registration before it is mailed, and taken back when the mail certainly was not taken: at
most one mail, whatever is delivered twice. It goes only to an address that its owner has confirmed. What is told is what
holds when it is mailed: of an event that the registration has left behind nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict

from functions.notifications.message import Kind, compose
from functions.shared import aws
from functions.shared.batch import HeldError
from functions.shared.challenge import new_code
from functions.shared.errors import EmailUnavailable
from functions.shared.mail import confirmation_link, deliver
from functions.shared.observability import count, logger
from functions.shared.rate import Rate
from functions.shared.registration import Registration, Registrations, Status, Waiting
from functions.shared.sessions import secret_of, stored

if TYPE_CHECKING:
    from functions.notifications.settings import NotificationsSettings
    from functions.shared.policy import Policy

HOUR: Final = 3600
LINK_SECONDS: Final = 24 * HOUR
"""Life of a notice's code, as long as a mailed code may live (NIST SP 800-63B-4)."""
PATIENCE: Final = 1.0
"""Seconds to wait for a turn; codes, which people wait for at the page, wait longer."""

_ENDS: Final[dict[Status, Kind]] = {
    Status.VERIFIED: "verified",
    Status.REJECTED: "rejected",
    Status.EXPIRED: "expired",
}
_ASKS: Final[dict[Status, tuple[str, Kind]]] = {
    Status.DETAILS_PENDING: ("AwaitDetails", "details"),
    Status.PHONE_PENDING: ("VerifyPhone", "phone"),
}

_SAME_ENTRY = "#status = :status AND (attribute_not_exists(entered_at) OR entered_at = :entered_at)"
"""Condition that the registration is where it was when it was read."""


class NotYetError(HeldError):
    """The notice is not settled: the event stays in the queue and is hidden there.

    Args:
        reason: a code, for the log.
        outage: the mail service is the reason, so the next tries come more and more seldom.
    """

    def __init__(self, reason: str, *, outage: bool = False) -> None:
        super().__init__(reason)
        self.outage = outage


class StatusChanged(BaseModel):
    """Detail of the event `RegistrationStatusChanged`."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    registration_id: str
    status: Status
    away: bool = False
    entered_at: str = ""
    called_back: bool = False
    """A code was sent to somebody who is not at the page."""
    reminder: bool = False
    """It is asked for again, because nothing has happened since it was asked for."""


@dataclass(frozen=True, slots=True)
class _Notice:
    """A notice that is due.

    Attributes:
        key: what it is written down by; one for each entry, and another one for its reminder.
        waiting: what is waited for, when it asks for something.
        reminder: the registrant was mailed before, as far as we know.
    """

    kind: Kind
    key: str
    waiting: Waiting | None = None
    reminder: bool = False


@dataclass(frozen=True, slots=True)
class _Claim:
    """A notice written down as mailed, with what takes it back.

    Attributes:
        code: opens a session; None where there is nothing to open.
        session: the session's hash.
    """

    key: str
    code: str | None
    session: str | None


def settle(change: StatusChanged, settings: NotificationsSettings, policy: Policy) -> None:
    """Mail what an event asks for, if anything, and close the registration when that was the last thing to happen.

    Raises:
        NotYetError: it has to be tried again.
    """
    registrations = Registrations(settings.table_name)
    registration = registrations.get(change.registration_id)
    if registration is None or registration.status != change.status or registration.status is Status.WITHDRAWN:
        return
    notice = _due(change, registration, registrations.now())
    told = notice is not None and notice.key in (registration.notices or {})
    if notice is not None and not told and _confirmed(registration):
        _mail(notice, registration, registrations, settings, policy)
    if registration.ended:
        _close(registration, registrations)


def _due(change: StatusChanged, registration: Registration, now: int) -> _Notice | None:
    key = f"{registration.status}@{registration.entered_at}"
    if registration.status in _ENDS:
        return _Notice(_ENDS[registration.status], key)
    if registration.status not in _ASKS or not change.away:
        return None
    state, kind = _ASKS[registration.status]
    waiting = registration.awaited(state, now)
    if waiting is None or not waiting.away:
        return None
    same = registration.entered_at == change.entered_at
    if change.reminder:
        return _Notice(kind, f"{key}#reminder", waiting, reminder=True) if same else None
    # People are told when they can do something: with the status alone a code may be on its way, or fail to be sent.
    due = change.called_back and same if kind == "phone" else not change.called_back
    return _Notice(kind, key, waiting) if due else None


def _confirmed(registration: Registration) -> bool:
    """Whether the address is known to be the registrant's. An operator's approval does not make it so."""
    return bool(registration.email) and registration.layer("email").state == "passed"


def _mail(
    notice: _Notice,
    registration: Registration,
    registrations: Registrations,
    settings: NotificationsSettings,
    policy: Policy,
) -> None:
    if not _turn(settings, policy):
        raise NotYetError("busy")
    claim = _claim(notice, registration, registrations, settings, policy)
    now, page = registrations.now(), settings.frontend_url
    message = compose(
        notice.kind,
        locale=registration.locale,
        program=settings.program_name,
        link=confirmation_link(page, registration.id, claim.code) if claim.code else page,
        reason=registration.reason,
        disputable=registration.disputable,
        ends_in_hours=max(1, (notice.waiting.ends_at - now) // HOUR) if notice.waiting else None,
        reminder=notice.reminder,
    )
    try:
        deliver(message, to=registration.email or "", settings=settings, registration_id=registration.id)
    except EmailUnavailable as unavailable:
        _take_back(claim, registration, registrations)
        if unavailable.our_fault:
            logger.error("notices cannot be mailed", extra={"reason": unavailable.reason})
        raise NotYetError(unavailable.reason, outage=True) from None
    count("NoticeSent", notice=notice.kind)


def _turn(settings: NotificationsSettings, policy: Policy) -> bool:
    """Wait for a turn to send, among all who mail. Without the control table nobody knows whose turn it is."""
    try:
        return Rate(settings.control_table_name, "email", policy.email.sends_per_second).take(PATIENCE)
    except (ClientError, BotoCoreError):
        return False


def _claim(
    notice: _Notice,
    registration: Registration,
    registrations: Registrations,
    settings: NotificationsSettings,
    policy: Policy,
) -> _Claim:
    """Write a notice down as mailed, with the code that it carries.

    Raises:
        NotYetError: another was first, or the registration has gone on.
    """
    first, now = registration.notices is None, registrations.now()
    expression = "SET notices = :notices" if first else "SET notices.#key = :now"
    condition = "attribute_not_exists(notices)" if first else "attribute_not_exists(notices.#key)"
    names = {"#status": "status"} | ({} if first else {"#key": notice.key})
    values: dict[str, Any] = {":notices": {notice.key: now}} if first else {}
    code = session = None
    # Of one that expired nothing is kept that a session could show.
    if notice.kind != "expired":
        code, entry_id = new_code(), f"Notice@{datetime.fromtimestamp(now, UTC).isoformat()}"
        secret = secret_of(code, registration.id, entry_id, key_id=settings.sessions_key_id, kms=aws.kms())
        session = stored(secret)
        expression += ", confirmed = :confirmed"
        values[":confirmed"] = {
            "entry_id": entry_id,
            # Nothing is confirmed by this code, so no two confirmations can race for it: it opens its session at once.
            "at": 0,
            "expires_at": now + LINK_SECONDS,
            "max_guesses": registration.guesses.get("email", 0) + policy.email.guesses,
        }
    claimed = registrations.update(
        registration.id,
        expression,
        condition=f"{condition} AND {_SAME_ENTRY} AND email = :email",
        names=names,
        values=values
        | {":status": registration.status, ":entered_at": registration.entered_at, ":email": registration.email},
        add_session=session,
        ended_too=True,
        # Else whose claim's answer was lost would take it for another's, and never be mailed.
        once=True,
    )
    if not claimed:
        raise NotYetError("moved_on")
    return _Claim(notice.key, code, session)


def _take_back(claim: _Claim, registration: Registration, registrations: Registrations) -> None:
    """The mail certainly was not taken: the notice is due again, and the code before is good again."""
    removed, values = "notices.#key", dict[str, Any]()
    expression, condition = "SET #status = #status", "attribute_exists(notices.#key)"
    if claim.session is not None:
        before = registration.confirmed
        if before is None:
            removed += ", confirmed"
        else:
            expression += ", confirmed = :before"
            values[":before"] = {
                "entry_id": before.entry_id,
                "at": before.at,
                "expires_at": before.expires_at,
                "max_guesses": before.max_guesses,
            }
        removed += " DELETE sessions :useless"
        values[":useless"] = {claim.session}
    registrations.update(
        registration.id,
        f"{expression} REMOVE {removed}",
        condition=condition,
        names={"#status": "status", "#key": claim.key},
        values=values,
        ended_too=True,
    )


def _close(registration: Registration, registrations: Registrations) -> None:
    """Nothing more will happen to it. An expired one forgets the address, which was kept for its notice only."""
    registrations.update(
        registration.id,
        "SET #status = #status REMOVE #shard" + (", email" if registration.status is Status.EXPIRED else ""),
        condition=_SAME_ENTRY,
        names={"#status": "status", "#shard": "shard"},
        values={":status": registration.status, ":entered_at": registration.entered_at},
        ended_too=True,
    )
