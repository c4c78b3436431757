"""How an HTTP API of ours answers: one request of API Gateway in, every error turned into a problem document here."""

import binascii
import json
from base64 import b64decode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from functions.registration.problems import CONTENT_TYPE, Problem, of_validation
from functions.shared.observability import count, logger, place_of
from functions.shared.reasons import negotiate

MAX_BODY = 16 * 1024
"""Bytes; details are a few hundred."""
EXPOSED = ["Content-Language", "ETag", "Location", "Retry-After"]
# Neither browsers nor caches keep an answer, nor tell other sites where they were.
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language, Authorization, Origin",
    "X-Content-Type-Options": "nosniff",
}


def answer_with(
    resolver: APIGatewayRestResolver, event: Mapping[str, Any], context: LambdaContext, origin: str | None = None
) -> dict[str, Any]:
    """Answer one API Gateway event; `origin` is where browsers may read the answer."""
    try:
        answered = resolver.resolve(_readable(event), context)
    except Problem as refused:
        shown = _shown(refused, _header(event, "accept-language"))
        said = {**({"Access-Control-Allow-Origin": origin} if origin else {}), **shown.headers}
        answered = {
            "statusCode": shown.status_code,
            "body": shown.body,
            "isBase64Encoded": False,
            "multiValueHeaders": {name: [value] for name, value in said.items()},
        }
    headers: dict[str, list[str]] = answered["multiValueHeaders"]
    headers |= {name: [value] for name, value in _HEADERS.items()}
    if (
        event["httpMethod"] == "GET"
        and answered["statusCode"] == HTTPStatus.OK
        and headers.get("ETag") == [_header(event, "if-none-match")]
    ):
        return answered | {"statusCode": HTTPStatus.NOT_MODIFIED.value, "body": ""}
    return answered


def _readable(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with its body as text and its content type as Powertools expects it.

    Raises:
        Problem: what can be said of a body before it is parsed.
    """
    body = event.get("body") or ""
    try:
        content = b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
        text = content.decode()
    except (binascii.Error, UnicodeError):
        raise Problem(HTTPStatus.BAD_REQUEST, "body_malformed") from None
    if len(content) > MAX_BODY:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large")
    content_type = _header(event, "content-type").partition(";")[0].strip().lower()
    if content and content_type not in ("", "application/json"):
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type")
    headers = {name: value for name, value in (event.get("headers") or {}).items() if name.lower() != "content-type"}
    return {**event, "body": text or None, "isBase64Encoded": False, "headers": headers}


def _parse(text: str) -> Any:  # noqa: ANN401 (any JSON)
    """Read JSON; whatever cannot be read is one kind of error, without the text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise json.JSONDecodeError("not read", "", 0) from None


def _header(event: Mapping[str, Any], name: str) -> str:
    headers = event.get("headers") or {}
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")


def _shown(problem: Problem, accept_language: str | None) -> Response[str]:
    for code in sorted({problem.code, *(error.code for error in problem.errors)}):
        count("Refused", code=code)
    language = negotiate(accept_language)
    headers: dict[str, str | list[str]] = {"Content-Language": language}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    return Response(problem.status.value, CONTENT_TYPE, problem.document(language), headers)


def resolver_of(*routers: Router, origin: str | None = None) -> APIGatewayRestResolver:
    """Make a resolver for these routes; `origin` is where browsers may call them from, None for nowhere."""
    cors = CORSConfig(origin, expose_headers=EXPOSED) if origin else None
    resolver = APIGatewayRestResolver(enable_validation=True, cors=cors, json_body_deserializer=_parse)
    for router in routers:
        resolver.include_router(router)

    def show(problem: Problem) -> Response[str]:
        return _shown(problem, resolver.current_event.headers.get("accept-language"))

    @resolver.exception_handler(Problem)  # type: ignore[untyped-decorator] # Powertools' own
    def _problem(problem: Problem) -> Response[str]:
        return show(problem)

    @resolver.exception_handler(RequestValidationError)  # type: ignore[untyped-decorator] # Powertools' own
    def _invalid(invalid: RequestValidationError) -> Response[str]:
        return show(of_validation(invalid.errors()))

    @resolver.not_found
    def _no_route(_: NotFoundError) -> Response[str]:
        return show(Problem(HTTPStatus.NOT_FOUND, "route_not_found"))

    @resolver.exception_handler([ClientError, BotoCoreError])  # type: ignore[untyped-decorator] # Powertools' own
    def _unavailable(fault: Exception) -> Response[str]:
        # What was written stays written; `GET` says what is expected, and the registrant may try again.
        logger.error("aws unavailable", extra={"fault": type(fault).__name__})
        return show(Problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", retry_after=2))

    @resolver.exception_handler(Exception)  # type: ignore[untyped-decorator] # Powertools' own
    def _fault(fault: Exception) -> Response[str]:
        # The class alone: the text of an exception may quote what a person typed.
        logger.error("fault", extra={"fault": type(fault).__name__, "where": place_of(fault)})
        return show(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error"))

    return resolver
