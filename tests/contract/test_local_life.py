"""The local stack begins, works and ends."""

import threading
import time
from uuid import uuid4

import pytest

from local.stack import LocalStack, until


def test_a_registration_begins_and_its_mail_arrives() -> None:
    """From the API through the table, its stream, the machine and a layer to the mailbox; then all of it stops."""
    before = set(threading.enumerate())
    with LocalStack(aws_port=0) as stack:
        beginning = {"email": "tari@example.com", "locale": "id", "consent": {"version": "1", "accepted": True}}
        begun = stack.http("POST", "/v1/registrations", {"Idempotency-Key": str(uuid4())}, beginning)
        assert begun.status == 201, begun.body
        registration_id = begun.json()["id"]
        assert until(lambda: stack.inbox("tari@example.com"))
        execution = stack.execution(registration_id)
        assert execution is not None
        assert (execution.status, execution.states, execution.transitions) == ("RUNNING", ("VerifyEmail",), 1)
        assert stack.counts(registration_id).emails == 1
        assert stack.item(registration_id) is not None
        assert str(begun.json()["session_secret"]) not in stack.log.text
        ended = time.monotonic()
    assert time.monotonic() - ended < 5
    assert set(threading.enumerate()) - before == set()
    with pytest.raises(RuntimeError, match="not running"):
        stack.http("GET", "/v1/nothing")
