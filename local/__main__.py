"""`python -m local serve` runs the service on this machine; `demo` walks the path catalogue, `faults` runs fault campaigns."""

import argparse
import re
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Final

from functions.shared.policy import Policy, PolicyError, parse
from local.ports import address, listen

_USAGE_ERROR: Final = 2


class _UsageError(Exception):
    """What was asked for cannot be done; the message says why in one line."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; its exit status."""
    asked = _parser().parse_args(arguments)
    try:
        return {"demo": _demo, "faults": _faults, "serve": _serve}[asked.command](asked)
    except _UsageError as error:
        print(f"local {asked.command}: {error}", file=sys.stderr)
        return _USAGE_ERROR


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="local", description="Berlapis on this machine; nothing is sent anywhere.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser(
        "serve", help="serve the registration page, the API and the AWS APIs behind it, and the console"
    )
    serve.add_argument("--port", type=_port, default=8080, help="of the API; 0 takes a free one (default 8080)")
    serve.add_argument("--aws-port", type=_port, help="of the AWS APIs; not served without it")
    serve.add_argument("--dukcapil-url", type=_register, help="a register elsewhere (http) instead of the stand-in")
    serve.add_argument("--sms-gateway-url", type=_url, help="an SMS gateway elsewhere instead of the stand-in")
    serve.add_argument("--policy", type=Path, metavar="FILE", help="verification policy (default: the committed one)")
    demo = commands.add_parser("demo", help="walk every path of the catalogue")
    demo.add_argument("--json", action="store_true", help="print JSON for machines")
    faults = commands.add_parser("faults", help="run fault campaigns: many registrations while everything breaks")
    faults.add_argument("--seeds", type=int, default=1, help="how many campaigns (default 1)")
    faults.add_argument("--first-seed", type=int, default=1, help="seed of the first one (default 1)")
    faults.add_argument("--registrations", type=int, default=100, help="registrations of each (default 100)")
    faults.add_argument("--json", action="store_true", help="print JSON for machines")
    return parser


def _demo(asked: argparse.Namespace) -> int:
    from local.demo import main as demo  # noqa: PLC0415 (moto takes seconds to import)

    return demo(as_json=asked.json)


def _faults(asked: argparse.Namespace) -> int:
    if asked.seeds < 1 or asked.registrations < 1:
        raise _UsageError("at least one seed and one registration")
    from local.faults.campaign import main as campaigns  # noqa: PLC0415 (see above)

    return campaigns(seeds=asked.seeds, first=asked.first_seed, registrations=asked.registrations, as_json=asked.json)


def _serve(asked: argparse.Namespace) -> int:
    # What was asked for wrongly is said before the seconds that moto takes to import.
    policy = _policy(asked.policy) if asked.policy else None
    with ExitStack() as open_:
        listening = open_.enter_context(_listen(asked.port))
        aws = open_.enter_context(_listen(asked.aws_port)) if asked.aws_port is not None else None
        stopping = Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: stopping.set())

        from local.server import serving  # noqa: PLC0415 (see above)
        from local.stack import LocalStack  # noqa: PLC0415 (see above)

        stack = LocalStack(
            policy,
            dukcapil_url=asked.dukcapil_url,
            sms_gateway_url=asked.sms_gateway_url,
            aws_port=aws,
            frontend_origin=address(listening),
            schedule_seconds=10.0,
            stuck_seconds=60,
        )
        open_.enter_context(stack)
        open_.enter_context(serving(stack, listening))
        print(f"ready: {address(listening)}{f' (AWS APIs: {stack.aws_url})' if aws else ''}", flush=True)
        print(f"console: {address(listening)}/_local/", flush=True)
        stopping.wait()
    return 0


def _policy(file: Path) -> Policy:
    try:
        return parse(file.read_bytes())
    except OSError as error:
        raise _UsageError(f"policy {file} cannot be read: {error.strerror}") from None
    except PolicyError as error:
        raise _UsageError(f"policy {file} is not valid: {error}") from None


def _listen(port: int) -> socket.socket:
    try:
        return listen(port)
    except OSError as error:
        raise _UsageError(f"port {port} cannot be used: {error.strerror}") from None


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:  # noqa: PLR2004 (the last port)
        raise argparse.ArgumentTypeError("not a port")
    return port


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^/\s]+(/\S*)?", text):
        raise argparse.ArgumentTypeError("not an http or https address")
    return text


def _register(text: str) -> str:
    if not re.fullmatch(r"http://[^/\s]+/?", text):
        raise argparse.ArgumentTypeError(
            "not http://HOST:PORT (https needs the register's certificate: deploy for that)"
        )
    return text.rstrip("/")


if __name__ == "__main__":
    sys.exit(main())
