"""C34: every alarm's metric is really emitted, and every alarm has its section of the operating manual."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

import pytest
from samcli.yamlhelper import yaml_parse

from functions.reconciler.diagnosis import Repair
from functions.reconciler.open_registration import HOLDS
from functions.shared.batch import Worker
from functions.shared.reasons import PROBLEMS, REGISTRATION
from functions.shared.registration import Status
from local.template import ROOT, TEMPLATE

RESOURCES: dict[str, dict[str, Any]] = yaml_parse(TEMPLATE.read_text())["Resources"]
ALARMS = {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
MANUAL = (ROOT / "docs" / "operating.md").read_text()

OF_AWS = {
    ("AWS/States", "ExecutionsFailed"): {"StateMachineArn"},
    ("AWS/States", "ExecutionsTimedOut"): {"StateMachineArn"},
    ("AWS/Lambda", "IteratorAge"): {"FunctionName"},
    ("AWS/Lambda", "Errors"): {"FunctionName"},
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
    ("AWS/SQS", "ApproximateNumberOfMessagesNotVisible"): {"QueueName"},
    ("AWS/ApiGateway", "5XXError"): {"ApiName", "Stage"},
}
"""What AWS documents to emit by itself, and by which dimensions."""
OF_THE_STACK = {"Stage", "AWS::StackName"}
"""Parameters that name an API and its stage."""
VALUES: Mapping[tuple[str, str], set[str]] = {
    ("OldestSeconds", "status"): set(Status),
    ("HeldSeconds", "reason"): set(HOLDS),
    ("Repaired", "kind"): set(Repair),
    ("MessageFailed", "worker"): set(get_args(Worker.__value__)),
    ("Refused", "code"): set(PROBLEMS),
}
"""What a dimension can be, where it is not the service."""


@dataclass(frozen=True)
class Watched:
    """A metric that an alarm watches, with its dimensions."""

    alarm: str
    namespace: str
    name: str
    dimensions: Mapping[str, Any]


def watched() -> Iterator[Watched]:
    """What the alarms of the template watch."""
    for alarm, resource in ALARMS.items():
        properties = resource["Properties"]
        own = [properties] if "MetricName" in properties else []
        summed = [each["MetricStat"]["Metric"] for each in properties.get("Metrics", ()) if "MetricStat" in each]
        for each in own + summed:
            dimensions = {one["Name"]: one["Value"] for one in each.get("Dimensions", ())}
            yield Watched(alarm, each["Namespace"], each["MetricName"], dimensions)


@cache
def emitted() -> frozenset[tuple[str, frozenset[str]]]:
    """The metrics that the functions emit, each with the names of its dimensions, as their code says.

    One that is emitted in several ways is there several times: to CloudWatch these are several metrics.
    """
    return frozenset(
        emission for path in sorted((ROOT / "functions").rglob("*.py")) for emission in emitted_by(path.read_text())
    )


def emitted_by(code: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The same of one file."""
    for function in ast.walk(ast.parse(code)):
        if isinstance(function, ast.FunctionDef):
            for call in _calls(function, "add_metric"):
                yield _name(call), frozenset({"service"})
            for call in _calls(function, "count"):
                if isinstance(call.func, ast.Name):  # not that of a list or a text
                    yield _name(call), frozenset(keyword.arg or "" for keyword in call.keywords)
            for block in ast.walk(function):
                if isinstance(block, ast.With):
                    yield from _single(block)


def _single(block: ast.With) -> Iterator[tuple[str, frozenset[str]]]:
    """With the dimensions that are added in its own block, and not in that of another metric."""
    for item in block.items:
        for call in _calls(item.context_expr, "single_metric"):
            added = {_name(each) for part in block.body for each in _calls(part, "add_dimension")}
            yield _name(call), frozenset(added)


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == name:
                yield node


def _name(call: ast.Call) -> str:
    given = next((keyword.value for keyword in call.keywords if keyword.arg == "name"), None) or call.args[0]
    return str(given.value) if isinstance(given, ast.Constant) else ""


WATCHED = list(watched())


