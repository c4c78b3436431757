"""The routes of the API: each names a step, checks who asks, and shows the registration."""

import hashlib
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Header, Path
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from pydantic import BaseModel

from functions.registration import models
from functions.registration.problems import CONTENT_TYPE
from functions.registration.sessions import owned
from functions.registration.settings import RegistrationSettings
from functions.registration.steps import Steps
from functions.registration.view import poll_after, view
from functions.shared.challenge import CodeKey
from functions.shared.registration import Registration, Registrations

router = Router()  # type: ignore[no-untyped-call] # Powertools' own

Answer = Response[dict[str, Any]]  # no `type` statement: Powertools looks into the annotation

Id = Annotated[str, Path(description="The registration's id")]
Authorization = Annotated[str | None, Header(alias="Authorization", description="`Bearer` and a session secret")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[!-~]{1,255}$",
        description="A random value, such as a UUID; the same key and body give the same answer. Keep it secret.",
    ),
]
IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]


def _shows(description: str, model: type[BaseModel], content_type: str = "application/json") -> OpenAPIResponse:
    return {"description": description, "content": {content_type: {"model": model}}}


def _responses(*statuses: HTTPStatus) -> dict[int, OpenAPIResponse]:
    return {status.value: _shows(status.phrase, models.ProblemDocument, CONTENT_TYPE) for status in statuses}


_VIEW = _shows("Registration", models.RegistrationView)
_BAD = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY)
_STEP = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE, *_BAD)
_CODE = (HTTPStatus.FORBIDDEN, *_STEP)
_SEND = (HTTPStatus.TOO_MANY_REQUESTS, *_CODE)


def _steps() -> Steps:
    settings = RegistrationSettings.load()
    return Steps(Registrations(settings.table_name), CodeKey(settings.codes_key_id), settings)


def _owned(steps: Steps, registration_id: str, authorization: str | None) -> Registration:
    return owned(steps.registrations.get(registration_id), authorization)


def _shown(
    steps: Steps,
    registration_id: str,
    authorization: str | None,
    status: HTTPStatus = HTTPStatus.OK,
    **more: str | dict[str, Any] | None,
) -> Answer:
    """The registration as it is now, with what else this one answer says."""
    registration = _owned(steps, registration_id, authorization)
    now = steps.registrations.now()
    seen = view(registration, now)
    # The countdown changes each second and tells nothing new.
    digest = hashlib.sha256(seen.model_dump_json(exclude={"resend_available_in"}).encode()).hexdigest()
    headers: dict[str, str | list[str]] = {"ETag": f'W/"{digest[:32]}"'}
    if (seconds := poll_after(registration, now)) is not None:
        headers["Retry-After"] = str(seconds)
    return Response(status.value, content_types.APPLICATION_JSON, {**seen.model_dump(), **more}, headers)


@router.post(
    "/v1/registrations",
    summary="Begin a registration",
    responses={
        201: _shows("Begun", models.Begun),
        **_responses(*_BAD),
    },
)
def begin(beginning: models.Beginning, idempotency_key: IdempotencyKey = None) -> Answer:
    """A code and a link are mailed to the address."""
    begun = _steps().begin(beginning, idempotency_key)
    return Response(
        HTTPStatus.CREATED.value,
        content_types.APPLICATION_JSON,
        begun.model_dump(),
        {"Location": f"/v1/registrations/{begun.id}", "Retry-After": "1"},
    )


@router.get(
    "/v1/registrations/<registration_id>",
    summary="Where it is and what is expected next",
    responses={200: _VIEW, 304: {"description": "Nothing new since the `ETag`"}, **_responses(HTTPStatus.NOT_FOUND)},
)
def read(
    registration_id: Id,
    authorization: Authorization = None,
    if_none_match: IfNoneMatch = None,  # noqa: ARG001 (described here, honoured by the resolver)
) -> Answer:
    """Changes nothing, however often it is called. Ask again after `Retry-After` seconds."""
    return _shown(_steps(), registration_id, authorization)


@router.delete(
    "/v1/registrations/<registration_id>",
    summary="Withdraw: stop the registration and erase the person",
    responses={204: {"description": "Withdrawn"}, **_responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)},
)
def withdraw(registration_id: Id, authorization: Authorization = None) -> Response[None]:
    """The consent is withdrawn; nothing of the person remains, and the NIK is free again."""
    steps = _steps()
    steps.withdraw(_owned(steps, registration_id, authorization))
    return Response(HTTPStatus.NO_CONTENT.value)


@router.post(
    "/v1/registrations/<registration_id>/dispute",
    summary="Dispute a rejection",
    responses={202: _VIEW, **_responses(*_STEP)},
)
def dispute(
    registration_id: Id, objection: models.Dispute | None = None, authorization: Authorization = None
) -> Answer:
    """An operator looks at it. Possible while `expects` says so: when no operator has looked at it yet."""
    steps = _steps()
    steps.dispute(_owned(steps, registration_id, authorization), objection.statement if objection else None)
    return _shown(steps, registration_id, authorization, HTTPStatus.ACCEPTED)


@router.post(
    "/v1/registrations/<registration_id>/email/confirmation",
    summary="Confirm the address with the mailed code",
    responses={
        200: _shows("Confirmed", models.ConfirmedView),
        **_responses(*_CODE),
    },
)
def confirm_email(registration_id: Id, typed: models.CodeTyped, authorization: Authorization = None) -> Answer:
    """Works with the code alone, on another device; answers a fresh session secret."""
    steps = _steps()
    secret = steps.confirm_email(registration_id, typed.code, authorization)
    return _shown(steps, registration_id, f"Bearer {secret}", session_secret=secret)


@router.post(
    "/v1/registrations/<registration_id>/email/resend",
    summary="Ask for another mail",
    responses={202: _VIEW, **_responses(*_SEND)},
)
def resend_email(registration_id: Id, authorization: Authorization = None) -> Answer:
    """The older code dies; the wrong guesses stay counted."""
    steps = _steps()
    steps.resend_email(_owned(steps, registration_id, authorization))
    return _shown(steps, registration_id, authorization, HTTPStatus.ACCEPTED)


@router.put(
    "/v1/registrations/<registration_id>/email",
    summary="Correct the address",
    responses={202: _VIEW, **_responses(*_SEND)},
)
def change_email(registration_id: Id, change: models.EmailChange, authorization: Authorization = None) -> Answer:
    """The code goes to the new address, while the first one is awaited."""
    steps = _steps()
    steps.change_email(_owned(steps, registration_id, authorization), change.email)
    return _shown(steps, registration_id, authorization, HTTPStatus.ACCEPTED)


@router.put(
    "/v1/registrations/<registration_id>/details",
    summary="Submit or correct the registrant's data",
    responses={202: _shows("Taken", models.DetailsView), **_responses(*_STEP)},
)
def submit_details(registration_id: Id, details: models.Details, authorization: Authorization = None) -> Answer:
    """NIK, name, birth date, sex and phone, as on the card. Answers what the NIK says.

    Hints (`hints_to_check`) are for the registrant to look at once more; nothing is spent. What really stands on the
    card is sent again with the hints' codes in `acknowledged_hints`.
    """
    steps = _steps()
    steps.submit_details(_owned(steps, registration_id, authorization), details)
    says = models.nik_says(details).model_dump()
    return _shown(steps, registration_id, authorization, HTTPStatus.ACCEPTED, nik_says=says)


@router.post(
    "/v1/registrations/<registration_id>/phone/confirmation",
    summary="Confirm the phone with the OTP",
    responses={200: _VIEW, **_responses(*_CODE)},
)
def confirm_phone(registration_id: Id, typed: models.CodeTyped, authorization: Authorization = None) -> Answer:
    """The six digits that were sent to the phone."""
    steps = _steps()
    steps.confirm_phone(_owned(steps, registration_id, authorization), typed.code)
    return _shown(steps, registration_id, authorization)


@router.post(
    "/v1/registrations/<registration_id>/phone/resend",
    summary="Ask for another OTP",
    responses={202: _VIEW, **_responses(*_SEND)},
)
def resend_phone(
    registration_id: Id, resend: models.PhoneResend | None = None, authorization: Authorization = None
) -> Answer:
    """On another channel if one is named."""
    steps = _steps()
    steps.resend_phone(_owned(steps, registration_id, authorization), resend.channel if resend else None)
    return _shown(steps, registration_id, authorization, HTTPStatus.ACCEPTED)


@router.put(
    "/v1/registrations/<registration_id>/phone",
    summary="Correct the number",
    responses={202: _VIEW, **_responses(*_SEND)},
)
def change_phone(registration_id: Id, change: models.PhoneChange, authorization: Authorization = None) -> Answer:
    """The code goes to the new number, while the first one is awaited."""
    steps = _steps()
    steps.change_phone(_owned(steps, registration_id, authorization), change.phone)
    return _shown(steps, registration_id, authorization, HTTPStatus.ACCEPTED)
