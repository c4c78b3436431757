"""`python -m local serve` as its user has it: a process that says when it is ready, works, and ends when asked."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

ROOT = Path(__file__).resolve().parents[2]


def request(url: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 (JSON)
    """Call the local server."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 (loopback)
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 (loopback)
        return json.load(answer)


@pytest.fixture
def serving() -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """The process, the API's address and the AWS APIs' address."""
    command = [sys.executable, "-m", "local", "serve", "--port", "0", "--aws-port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 (ours)
    assert process.stdout is not None
    ready, console = process.stdout.readline(), process.stdout.readline()
    found = re.fullmatch(r"ready: (http://127\.0\.0\.1:\d+) \(AWS APIs: (http://127\.0\.0\.1:\d+)\)\n", ready)
    try:
        assert found, ready
        assert console == f"console: {found[1]}/_local/\n"
        yield process, found[1], found[2]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.timeout(300)  # a process that has no byte code yet is slow to be ready, above all on a busy machine
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_given_a_registration_under_way_when_asked_to_end_then_it_ends_cleanly(
    ending: signal.Signals, serving: tuple[subprocess.Popen[str], str, str]
) -> None:
    """A line when it is ready, and where to look, a mail for who begins, the execution seen by any AWS client, and exit status 0."""
    process, api, aws = serving
    beginning = {"email": "tari@example.com", "consent": {"version": "1", "accepted": True}}
    begun = request(f"{api}/v1/registrations", beginning)
    deadline = time.monotonic() + 60
    while not (inbox := request(f"{api}/_local/inbox?to=tari@example.com")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert re.fullmatch(r"\d{6}", inbox[0]["code"])
    stepfunctions = boto3.client("stepfunctions", endpoint_url=aws, region_name="eu-central-1")
    (machine,) = stepfunctions.list_state_machines()["stateMachines"]
    (execution,) = stepfunctions.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    assert execution["name"] == begun["id"]
    history = json.dumps(stepfunctions.get_execution_history(executionArn=execution["executionArn"]), default=str)
    assert "tari@example.com" not in history
    process.send_signal(ending)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (0, "", "")