def test_c34_given_the_template_then_each_alarm_watches_something() -> None:
    """No alarm is left out below."""
    assert {each.alarm for each in WATCHED} == ALARMS.keys()
    assert len(ALARMS) >= 12


@pytest.mark.parametrize("metric", WATCHED, ids=lambda each: f"{each.alarm}-{each.name}")
def test_c34_given_an_alarm_then_its_metric_is_emitted_with_these_dimensions(metric: Watched) -> None:
    """By the code of the functions, or by AWS for a resource of this template."""
    if metric.namespace == "Berlapis":
        ways = {dimensions for name, dimensions in emitted() if name == metric.name}
        assert ways, f"nobody emits {metric.name}"
        # CloudWatch finds a metric by exactly its dimensions.
        assert frozenset(metric.dimensions) in ways, f"{metric.name} is emitted with other dimensions only"
        # And an alarm sees one of the ways alone.
        assert len(ways) == 1, f"{metric.name} is emitted in ways that the alarm does not see"
        for name, value in metric.dimensions.items():
            assert value in VALUES.get((metric.name, name), {"berlapis"})
    else:
        assert metric.dimensions.keys() == OF_AWS[metric.namespace, metric.name]
        for value in metric.dimensions.values():
            referred = value.get("Ref") or value["Fn::GetAtt"][0]
            assert referred in RESOURCES or (metric.namespace == "AWS/ApiGateway" and referred in OF_THE_STACK)


@pytest.mark.parametrize("name", ALARMS)
def test_c34_given_an_alarm_then_the_manual_says_what_to_do(name: str) -> None:
    """One section each: what it means, what to look at, what to do; and the alarm's text says where it is."""
    title = name.removesuffix("Alarm")
    found = re.search(rf"^### {title}\n(.*?)(?=^##|\Z)", MANUAL, re.MULTILINE | re.DOTALL)
    assert found, f"docs/operating.md has no section {title}"
    for part in ("What it means", "What to look at", "What to do"):
        assert f"**{part}.**" in found[1]
    assert ALARMS[name]["Properties"]["AlarmDescription"].endswith(f"docs/operating.md#{title.lower()}")


def test_c34_given_the_manual_then_it_has_no_section_of_an_alarm_that_is_gone() -> None:
    """And they stand in the order of the template: what happens to people first."""
    assert re.findall(r"^### (\w+)$", MANUAL, re.MULTILINE) == [name.removesuffix("Alarm") for name in ALARMS]


def test_c34_given_a_dead_letter_queue_then_it_has_an_alarm() -> None:
    """What was laid aside is somebody's registration."""
    queues = {name for name, each in RESOURCES.items() if each["Type"] == "AWS::SQS::Queue" and "DeadLetters" in name}
    assert queues <= {each.alarm.removesuffix("Alarm") for each in WATCHED}


@pytest.mark.parametrize("name", ALARMS)
def test_given_an_alarm_then_somebody_hears_of_it_and_silence_is_no_fault(name: str) -> None:
    """When it begins and when it is over. Only the watchman's own silence is a fault."""
    properties = ALARMS[name]["Properties"]
    topic = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}
    assert properties["AlarmActions"] == properties["OKActions"] == topic
    assert properties["TreatMissingData"] == ("breaching" if name == "ReconcilerSilentAlarm" else "notBreaching")


@pytest.mark.parametrize(
    ("code", "dimensions"),
    [
        ('count("Held")', set()),
        ('count("Held", reason=why)', {"reason"}),
        ('metrics.add_metric("Held", "Count", 1)', {"service"}),
        ('with single_metric(name="Held", value=1) as metric:\n  metric.add_dimension("status", status)', {"status"}),
        ('with single_metric(name="Held", value=1) as metric:\n  pass', set()),
    ],
)
def test_given_a_way_to_emit_a_metric_then_its_dimensions_are_known(code: str, dimensions: set[str]) -> None:
    """What the tests here rest on; beside another metric of the same function, whose dimensions are its own."""
    other = (
        'with single_metric(name="Other", value=1) as metric:\n  metric.add_dimension("other", other)\n"a".count("a")'
    )
    lines = "\n".join(f"  {line}" for line in f"{other}\n{code}".splitlines())
    found = dict(emitted_by(f"def function():\n{lines}\n"))
    assert found == {"Other": {"other"}, "Held": dimensions}


