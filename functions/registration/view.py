"""What a registrant sees of his registration."""

from typing import cast

from functions.registration.models import Expects, Layers, LayerView, RegistrationView
from functions.shared.registration import LAYERS, Registration, Status

_EXPECTED: dict[str, Expects] = {"VerifyEmail": "email_code", "AwaitDetails": "details", "VerifyPhone": "phone_code"}
_PURPOSE = {"email_code": "email", "phone_code": "phone"}

POLL_WORKING, POLL_WAITING = 2, 10
"""Seconds after which to ask again: while something is going on, and while the registrant is awaited."""


def expects(registration: Registration, now: float) -> Expects:
    """What the registrant is to do next."""
    if registration.status == Status.REJECTED:
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
        reason=registration.reason,
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
        policy_version=registration.policy_version,
        assurance=cast("dict[str, str] | None", registration.assurance),
    )


def poll_after(registration: Registration, now: float) -> int | None:
    """Seconds after which it is worth to ask again; None when nothing more will happen."""
    if registration.ended:
        return None
    return POLL_WORKING if expects(registration, now) == "nothing" else POLL_WAITING


def _attempts_left(registration: Registration, expected: Expects) -> int | None:
    if expected == "details" and registration.waiting:
        return registration.waiting.attempts_left
    if expected in _PURPOSE and registration.challenge:
        return max(0, registration.challenge.max_guesses - registration.guesses.get(_PURPOSE[expected], 0))
    return None


def _resend_available_in(registration: Registration, expected: Expects, now: float) -> int | None:
    challenge = registration.challenge
    if expected not in _PURPOSE or challenge is None or challenge.resends_left == 0:
        return None
    return max(0, challenge.resend_at - int(now))
