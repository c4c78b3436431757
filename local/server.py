"""The local server: the API as a browser reaches it, and what only exists locally, under `/_local/`.

| call | does |
| --- | --- |
| `GET /_local/people` | the people whom the register stand-in knows, as details to register with |
| `GET /_local/inbox?to=` | messages that reached an address or a number, oldest first; all without `to` |
| `GET`, `PUT /_local/faults` | the mode of each partner |
| `GET /_local/executions/{id}` | states visited and transitions of a registration's workflow |
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from http import HTTPStatus
from threading import Thread
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.serving import WSGIRequestHandler, make_server

from local.api import LARGEST_BODY
from local.stack import LocalStack

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def create_app(stack: LocalStack) -> Flask:
    """The server's application."""
    app = Flask("local", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    _serve_api(app, stack)
    _serve_console(app, stack)

    @app.errorhandler(HTTPException)
    def no_such(error: HTTPException) -> Response:
        return _problem(HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR), "route_not_found", error.name)

    return app


def _serve_api(app: Flask, stack: LocalStack) -> None:
    @app.route("/v1/<path:rest>", methods=_METHODS, provide_automatic_options=False)
    def api(rest: str) -> Response:
        del rest  # as it came, before it was decoded, is what the API takes
        came = urlsplit(request.environ["REQUEST_URI"])
        target = f"{came.path}?{came.query}" if came.query else came.path
        try:
            body = request.get_data()
        except RequestEntityTooLarge:
            answer = stack.api.too_large()
        else:
            source_ip = request.remote_addr or "127.0.0.1"
            answer = stack.api.handle(request.method, target, list(request.headers), body, source_ip=source_ip)
        return Response(answer.body, status=answer.status, headers=list(answer.headers))


def _serve_console(app: Flask, stack: LocalStack) -> None:
    @app.get("/_local/people")
    def people() -> Response:
        return jsonify([asdict(person) | {"birth_date": person.birth_date.isoformat()} for person in stack.people])

    @app.get("/_local/inbox")
    def inbox() -> Response:
        to = request.args.get("to", "").strip()
        # A plus sign arrives as a space unless it was encoded; no address has one.
        messages = stack.inbox(to.replace(" ", "+") if "@" in to else to or None)
        return jsonify([asdict(message) for message in messages])

    @app.get("/_local/faults")
    def faults() -> Response:
        return jsonify(stack.faults)

    @app.put("/_local/faults")
    def set_faults() -> Response:
        asked = request.get_json(force=True, silent=True)
        if not isinstance(asked, dict):
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "body_invalid", 'An object such as {"email": "down"}.')
        try:
            stack.set_faults(asked)
        except ValueError as error:
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "fault_unknown", str(error))
        return jsonify(stack.faults)

    @app.get("/_local/executions/<registration_id>")
    def execution(registration_id: str) -> Response:
        found = stack.execution(registration_id)
        if found is None:
            return _problem(HTTPStatus.NOT_FOUND, "execution_not_found", "No workflow has begun for this id.")
        return jsonify(asdict(found))


@contextmanager
def serving(stack: LocalStack, listening: socket.socket) -> Iterator[None]:
    """Serve on a socket that listens already, while the block runs."""
    server = make_server(
        "127.0.0.1", 0, create_app(stack), threaded=True, request_handler=_QuietHandler, fd=listening.fileno()
    )
    thread = Thread(target=server.serve_forever, args=(0.05,), name="local server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _QuietHandler(WSGIRequestHandler):
    # One answer per connection, so that no thread waits for a browser's next request when the server stops.
    protocol_version = "HTTP/1.0"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are not printed: paths hold ids, and queries hold addresses."""


def _problem(status: HTTPStatus, code: str, detail: str) -> Response:
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "errors": [],
    }
    answer = jsonify(problem)
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer
