"""What every partner stand-in is: an HTTP server on loopback, with a switch for what goes wrong at a partner.

A stand-in is a Flask app that knows the partner's wire format, run by `StandIn`. The app installs its `Faults`, which
answer for it when the partner is down and hold it when the partner is slow; `quota` and `wrong` look different at each
partner, so the app asks `mode_of_this_call` for them.
"""

import ssl
from collections import deque
from dataclasses import dataclass
from threading import Event, Lock, Thread
from time import time
from typing import Any, Final, Literal, get_args

from flask import Flask, Response, g, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

Mode = Literal["up", "down", "slow", "quota", "wrong"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)

RUN_HEADER: Final = "X-Local-Run"
"""Header that says which run of a function sends a request; see `local.faults.tries`."""

_DOWN_PAGE: Final = "<html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>"


class Faults:
    """The switch of one stand-in.

    Args:
        mode: what to begin with.
        slow_seconds: how long a call is held in mode `slow` before it is answered.
    """

    def __init__(self, mode: Mode = "up", *, slow_seconds: float = 15.0) -> None:
        self.slow_seconds = slow_seconds
        self._lock = Lock()
        self._mode: Mode = mode
        self._released = Event()

    @property
    def mode(self) -> str:
        """One of `MODES`; setting it to anything else raises `ValueError`. Holds for calls that arrive from then on."""
        with self._lock:
            return self._mode

    @mode.setter
    def mode(self, value: str) -> None:
        for known in MODES:
            if value == known:
                with self._lock:
                    self._mode = known
                return
        raise ValueError(f"unknown mode, not one of {', '.join(MODES)}")

    def install(self, app: Flask) -> None:
        """Let the switch decide on each call before the app's own views do."""

        @app.before_request
        def decide() -> Response | None:
            g.mode = self.mode
            if g.mode == "down":
                return Response(_DOWN_PAGE, status=503, mimetype="text/html")
            if g.mode == "slow":
                self._released.wait(self.slow_seconds)
            return None

    def hold(self) -> None:
        """Make slow calls slow (again)."""
        self._released.clear()

    def release(self) -> None:
        """Let held calls go at once, so that a server can stop without waiting for them."""
        self._released.set()


def mode_of_this_call() -> str:
    """The mode that was set when the call being answered arrived; for use in a view."""
    mode: str = g.mode
    return mode


def run_of_this_call() -> int | None:
    """Number of the function's run that sent the call being answered, None when it does not say; for use in a view."""
    sender = request.headers.get(RUN_HEADER, "")
    return int(sender) if sender.isdecimal() else None


def note(answer: str) -> None:
    """Name what the call being answered got, for `Call.answer`. Never anything of a person: a code or a word."""
    g.answer = answer


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was answered. Nothing of a person is kept.

    Attributes:
        at: Unix time of the answer, in seconds.
        path: the path that was called.
        mode: the mode in force.
        status: HTTP status that was answered.
        answer: what the app noted of its answer (see `note`), else an empty string.
        arrived: Unix time at which the call arrived.
    """

    at: float
    path: str
    mode: str
    status: int
    answer: str
    arrived: float = 0.0


_ARRIVED: Final = "berlapis.arrived"


class _QuietHandler(WSGIRequestHandler):
    # One answer per connection: after `stop` no idle connection is left on which the stand-in would go on answering.
    protocol_version = "HTTP/1.0"

    def parse_request(self) -> bool:
        """Its first line has come: what we take to answer, and threads take to get their turn, is not the caller's time."""
        self.arrived = time()
        return super().parse_request()

    def make_environ(self) -> dict[str, Any]:
        """With the time at which the call arrived."""
        return super().make_environ() | {_ARRIVED: self.arrived}

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Calls are kept in `StandIn.calls`, not on the terminal."""


class StandIn:
    """Runs a stand-in's app on 127.0.0.1, in a thread for each call.

    Args:
        app: the partner's wire format; its `Faults` are installed already.
        faults: the same switch, so that `mode` can be set here.
        port: 0 takes a free one at each start.
        tls: set to serve HTTPS instead of HTTP.
    """

    def __init__(self, app: Flask, faults: Faults, *, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self._app = app
        self._faults = faults
        self._port = port
        self._tls = tls
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None
        self._calls: deque[Call] = deque(maxlen=100_000)
        self._arrivals: deque[float] = deque(maxlen=100_000)
        self._lock = Lock()
        # Before the switch, which may hold the call.
        app.before_request_funcs.setdefault(None, []).insert(0, self._arrive)
        app.after_request(self._record)

    @property
    def mode(self) -> str:
        """One of `MODES`; setting it to anything else raises `ValueError`."""
        return self._faults.mode

    @mode.setter
    def mode(self, value: str) -> None:
        self._faults.mode = value

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end. Raises `RuntimeError` when not started."""
        if self._server is None:
            raise RuntimeError("the stand-in is not started")
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._server.server_port}"

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls answered so far, oldest first; the last 100,000 at most."""
        with self._lock:
            return tuple(self._calls)

    @property
    def arrivals(self) -> tuple[float, ...]:
        """Unix times at which calls arrived, also those that were not answered; the last 100,000 at most."""
        with self._lock:
            return tuple(self._arrivals)

    def start(self) -> None:
        """Listen and answer from now on. Does nothing when started already."""
        if self._server is not None:
            return
        self._faults.hold()
        self._server = make_server(
            "127.0.0.1", self._port, self._app, threaded=True, request_handler=_QuietHandler, ssl_context=self._tls
        )
        # Asked often whether to stop, because tests start and stop many of them.
        self._thread = Thread(
            target=self._server.serve_forever, args=(0.02,), name=f"stand-in {self._app.name}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; calls held by mode `slow` are let go. Does nothing when not started."""
        if self._server is None or self._thread is None:
            return
        self._faults.release()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = self._thread = None

    def _arrive(self) -> None:
        g.arrived = request.environ.get(_ARRIVED, time())
        with self._lock:
            self._arrivals.append(g.arrived)

    def _record(self, response: Response) -> Response:
        call = Call(
            at=time(),
            path=request.path,
            mode=getattr(g, "mode", self.mode),
            status=response.status_code,
            answer=getattr(g, "answer", ""),
            arrived=getattr(g, "arrived", 0.0),
        )
        with self._lock:
            self._calls.append(call)
        return response
