"""The local server: page and API as a browser reaches them, and what only exists locally, under `/_local/`.

| call | does |
| --- | --- |
| `GET /` and the files of `frontend/` | the registration page, with the headers that the template says |
| `GET /_local/` | the console: the page on the left, the world on the right |
| `GET /_local/world?registration=&mails=&texts=` | all that the console shows, of one registration or the newest; messages beyond those that the asker has |
| `GET /_local/registrations` | the newest hundred, newest first: id, status, what is expected, reason, layers; nothing of the person |
| `GET /_local/state-machine.svg` | the state machine, drawn from its definition; its look is in `state-machine.css` beside it |
| `GET /_local/people` | the people whom the register stand-in knows, as details to register with |
| `GET /_local/inbox?to=` | messages that reached an address or a number, oldest first; all without `to` |
| `GET /_local/mails/{number}` | the HTML of a mail as it was sent; they are counted from 0 |
| `GET`, `PUT /_local/faults` | the mode of each partner |
| `POST /_local/midnight` | ends the register's day, so that its quota is renewed |
| `POST /_local/crowd` `{"people": 20}` | lets so many people register at once, who have not yet; answers how many began |
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

import yaml
from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.serving import WSGIRequestHandler, make_server

from local.api import LARGEST_BODY
from local.crowd import LARGEST, Crowd
from local.files import Files
from local.page import Page, content_security_policy, directives, headers_of_the_page
from local.stack import LocalStack
from local.template import ROOT
from local.world import World
from tools import diagram

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_CONSOLE: Final = ROOT / "local" / "console"
_MAIL_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-same-origin"
"""A mail runs no script and fetches nothing. It is of this origin, so that the console can follow its link in the page."""


def create_app(stack: LocalStack, *, page: Page | None = None, crowd: Crowd | None = None) -> Flask:
    """The server's application, for a stack that runs."""
    app = Flask("local", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    _serve_api(app, stack)
    _serve_page(app, page or Page())
    _serve_console(app)
    _serve_world(app, World(stack))
    _serve_switches(app, stack, crowd or Crowd(stack))
    _serve_lookups(app, stack)

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


def _serve_page(app: Flask, page: Page) -> None:
    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def file(path: str) -> Response:
        return page.answer(request, path) or abort(HTTPStatus.NOT_FOUND)


def _serve_console(app: Flask) -> None:
    files, headers = Files(_CONSOLE), _headers_of_the_console()

    @app.get("/_local/", defaults={"path": "index.html"})
    @app.get("/_local/console/<path:path>")
    def console(path: str) -> Response:
        return files.answer(request, path, headers) or abort(HTTPStatus.NOT_FOUND)

    @app.get("/_local/state-machine.svg")
    def state_machine() -> Response:
        try:
            drawn = diagram.document(yaml.safe_load(diagram.DEFINITION.read_text(encoding="utf-8")))
        except diagram.DiagramError as error:
            return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "state_machine_not_drawn", str(error))
        # The console's policy allows no style within a document.
        drawn = drawn.replace(f"<style>{diagram.STYLE}</style>\n", "")
        look = '<?xml-stylesheet href="/_local/state-machine.css"?>\n'
        return Response(look + drawn, mimetype="image/svg+xml", headers=headers)

    @app.get("/_local/state-machine.css")
    def look_of_the_state_machine() -> Response:
        return Response(diagram.STYLE, mimetype="text/css", headers=headers)


def _headers_of_the_console() -> dict[str, str]:
    """The page's, so that what works here works deployed; but the console has frames: the page, and mails."""
    policy = directives(headers_of_the_page()["Content-Security-Policy"])
    policy["frame-src"] = ("'self'",)
    return {**headers_of_the_page(), "Content-Security-Policy": content_security_policy(policy)}


def _serve_world(app: Flask, world: World) -> None:
    @app.get("/_local/world")
    def look() -> Response:
        asked = {name: request.args.get(name, default=0, type=int) for name in ("mails", "texts")}
        return _fresh(world.look(request.args.get("registration"), **asked))

    @app.get("/_local/registrations")
    def registrations() -> Response:
        return _fresh(world.registrations())

    @app.get("/_local/mails/<int:number>")
    def mail(number: int) -> Response:
        html = world.mail_as_sent(number)
        if html is None:
            return _problem(HTTPStatus.NOT_FOUND, "mail_not_found", "No mail of this number was sent.")
        answer = Response(html, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = _MAIL_POLICY
        return answer


def _serve_switches(app: Flask, stack: LocalStack, crowd: Crowd) -> None:
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

    @app.post("/_local/midnight")
    def midnight() -> Response:
        if stack.faults.get("dukcapil") == "quota":
            stack.set_faults({"dukcapil": "up"})
        stack.midnight()
        return Response(status=HTTPStatus.NO_CONTENT)

    @app.post("/_local/crowd")
    def gather() -> Response:
        asked = request.get_json(force=True, silent=True)
        people = asked.get("people") if isinstance(asked, dict) else None
        if type(people) is not int or not 1 <= people <= LARGEST:
            detail = f'An object such as {{"people": 20}}, with {LARGEST} at most.'
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "body_invalid", detail)
        return jsonify({"began": crowd.gather(people)})


def _serve_lookups(app: Flask, stack: LocalStack) -> None:
    @app.get("/_local/people")
    def people() -> Response:
        return jsonify([asdict(person) | {"birth_date": person.birth_date.isoformat()} for person in stack.people])

    @app.get("/_local/inbox")
    def inbox() -> Response:
        to = request.args.get("to", "").strip()
        # A plus sign arrives as a space unless it was encoded; no address has one.
        messages = stack.inbox(to.replace(" ", "+") if "@" in to else to or None)
        return jsonify([asdict(message) for message in messages])

    @app.get("/_local/executions/<registration_id>")
    def execution(registration_id: str) -> Response:
        found = stack.execution(registration_id)
        if found is None:
            return _problem(HTTPStatus.NOT_FOUND, "execution_not_found", "No workflow has begun for this id.")
        return jsonify(asdict(found))


@contextmanager
def serving(stack: LocalStack, listening: socket.socket) -> Iterator[None]:
    """Serve on a socket that listens already, while the block runs."""
    crowd = Crowd(stack)
    app = create_app(stack, crowd=crowd)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler, fd=listening.fileno())
    thread = Thread(target=server.serve_forever, args=(0.05,), name="local server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        crowd.disperse()
        server.shutdown()
        thread.join()
        server.server_close()


class _QuietHandler(WSGIRequestHandler):
    # One answer per connection, so that no thread waits for a browser's next request when the server stops.
    protocol_version = "HTTP/1.0"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are not printed: paths hold ids, and queries hold addresses."""


def _fresh(document: Any) -> Response:  # noqa: ANN401 (JSON)
    answer = jsonify(document)
    answer.headers["Cache-Control"] = "no-store"
    return answer


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
