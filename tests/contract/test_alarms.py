"""C34: every alarm's metric is really emitted, and every alarm has its section of the operating manual."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

from functions.reconciler.diagnosis import Repair
from functions.shared.registration import Status
from local.template import ROOT, TEMPLATE

RESOURCES: dict[str, dict[str, Any]] = yaml_parse(TEMPLATE.read_text())["Resources"]
ALARMS = {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
MANUAL = (ROOT / "docs" / "operating.md").read_text()

OF_AWS = {
    ("AWS/States", "ExecutionsFailed", "StateMachineArn"),
    ("AWS/States", "ExecutionsTimedOut", "StateMachineArn"),
    ("AWS/Lambda", "IteratorAge", "FunctionName"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"),
}
"""What AWS documents to emit by itself."""
VALUES: Mapping[tuple[str, str], set[str]] = {
    ("OldestSeconds", "status"): set(Status),
    ("Repaired", "kind"): set(Repair),
    ("DukcapilBreaker", "to"): {"Open", "HalfOpen", "Closed"},
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
            dimensions = {one["Name"]: one["Value"] for one in each["Dimensions"]}
            yield Watched(alarm, each["Namespace"], each["MetricName"], dimensions)


@cache
def emitted() -> dict[str, set[str]]:
    """The metrics that the functions emit, each with the names of its dimensions, as their code says."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "functions").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                found |= _emitted_by(function)
    return found


def _emitted_by(function: ast.FunctionDef) -> dict[str, set[str]]:
    found = {_name(call): {"service"} for call in _calls(function, "add_metric")}
    for call in _calls(function, "count"):
        if call.keywords:  # not that of a list or a text
            found[_name(call)] = {keyword.arg or "" for keyword in call.keywords}
    added = {_name(call) for call in _calls(function, "add_dimension")}
    return found | {_name(call): added for call in _calls(function, "single_metric")}


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
        assert emitted().get(metric.name) is not None, f"nobody emits {metric.name}"
        # CloudWatch finds a metric by exactly its dimensions.
        assert metric.dimensions.keys() == emitted()[metric.name]
        for name, value in metric.dimensions.items():
            assert value in VALUES.get((metric.name, name), {"berlapis"})
    else:
        ((name, value),) = metric.dimensions.items()
        assert (metric.namespace, metric.name, name) in OF_AWS
        referred = value.get("Ref") or value["Fn::GetAtt"][0]
        assert referred in RESOURCES


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


REPORT = """
from functions.reconciler.diagnosis import Repair
from functions.reconciler.report import report_repairs, report_waiting
from functions.reconciler.sweep import Findings
from functions.shared.observability import metrics

report_repairs(Findings(repaired=dict.fromkeys(Repair, 1), given_up=1))
report_waiting(Findings(oldest={"queued": 7}, overdue=2))
metrics.flush_metrics()
"""


def test_c34_given_a_run_of_the_reconciler_then_what_it_writes_is_what_the_alarms_watch() -> None:
    """As CloudWatch reads it: the same names, and exactly the same dimensions."""
    # In a process of its own: the local stack takes what the functions of this one write.
    output = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", REPORT], cwd=ROOT, capture_output=True, check=True, text=True, timeout=60
    ).stdout
    written = set()
    for line in output.splitlines():
        record = json.loads(line)
        (directive,) = record["_aws"]["CloudWatchMetrics"]
        (names,) = directive["Dimensions"]
        dimensions = frozenset((name, record[name]) for name in names)
        written |= {(each["Name"], dimensions) for each in directive["Metrics"]}
    ours = {"OldestSeconds", "Overdue", "Repaired", "RepairGivenUp"}
    wanted = {(each.name, frozenset(each.dimensions.items())) for each in WATCHED if each.name in ours}
    assert wanted <= written
    assert {name for name, _ in wanted} == ours
