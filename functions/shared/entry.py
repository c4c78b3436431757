"""What the state machine hands to a layer: one entry into one state.

A payload holds references and the policy, never personal data: the layer reads the person from the table.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field

from functions.shared.errors import AlreadyConfirmed, LayerUnavailable
from functions.shared.observability import count, logger, metrics, place_of
from functions.shared.outcome import Outcome
from functions.shared.policy import Policy


class Entry(BaseModel):
    """One entry into one state.

    Attributes:
        entry_id: state name and the time it was entered; the same across the retries of one entry, so that what an
            entry sends or asks is sent or asked once.
    """

    # An execution outlives deployments: what a later definition or policy adds is passed over by an older function, and
    # what a later function expects must have a default.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    registration_id: str
    entry_id: Annotated[str, Field(pattern="^[A-Za-z]+@.+$")]
    policy: Policy

    @property
    def state(self) -> str:
        """The state that was entered."""
        return self.entry_id.partition("@")[0]

    @property
    def entered_at(self) -> str:
        """When it was entered (ISO 8601, as Step Functions writes it): a later entry compares greater."""
        return self.entry_id.partition("@")[2]


class WaitingEntry(Entry):
    """An entry that waits for an answer; the token lets it go on.

    Attributes:
        attempt: which try of the entry it is, from 0; each try has a token of its own, and only the last one's lives.
    """

    attempt: Annotated[int, Field(ge=0)] = 0
    task_token: Annotated[str, Field(repr=False)]


class LayerFault(Exception):
    """A layer failed in a way it does not know. Carries the class of the cause only: its text may be personal."""


def layer[E: Entry](
    payload: type[E],
) -> Callable[
    [Callable[[E], Outcome | None]],
    Callable[[Mapping[str, Any], LambdaContext], dict[str, Any]],
]:
    """Make a layer's function a Lambda handler: parse the payload, return the outcome, let nothing personal out.

    What a Lambda raises becomes the error cause in the execution's history. So a `LayerUnavailable` leaves with its
    reason code alone, and any other exception as a `LayerFault` that names only its class.
    """

    def decorate(
        decide: Callable[[E], Outcome | None],
    ) -> Callable[[Mapping[str, Any], LambdaContext], dict[str, Any]]:
        @wraps(decide)
        @metrics.log_metrics
        def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
            del context
            known = {name: event.get(name) for name in ("registration_id", "entry_id")}
            with logger.append_context_keys(**known):
                try:
                    outcome = decide(payload.model_validate(event))
                except LayerUnavailable as unavailable:
                    logger.warning("layer unavailable", extra={"reason": unavailable.reason})
                    error: Exception = type(unavailable)(unavailable.reason, our_fault=unavailable.our_fault)
                except AlreadyConfirmed:
                    raise
                except Exception as unknown:  # noqa: BLE001 (see LayerFault)
                    logger.error("layer fault", extra={"fault": type(unknown).__name__, "where": place_of(unknown)})
                    error = LayerFault(type(unknown).__name__)
                else:
                    if outcome and outcome.reason:
                        count("Declined", state=str(known["entry_id"]).partition("@")[0], reason=outcome.reason)
                    return outcome.as_dict() if outcome else {}
            raise error

        return handler

    return decorate
