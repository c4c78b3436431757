"""The deployed template, made ready for moto's CloudFormation.

`template.yaml` is expanded by AWS's own SAM transform. What is left out or rewritten afterwards stands in this module
and nowhere else, with the reason; everything else reaches moto as it would reach AWS.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from moto.cloudformation.parsing import get_model_map
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

type Json = Any
"""Parts of a template; their shapes are CloudFormation's."""

ROOT: Final = Path(__file__).resolve().parent.parent
TEMPLATE: Final = ROOT / "template.yaml"

LEFT_OUT: Final[dict[str, str]] = {
    "AWS::Lambda::Version": "moto's CloudFormation lacks it; there is one version, the code in this process",
    "AWS::Lambda::Alias": "moto's CloudFormation lacks it; references become the function's ARN and the alias's name",
    "AWS::Lambda::Permission": "nobody asks moto for permission to invoke",
    "AWS::Lambda::LayerVersion": "the handlers import the dependencies of this process",
    "AWS::Lambda::EventSourceMapping": "moto does not poll; local/pollers.py does, by what the mapping says",
    "AWS::StepFunctions::StateMachineVersion": "moto's CloudFormation lacks it",
    "AWS::StepFunctions::StateMachineAlias": "moto's CloudFormation lacks it; the alias's ARN starts the machine",
    "AWS::ApiGateway::RestApi": "local/api.py answers, by the routes and answers that the API's body says",
    "AWS::ApiGateway::Deployment": "local/api.py has one deployment",
    "AWS::ApiGateway::Stage": "local/api.py has one stage",
    "AWS::ApiGateway::Account": "nothing is logged by local/api.py",
    "AWS::CloudWatch::Alarm": "moto computes no alarms",
    "AWS::CloudWatch::CompositeAlarm": "moto computes no alarms",
    "AWS::CloudWatch::Dashboard": "moto draws no dashboards",
    "AWS::Logs::MetricFilter": "moto counts no log lines",
    "AWS::WAFv2::WebACL": "moto filters no requests",
    "AWS::WAFv2::WebACLAssociation": "moto filters no requests",
    "AWS::Scheduler::Schedule": "moto runs no schedules; local/pollers.py does",
    "AWS::SES::ConfigurationSet": "moto's CloudFormation lacks it; references become its name",
    "AWS::SES::ConfigurationSetEventDestination": "local/differences/mail.py publishes what becomes of a mail",
    "AWS::SQS::QueuePolicy": "moto's CloudFormation lacks it, and nobody asks moto for permission to send",
    "AWS::S3::Bucket": "local/server.py serves the page's files as they lie in frontend/",
    "AWS::S3::BucketPolicy": "nobody asks moto for permission to read the page's files",
    "AWS::CloudFront::Distribution": "local/server.py serves page and API",
    "AWS::CloudFront::OriginAccessControl": "local/server.py serves the page",
    "AWS::CloudFront::CachePolicy": "local/server.py keeps nothing",
    "AWS::CloudFront::ResponseHeadersPolicy": "local/server.py reads it and sends the same headers",
}
"""Kinds of resources that moto gets no sight of, and why."""