def test_given_the_outages_that_hold_people_then_each_has_an_alarm() -> None:
    """By the reason that the registrant is told; after a quarter of an hour at the latest."""
    assert set(HOLDS) <= REGISTRATION.keys()
    watching = {each.dimensions["reason"]: ALARMS[each.alarm] for each in WATCHED if each.name == "HeldSeconds"}
    assert watching.keys() == set(HOLDS)
    for alarm in watching.values():
        assert alarm["Properties"]["Statistic"] == "Maximum"
        assert alarm["Properties"]["Threshold"] <= 900


def test_given_a_quota_that_is_used_up_or_a_policy_that_cannot_be_read_then_there_is_an_alarm() -> None:
    """At the first sign: both stand before somebody is held for long."""
    for name in ("DukcapilQuotaExhausted", "PolicyNotRead"):
        (found,) = [each for each in WATCHED if each.name == name]
        assert ALARMS[found.alarm]["Properties"]["Threshold"] == 0


WORKED: Mapping[str, tuple[str, str, str]] = {
    "BacklogWorkerErrorsAlarm": ("BacklogFunction", "backlog", "DukcapilBacklog"),
    "NotificationsErrorsAlarm": ("NotificationsFunction", "notifications", "NotificationsQueue"),
    "MailEventsErrorsAlarm": ("MailEventsFunction", "mail_events", "MailEventsQueue"),
}
"""By alarm: a function that a queue feeds, the name that it counts its failures by, and the queue."""


@pytest.mark.parametrize("alarm", WORKED)
def test_given_a_worker_that_fails_then_there_is_an_alarm_before_its_messages_are_laid_aside(alarm: str) -> None:
    """Each failure costs a message one of its receives. Where single messages fail, Lambda counts no error of the function."""
    function, worker, name = WORKED[alarm]
    watching = {each.name: each.dimensions for each in WATCHED if each.alarm == alarm}
    assert watching == {"Errors": {"FunctionName": {"Ref": function}}, "MessageFailed": {"worker": worker}}
    queue, properties = RESOURCES[name]["Properties"], ALARMS[alarm]["Properties"]
    (period,) = {each["MetricStat"]["Period"] for each in properties["Metrics"] if "MetricStat" in each}
    # One message alone fails once in each period.
    assert queue["VisibilityTimeout"] < period
    assert (
        period * properties["EvaluationPeriods"]
        < queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"]
    )


def test_given_a_backlog_that_fails_then_most_of_its_receives_are_left_when_the_alarm_rings() -> None:
    """What was received too often goes to operators."""
    queue = RESOURCES["DukcapilBacklog"]["Properties"]
    periods = ALARMS["BacklogWorkerErrorsAlarm"]["Properties"]["EvaluationPeriods"]
    assert 300 * periods * 100 < queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"]


def test_given_each_function_that_people_or_queues_call_then_an_alarm_counts_its_errors() -> None:
    """The layers are retried by the state machine; the function of the dead letters is seen by its queue."""
    seen = {each.dimensions["FunctionName"]["Ref"] for each in WATCHED if each.name == "Errors"}
    called = {
        name
        for name, each in RESOURCES.items()
        for event in each.get("Properties", {}).get("Events", {}).values()
        if event["Type"] in {"Api", "SQS"}
    }
    assert seen == called - {"BacklogDeadLettersFunction"}


def test_given_dead_letters_with_a_consumer_then_those_that_it_tries_are_counted() -> None:
    """One that fails again and again is hidden most of the time."""
    watching = {each.name for each in WATCHED if each.alarm == "DukcapilBacklogDeadLettersAlarm"}
    assert watching == {"ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"}


