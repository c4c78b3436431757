"""The carrier that takes the registrants' messages: SMS by gateway or AWS, WhatsApp by AWS.

| call | wire format |
| --- | --- |
| SMS `POST /sms` | a generic gateway: `{"to", "text", "id"}`, authenticated by one header → `{"status": "accepted"}` |
| SMS `POST /` | AWS JSON 1.0, `X-Amz-Target: PinpointSMSVoiceV2.SendTextMessage` → `{"MessageId"}` |
| WhatsApp `POST /v1/whatsapp/send` | AWS rest-json, `{"originationPhoneNumberId", "metaApiVersion", "message"}` → `{"messageId"}` |

SMS and WhatsApp are a stand-in each, `Carrier.sms` and `Carrier.whatsapp`, at addresses and with modes of their own:

| mode | means |
| --- | --- |
| `up` | takes the message and says so |
| `down` | 503; the message is not taken |
| `slow` | takes the message at once, says so only after `slow_seconds`, when its sender may have left |
| `quota` | the sender is over its rate: 429, or AWS's throttling error; not taken |
| `wrong` | 200 with an answer that is no answer; the message is lost |
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus
from threading import Lock
from time import time
from typing import Final, Literal
from uuid import uuid4

from flask import Flask, Response, g, jsonify, request

from local.partners.standin import Faults, StandIn, mode_of_this_call, note, run_of_this_call

Channel = Literal["sms", "whatsapp"]
GATEWAY_SECRET: Final = "Bearer local-gateway"  # noqa: S105 (opens nothing: the stand-in listens on this machine only)

_NUMBER: Final = re.compile(r"\+628[0-9]{8,11}")
_BOUND_CODE: Final = re.compile(r"^@\S+ #([0-9]+)\s*\Z", re.MULTILINE)
_ANY_CODE: Final = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")
# Meta's own text of an authentication template; a sender chooses the language only.
_TEMPLATE_TEXT: Final = {"id": "{} adalah kode verifikasi Anda.", "en": "{} is your verification code."}


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message on somebody's phone.

    Attributes:
        channel: how it came.
        to: number, E.164.
        text: what the phone shows.
        code: the code in it, an empty string when there is none.
        at: Unix time in seconds.
        run: number of the function's run that sent it, None when nothing says so.
    """

    channel: Channel
    to: str
    text: str
    code: str
    at: float
    run: int | None = None


class Carrier:
    """Both stand-ins and the messages they took.

    Args:
        sms_port: port for SMS; 0 takes a free one.
        whatsapp_port: port for WhatsApp; 0 takes a free one.
        slow_seconds: how long an answer is held back in mode `slow`.
        header: name of the header that authenticates the gateway's sender.
        secret: that header's value.
    """

    def __init__(
        self,
        *,
        sms_port: int = 0,
        whatsapp_port: int = 0,
        slow_seconds: float = 15.0,
        header: str = "Authorization",
        secret: str = GATEWAY_SECRET,
    ) -> None:
        self._delivered: list[Delivered] = []
        self._lost: list[Delivered] = []
        self._lock = Lock()
        faults = _CarrierFaults(slow_seconds=slow_seconds)
        self.sms = StandIn(_sms_app(faults, self._deliver, header, secret), faults, port=sms_port)
        faults = _CarrierFaults(slow_seconds=slow_seconds)
        self.whatsapp = StandIn(_whatsapp_app(faults, self._deliver), faults, port=whatsapp_port)

    def start(self) -> None:
        """Listen on both addresses. Does nothing when started already."""
        self.sms.start()
        self.whatsapp.start()

    def stop(self) -> None:
        """Stop listening; the messages stay. Does nothing when not started."""
        self.sms.stop()
        self.whatsapp.stop()

    @property
    def delivered(self) -> tuple[Delivered, ...]:
        """The messages taken so far, oldest first."""
        with self._lock:
            return tuple(self._delivered)

    @property
    def lost(self) -> tuple[Delivered, ...]:
        """The messages that it said it took, in mode `wrong`, and that nobody has."""
        with self._lock:
            return tuple(self._lost)

    def delivered_to(self, number: str) -> tuple[Delivered, ...]:
        """The messages on one phone, oldest first."""
        return tuple(message for message in self.delivered if message.to == number)

    def refused(self, channel: Channel) -> int:
        """How many tries on this channel were answered with an error."""
        stand_in = self.sms if channel == "sms" else self.whatsapp
        return sum(call.status >= HTTPStatus.BAD_REQUEST for call in stand_in.calls)

    def clear(self) -> None:
        """Forget the messages."""
        with self._lock:
            self._delivered.clear()

    def _deliver(self, channel: Channel, to: str, text: str, code: str) -> None:
        message = Delivered(channel=channel, to=to, text=text, code=code, at=time(), run=run_of_this_call())
        with self._lock:
            (self._lost if mode_of_this_call() == "wrong" else self._delivered).append(message)


type _Deliver = Callable[[Channel, str, str, str], None]


