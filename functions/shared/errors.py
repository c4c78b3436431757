"""The errors that say a layer could not decide.

The state machine retries them and then takes the layer's fallback branch. Their class names stand in
`statemachine/verification.asl.yaml`; their text is only ever one of our own reason codes, because error causes end
up in the execution's history, where nothing personal and nothing a partner wrote may stand.
"""

QUOTA_EXHAUSTED = "quota_exhausted"
"""Reason: more was sent, or asked, than the account may."""
REFUSED = "refused"
"""Reason: the partner, who is up, does not take this message, to this address or of this kind."""
NOT_CONFIGURED = "not_configured"
"""Reason: the deployment has no such channel."""
_NO_OUTAGES = frozenset({QUOTA_EXHAUSTED, REFUSED, NOT_CONFIGURED})


class LayerUnavailable(Exception):
    """A layer that could not decide.

    Args:
        reason: why, as a fixed code such as `timeout` or `quota_exhausted`; never text from a partner.
        our_fault: True when waiting will not help because our own set-up is wrong (credentials, address): alarm.
    """

    def __init__(self, reason: str, *, our_fault: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.our_fault = our_fault

    @property
    def outage(self) -> bool:
        """Whether the partner is out of order. Only an outage may lead to a layer that is skipped.

        A limit or a fault of ours is none, and neither is a refusal: whoever chooses an address that nobody sends to must not
        get around the code that way.
        """
        return not self.our_fault and self.reason not in _NO_OUTAGES


class EmailUnavailable(LayerUnavailable):
    """The mail was certainly not accepted for sending."""


class DukcapilUnavailable(LayerUnavailable):
    """The register gave no answer that can be understood as a verdict."""


class PhoneUnavailable(LayerUnavailable):
    """The message was certainly not accepted for sending on this channel."""


class PhoneRefusesUs(PhoneUnavailable):
    """The same, but it is no outage: the next channel is tried, and the layer is not skipped for it."""


class LayerBusy(LayerUnavailable):
    """Our own limit or fault: the partner may be well, but is not to be called so soon. Never a reason to skip the layer."""


class EmailBusy(LayerBusy):
    """No mail may be sent in this second, or none of ours is taken."""


class DukcapilBusy(LayerBusy):
    """The register may not be asked in this second, or refuses us for a fault of ours."""


class PhoneBusy(LayerBusy):
    """No message may be sent on this channel in this second."""


class DukcapilBreakerOpen(LayerUnavailable):
    """The register is left alone for a while, or until its quota is renewed: it was not asked."""


class AlreadyConfirmed(Exception):
    """An execution that takes a registration over finds its address settled: it goes on from what the table says."""
