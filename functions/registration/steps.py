"""The registrant's steps. Each changes the table by conditional writes, and nothing else; a guess is counted first.

A step that answers what the workflow waits for writes an `answer` for the entry that is open; the table's stream takes it
from there. A step that is late, early or doubled finds its entry closed and is refused with 409 or 410.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Literal

from functions.email.address import suggest
from functions.registration import fields, models, sessions
from functions.registration.mending import VOIDS, voided
from functions.registration.problems import FieldError, Problem
from functions.shared.challenge import CodeKey, Purpose, expired
from functions.shared.registration import (
    LAYERS,
    OPEN,
    Challenge,
    Confirmed,
    Registration,
    Registrations,
    Status,
    Waiting,
    decided,
    shard_of,
)

if TYPE_CHECKING:
    from functions.registration.settings import RegistrationSettings

DAY = 86_400
RACE_SECONDS = 5
"""Seconds in which the same code again, or another guess, may be one that is under way at the same moment."""
WITHDRAWALS = 5
"""How often a withdrawal is tried while the registration goes on beside it."""
_STATES: dict[Purpose, str] = {"email": "VerifyEmail", "phone": "VerifyPhone"}


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps, on one table."""

    registrations: Registrations
    codes: CodeKey
    settings: RegistrationSettings

    # -------------------------------------------------------------------------------------------------- beginning

    def begin(self, beginning: models.Beginning, idempotency_key: str | None) -> models.Begun:
        """Begin a registration. The same key and body give the same answer again.

        Raises:
            Problem: 422 when the key was used with another body.
        """
        request = beginning.model_dump_json().encode()
        who = sessions.identity(idempotency_key, request, self.settings.sessions_key_id)
        now = self.registrations.now()
        created = self.registrations.create(
            {
                "id": who.registration_id,
                "shard": shard_of(who.registration_id),
                "status": Status.QUEUED,
                "locale": beginning.locale,
                "email": beginning.email,
                "consent": {"version": beginning.consent.version, "locale": beginning.locale, "at": now},
                "layers": {layer: {"state": "pending"} for layer in LAYERS}
                | {"email": {"state": "pending", "flags": fields.email_flags(beginning.email)}},
                "guesses": {"email": 0, "phone": 0},
                "sendings": {"email": 0, "phone": 0},
                "changes": {"email": 0, "phone": 0},
                "notices": {},
                "sessions": {sessions.stored(who.session_secret)},
                "begun_with": who.request,
                "created_at": now,
                "updated_at": now,
                "purge_at": self._purge_at(),
            }
        )
        if not created:
            earlier = self.registrations.get(who.registration_id)
            if earlier is None or earlier.begun_with != who.request:
                raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused")
        return models.Begun(
            id=who.registration_id,
            session_secret=who.session_secret,
            status="queued",
            expects="nothing",
            email_suggestion=suggest(beginning.email),
        )

    # ------------------------------------------------------------------------------------------------------- codes

    def confirm_email(self, registration_id: str, code: str, authorization: str | None) -> str:
        """Confirm the address with the code alone, on whatever device; returns a fresh session secret.

        On a device without a session the fresh one is the only one from then on: whoever began with somebody else's
        address has no part in what its owner goes on with.

        Without a session every refusal reads the same, so that nobody learns whether an id exists.
        """
        registration = self.registrations.get(registration_id)
        known = sessions.holds_session(registration, authorization)
        try:
            if registration is None:
                raise _not_expected(registration)
            if registration.confirmed and not known:
                return self._resume(registration, registration.confirmed, code)
            return self._confirm(registration, "email", code, opens_session=True, only_session=not known)
        except Problem:
            if known:
                raise
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "code_not_accepted",
                errors=(FieldError("#/code", "code_not_accepted"),),
            ) from None

    def _resume(self, registration: Registration, confirmed: Confirmed, code: str) -> str:
        """The session secret that the code was worth, typed again: the answer was lost, or it is another device.

        For the life of the code, and guessed no more often than before it was confirmed. Not within the first seconds,
        in which the same code again is a race for it.

        Raises:
            Problem: whatever it says, it is answered as any code that is not accepted.
        """
        now = self.registrations.now()
        if not confirmed.at + RACE_SECONDS <= now < confirmed.expires_at:
            raise _not_expected(registration)
        counted = self._change_guesses(
            registration.id,
            "email",
            "+",
            condition="confirmed.entry_id = :entry AND guesses.#purpose < :most",
            values={":entry": confirmed.entry_id, ":most": confirmed.max_guesses},
            ended_too=True,  # the notice of the end opens a session as well, for whoever was never there
        )
        if not counted:
            raise _not_expected(registration)
        try:
            secret = self._session_of(registration, confirmed.entry_id, code)
            fits = sessions.holds_session(registration, f"Bearer {secret}")
        except Exception:
            self._give_guess_back(registration.id, "email")
            raise
        if not fits:
            raise _not_expected(registration)
        self._give_guess_back(registration.id, "email")
        return secret

    def confirm_phone(self, registration: Registration, code: str) -> None:
        """Confirm the phone with its code."""
        self._confirm(registration, "phone", code)

    def _confirm(
        self,
        registration: Registration,
        purpose: Purpose,
        code: str,
        *,
        opens_session: bool = False,
        only_session: bool = False,
    ) -> str:
        """Count the guess, compare it, and answer the wait; returns the session secret that it opens, if it does."""
        waiting, challenge = self._open_challenge(registration, purpose)
        address = registration.email if purpose == "email" else registration.phone
        if not self._count_guess(registration.id, purpose, challenge):
            raise self._why_not_counted(registration.id, purpose)
        try:
            # The one that counts comes last: what fails before it has compared nothing that a guesser is after.
            older = any(
                self.codes.fits(mac, purpose, registration.id, address or "", code)
                for mac in (*challenge.earlier, *challenge.unsent)
            )
            fits = self.codes.fits(challenge.mac, purpose, registration.id, address or "", code)
            session = self._session_of(registration, challenge.entry_id, code) if fits and opens_session else ""
        except Exception:
            # Nobody learned whether it fits, so it does not count: an outage costs nobody an attempt.
            self._give_guess_back(registration.id, purpose)
            raise
        if older and not fits:
            # Whoever types an older code of ours is no guesser, and has the newest one on the way.
            self._give_guess_back(registration.id, purpose)
            raise self._superseded(registration, purpose, challenge)
        if not fits:
            raise self._wrong(registration.id, purpose, waiting)
        layer = "email" if purpose == "email" else "otp"
        status = registration.status
        if purpose == "phone":
            deferred = any(registration.layer(name).state == "deferred" for name in LAYERS)
            status = Status.SETTLING if deferred else Status.CHECKING
        accepted = self._answer(
            registration.id,
            waiting,
            "confirmed",
            # A right code is no wrong guess: it was counted before it was compared.
            "SET #status = :status, layers.#layer.#state = :passed, #decided = :decided, guesses.#purpose = guesses.#purpose - :one"
            + (", confirmed = :confirmed" if session else "")
            + (", sessions = :sessions" if session and only_session else "")
            + " REMOVE challenge",
            condition="challenge.mac = :mac",
            names={"#layer": layer, "#state": "state", "#purpose": purpose, "#decided": f"{layer}_decided"},
            values={":status": status, ":passed": "passed", ":mac": challenge.mac, ":one": 1}
            | {":decided": decided(self.registrations.now(), registration.policy_version or "")}
            | ({":confirmed": self._confirmed_by(challenge)} if session else {})
            | ({":sessions": {sessions.stored(session)}} if session and only_session else {}),
            session="" if only_session else session,
        )
        if not accepted:
            # A right code, while the wait was ended or answered by somebody else: a double tap, another execution that took over.
            self._give_guess_back(registration.id, purpose)
            raise _not_expected(self.registrations.get(registration.id))
        return session

    def _session_of(self, registration: Registration, entry_id: str, code: str) -> str:
        key_id, kms = self.settings.sessions_key_id, self.codes.client()
        return sessions.secret_of(code, registration.id, entry_id, key_id=key_id, kms=kms)

    def _confirmed_by(self, challenge: Challenge) -> dict[str, Any]:
        return {
            "entry_id": challenge.entry_id,
            "at": self.registrations.now(),
            "expires_at": challenge.expires_at,
            "max_guesses": challenge.max_guesses,
        }

    def _open_challenge(self, registration: Registration, purpose: Purpose) -> tuple[Waiting, Challenge]:
        waiting = registration.awaited(_STATES[purpose], self.registrations.now())
        challenge = registration.challenge
        if waiting is None or challenge is None or challenge.entry_id != waiting.entry_id:
            raise _not_expected(registration)
        if expired(challenge, self.registrations.now()):
            raise Problem(HTTPStatus.GONE, "code_expired")
        return waiting, challenge

    def _count_guess(self, registration_id: str, purpose: Purpose, challenge: Challenge) -> bool:
        """Count a guess before it is compared, so that parallel guesses cannot be more than the policy allows."""
        return self._change_guesses(
            registration_id,
            purpose,
            "+",
            condition=f"{OPEN} AND challenge.mac = :mac AND challenge.expires_at > :now"
            " AND guesses.#purpose < challenge.max_guesses",
            values={":entry": challenge.entry_id, ":mac": challenge.mac},
        )

    def _give_guess_back(self, registration_id: str, purpose: Purpose) -> None:
        """What was counted was no wrong guess. Codes that were sent meanwhile share the count, so it is theirs too."""
        self._change_guesses(
            registration_id, purpose, "-", condition="guesses.#purpose > :zero", values={":zero": 0}, ended_too=True
        )

    def _change_guesses(  # noqa: PLR0913 (one conditional write)
        self,
        registration_id: str,
        purpose: Purpose,
        sign: Literal["+", "-"],
        *,
        condition: str,
        values: dict[str, Any],
        ended_too: bool = False,
    ) -> bool:
        """Count one guess or give one back; once, also where the SDK writes again because the table's answer got lost."""
        by = token_hex(8)
        changed = self.registrations.update(
            registration_id,
            f"SET guesses.#purpose = guesses.#purpose {sign} :one, guessed_by = :by"
            + (", guessed_at = :now" if sign == "+" else ""),
            condition=f"(attribute_not_exists(guessed_by) OR guessed_by <> :by) AND {condition}",
            names={"#purpose": purpose},
            values={":one": 1, ":by": by, **values},
            ended_too=ended_too,
        )
        if changed:
            return True
        stands = self.registrations.get(registration_id)
        return stands is not None and stands.guessed_by == by

    def _why_not_counted(self, registration_id: str, purpose: Purpose) -> Problem:
        registration = self.registrations.get(registration_id)
        if registration is None:
            return _not_expected(registration)
        try:
            waiting, challenge = self._open_challenge(registration, purpose)
        except Problem as problem:
            return problem
        if registration.guesses.get(purpose, 0) < challenge.max_guesses:
            return _not_expected(registration)  # another code was sent meanwhile
        if self.registrations.now() < registration.guessed_at + RACE_SECONDS:
            # The last guess is being compared just now, and may be the right one, of a double tap.
            return Problem(HTTPStatus.FORBIDDEN, "too_many_guesses", attempts_left=0)
        return self._exhausted(registration_id, purpose, waiting)

    def _wrong(self, registration_id: str, purpose: Purpose, waiting: Waiting) -> Problem:
        registration = self.registrations.get(registration_id)
        challenge = registration.challenge if registration else None
        if registration is None or challenge is None:
            return _not_expected(registration)
        left = max(0, challenge.max_guesses - registration.guesses.get(purpose, 0))
        if left == 0:
            return self._exhausted(registration_id, purpose, waiting)
        return Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "code_wrong",
            errors=(FieldError("#/code", "code_wrong"),),
            attempts_left=left,
        )

    def _superseded(self, registration: Registration, purpose: Purpose, challenge: Challenge) -> Problem:
        return Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "code_superseded",
            errors=(FieldError("#/code", "code_superseded"),),
            attempts_left=max(0, challenge.max_guesses - registration.guesses.get(purpose, 0)),
        )

    def _exhausted(self, registration_id: str, purpose: Purpose, waiting: Waiting) -> Problem:
        """Tell the workflow, so that nobody waits for a code that can no longer be typed."""
        self._answer(
            registration_id,
            waiting,
            "exhausted",
            "SET #status = #status",
            condition="guesses.#purpose >= challenge.max_guesses",
            names={"#purpose": purpose},
        )
        return Problem(HTTPStatus.FORBIDDEN, "too_many_guesses", attempts_left=0)

    # ---------------------------------------------------------------------------------- another message or address

    def resend_email(self, registration: Registration) -> None:
        """Send another code to the same address; the older one dies."""
        self._resend(registration, "email", "resend")

    def resend_phone(self, registration: Registration, channel: str | None) -> None:
        """Send another code to the same number, on the channel that is asked for."""
        chosen = {"preferred_channel": channel} if channel else {}
        self._resend(registration, "phone", "resend", chosen)

    def change_email(self, registration: Registration, email: str) -> None:
        """Send the code to another address instead."""
        self._change(registration, "email", email)

    def change_phone(self, registration: Registration, phone: str) -> None:
        """Send the code to another number instead."""
        self._change(registration, "phone", phone)

    def _change(self, registration: Registration, purpose: Purpose, address: str) -> None:
        if address == (registration.email if purpose == "email" else registration.phone):
            # The same again is a resend: it neither skips the waiting time nor brings new guesses.
            self._resend(registration, purpose, "resend")
            return
        if self._change_held(registration, purpose, address):
            return
        waiting, challenge = self._awaited(registration, purpose)
        if challenge.changes_left == 0:
            raise Problem(HTTPStatus.FORBIDDEN, "changes_used_up")
        kind = "address_changed" if purpose == "email" else "phone_changed"
        expression, names, values = _another_address(purpose, address)
        changed = self._answer(
            registration.id,
            waiting,
            kind,
            f"{expression}, changes.#address = changes.#address + :one",
            condition="challenge.mac = :mac AND challenge.changes_left > :zero",
            names=names,
            values={**values, ":one": 1, ":zero": 0, ":mac": challenge.mac},
        )
        if not changed:
            raise _not_expected(self.registrations.get(registration.id))

    def _change_held(self, registration: Registration, purpose: Purpose, address: str) -> bool:
        """Change an address that no message could be sent to: the next try, which the workflow makes, takes the new one."""
        challenge = registration.challenge
        expression, names, values = _another_address(purpose, address)
        return (
            challenge is not None
            and challenge.delivery == "failed"
            and challenge.entry_id.startswith(f"{_STATES[purpose]}@")
            and self.registrations.update(
                registration.id,
                expression,
                condition="challenge.entry_id = :entry AND challenge.delivery = :failed",
                names=names,
                values={**values, ":entry": challenge.entry_id, ":failed": "failed"},
            )
        )

    def _resend(
        self, registration: Registration, purpose: Purpose, kind: str, chosen: dict[str, Any] | None = None
    ) -> None:
        waiting, challenge = self._awaited(registration, purpose)
        now = self.registrations.now()
        if challenge.resends_left == 0:
            if purpose == "phone" and expired(challenge, now):
                self._unreached(registration, waiting, challenge)
                return
            raise Problem(HTTPStatus.FORBIDDEN, "resends_used_up")
        early = challenge.resend_at - now
        if early > 0:
            raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "resend_too_early", retry_after=early)
        asked = self._answer(
            registration.id,
            waiting,
            kind,
            "SET #status = #status" + "".join(f", {name} = :{name}" for name in chosen or {}),
            condition="challenge.mac = :mac AND challenge.resend_at <= :now AND challenge.resends_left > :zero",
            values={":zero": 0, ":mac": challenge.mac} | {f":{name}": value for name, value in (chosen or {}).items()},
        )
        if not asked:
            raise _not_expected(self.registrations.get(registration.id))

    def _unreached(self, registration: Registration, waiting: Waiting, challenge: Challenge) -> None:
        """Every code that may be sent was sent, none was typed, and the last is dead: a person goes on from here.

        The carrier may have taken all of them and delivered none. Whoever has come as far as the last layer is not left to wait
        for the end; of whom only an address is known, on the other hand, nobody could decide anything.
        """
        asked = self._answer(
            registration.id,
            waiting,
            "unreached",
            "SET #status = #status",
            condition="challenge.mac = :mac AND challenge.expires_at <= :now AND challenge.resends_left = :zero",
            values={":zero": 0, ":mac": challenge.mac},
        )
        if not asked:
            raise _not_expected(self.registrations.get(registration.id))

    def _awaited(self, registration: Registration, purpose: Purpose) -> tuple[Waiting, Challenge]:
        waiting = registration.awaited(_STATES[purpose], self.registrations.now())
        challenge = registration.challenge
        if waiting is None or challenge is None:
            raise _not_expected(registration)
        return waiting, challenge

    # ----------------------------------------------------------------------------------------------------- details

    def submit_details(self, registration: Registration, details: models.Details) -> None:
        """Take the registrant's data, or their correction, which voids no more than it must."""
        waiting = registration.awaited("AwaitDetails", self.registrations.now())
        if waiting is None:
            raise _not_expected(registration)
        kept = models.stored(details)
        before = {**(registration.details or {}), **({"phone": registration.phone} if registration.phone else {})}
        void = voided(before, {**kept, "phone": details.phone})
        # What was declined is decided anew, whether or not anything has changed: a record may have been put right.
        undecided = [name for name in LAYERS[1:] if name in void or registration.layer(name).state == "declined"]
        submitted = self._answer(
            registration.id,
            waiting,
            "submitted",
            "SET #status = :checking, details = :details, phone = :phone, layers.otp.flags = :phone_flags"
            + "".join(f", layers.{name}.#state = :pending" for name in undecided)
            # What was said of the data before says nothing of these.
            + " REMOVE reason",
            names={"#state": "state"} if undecided else {},
            values={
                ":checking": Status.CHECKING,
                ":details": kept,
                ":phone": details.phone,
                ":phone_flags": fields.phone_flags(details.phone),
            }
            | ({":pending": "pending"} if undecided else {}),
            voided=void,
        )
        if not submitted:
            raise _not_expected(self.registrations.get(registration.id))

    # -------------------------------------------------------------------------------------------------- withdrawal

    def withdraw(self, registration: Registration) -> None:
        """Erase the person from the registration and stop it; the NIK is free again.

        Consent may be withdrawn at any time: where the registration goes on at this very moment, that is no refusal.
        """
        stands: Registration | None = registration
        for _ in range(WITHDRAWALS):
            if stands is None:
                break
            if stands.status is Status.WITHDRAWN or self.registrations.erase(stands):
                return
            stands = self.registrations.get(registration.id)
        raise _not_expected(stands)

    # ----------------------------------------------------------------------------------------------------- dispute

    def dispute(self, registration: Registration, statement: str | None) -> None:
        """Have an operator look at a rejection that none has looked at.

        It is kept as long as one that begins: were it deleted with the rejection, the case would be gone before anybody
        missed it.
        """
        if not self.registrations.dispute(registration, statement, self._purge_at()):
            raise _not_expected(self.registrations.get(registration.id))

    def _purge_at(self) -> int:
        """When what begins now is deleted (Unix seconds)."""
        return self.registrations.now() + self.settings.retention_days * DAY

    # ----------------------------------------------------------------------------------------------------- answers

    def _answer(  # noqa: PLR0913 (one conditional write: what, and under which condition)
        self,
        registration_id: str,
        waiting: Waiting,
        kind: str,
        expression: str,
        *,
        condition: str = "attribute_exists(id)",
        names: dict[str, str] | None = None,
        values: dict[str, Any] | None = None,
        session: str = "",
        voided: list[str] | None = None,
    ) -> bool:
        """Write the answer to the open entry, with what goes with it, if the entry is still open."""
        assignments, removing, removal = expression.partition(" REMOVE ")
        by = token_hex(8)
        answer = {"entry_id": waiting.entry_id, "kind": kind, "at": self.registrations.now(), "by": by}
        if voided:
            answer["voided"] = voided
        answered = self.registrations.update(
            registration_id,
            f"{assignments}, answer = :answer{removing}{removal}",
            condition=f"{OPEN} AND ({condition})",
            names=names,
            values={":entry": waiting.entry_id, ":answer": answer, **(values or {})},
            add_session=sessions.stored(session) if session else None,
        )
        if answered:
            return True
        # When the answer of the table gets lost, the SDK writes again, and finds the entry closed by its own first write.
        stands = self.registrations.get(registration_id)
        return stands is not None and stands.answered_by == by


def _another_address(purpose: Purpose, address: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    """The part of a write that changes the address or the number, with what is worth knowing of it."""
    (layer,), flags = VOIDS[purpose], fields.email_flags if purpose == "email" else fields.phone_flags
    return (
        f"SET #address = :address, layers.{layer}.flags = :flags",
        {"#address": purpose},
        {":address": address, ":flags": flags(address)},
    )


def _not_expected(registration: Registration | None) -> Problem:
    """The refusal of a step that is late, early or doubled."""
    if registration is None:
        return Problem(HTTPStatus.NOT_FOUND, "registration_not_found")
    if registration.ended:
        return Problem(HTTPStatus.GONE, "registration_ended")
    return Problem(HTTPStatus.CONFLICT, "not_expected_now", retry_after=1)
