"""The routes of the operators' API."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BaseModel

from functions.registration.models import ProblemDocument
from functions.registration.problems import CONTENT_TYPE, Problem
from functions.reviews import models
from functions.reviews.cases import Reviews
from functions.reviews.settings import ReviewsSettings
from functions.shared.registration import Registrations

router = Router()  # type: ignore[no-untyped-call] # Powertools' own

Answer = Response[dict[str, Any]]  # no `type` statement: Powertools looks into the annotation

Id = Annotated[str, Path(description="The registration's id")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many cases to show")]
Next = Annotated[str | None, Query(max_length=2000, description="`next` of the page before")]


def _shows(description: str, model: type[BaseModel], content_type: str = "application/json") -> OpenAPIResponse:
    return {"description": description, "content": {content_type: {"model": model}}}


def _responses(*statuses: HTTPStatus) -> dict[int, OpenAPIResponse]:
    return {status.value: _shows(status.phrase, ProblemDocument, CONTENT_TYPE) for status in statuses}


def _reviews() -> Reviews:
    return Reviews(Registrations(ReviewsSettings.load().table_name))


def _operator() -> str:
    """Who calls, as IAM knows him.

    Raises:
        Problem: 403; nothing is shown to, or decided by, somebody without a name.
    """
    identity = APIGatewayProxyEvent(router.current_event.raw_event).request_context.identity
    operator = identity.user_arn or identity.caller or identity.user
    if not operator:
        raise Problem(HTTPStatus.FORBIDDEN, "operator_unknown")
    return operator


def _answered(shown: BaseModel, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Response(status.value, content_types.APPLICATION_JSON, shown.model_dump())


@router.get(
    "/v1/reviews",
    summary="Cases that wait for a decision, oldest first",
    responses={
        200: _shows("Cases", models.Cases),
        **_responses(HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
    },
)
def list_cases(limit: Limit = 50, next: Next = None) -> Answer:  # noqa: A002 (its name on the wire)
    """For operators. The persons are masked."""
    _operator()
    return _answered(_reviews().oldest(limit, next))


@router.get(
    "/v1/reviews/<registration_id>",
    summary="One case",
    responses={200: _shows("Case", models.Case), **_responses(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)},
)
def read_case(registration_id: Id) -> Answer:
    """For operators. With the decisions so far."""
    _operator()
    reviews = _reviews()
    return _answered(reviews.shown(reviews.find(registration_id)))


@router.post(
    "/v1/reviews/<registration_id>",
    summary="Decide a case",
    responses={
        202: _shows("Decided", models.Case),
        **_responses(
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.FORBIDDEN,
            HTTPStatus.NOT_FOUND,
            HTTPStatus.CONFLICT,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        ),
    },
)
def decide_case(registration_id: Id, deciding: models.Deciding) -> Answer:
    """For operators. The registration goes on from the decision; who decided, and why, is kept with it."""
    operator, reviews = _operator(), _reviews()
    return _answered(reviews.decide(reviews.find(registration_id), deciding, operator), HTTPStatus.ACCEPTED)