class _CarrierFaults(Faults):
    """A slow carrier has taken the message before it answers, which is what its sender cannot know."""

    def install(self, app: Flask) -> None:
        @app.before_request
        def decide() -> Response | None:
            g.mode = self.mode
            return Response("down", status=HTTPStatus.SERVICE_UNAVAILABLE) if g.mode == "down" else None

        @app.after_request
        def hold_back(response: Response) -> Response:
            if g.mode == "slow":
                self._released.wait(self.slow_seconds)
            return response


class _RefusedError(Exception):
    """A message that the carrier does not take: HTTP status, and the code it says so with."""

    def __init__(self, status: HTTPStatus, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def _app(name: str, faults: Faults) -> Flask:
    app = Flask(name)
    faults.install(app)

    @app.errorhandler(_RefusedError)
    def refuse(refused: _RefusedError) -> Response:
        note(refused.code)
        answer = jsonify({"__type": refused.code, "message": "refused by the stand-in"})
        answer.status_code = refused.status
        answer.headers["x-amzn-errortype"] = refused.code
        return answer

    return app


def _sms_app(faults: Faults, deliver: _Deliver, header: str, secret: str) -> Flask:
    app = _app("sms", faults)

    @app.post("/sms")
    def gateway() -> Response:
        if not compare_digest(request.headers.get(header, "").encode(), secret.encode()):
            raise _RefusedError(HTTPStatus.UNAUTHORIZED, "unauthorized")
        if mode_of_this_call() == "quota":
            raise _RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests")
        sent = _fields(request.get_data(), "bad_request", "to", "text", "id")
        _take(deliver, sent["to"], sent["text"], "bad_request")
        return _answer({"status": "accepted"})

    @app.post("/")
    def aws() -> Response:
        _signed()
        if request.headers.get("X-Amz-Target") != "PinpointSMSVoiceV2.SendTextMessage":
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "UnknownOperationException")
        if mode_of_this_call() == "quota":
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "ThrottlingException")
        sent = _fields(request.get_data(), "ValidationException", "DestinationPhoneNumber", "MessageBody")
        _take(deliver, sent["DestinationPhoneNumber"], sent["MessageBody"], "ValidationException")
        return _answer({"MessageId": str(uuid4())})

    return app


def _take(deliver: _Deliver, to: str, text: str, refusal: str) -> None:
    if not _NUMBER.fullmatch(to):
        raise _RefusedError(HTTPStatus.BAD_REQUEST, refusal)
    found = _BOUND_CODE.search(text) or _ANY_CODE.search(text)
    deliver("sms", to, text, found[found.lastindex or 0] if found else "")


def _whatsapp_app(faults: Faults, deliver: _Deliver) -> Flask:
    app = _app("whatsapp", faults)

    @app.post("/v1/whatsapp/send")
    def send() -> Response:
        _signed()
        if mode_of_this_call() == "quota":
            raise _RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "ThrottledRequestException")
        sent = _fields(
            request.get_data(), "ValidationException", "originationPhoneNumberId", "metaApiVersion", "message"
        )
        to, locale, code = _read_template(sent["message"])
        deliver("whatsapp", to, _TEMPLATE_TEXT[locale].format(code), code)
        return _answer({"messageId": str(uuid4())})

    return app


def _read_template(message: str) -> tuple[str, str, str]:
    """Number, language and code of an authentication template that Meta would send."""
    try:
        sent = json.loads(base64.b64decode(message, validate=True))
        template = sent["template"]
        body, button = template["components"]
        read = str(sent["to"]), str(template["language"]["code"]), str(body["parameters"][0]["text"])
        well_formed = (
            (sent["messaging_product"], sent["type"]) == ("whatsapp", "template")
            and (body["type"], button["type"], button["sub_type"], button["index"]) == ("body", "button", "url", "0")
            and body["parameters"] == button["parameters"] == [{"type": "text", "text": read[2]}]
            and bool(_NUMBER.fullmatch(read[0]))
            and read[1] in _TEMPLATE_TEXT
        )
    except (binascii.Error, ValueError, LookupError, TypeError):
        well_formed = False
    if not well_formed:
        raise _RefusedError(HTTPStatus.BAD_REQUEST, "InvalidParametersException")
    return read


def _signed() -> None:
    """Signatures are not computed; that there is one is checked."""
    if not request.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
        raise _RefusedError(HTTPStatus.FORBIDDEN, "AccessDeniedException")


def _fields(body: bytes, refusal: str, *names: str) -> dict[str, str]:
    """The fields of a JSON object by these names, which are all there and strings."""
    try:
        sent = json.loads(body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict) or not all(isinstance(sent.get(name), str) for name in names):
        raise _RefusedError(HTTPStatus.BAD_REQUEST, refusal)
    return {name: sent[name] for name in names}


def _answer(accepted: dict[str, str]) -> Response:
    if mode_of_this_call() == "wrong":
        note("wrong")
        return Response("<p>Selamat datang</p>", mimetype="text/html")
    note("accepted")
    return jsonify(accepted)