_CODE: Final = "s3://local/code"  # the transform wants an address of the code; nothing is read from it
_PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class EventSource:
    """An event source mapping.

    Attributes:
        source: logical id of the table or queue.
        function: logical id of the function.
        filters: event patterns, any of which lets a record through; none lets all through.
        lanes: batches worked at the same time, each on the records of its own keys (tables) or any (queues).
        reports_failures: the function says which records of a batch failed.
    """

    name: str
    kind: Literal["table", "queue"]
    source: str
    function: str
    batch_size: int
    filters: tuple[str, ...]
    lanes: int
    reports_failures: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule that invokes a function.

    Attributes:
        function: logical id of the function.
        seconds: how often.
    """

    name: str
    function: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Expanded:
    """The template as moto takes it, and what was read out of it before.

    Attributes:
        body: plain CloudFormation.
        event_sources: the mappings that were left out of it.
        schedules: the schedules that were left out of it.
        api: the OpenAPI body of the API that was left out of it, its intrinsics resolved.
        left_out: logical id of each resource that was left out, and why.
    """

    body: Json
    event_sources: tuple[EventSource, ...]
    schedules: tuple[Schedule, ...]
    api: Json
    left_out: Mapping[str, str]


def expand(
    parameters: Mapping[str, str],
    *,
    substitutions: Mapping[str, int] | None = None,
    environment: Mapping[str, Mapping[str, str]] | None = None,
) -> Expanded:
    """Expand `template.yaml` for these parameters.

    Args:
        parameters: the template's parameters; those without default are needed.
        substitutions: replace the state machine's numeric definition substitutions of the same names.
        environment: more environment variables for functions, by logical id.
    """
    source = yaml_parse(TEMPLATE.read_text())
    definitions = _take_local_paths(source)
    expanded = Translator({}, Parser()).translate(source, dict(parameters))
    resources = expanded["Resources"]
    unknown = {kind for each in resources.values() if (kind := each["Type"]) not in LEFT_OUT} - _known_to_moto()
    if unknown:
        raise ValueError(
            f"moto does not know {', '.join(sorted(unknown))}: list it in {__name__}.LEFT_OUT, or rewrite it"
        )
    aliases = _aliases(resources)
    values = {**_defaults(source), **parameters}
    event_sources = tuple(_event_sources(resources, aliases, values))
    schedules = tuple(_schedules(resources, aliases))
    functions = {alias: function for alias, (function, _) in aliases.items()}
    api = _api(resources, {**values, **functions})
    names = {
        name: each["Properties"]["Name"]
        for name, each in resources.items()
        if each["Type"] == "AWS::SES::ConfigurationSet"
    }
    left_out = {name: LEFT_OUT[each["Type"]] for name, each in resources.items() if each["Type"] in LEFT_OUT}
    for name in left_out:
        del resources[name]
    for name, each in resources.items():
        _rewrite(name, each, definitions, substitutions or {}, environment or {})
    expanded["Resources"] = _replace_references(resources, aliases, names)
    expanded["Outputs"] = {
        name: each for name, each in expanded.get("Outputs", {}).items() if not _mentions(each, left_out)
    }
    return Expanded(expanded, event_sources, schedules, api, left_out)


def _take_local_paths(source: Json) -> dict[str, Path]:
    """Put addresses in the place of local paths; where the definitions of the state machines are."""
    source.get("Globals", {}).get("Function", {}).update(CodeUri=_CODE)
    definitions = {}
    for name, each in source["Resources"].items():
        for key in ("CodeUri", "ContentUri", "DefinitionUri"):
            if key in each.get("Properties", {}):
                if key == "DefinitionUri":
                    definitions[name] = ROOT / each["Properties"][key]
                each["Properties"][key] = _CODE
    return definitions


@cache
def _known_to_moto() -> frozenset[str]:
    return frozenset(get_model_map())


def _aliases(resources: Json) -> dict[str, tuple[str, str]]:
    """Logical id of each function's alias: the function's logical id and the alias's name."""
    return {
        name: (each["Properties"]["FunctionName"]["Ref"], each["Properties"]["Name"])
        for name, each in resources.items()
        if each["Type"] == "AWS::Lambda::Alias"
    }


def _event_sources(
    resources: Json, aliases: Mapping[str, tuple[str, str]], values: Mapping[str, str]
) -> list[EventSource]:
    found = []
    for name, each in resources.items():
        if each["Type"] != "AWS::Lambda::EventSourceMapping":
            continue
        mapping = each["Properties"]
        source, attribute = mapping["EventSourceArn"]["Fn::GetAtt"]
        called = mapping["FunctionName"]["Ref"]
        lanes = mapping.get("ParallelizationFactor") or mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 1)
        found.append(
            EventSource(
                name=name,
                kind="table" if attribute == "StreamArn" else "queue",
                source=source,
                function=aliases[called][0] if called in aliases else called,
                batch_size=int(mapping.get("BatchSize", 100 if attribute == "StreamArn" else 10)),
                filters=tuple(each["Pattern"] for each in mapping.get("FilterCriteria", {}).get("Filters", ())),
                lanes=int(values[lanes["Ref"]] if isinstance(lanes, dict) else lanes),
                reports_failures="ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ()),
            )
        )
    return found


_RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_UNIT_SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86_400}


def _schedules(resources: Json, aliases: Mapping[str, tuple[str, str]]) -> list[Schedule]:
    found = []
    for name, each in resources.items():
        if each["Type"] != "AWS::Scheduler::Schedule":
            continue
        called = each["Properties"]["Target"]["Arn"]
        called = called.get("Ref") or called["Fn::GetAtt"][0]
        rate = _RATE.fullmatch(each["Properties"]["ScheduleExpression"])
        if rate is None:
            raise ValueError(f"the local stack knows rates only, and {name} is none")
        seconds = int(rate[1]) * _UNIT_SECONDS[rate[2]]
        found.append(Schedule(name, aliases[called][0] if called in aliases else called, seconds))
    return found


