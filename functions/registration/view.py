"""What a registrant sees of his registration."""

from functions.email.address import suggest
from functions.registration.models import Assurance, CodeSent, Expects, Layers, LayerView, RegistrationView
from functions.shared import masking
from functions.shared.registration import LAYERS, Registration, Status

_EXPECTED: dict[str, Expects] = {"VerifyEmail": "email_code", "AwaitDetails": "details", "VerifyPhone": "phone_code"}
_PURPOSE = {"email_code": "email", "phone_code": "phone"}

POLL_WORKING, POLL_WAITING = 2, 10
"""Seconds after which to ask again: at the soonest while something is going on, and while the registrant is awaited."""
POLL_HELD, POLL_SETTLING = 30, 60
"""At the latest while something is going on; the second where that takes days: the register is down, an operator decides."""
_OFTEN = 5
"""Part of the time that nothing has changed; so a crowd that waits for one cause does not ask all the time."""
_LASTING = frozenset({Status.SETTLING, Status.IN_REVIEW})


def expects(registration: Registration, now: float) -> Expects:
    """What the registrant is to do next."""
    if registration.disputable:
        return "dispute"
    waiting = registration.waiting
    if registration.ended or waiting is None or registration.awaited(waiting.state, now) is None:
        return "nothing"
    return _EXPECTED.get(waiting.state, "nothing")


def view(registration: Registration, now: float) -> RegistrationView:
    """The registration as its owner may see it: nothing of what the register holds, element by element."""
    expected = expects(registration, now)
    layers = {name: registration.layer(name) for name in LAYERS}
    return RegistrationView(
        id=registration.id,
        status=registration.status.value,
        expects=expected,
        reason=_reason(registration),
        email=masking.email(registration.email) if registration.email else None,
        email_suggestion=_email_suggestion(registration),
        layers=Layers.model_validate(
            {
                name: LayerView.model_validate(
                    {
                        "state": layer.state,
                        "reason": layer.reason if layer.state == "declined" else None,
                        # Part of the result. Until then every refused person is shown the same, whatever was overruled.
                        "flags": layer.flags if registration.status == Status.VERIFIED else None,
                    }
                )
                for name, layer in layers.items()
            }
        ),
        attempts_left=_attempts_left(registration, expected),
        resend_available_in=_resend_available_in(registration, expected, now),
        code_sent=_code_sent(registration, expected),
        policy_version=registration.policy_version,
        assurance=Assurance.model_validate(registration.assurance) if registration.assurance else None,
    )


def poll_after(registration: Registration, now: float) -> int | None:
    """Seconds after which it is worth to ask again; None when nothing more will happen."""
    if registration.ended:
        return None
    if expects(registration, now) != "nothing":
        return POLL_WAITING
    most = POLL_SETTLING if registration.status in _LASTING else POLL_HELD
    return min(most, max(POLL_WORKING, (int(now) - registration.updated_at) // _OFTEN))


def _reason(registration: Registration) -> str | None:
    """Why it is where it is; whoever waits for the register alone is told so from the first moment."""
    awaits_register = registration.status is Status.SETTLING and registration.layer("dukcapil").state == "deferred"
    return registration.reason or ("dukcapil_unavailable" if awaits_register else None)


def _attempts_left(registration: Registration, expected: Expects) -> int | None:
    if expected == "details" and registration.waiting:
        return registration.waiting.attempts_left
    if expected in _PURPOSE and registration.challenge:
        return max(0, registration.challenge.max_guesses - registration.guesses.get(_PURPOSE[expected], 0))
    return None


def _resend_available_in(registration: Registration, expected: Expects, now: float) -> int | None:
    challenge = registration.challenge
    if expected not in _PURPOSE or challenge is None:
        return None
    if challenge.resends_left == 0:
        # When the last code is dead, asking for another brings the registration before an operator (`Steps.resend_phone`).
        return max(0, challenge.expires_at - int(now)) if expected == "phone_code" else None
    return max(0, challenge.resend_at - int(now))


def _email_suggestion(registration: Registration) -> str | None:
    unconfirmed = registration.status in {Status.QUEUED, Status.EMAIL_PENDING}
    return suggest(registration.email) if unconfirmed and registration.email else None


def _code_sent(registration: Registration, expected: Expects) -> CodeSent | None:
    challenge = registration.challenge
    if expected not in _PURPOSE or challenge is None or challenge.channel is None:
        return None
    mask, address = (
        (masking.email, registration.email) if expected == "email_code" else (masking.phone, registration.phone)
    )
    return CodeSent.model_validate({"channel": challenge.channel, "to": mask(address or "")})
