"""API Gateway: the routes and answers of the template's REST API, in front of its functions."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from time import time
from typing import Any, Final
from urllib.parse import parse_qsl, unquote
from uuid import uuid4

from local.lambdas import ACCOUNT, Answer

type Invoke = Callable[[str, Mapping[str, Any]], Answer]
"""Invoke a function, by its logical id, with an event."""

LARGEST_BODY: Final = 10_485_760

_FUNCTION: Final = re.compile(r"/functions/(\w+)/invocations")
_PARAMETER: Final = re.compile(r"\{(\w+)(\+?)\}")
_SIGNED: Final = re.compile(
    r"AWS4-HMAC-SHA256 .*?\bCredential=([\w.@-]+)/\d{8}/[\w-]+/execute-api/aws4_request\b", re.ASCII
)
_RESPONSES: Final = "x-amazon-apigateway-gateway-responses"
_INTEGRATION: Final = "x-amazon-apigateway-integration"
_DEFAULT_STATUS: Final = {"MISSING_AUTHENTICATION_TOKEN": 403, "REQUEST_TOO_LARGE": 413, "DEFAULT_5XX": 502}


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP answer; header names as they were given."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def header(self, name: str) -> str | None:
        """A header's value, by its name in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Any:  # noqa: ANN401 (any JSON)
        """The body, read."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class _Route:
    resource: str
    pattern: re.Pattern[str]
    methods: Mapping[str, Any]


class Api:
    """A REST API.

    Args:
        body: its OpenAPI document with API Gateway's extensions.
        invoke: calls the functions that its integrations name.
        stage: the stage's name, as functions see it.
    """

    def __init__(self, body: Any, invoke: Invoke, stage: str) -> None:  # noqa: ANN401 (OpenAPI)
        self._invoke = invoke
        self._stage = stage
        self._answers: Mapping[str, Any] = body.get(_RESPONSES, {})
        # As in API Gateway, a fixed path goes before one with a parameter.
        paths = sorted(body.get("paths", {}).items(), key=lambda item: len(_PARAMETER.findall(item[0])))
        self._routes = [_Route(path, _pattern(path), methods) for path, methods in paths]

    def handle(
        self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes, *, source_ip: str = "127.0.0.1"
    ) -> HttpAnswer:
        """Answer a request. `target` is path and query, as they came."""
        path, _, query = target.partition("?")
        if len(body) > LARGEST_BODY:
            return self.too_large()
        for route in self._routes:
            found = route.pattern.fullmatch(path)
            operation = route.methods.get(method.lower()) if found else None
            if found and operation:
                break
        else:
            return self._own("MISSING_AUTHENTICATION_TOKEN")
        user = _signer(headers)
        if operation.get("security") and user is None:
            return self._own("MISSING_AUTHENTICATION_TOKEN")
        integration = operation[_INTEGRATION]
        if integration["type"] == "mock":
            return _mock(integration)
        function = _FUNCTION.search(integration["uri"])
        if function is None:
            raise ValueError(f"{method} {route.resource} is not integrated with a function")
        parameters = {name: unquote(value) for name, value in found.groupdict().items()}
        event = self._event(method, route.resource, path, query, parameters, headers, body, source_ip)
        if operation.get("security"):
            event["requestContext"]["identity"] |= {"userArn": user, "accountId": ACCOUNT}
        return _proxied(self._invoke(function[1], event)) or self._own("DEFAULT_5XX")

    def too_large(self) -> HttpAnswer:
        """The answer to a body that is larger than `LARGEST_BODY`."""
        return self._own("REQUEST_TOO_LARGE")

    def _own(self, kind: str) -> HttpAnswer:
        """What the gateway itself answers."""
        answer = self._answers.get(kind, {})
        headers = {"Content-Type": "application/json", **_quoted(answer.get("responseParameters", {}))}
        body = answer.get("responseTemplates", {}).get("application/json", '{"message": "Internal server error"}')
        return HttpAnswer(int(answer.get("statusCode", _DEFAULT_STATUS[kind])), tuple(headers.items()), body)

    def _event(  # noqa: PLR0913, PLR0917 (a request has these parts)
        self,
        method: str,
        resource: str,
        path: str,
        query: str,
        parameters: Mapping[str, str],
        headers: Sequence[tuple[str, str]],
        body: bytes,
        source_ip: str,
    ) -> dict[str, Any]:
        asked = parse_qsl(query, keep_blank_values=True)
        now = time()
        return {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": dict(headers) or None,
            "multiValueHeaders": _multiple(headers),
            "queryStringParameters": dict(asked) or None,
            "multiValueQueryStringParameters": _multiple(asked),
            "pathParameters": dict(parameters) or None,
            "stageVariables": None,
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": "local",
                "domainName": "127.0.0.1",
                "domainPrefix": "127",
                "extendedRequestId": uuid4().hex,
                "httpMethod": method,
                "identity": {"sourceIp": source_ip, "userAgent": dict(headers).get("User-Agent")},
                "path": f"/{self._stage}{path}",
                "protocol": "HTTP/1.1",
                "requestId": str(uuid4()),
                "requestTime": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "requestTimeEpoch": round(now * 1000),
                "resourceId": "local",
                "resourcePath": resource,
                "stage": self._stage,
            },
            "body": body.decode(errors="replace") if body else None,
            "isBase64Encoded": False,
        }


def _signer(headers: Sequence[tuple[str, str]]) -> str | None:
    """Who signed a request (AWS Signature Version 4), by the access key; the signature itself is believed."""
    given = next((value for name, value in headers if name.lower() == "authorization"), "")
    found = _SIGNED.match(given)
    return f"arn:aws:iam::{ACCOUNT}:user/{found[1]}" if found else None


def _pattern(path: str) -> re.Pattern[str]:
    pieces = _PARAMETER.split(path)  # text, name, plus, text, name, plus, text …
    pattern = re.escape(pieces[0])
    for name, plus, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        pattern += f"(?P<{name}>{'.+' if plus else '[^/]+'}){re.escape(text)}"
    return re.compile(pattern)


def _multiple(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]] | None:
    several: dict[str, list[str]] = {}
    for name, value in pairs:
        several.setdefault(name, []).append(value)
    return several or None


def _quoted(parameters: Mapping[str, str]) -> dict[str, str]:
    """Fixed headers: API Gateway writes their values in single quotes, under a long name."""
    return {name.rpartition("header.")[2]: value.strip("'") for name, value in parameters.items()}


def _mock(integration: Any) -> HttpAnswer:  # noqa: ANN401 (OpenAPI)
    answer = integration["responses"]["default"]
    headers = {"Content-Type": "application/json", **_quoted(answer.get("responseParameters", {}))}
    body = answer.get("responseTemplates", {}).get("application/json", "")
    return HttpAnswer(int(answer["statusCode"]), tuple(headers.items()), body)


def _proxied(answer: Answer) -> HttpAnswer | None:
    """What the function answered, None when that is no answer to a request."""
    value = None if answer.failed else answer.value
    if not isinstance(value, dict) or not isinstance(value.get("statusCode"), int):
        return None
    headers = [(name, str(text)) for name, text in (value.get("headers") or {}).items()]
    headers += [(name, str(text)) for name, texts in (value.get("multiValueHeaders") or {}).items() for text in texts]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    body = value.get("body") or ""
    if not isinstance(body, str) or not HTTPStatus.CONTINUE <= value["statusCode"] < 600:  # noqa: PLR2004 (no more HTTP)
        return None
    return HttpAnswer(value["statusCode"], tuple(dict.fromkeys(headers)), body)
