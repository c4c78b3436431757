"""The whole service on one machine, in one process.

```python
with LocalStack() as stack:
    answer = stack.http("POST", "/v1/registrations", body={...})
```
"""

import json
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from logging import getLogger
from threading import Condition, Lock
from time import monotonic, sleep
from typing import Any, Final, Literal, Self
from unittest.mock import patch
from urllib.parse import urlsplit

import boto3
from boto3.dynamodb.types import TypeDeserializer
from botocore.config import Config
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from pydantic import SecretStr

import local.loopback  # noqa: F401 (before any client is made)
from functions.dukcapil import limits
from functions.dukcapil.credentials import Credentials
from functions.shared import aws, policy_in_force
from functions.shared.policy import Policy
from functions.shared.registration import ENDED
from local.api import Api, HttpAnswer
from local.aws_apis import aws_apis
from local.differences.dynamodb import dynamodb
from local.differences.jsonata import jsonata
from local.differences.kms import kms
from local.differences.mail import MailService
from local.differences.sqs import sqs
from local.differences.stepfunctions import join_threads, stepfunctions
from local.invocation import Outgoing
from local.lambdas import ACCOUNT, Answer, Lambdas
from local.partners.carrier import GATEWAY_SECRET, Carrier
from local.partners.population import Resident, population
from local.partners.register import stand_in as register_stand_in
from local.partners.standin import MODES, StandIn
from local.pollers import Poller, QueuePoller, SchedulePoller, TablePoller
from local.sink import Sink
from local.template import EventSource, Expanded, Schedule, expand

Partner = Literal["email", "dukcapil", "sms", "whatsapp"]
PARTNERS: Final[tuple[Partner, ...]] = ("email", "dukcapil", "sms", "whatsapp")
SENDER: Final = "pendaftaran@berlapis.example"

_STACK: Final = "berlapis"
_STAGE: Final = "local"
_POLICY_PARAMETER: Final = f"/{_STACK}/{_STAGE}/policy"
_REGISTER_ACCOUNT: Final = Credentials(user_id="local", password=SecretStr("local"), ip_user="127.0.0.1")
_GLANCE: Final = 0.02
_PATIENCE: Final = 2.0
"""Seconds that a thread gets to end when the stack stops."""

_TAKEN_OVER: Final = re.compile(r"-\d{1,2}$")
"""How the name of an execution ends that took over from another."""

_one_at_a_time = Lock()

# Clients that were made before moto was imported would not be answered by it.
aws._client.cache_clear()


@dataclass(frozen=True, slots=True)
class Message:
    """A message that reached somebody, as the console shows it.

    Attributes:
        to: email address, or phone number in E.164.
        code: the six digits in it.
        sent_at: ISO 8601, whole seconds, so that no other six digits stand in a message's JSON.
    """

    channel: Literal["email", "sms", "whatsapp"]
    to: str
    subject: str
    text: str
    html: str
    code: str
    sent_at: str


