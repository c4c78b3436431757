"""Ports of this machine, taken before anything that is served there is ready."""

import socket


def listen(port: int) -> socket.socket:
    """Listen on a port of 127.0.0.1; 0 takes a free one. Raises `OSError` when it is in use."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(128)
    except BaseException:
        listening.close()
        raise
    return listening


def address(listening: socket.socket) -> str:
    """The URL of what is served there."""
    return f"http://127.0.0.1:{listening.getsockname()[1]}"