def _defaults(source: Json) -> dict[str, str]:
    return {name: str(each["Default"]) for name, each in source["Parameters"].items() if "Default" in each}


def _api(resources: Json, values: Mapping[str, str]) -> Json:
    """The API's body, with parameters filled in, and the functions' logical ids for the ARNs of their aliases."""
    body: Json = next(
        (each["Properties"]["Body"] for each in resources.values() if each["Type"] == "AWS::ApiGateway::RestApi"), {}
    )

    def resolve(part: Json) -> Json:
        match part:
            case {"Fn::Sub": str(text)}:
                return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
            case {"Ref": str(name)}:
                return values.get(name, name)
        return part

    return _walk(body, resolve)


def _rewrite(
    name: str,
    resource: Json,
    definitions: Mapping[str, Path],
    substitutions: Mapping[str, int],
    environment: Mapping[str, Mapping[str, str]],
) -> None:
    properties = resource.get("Properties", {})
    match resource["Type"]:
        case "AWS::KMS::Key":
            # moto keeps the policy as the text that the API would take.
            properties["KeyPolicy"] = {"Fn::Sub": json.dumps(_walk(properties["KeyPolicy"], _as_sub_text))}
        case "AWS::Lambda::Function":
            # The code is this repository; moto wants some.
            properties["Code"] = {"ZipFile": "# runs in the local stack's own process"}
            properties.pop("Layers", None)
            properties.setdefault("Environment", {}).setdefault("Variables", {}).update(environment.get(name, {}))
        case "AWS::StepFunctions::StateMachine":
            # moto takes the definition as a string only.
            del properties["DefinitionS3Location"]
            values = {**properties.pop("DefinitionSubstitutions", {})}
            values.update({key: value for key, value in substitutions.items() if key in values})
            properties["DefinitionString"] = _definition(definitions[name].read_text(), values)


def _definition(text: str, values: Mapping[str, Json]) -> Json:
    """The definition as JSON. Plain values are filled in as text, as AWS does; the others are strings, filled in by moto."""
    plain = {name: str(value) for name, value in values.items() if not isinstance(value, dict)}
    filled = _PLACEHOLDER.sub(lambda found: plain.get(found[1], found[0]), text)
    unfilled = set(_PLACEHOLDER.findall(filled)) - values.keys()
    if unfilled:
        raise ValueError(f"the definition has no substitution for {', '.join(sorted(unfilled))}")
    rest = {name: value for name, value in values.items() if isinstance(value, dict)}
    return {"Fn::Sub": [json.dumps(yaml.safe_load(filled)), rest]}


def _as_sub_text(part: Json) -> Json:
    match part:
        case {"Fn::Sub": str(text)}:
            return text
        case {"Ref": str(name)}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"${{{name}.{attribute}}}"
    return part


def _replace_references(resources: Json, aliases: Mapping[str, tuple[str, str]], names: Mapping[str, Json]) -> Json:
    instead: dict[str, Json] = {
        name: {"Fn::Sub": f"${{{function}.Arn}}:{alias}"} for name, (function, alias) in aliases.items()
    }
    # moto's reference to an event bus is an object, not its name.
    instead |= names
    instead.update(
        {
            name: each["Properties"]["Name"]
            for name, each in resources.items()
            if each["Type"] == "AWS::Events::EventBus"
        }
    )

    def replace(part: Json) -> Json:
        match part:
            case {"Ref": str(name)}:
                return instead.get(name, part)
            case {"Fn::Sub": str(text)}:
                return {"Fn::Sub": _PLACEHOLDER.sub(lambda found: _as_sub_text(names.get(found[1], found[0])), text)}
        return part

    return _walk(resources, replace)


def _walk(part: Json, change: Callable[[Json], Json]) -> Json:
    """Change each part of a template, from the leaves up."""
    if isinstance(part, dict):
        part = {key: _walk(value, change) for key, value in part.items()}
    elif isinstance(part, list):
        part = [_walk(value, change) for value in part]
    return change(part)


def _mentions(part: Json, names: Mapping[str, str]) -> bool:
    text = json.dumps(part)
    return any(re.search(rf'["{{]{name}[".}}]', text) for name in names)