@dataclass(frozen=True, slots=True)
class Execution:
    """How far a registration's workflow has come.

    Attributes:
        status: Step Functions' word for it: RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED.
        states: the states entered, in order.
        transitions: what Step Functions bills: states entered, and retries.
    """

    status: str
    states: tuple[str, ...]
    transitions: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What a registration has cost.

    Attributes:
        emails: mails that SES took.
        sms: messages that the gateway took, or may have.
        whatsapp: messages that the carrier took, or may have.
        register: questions to the register, answered or not.
    """

    emails: int
    sms: int
    whatsapp: int
    register: int


class LocalStack:
    """The deployed template on moto, with stand-ins for the partners. One at a time in a process.

    Args:
        policy: the verification policy; the committed one when None.
        dukcapil_url: a register elsewhere instead of the stand-in.
        sms_gateway_url: an SMS gateway elsewhere instead of the stand-in.
        retry_interval: seconds before the first retry of a task, and the most between two.
        aws_port: also serve the AWS APIs on this port of 127.0.0.1 (0 takes a free one), or on a socket that listens.
        frontend_origin: where the registration page is served.
        slow_seconds: how long a partner in mode `slow` holds its answer.
        people: whom the register stand-in knows; the usual ones when None.
        schedule_seconds: how often scheduled functions run, instead of what the template says.
        stuck_seconds: the reconciler's STUCK_SECONDS, instead of the template's.

    Attributes:
        log: what the functions and moto logged.
        policy: the policy in force, None for the committed one.
        expanded: the template as it was deployed.
    """

    def __init__(  # noqa: PLR0913 (all have defaults)
        self,
        policy: Policy | None = None,
        *,
        dukcapil_url: str | None = None,
        sms_gateway_url: str | None = None,
        region: str = "ap-southeast-3",
        retry_interval: int = 1,
        aws_port: int | socket.socket | None = None,
        frontend_origin: str = "http://127.0.0.1:8080",
        slow_seconds: float = 15.0,
        people: tuple[Resident, ...] | None = None,
        schedule_seconds: float | None = None,
        stuck_seconds: int | None = None,
    ) -> None:
        self.policy = policy
        self.region = region
        self.log = Sink()
        self.expanded: Expanded
        self._own_dukcapil_url = dukcapil_url
        self._own_sms_gateway_url = sms_gateway_url
        self._retry_interval = retry_interval
        self._aws_port = aws_port
        self.frontend_origin = frontend_origin
        self._people = people or population()
        self._schedule_seconds = schedule_seconds
        self._stuck_seconds = stuck_seconds
        self._mail = MailService(slow_seconds=slow_seconds)
        self._register = register_stand_in(self._people, _REGISTER_ACCOUNT, slow_seconds=slow_seconds)
        self._carrier = Carrier(slow_seconds=slow_seconds)
        self._lambdas = Lambdas(region)
        self._outgoing = Outgoing()
        self._changed = Condition()
        self._resolving = Lock()
        self._open = ExitStack()
        self._session: boto3.Session
        self._ids: dict[str, str] = {}
        self._workers: dict[str, Poller] = {}
        self._api: Api | None = None
        self._aws_url: str | None = None

    # ------------------------------------------------------------------------------------------------ start and stop
    def start(self) -> Self:
        """Deploy. What was started is stopped again when that fails."""
        with ExitStack() as opening:
            self._start(opening)
            self._open = opening.pop_all()
        return self

    def stop(self) -> None:
        """Stop everything. Does nothing when not started."""
        self._open.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    def _start(self, opening: ExitStack) -> None:
        if not _one_at_a_time.acquire(blocking=False):
            raise RuntimeError("another local stack is running in this process; moto has one AWS for all")
        opening.callback(_one_at_a_time.release)
        opening.enter_context(_environment(self.region))
        opening.enter_context(_quick_switches())
        policy_in_force.forget_all()
        limits.forget()
        opening.enter_context(self.log.collecting())
        moto_settings: Any = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}
        opening.enter_context(mock_aws(config=moto_settings))
        for difference in (dynamodb(self._changed), kms(), sqs(), stepfunctions(), jsonata()):
            opening.enter_context(difference)
        for part in (self._mail.answering(), self._lambdas.answering(), self._outgoing.counting()):
            opening.enter_context(part)
        self._session = boto3.Session(region_name=self.region)
        opening.callback(self._end_threads)
        self._start_partners(opening)
        self._deploy()
        opening.callback(self._stop_executions)
        self._workers = {poller.name: poller for poller in self._pollers()}
        for poller in self._workers.values():
            opening.callback(poller.stop)
            poller.start()
        opening.callback(self._mail.release)
        if self._aws_port is not None:
            self._aws_url = opening.enter_context(aws_apis(self._aws_port, self.region))
        opening.callback(self._close_api)

    def _start_partners(self, opening: ExitStack) -> None:
        opening.callback(self._carrier.stop)
        self._carrier.start()
        if self._own_dukcapil_url is None:
            opening.callback(self._register.stop)
            self._register.start()

    def _deploy(self) -> None:
        secrets = self._client("secretsmanager")
        account = {**_REGISTER_ACCOUNT.model_dump(), "password": _REGISTER_ACCOUNT.password.get_secret_value()}
        parameters = {
            "Stage": _STAGE,
            "Architecture": "x86_64",
            "FrontendOrigin": self.frontend_origin,
            "SenderAddress": SENDER,
            "DukcapilUrl": self._dukcapil_url,
            "DukcapilInstitution": "BERLAPIS",
            "DukcapilSecretArn": secrets.create_secret(Name="dukcapil", SecretString=json.dumps(account))["ARN"],
            "SmsProvider": "gateway",
            "SmsGatewayUrl": self._sms_gateway_url,
            "SmsGatewaySecretArn": secrets.create_secret(Name="sms-gateway", SecretString=GATEWAY_SECRET)["ARN"],
            "WhatsappPhoneNumberArn": f"arn:aws:social-messaging:{self.region}:{ACCOUNT}:phone-number-id/0123456789abcdef",
            "WhatsappTemplate": "berlapis_code",
        }
        if self.policy is not None:
            self.set_policy(self.policy)
            parameters["PolicyParameter"] = _POLICY_PARAMETER
        self._client("sesv2").create_email_identity(EmailIdentity=SENDER)
        self.expanded = expand(
            parameters,
            substitutions={"RetryInterval": self._retry_interval, "RetryMaxDelay": self._retry_interval},
            environment={
                "OtpFunction": {"AWS_ENDPOINT_URL_SOCIALMESSAGING": self._carrier.whatsapp.url},
                "ReconcilerFunction": {}
                if self._stuck_seconds is None
                else {"STUCK_SECONDS": str(self._stuck_seconds)},
            },
        )
        cloudformation = self._client("cloudformation")
        cloudformation.create_stack(
            StackName=_STACK,
            TemplateBody=json.dumps(self.expanded.body),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        self._ids = {
            # moto has no id for an event bus.
            each["LogicalResourceId"]: each["PhysicalResourceId"] or each["LogicalResourceId"]
            for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=_STACK)
            for each in page["StackResourceSummaries"]
        }
        self._api = Api(self.expanded.api, self._invoke_alone, _STAGE)

    def _pollers(self) -> Iterator[Poller]:
        for source in self.expanded.event_sources:
            call = self._caller(source)
            identity = self._ids[source.source]
            if source.kind == "table":
                shard = dynamodb_backends[ACCOUNT][self.region].get_table(identity).stream_shard
                if shard is None:
                    raise ValueError(f"{source.source} has no stream")
                yield TablePoller(source, call, shard, self._changed, self.region)
            else:
                queue = sqs_backends[ACCOUNT][self.region].get_queue(identity.rpartition("/")[2])
                yield QueuePoller(source, call, queue, self._client("sqs"), identity)
        for schedule in self.expanded.schedules:
            yield SchedulePoller(schedule, self._caller(schedule), self._schedule_seconds or schedule.seconds)

    def _caller(self, source: EventSource | Schedule) -> Callable[[Mapping[str, Any]], Answer]:
        return lambda event: self.invoke(source.function, event)

    def _close_api(self) -> None:
        with self._resolving:
            self._api = None
        self._aws_url = None

    def _stop_executions(self) -> None:
        for execution in self._executions():
            if execution.status == "RUNNING" and execution.exec_worker.env is not None:
                execution.stop(stop_date=datetime.now(UTC), error=None, cause=None)

    def _end_threads(self) -> None:
        left = [*self._lambdas.join(_PATIENCE), *join_threads(_PATIENCE)]
        if left:
            getLogger("moto").warning("%d threads did not end", len(left))

    # ----------------------------------------------------------------------------------------------- what it answers
    def http(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: Any = None,  # noqa: ANN401 (bytes, text, or anything for JSON)
    ) -> HttpAnswer:
        """Send a request to the API, as API Gateway would pass it on. A body that is no text is sent as JSON."""
        if body is None or isinstance(body, bytes):
            content = body or b""
        else:
            content = (body if isinstance(body, str) else json.dumps(body)).encode()
        given = {"Content-Type": "application/json", **(headers or {})} if content else dict(headers or {})
        return self.api.handle(method, path, list(given.items()), content)

    @property
    def api(self) -> Api:
        """The HTTP API. Raises `RuntimeError` when the stack is not running."""
        if self._api is None:
            raise RuntimeError("the stack is not running")
        return self._api

    def set_policy(self, policy: Policy) -> None:
        """Put another policy in force for registrations that begin from now on.

        On AWS the functions notice it within a minute; here at once. The stack must have been made with a policy.
        """
        self.set_policy_document(policy.model_dump_json())
        self.policy = policy

    def set_policy_document(self, document: str) -> None:
        """Put any text in the place of the policy, as somebody might by mistake; new environments read it."""
        self._client("ssm").put_parameter(Name=_POLICY_PARAMETER, Type="String", Value=document, Overwrite=True)
        policy_in_force.forget_all()

    @property
    def aws_url(self) -> str | None:
        """Where the AWS APIs are served, None when they are not."""
        return self._aws_url

    def invoke(self, function: str, event: Mapping[str, Any]) -> Answer:
        """Run a function, by its logical id, as Lambda would."""
        return self._lambdas.run(self._lambdas.deployed(self._ids[function]), json.dumps(event))

    def deliver_mail_event(self, detail: Mapping[str, Any]) -> Answer:
        """Hand an event of SES to the function that hears of mails, as its queue would."""
        record = {
            "messageId": "event",
            "body": json.dumps({"source": "aws.ses", "detail": detail}),
            "eventSource": "aws:sqs",
        }
        return self.invoke("MailEventsFunction", {"Records": [record]})

    def _invoke_alone(self, function: str, event: Mapping[str, Any]) -> Answer:
        """Powertools' resolver keeps the request at hand in its class: in Lambda a process has one at a time."""
        with self._resolving:
            if self._api is None:
                raise RuntimeError("the stack has stopped")
            return self.invoke(function, event)

    @property
    def workers(self) -> Mapping[str, Poller]:
        """What polls, by the logical id of the mapping or schedule; each can be stopped, killed and started again."""
        return self._workers

    def physical_id(self, logical_id: str) -> str:
        """What a resource of the template is called in this stack."""
        return self._ids[logical_id]

    def client(self, service: str) -> Any:  # noqa: ANN401 (any of boto3's clients)
        """A boto3 client of this stack's account."""
        return self._client(service)

    def _client(self, service: Any) -> Any:  # noqa: ANN401 (boto3's overloads know the services by name)
        # One attempt: there is no network to be patient with, and what is refused on purpose is to be seen.
        return self._session.client(service, region_name=self.region, config=Config(retries={"total_max_attempts": 1}))

    # --------------------------------------------------------------------------------------------------- what it shows
    @property
    def people(self) -> tuple[Resident, ...]:
        """Whom the register stand-in knows."""
        return self._people

    def inbox(self, to: str | None = None, since: int = 0) -> tuple[Message, ...]:
        """Messages, oldest first, without the first `since` to anybody.

        `to` is an email address in any case, or a phone number in any spelling.
        """
        mails = [(mail.at, _from_mail(mail)) for mail in self._mail.mails]
        texts = [
            (text.at, Message(text.channel, text.to, "", text.text, "", text.code, _iso(text.at)))
            for text in self._carrier.delivered
        ]
        ordered = [message for _, message in sorted([*mails, *texts], key=lambda pair: pair[0])]
        return tuple(message for message in ordered[since:] if to is None or _same_address(message.to, to))

    def execution(self, registration_id: str) -> Execution | None:
        """How far the workflow of a registration has come, None when there is none."""
        found = self._executions_of(registration_id)
        if not found:
            return None
        history = self.history(registration_id)
        entered = [event for event in history if event["type"].endswith("StateEntered")]
        return Execution(
            status=found[-1].status,
            states=tuple(event["stateEnteredEventDetails"]["name"] for event in entered),
            transitions=len(entered) + _retries(history),
        )

    def history(self, registration_id: str) -> list[dict[str, Any]]:
        """The events of a registration's workflow, oldest first; of each execution, where one took over from another."""
        return [
            event for found in self._executions_of(registration_id) for event in found.to_history_output()["events"]
        ]

    def items(self) -> list[dict[str, Any]]:
        """All items of the registrations table, as plain values."""
        read = TypeDeserializer().deserialize
        pages = self._client("dynamodb").get_paginator("scan").paginate(TableName=self._ids["RegistrationsTable"])
        return [{name: read(value) for name, value in item.items()} for page in pages for item in page["Items"]]

    def changes(self, since: int = 0) -> list[dict[str, Any]]:
        """Records of the registrations table's stream, oldest first, without the first `since`."""
        shard = dynamodb_backends[ACCOUNT][self.region].get_table(self._ids["RegistrationsTable"]).stream_shard
        return [] if shard is None else [record.to_json() for record in shard.items[since:]]

    def parked(self) -> tuple[float, ...]:
        """Since when each registration in the backlog has waited for the register (Unix seconds)."""
        queue = sqs_backends[ACCOUNT][self.region].get_queue(self._ids["DukcapilBacklog"].rpartition("/")[2])
        messages: list[Any] = list(queue._messages)  # moto says that none was ever sent
        return tuple(message.sent_timestamp / 1000 for message in messages if message.sent_timestamp)

    def running(self) -> int:
        """How many workflows have begun and not ended."""
        return sum(each.status == "RUNNING" for each in self._executions())

    def item(self, key: str) -> dict[str, Any] | None:
        """One item of the registrations table, as plain values."""
        return next((item for item in self.items() if item["id"] == key), None)

    def counts(self, registration_id: str) -> Counts:
        """What a registration has cost so far."""
        return Counts(
            emails=sum(mail.registration_id == registration_id for mail in self._mail.mails),
            sms=self._outgoing.taken(registration_id, *_host_and_port(self._sms_gateway_url)),
            whatsapp=self._outgoing.taken(registration_id, *_host_and_port(self._carrier.whatsapp.url)),
            register=self._outgoing.sent(registration_id, *_host_and_port(self._dukcapil_url)),
        )

    def _executions(self) -> list[Any]:
        backend = stepfunctions_parser_backends[ACCOUNT][self.region]
        return [execution for machine in backend.state_machines for execution in list(machine.executions)]

    def _executions_of(self, registration_id: str) -> list[Any]:
        """The executions of a registration, in the order in which each took over; of an execution's name, that one."""
        own = [each for each in self._executions() if registration_id in (each.name, _TAKEN_OVER.sub("", each.name))]
        return sorted(own, key=lambda each: (len(each.name), each.name))

    def notified(self, registration_id: str) -> bool:
        """Whether nothing is to happen any more with a registration: it has ended, and its owner was told what he is told."""
        found = self._table_item(registration_id)
        return found is None or ("shard" not in found and found["status"]["S"] in ENDED)

    def _table_item(self, key: str) -> dict[str, Any] | None:
        table = self._ids["RegistrationsTable"]
        item: dict[str, Any] | None = (
            self._client("dynamodb").get_item(TableName=table, Key={"id": {"S": key}}).get("Item")
        )
        return item

    def midnight(self) -> None:
        """Let the register's day end: its quota is renewed, and the circuit breaker that waited for it may try again."""
        client = self._client("dynamodb")
        with suppress(client.exceptions.ConditionalCheckFailedException):  # nothing has opened it yet
            client.update_item(
                TableName=self._ids["ControlTable"],
                Key={"id": {"S": "circuit#dukcapil"}},
                UpdateExpression="SET opened_at = :long_ago",
                ConditionExpression="attribute_exists(id)",
                ExpressionAttributeValues={":long_ago": {"N": "0"}},
            )

    # -------------------------------------------------------------------------------------------------------- partners
    @property
    def _dukcapil_url(self) -> str:
        return self._own_dukcapil_url or self._register.url

    @property
    def _sms_gateway_url(self) -> str:
        return self._own_sms_gateway_url or f"{self._carrier.sms.url}/sms"

    @property
    def register(self) -> StandIn:
        """The register stand-in."""
        return self._register

    @property
    def carrier(self) -> Carrier:
        """The carrier stand-in."""
        return self._carrier

    @property
    def mail(self) -> MailService:
        """The mail service."""
        return self._mail

    @property
    def faults(self) -> dict[Partner, str]:
        """The mode of each partner."""
        return {partner: switch.mode for partner, switch in self._switches().items()}

    def set_faults(self, modes: Mapping[str, str]) -> None:
        """Switch partners; those not named stay as they are.

        Raises:
            ValueError: an unknown partner or mode, or a partner that is elsewhere. Nothing is switched then.
        """
        switches = {str(partner): switch for partner, switch in self._switches().items()}
        for partner, mode in modes.items():
            if partner not in switches:
                raise ValueError(f"no such partner here, not one of {', '.join(switches)}")
            if mode not in MODES:
                raise ValueError(f"unknown mode, not one of {', '.join(MODES)}")
        for partner, mode in modes.items():
            switches[partner].mode = mode

    def _switches(self) -> dict[Partner, MailService | StandIn]:
        switches: dict[Partner, MailService | StandIn] = {"email": self._mail}
        if self._own_dukcapil_url is None:
            switches["dukcapil"] = self._register
        if self._own_sms_gateway_url is None:
            switches["sms"] = self._carrier.sms
        return {**switches, "whatsapp": self._carrier.whatsapp}