def test_given_a_register_that_is_down_then_its_alarm_needs_no_transition() -> None:
    """The rounds of the backlog become 480 seconds apart, so in many a period the circuit is not tried at all."""
    (found,) = [each for each in WATCHED if each.alarm == "RegisterBreakerOpenAlarm"]
    assert found.name == "RegisterCircuitOpen"
    (rate,) = [
        event["Properties"]["ScheduleExpression"]
        for event in RESOURCES["ReconcilerFunction"]["Properties"]["Events"].values()
        if event["Type"] == "ScheduleV2"
    ]
    assert rate == "rate(5 minutes)"
    assert ALARMS[found.alarm]["Properties"]["Period"] >= 2 * 300  # so that a run falls into each


REPORT = """
from functions.reconciler.diagnosis import Repair
from functions.reconciler.report import report_repairs, report_waiting
from functions.reconciler.sweep import Findings
from functions.reconciler.table import _understood
from functions.shared.observability import metrics

report_repairs(Findings(repaired=dict.fromkeys(Repair, 1), given_up=1))
report_waiting(Findings(oldest={"queued": 7}, overdue=2, circuit_open=True))
_understood({"id": "a-1", "kind": "registration", "status": "of a later release"})
metrics.flush_metrics()
"""
QUOTA = """
from unittest.mock import Mock
from functions.dukcapil import limits
from functions.shared.policy import Breaker

limits._open_until_midnight(Mock(), Breaker())
"""
FAILING = """
from types import SimpleNamespace
from functions.dukcapil import backlog
from functions.shared.batch import work

def fail(*_):
    raise RuntimeError("personal")

record = {"eventSource": "aws:sqs", "messageId": "m", "body": "{}"}
for worker in ("backlog", "notifications", "mail_events"):
    assert work(worker, {"Records": [record]}, None, read=lambda _: SimpleNamespace(registration_id="a-1"), settle=fail)
backlog.handler({"Records": [record]}, None)
"""
POLICY = """
from unittest.mock import patch
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from functions.shared import policy_in_force
from functions.shared.observability import metrics
from functions.shared.policy import default

with patch.object(policy_in_force, "_provider") as provider, patch.object(policy_in_force.aws, "ssm"):
    policy_in_force._in_force["/policy"], policy_in_force._kept_at["/policy"] = default(), 0.0
    provider.return_value.get.side_effect = GetParameterError
    policy_in_force.policy_in_force("/policy", "control")
    provider.return_value.get.side_effect = lambda *_, **__: "{}"
    policy_in_force.policy_in_force("/policy", "control")
metrics.flush_metrics()
"""


@pytest.mark.parametrize(
    ("program", "ours"),
    [
        pytest.param(
            REPORT,
            {
                "OldestSeconds",
                "HeldSeconds",
                "Overdue",
                "Repaired",
                "RepairGivenUp",
                "RegisterCircuitOpen",
                "NotUnderstood",
            },
            id="a-run-of-the-reconciler",
        ),
        pytest.param(FAILING, {"MessageFailed", "BacklogNotUnderstood"}, id="a-message-that-fails"),
        pytest.param(QUOTA, {"DukcapilQuotaExhausted"}, id="a-quota-that-is-used-up"),
        pytest.param(POLICY, {"PolicyNotRead", "PolicyRefused"}, id="a-policy-that-is-not-read-and-one-that-is-wrong"),
    ],
)
def test_c34_given_what_is_to_ring_then_what_is_written_is_what_the_alarms_watch(program: str, ours: set[str]) -> None:
    """As CloudWatch reads it: the same names, and exactly the same dimensions."""
    # In a process of its own: the local stack takes what the functions of this one write.
    output = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True, timeout=60
    ).stdout
    written = set()
    for record in map(json.loads, output.splitlines()):
        if "_aws" not in record:
            continue  # a line of the log
        (directive,) = record["_aws"]["CloudWatchMetrics"]
        (names,) = directive["Dimensions"]
        dimensions = frozenset((name, record[name]) for name in names)
        written |= {(each["Name"], dimensions) for each in directive["Metrics"]}
    wanted = {(each.name, frozenset(each.dimensions.items())) for each in WATCHED if each.name in ours}
    assert wanted <= written
    assert {name for name, _ in wanted} == ours
