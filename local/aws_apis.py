"""The AWS APIs of this process on a port, for the AWS CLI and any SDK: the same tables, queues and executions."""

from __future__ import annotations

import re
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from local.ports import address, listen

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_REGION_SIGNED_FOR = re.compile(r"(Credential=[^/]+/\d{8}/)[a-z0-9-]+/")


@contextmanager
def aws_apis(port: int | socket.socket, region: str) -> Iterator[str]:
    """Serve them while the block runs.

    Args:
        port: of 127.0.0.1 (0 takes a free one), or a socket that listens.
        region: the one that the stack is in.

    Yields:
        Their address.
    """
    listening = listen(port) if isinstance(port, int) else port
    app = _in_region(region, DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, fd=listening.fileno())
    thread = Thread(target=server.serve_forever, args=(0.05,), name="AWS APIs", daemon=True)
    thread.start()
    try:
        yield address(listening)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        listening.close()


def _in_region(region: str, app: WSGIApplication) -> WSGIApplication:
    """Answer clients of whatever region: a CLI that is set up for another would see empty tables and wonder."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        signed = environ.get("HTTP_AUTHORIZATION", "")
        environ["HTTP_AUTHORIZATION"] = _REGION_SIGNED_FOR.sub(rf"\g<1>{region}/", signed)
        return app(environ, start)

    return answer


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """A terminal that shows each call of a console shows nothing else."""