def until[T](look: Callable[[], T], *, seconds: float = 10.0) -> T:
    """Look again and again until there is something true; what there was at the end, true or not."""
    end = monotonic() + seconds
    while not (found := look()) and monotonic() < end:
        sleep(_GLANCE)
    return found


@contextmanager
def _quick_switches() -> Iterator[None]:
    """Threads stand for machines of their own: one that is due shall not wait 5 ms for each of the others."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.001)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@contextmanager
def _environment(region: str) -> Iterator[None]:
    """No credentials, profiles, endpoints or proxies of the developer's: all AWS calls are answered in this process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ours = {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }
    with patch.dict(os.environ, {**kept, **ours}, clear=True):
        yield


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _retries(history: list[dict[str, Any]]) -> int:
    """Tries of a task after the first, in one entry into its state."""
    retries = tries = 0
    for event in history:
        if event["type"].endswith("StateEntered"):
            tries = 0
        elif event["type"] == "TaskScheduled":
            tries += 1
            retries += tries > 1
    return retries


def _from_mail(mail: Any) -> Message:  # noqa: ANN401
    return Message("email", mail.to, mail.subject, mail.text, mail.html, mail.code, _iso(mail.at))


def _iso(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _same_address(one: str, other: str) -> bool:
    if "@" in one or "@" in other:
        return one.strip().casefold() == other.strip().casefold()
    return _digits(one) == _digits(other)


def _digits(phone: str) -> str:
    """A number's digits with the country's code, however it is spelt ("0812…", "+62 812…", "62-812…")."""
    digits = "".join(filter(str.isdigit, phone)).removeprefix("00")
    return f"62{digits[1:]}" if digits.startswith("0") else digits
