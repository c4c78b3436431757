"""What is deployed, held against the rules of the template (C29 to C33). What it does when it runs is in tests/workflow."""

import importlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from samcli.yamlhelper import yaml_parse

from functions.dukcapil.settings import BacklogSettings, DeadLettersSettings, DukcapilSettings
from functions.email.settings import EmailSettings, MailEventsSettings
from functions.nik.settings import NikSettings
from functions.notifications.settings import NotificationsSettings
from functions.otp.settings import OtpSettings
from functions.policy.settings import PolicySettings
from functions.reconciler.settings import ReconcilerSettings
from functions.registration.models import ProblemDocument
from functions.registration.problems import CONTENT_TYPE
from functions.registration.settings import RegistrationSettings
from functions.reviews.settings import ReviewsSettings
from functions.shared.policy import default
from functions.shared.reasons import PROBLEMS
from functions.shared.settings import Settings
from functions.signals.settings import SignalsSettings
from tools import openapi

type Json = Any
"""Parts of a template; their shapes are CloudFormation's."""

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "template.yaml").read_text()
TEMPLATE: dict[str, Json] = yaml_parse(TEXT)
PARAMETERS: dict[str, Json] = TEMPLATE["Parameters"]
RESOURCES: dict[str, Json] = TEMPLATE["Resources"]
GLOBALS: dict[str, Json] = TEMPLATE["Globals"]["Function"]
NO_VALUE = {"Ref": "AWS::NoValue"}

SETTINGS: dict[str, type[Settings]] = {
    "EmailFunction": EmailSettings,
    "NikFunction": NikSettings,
    "DukcapilFunction": DukcapilSettings,
    "OtpFunction": OtpSettings,
    "BacklogFunction": BacklogSettings,
    "RegistrationFunction": RegistrationSettings,
    "ReviewsFunction": ReviewsSettings,
    "SignalsFunction": SignalsSettings,
    "PolicyFunction": PolicySettings,
    "MailEventsFunction": MailEventsSettings,
    "BacklogDeadLettersFunction": DeadLettersSettings,
    "ReconcilerFunction": ReconcilerSettings,
    "NotificationsFunction": NotificationsSettings,
}
LAYERS = ("Email", "Nik", "Dukcapil", "Otp")
# Actions that take no resource, or whose resource has no name before it exists. (Service Authorization Reference)
WITHOUT_RESOURCE = re.compile(
    r"xray:(Put|GetSampling)\w+"
    r"|logs:(Create|Get|Update|Delete|List)LogDeliver(y|ies)|logs:(Put|Describe)ResourcePolic(y|ies)"
    r"|logs:DescribeLogGroups"
    r"|ec2:(Create|Describe|Delete)NetworkInterfaces?|ec2:(Assign|Unassign)PrivateIpAddresses|ec2:DescribeSubnets"
    r"|dynamodb:ListStreams"
)
# Names that are made by others, or only when the stack runs; each is bound to this account and one kind of resource.
PARTLY_WILD = {
    "SendMail": {"identity/*"},
    "SeeExecutions": {"execution:${VerificationStateMachine.Name}:*"},
    "SendSms": {"sender-id/*", "phone-number/*", "pool/*"},
    "StopExecutions": {"execution:${VerificationStateMachine.Name}:*"},
}
NO_TOKENS = {
    "ForAllValues:StringNotLike": {"dynamodb:LeadingKeys": ["wait#*"]},
    "Null": {"dynamodb:LeadingKeys": "false"},
}
TOKENS_ONLY = {
    "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["wait#*"]},
    "Null": {"dynamodb:LeadingKeys": "false"},
}


def of_type(kind: str) -> dict[str, Json]:
    """The resources of one kind, by logical id."""
    return {name: each for name, each in RESOURCES.items() if each["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")
MACHINES = of_type("AWS::Serverless::StateMachine")
ROLES = of_type("AWS::IAM::Role")
KEYS = of_type("AWS::KMS::Key")
QUEUES = of_type("AWS::SQS::Queue")
LOG_GROUPS = of_type("AWS::Logs::LogGroup")
TABLES = of_type("AWS::DynamoDB::Table")


@dataclass(frozen=True)
class Statement:
    """One statement of a role's policy, its optional parts (`!If`) taken as given."""

    role: str
    sid: str
    actions: frozenset[str]
    resources: tuple[Json, ...]
    condition: Json


def listed(value: Json) -> list[Json]:
    """What may stand alone or in a list, as a list."""
    return value if isinstance(value, list) else [value]


def given(part: Json) -> list[Json]:
    """Every branch of an `!If` but the empty one; anything else as it is."""
    if isinstance(part, dict) and part.keys() == {"Fn::If"}:
        return [each for branch in part["Fn::If"][1:] for each in given(branch) if each != NO_VALUE]
    return [part]


def statements() -> Iterator[Statement]:
    """Every statement of every role."""
    for role, resource in ROLES.items():
        for policy in resource["Properties"]["Policies"]:
            for entry in policy["PolicyDocument"]["Statement"]:
                for each in given(entry):
                    assert each["Effect"] == "Allow"
                    assert each.keys() <= {"Sid", "Effect", "Action", "Resource", "Condition"}, each["Sid"]
                    yield Statement(
                        role=role,
                        sid=each["Sid"],
                        actions=frozenset(listed(each["Action"])),
                        resources=tuple(item for part in listed(each["Resource"]) for item in given(part)),
                        condition=each.get("Condition"),
                    )


STATEMENTS = tuple(statements())


def roles_that_may(action: str) -> set[str]:
    """Roles with an action that matches the pattern."""
    return {each.role for each in STATEMENTS if any(re.fullmatch(action, name) for name in each.actions)}


def keys_with(role: str, action: str) -> set[str]:
    """KMS keys on which a role has an action."""
    return {
        resource["Fn::GetAtt"][0]
        for each in STATEMENTS
        if each.role == role and action in each.actions
        for resource in each.resources
    }


def strings(part: Json) -> Iterator[str]:
    """Every string of a part of the template, keys left out."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for value in part.values():
            yield from strings(value)
    elif isinstance(part, list):
        for value in part:
            yield from strings(value)


def variables_of(function: str) -> dict[str, Json]:
    """A function's environment, the shared variables included."""
    own = FUNCTIONS[function]["Properties"].get("Environment", {}).get("Variables", {})
    return {**GLOBALS["Environment"]["Variables"], **own}


def setting(function: str, name: str) -> Json:
    """A property of a function, or what it inherits."""
    return FUNCTIONS[function]["Properties"].get(name, GLOBALS.get(name))


# --------------------------------------------------------------------------------------------------------- permissions


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: f"{each.role}-{each.sid}")
def test_c29_no_action_is_a_wildcard(statement: Statement) -> None:
    """Each permission is one named action of one service."""
    for action in statement.actions:
        assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), action


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: f"{each.role}-{each.sid}")
def test_c29_every_resource_is_named_but_the_documented_few(statement: Statement) -> None:
    """`*` stands only beside actions that take no resource; partial names only where others choose the rest."""
    if "*" in statement.resources:
        assert statement.resources == ("*",)
        assert all(WITHOUT_RESOURCE.fullmatch(action) for action in statement.actions), statement.actions
        return
    wild = {text for text in strings(list(statement.resources)) if "*" in text or "?" in text}
    within_the_account = re.compile(
        r"arn:\$\{AWS::Partition\}:[a-z-]+:\$\{AWS::Region\}:\$\{AWS::AccountId\}:(?P<name>.+)"
    )
    names = {found["name"] for text in wild if (found := within_the_account.fullmatch(text))}
    assert len(names) == len(wild)
    assert names <= PARTLY_WILD.get(statement.sid, set())


def test_c29_every_statement_without_a_resource_says_why() -> None:
    """A comment stands right above each `Resource: "*"` statement of a role."""
    lines = TEXT.splitlines()
    first_lines = list(_lines_of_statements_without_resource(yaml.compose(TEXT, Loader=yaml.SafeLoader)))
    assert len(first_lines) == sum("*" in each.resources for each in STATEMENTS)
    uncommented = [
        f"line {line + 1}: {lines[line].strip()[:60]}"
        for line in first_lines
        if not lines[line - 1].lstrip().startswith("# ")
    ]
    assert not uncommented


def _lines_of_statements_without_resource(document: yaml.Node | None) -> Iterator[int]:
    resources = _child(document, "Resources")
    for _, resource in resources.value:
        if _child(resource, "Type").value == "AWS::IAM::Role":
            for policy in _child(_child(resource, "Properties"), "Policies").value:
                for entry in _child(_child(policy, "PolicyDocument"), "Statement").value:
                    statement = entry.value[1] if entry.tag == "!If" else entry
                    if _child(statement, "Resource").value == "*":
                        yield entry.start_mark.line


def _child(node: yaml.Node | None, key: str) -> yaml.Node:
    assert isinstance(node, yaml.MappingNode)
    found: yaml.Node = next(value for name, value in node.value if name.value == key)
    return found


@pytest.mark.parametrize("name", KEYS)
def test_c29_a_key_s_policy_leaves_the_decision_to_the_account_s_iam(name: str) -> None:
    """The one `kms:*` of each key is AWS's own default for the account; beside it only this stack's logs may use a key."""
    account, *services = KEYS[name]["Properties"]["KeyPolicy"]["Statement"]
    assert account == {
        "Sid": "AccountDecidesByIam",
        "Effect": "Allow",
        "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}},
        "Action": "kms:*",
        "Resource": "*",
    }
    assert len(services) == (2 if name == "DataKey" else 0)
    for statement in services[1:]:  # what the account's own rules put into encrypted queues
        assert statement["Principal"] == {"Service": "events.amazonaws.com"}
        assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    for statement in services[:1]:
        assert statement["Principal"] == {"Service": {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}}
        assert not [action for action in statement["Action"] if "*" in action]
        (arn,) = strings(statement["Condition"])
        assert list(statement["Condition"]["ArnLike"]) == ["kms:EncryptionContext:aws:logs:arn"]
        assert arn.endswith(":${AWS::Region}:${AWS::AccountId}:log-group:/berlapis/${Stage}/*")


def test_c29_each_function_has_a_role_of_its_own() -> None:
    """One role per function and machine, shared with nobody, and no role that nobody has."""
    users = {name: each["Properties"]["Role"] for name, each in (FUNCTIONS | MACHINES).items()}
    roles = [role["Fn::GetAtt"][0] for role in users.values()]
    assert sorted(roles) == sorted(ROLES)
    for name, role in users.items():
        service = "states" if name in MACHINES else "lambda"
        (trust,) = ROLES[role["Fn::GetAtt"][0]]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust == {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }


def test_c29_nothing_is_permitted_elsewhere() -> None:
    """No managed policies, none that SAM would make, none beside the roles."""
    assert not of_type("AWS::IAM::Policy") | of_type("AWS::IAM::ManagedPolicy") | of_type("AWS::IAM::User")
    assert not of_type("AWS::Serverless::Connector")
    for resource in (FUNCTIONS | MACHINES).values():
        assert not {"Policies", "Connectors"} & resource["Properties"].keys()
        assert "Connectors" not in resource
    for role in ROLES.values():
        assert "ManagedPolicyArns" not in role["Properties"]


@pytest.mark.parametrize("name", ROLES)
def test_c29_every_role_carries_the_permissions_boundary_if_there_is_one(name: str) -> None:
    """An account that demands a boundary can deploy the stack."""
    boundary = {"Fn::If": ["HasPermissionsBoundary", {"Ref": "PermissionsBoundary"}, NO_VALUE]}
    assert ROLES[name]["Properties"]["PermissionsBoundary"] == boundary


@pytest.mark.parametrize(
    ("action", "role"),
    [
        ("sms-voice:.*", "OtpRole"),
        ("social-messaging:.*", "OtpRole"),
        ("states:(?!DescribeExecution).*", "SignalsRole"),
        ("states:DescribeExecution", "ReconcilerRole"),
        ("events:.*", "SignalsRole"),
        ("lambda:.*", "VerificationRole"),
    ],
)
def test_c29_only_one_role_may(action: str, role: str) -> None:
    """Only Otp sends messages, only Signals calls the workflow and the bus, only the machine invokes."""
    assert roles_that_may(action) == {role}


def test_c29_nobody_may_send_by_another_way() -> None:
    """Neither the older mail and SMS services nor a role of somebody else is within reach."""
    assert not roles_that_may("(sns|mobiletargeting|connect|iam|sts):.*")


def test_c29_email_sends_from_the_one_address_only() -> None:
    """The sender cannot be chosen by the code."""
    mails = [each for each in STATEMENTS if any(action.startswith("ses:") for action in each.actions)]
    assert {mail.role for mail in mails} == {"EmailRole", "NotificationsRole"}
    for mail in mails:
        assert mail.actions == {"ses:SendEmail"}
        assert mail.condition == {"StringEquals": {"ses:FromAddress": {"Ref": "SenderAddress"}}}


def test_c29_the_whatsapp_number_is_named_by_its_arn() -> None:
    """Its id (`phone-number-id-…`) is not what its ARN ends with, so no ARN can be made of it; the ARN serves both."""
    (whatsapp,) = [each for each in STATEMENTS if "social-messaging:SendWhatsAppMessage" in each.actions]
    (resource,) = whatsapp.resources
    assert resource == variables_of("OtpFunction")["WHATSAPP_PHONE_NUMBER_ID"]
    pattern = PARAMETERS[resource["Ref"]]["AllowedPattern"]
    assert re.search(pattern, "arn:aws:social-messaging:xx-test-1:000000000000:phone-number-id/0123456789abcdef")
    assert not re.search(pattern, "phone-number-id-0123456789abcdef")


def test_c29_the_machine_invokes_exactly_the_aliases_it_names() -> None:
    """What the definition calls is what the role allows: aliases, never a function by itself."""
    (machine,) = MACHINES.values()
    named = [
        value["Ref"]
        for value in machine["Properties"]["DefinitionSubstitutions"].values()
        if isinstance(value, dict) and value["Ref"].partition(".")[0] in FUNCTIONS
    ]
    assert sorted(named) == sorted(f"{layer}Function.Alias" for layer in (*LAYERS, "Policy"))
    (invoke,) = [each for each in STATEMENTS if "lambda:InvokeFunction" in each.actions]
    assert sorted(each["Ref"] for each in invoke.resources) == sorted(named)
    assert invoke.actions == {"lambda:InvokeFunction"}


def test_c29_signals_starts_answers_and_stops_this_machine_only() -> None:
    """Every permission for the workflow names the machine or its executions."""
    workflow = {
        action: each.resources for each in STATEMENTS for action in each.actions if action.startswith("states:")
    }
    machine = {"Ref": "VerificationStateMachine"}
    asked = workflow.pop("states:DescribeExecution")
    assert workflow.keys() == {"states:StartExecution", "states:SendTaskSuccess", "states:StopExecution"}
    assert asked == workflow["states:StopExecution"]
    assert workflow["states:StartExecution"] == workflow["states:SendTaskSuccess"] == (machine,)
    (executions,) = strings(list(workflow["states:StopExecution"]))
    assert executions.endswith(":execution:${VerificationStateMachine.Name}:*")


def test_c29_codes_are_made_by_the_layers_and_verified_by_the_api() -> None:
    """Who can make a code's MAC cannot try codes, and who can try codes cannot make a MAC."""
    makers = {role for role in ROLES if "CodesKey" in keys_with(role, "kms:GenerateMac")}
    verifiers = {role for role in ROLES if "CodesKey" in keys_with(role, "kms:VerifyMac")}
    assert makers == {"EmailRole", "OtpRole"}
    assert verifiers == {"RegistrationRole"}


def test_c29_each_mac_key_has_one_use() -> None:
    """Claims are made by layer 2, sessions by the API and by notices that open one; nobody encrypts with a MAC key."""
    assert {role for role in ROLES if "ClaimsKey" in keys_with(role, "kms:GenerateMac")} == {"NikRole"}
    assert {role for role in ROLES if "SessionsKey" in keys_with(role, "kms:GenerateMac")} == {
        "RegistrationRole",
        "NotificationsRole",
    }
    allowed = {"kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateMac", "kms:VerifyMac"}
    assert {action for each in STATEMENTS for action in each.actions if action.startswith("kms:")} == allowed
    for role in ROLES:
        assert keys_with(role, "kms:Decrypt") | keys_with(role, "kms:GenerateDataKey") == {"DataKey"}


def test_c29_the_api_has_no_way_to_the_workflow_or_its_tokens() -> None:
    """The function that browsers reach writes the table, except the items with task tokens."""
    api = [each for each in STATEMENTS if each.role == "RegistrationRole"]
    services = {action.partition(":")[0] for each in api for action in each.actions}
    assert services == {"logs", "xray", "dynamodb", "kms"}
    tables = [each for each in api if any(action.startswith("dynamodb:") for action in each.actions)]
    assert tables
    for each in tables:
        assert each.condition == NO_TOKENS, each.sid
        # These can be called without keys, or with keys that IAM does not see.
        assert not each.actions & {"dynamodb:Scan", "dynamodb:Query"}
        assert not [action for action in each.actions if action.startswith("dynamodb:PartiQL")]


def test_c29_task_tokens_are_written_by_those_who_wait_and_read_by_signals() -> None:
    """Every permission on the table says whether it is for tokens (`wait#…`) or for all but them."""
    items: dict[str, set[str]] = {"read": set(), "write": set()}
    for each in STATEMENTS:
        actions = {action for action in each.actions if action.startswith("dynamodb:")}
        if {"Fn::GetAtt": ["RegistrationsTable", "Arn"]} not in each.resources or each.condition == NO_TOKENS:
            continue
        assert each.resources == ({"Fn::GetAtt": ["RegistrationsTable", "Arn"]},)
        # The machine writes both kinds: its own waits, and the status.
        assert each.condition == (None if each.role == "VerificationRole" else TOKENS_ONLY), each
        assert actions <= {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
        items["read"] |= {each.role} if "dynamodb:GetItem" in actions else set()
        items["write"] |= {each.role} if actions - {"dynamodb:GetItem"} else set()
    assert items["read"] == {"SignalsRole"}
    assert items["write"] == {"EmailRole", "OtpRole", "BacklogRole", "BacklogDeadLettersRole", "VerificationRole"}


def test_c29_only_signals_reads_the_table_s_stream() -> None:
    """The stream shows whole items, task tokens included."""
    assert roles_that_may(r"dynamodb:(\w*Stream\w*|GetRecords|GetShardIterator)") == {"SignalsRole"}


def test_c33_secrets_are_read_by_reference_and_by_those_who_need_them() -> None:
    """A secret reaches a function as an ARN; its value stands in no variable and no parameter."""
    readers = {
        (each.role, *[resource["Ref"] for resource in each.resources])
        for each in STATEMENTS
        if "secretsmanager:GetSecretValue" in each.actions
    }
    assert readers == {
        ("DukcapilRole", "DukcapilSecretArn"),
        ("BacklogRole", "DukcapilSecretArn"),
        ("OtpRole", "SmsGatewaySecretArn"),
    }
    assert "resolve:secretsmanager" not in TEXT
    for name in PARAMETERS:
        assert not re.search(r"(Password|Token|Secret)(?!Arn)", name), name


# ---------------------------------------------------------------------------------------------------------------- data


def test_c30_the_table_is_encrypted_with_our_key_and_can_be_restored() -> None:
    """Customer key, point-in-time recovery, protection from deletion, purging by TTL, a stream with both images."""
    for table in TABLES.values():
        properties = table["Properties"]
        key = {"Fn::GetAtt": ["DataKey", "Arn"]}
        assert properties["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert properties["DeletionProtectionEnabled"] is True
    registrations = TABLES["RegistrationsTable"]["Properties"]
    assert registrations["TimeToLiveSpecification"] == {"AttributeName": "purge_at", "Enabled": True}
    assert registrations["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.mark.parametrize("name", QUEUES)
def test_c30_every_queue_is_encrypted_with_our_key_and_keeps_messages_as_long_as_can_be(name: str) -> None:
    """Customer key, fourteen days."""
    properties = QUEUES[name]["Properties"]
    assert properties["KmsMasterKeyId"] == {"Fn::GetAtt": ["DataKey", "Arn"]}
    assert properties["MessageRetentionPeriod"] == 14 * 86_400


@pytest.mark.parametrize("name", TABLES | QUEUES | KEYS)
def test_c30_data_and_keys_outlive_the_stack(name: str) -> None:
    """Neither deleting the stack nor replacing a resource loses what it holds."""
    assert RESOURCES[name]["DeletionPolicy"] == "Retain"
    assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", KEYS)
def test_c30_keys_rotate_where_kms_can(name: str) -> None:
    """A key is rotated each year, or is for MACs only, which KMS does not rotate."""
    properties = KEYS[name]["Properties"]
    if properties.get("KeySpec") == "HMAC_256":
        assert properties["KeyUsage"] == "GENERATE_VERIFY_MAC"
    else:
        assert properties["EnableKeyRotation"] is True


@pytest.mark.parametrize("name", LOG_GROUPS)
def test_c31_every_log_group_is_encrypted_and_forgets(name: str) -> None:
    """Our key, a retention, and a name that the key's policy covers."""
    properties = LOG_GROUPS[name]["Properties"]
    assert properties["KmsKeyId"] == {"Fn::GetAtt": ["DataKey", "Arn"]}
    assert properties["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert properties["LogGroupName"]["Fn::Sub"].startswith("/berlapis/${Stage}/")


def test_c31_every_function_and_the_machine_log_to_a_group_of_their_own() -> None:
    """No function logs to the group that Lambda would make, without key and for ever; a role writes to its own only."""
    groups = {}
    for name, function in FUNCTIONS.items():
        logging = function["Properties"]["LoggingConfig"]
        assert logging["LogFormat"] == "JSON"
        groups[name] = logging["LogGroup"]["Ref"]
        role = function["Properties"]["Role"]["Fn::GetAtt"][0]
        writes = [each.resources for each in STATEMENTS if each.role == role and "logs:PutLogEvents" in each.actions]
        assert writes == [({"Fn::GetAtt": [groups[name], "Arn"]},)]
    for name, machine in MACHINES.items():
        (destination,) = machine["Properties"]["Logging"]["Destinations"]
        groups[name] = destination["CloudWatchLogsLogGroup"]["LogGroupArn"]["Fn::GetAtt"][0]
    assert len(set(groups.values())) == len(groups)
    assert set(groups.values()) <= LOG_GROUPS.keys()


def test_c31_what_passes_through_the_machine_and_the_api_is_not_logged() -> None:
    """Execution data hold task tokens, requests hold people."""
    for machine in MACHINES.values():
        assert machine["Properties"]["Logging"]["IncludeExecutionData"] is False
    for api in of_type("AWS::Serverless::Api").values():
        (every,) = api["Properties"]["MethodSettings"]
        assert (every["ResourcePath"], every["HttpMethod"]) == ("/*", "*")
        assert every["DataTraceEnabled"] is False


# ----------------------------------------------------------------------------------------------------------- functions


def test_functions_are_built_for_the_architecture_that_is_asked_for() -> None:
    """Arm64 unless the parameter says otherwise, for functions and dependencies alike."""
    assert PARAMETERS["Architecture"]["Default"] == "arm64"
    for name in FUNCTIONS:
        assert setting(name, "Architectures") == [{"Ref": "Architecture"}]
        assert setting(name, "Runtime") == "python3.13"
        assert setting(name, "Layers") == [{"Ref": "DependenciesLayer"}]
    layer = RESOURCES["DependenciesLayer"]["Properties"]
    assert layer["CompatibleArchitectures"] == [{"Ref": "Architecture"}]
    assert layer["CompatibleRuntimes"] == ["python3.13"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_traced_and_published_under_the_alias_live(name: str) -> None:
    """Executions that are under way outlive a deployment, and traces need no code."""
    assert setting(name, "AutoPublishAlias") == "live"
    assert setting(name, "Tracing") == "Active"


def test_the_x_ray_sdk_is_not_deployed() -> None:
    """It ends in February 2027, and Powertools' Tracer needs it."""
    packages = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "locks" / "runtime.txt").read_text(), re.MULTILINE))
    assert "aws-lambda-powertools" in packages
    assert "aws-xray-sdk" not in packages


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_handler_exists(name: str) -> None:
    """The module can be imported as in Lambda, and the name in it can be called."""
    module, _, handler = FUNCTIONS[name]["Properties"]["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), handler))
    assert handler == "handler"


@pytest.mark.parametrize("name", [*FUNCTIONS, "DependenciesLayer"])
def test_everything_that_is_built_has_a_target_in_the_makefile(name: str) -> None:
    """`sam build` calls `make build-<logical id>`."""
    assert RESOURCES[name]["Metadata"] == {"BuildMethod": "makefile"}
    targets = re.findall(r"^(build-[\w%]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert any(re.fullmatch(target.replace("%", r"\w+"), f"build-{name}") for target in targets)


def test_every_function_s_settings_are_known_here() -> None:
    """A new function is held against its settings too."""
    assert SETTINGS.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize(("name", "settings"), SETTINGS.items())
def test_a_function_is_told_what_its_settings_ask_for(name: str, settings: type[Settings]) -> None:
    """Every variable is a field of the settings, and every field without a default is given."""
    variables = {each for each in variables_of(name) if not each.startswith("POWERTOOLS_")}
    fields = {field.upper(): info.is_required() for field, info in settings.model_fields.items()}
    assert variables <= fields.keys()
    assert {field for field, required in fields.items() if required} <= variables


@pytest.mark.parametrize(("name", "settings"), SETTINGS.items())
def test_a_function_s_settings_are_those_that_its_package_loads(name: str, settings: type[Settings]) -> None:
    """The table above names the class that the function really loads."""
    package = FUNCTIONS[name]["Properties"]["Handler"].split(".")[1]
    code = "\n".join(file.read_text() for file in (ROOT / "functions" / package).glob("*.py"))
    assert f"{settings.__name__}.load()" in code


def test_every_function_logs_alike() -> None:
    """Powertools' variables are the same for all, and no function has its own."""
    powertools = {"POWERTOOLS_LOG_LEVEL": "INFO"}
    for name in FUNCTIONS:
        assert {key: value for key, value in variables_of(name).items() if key.startswith("POWERTOOLS_")} == powertools


# ----------------------------------------------------------------------------------------------------------------- API


def routes_of_template() -> dict[tuple[str, str], str]:
    """Path and method of every Api event, and the function that is called."""
    return {
        (event["Properties"]["Path"], event["Properties"]["Method"]): name
        for name, function in FUNCTIONS.items()
        for event in function["Properties"].get("Events", {}).values()
        if event["Type"] == "Api"
    }


def routes_of(document: Json) -> set[tuple[str, str]]:
    """Path and method of every operation of an OpenAPI document."""
    return {(path, method) for path, methods in document["paths"].items() for method in methods}


def test_api_routes_are_those_of_the_resolver_and_of_the_openapi_document() -> None:
    """What API Gateway lets through is what the code answers and the document says."""
    code = json.loads(openapi.document())
    committed = json.loads((ROOT / "docs" / "openapi.json").read_text())
    assert routes_of_template().keys() == routes_of(code) == routes_of(committed)


def test_api_routes_all_lead_to_the_two_functions_of_the_one_api() -> None:
    """SAM makes no API of its own."""
    assert set(routes_of_template().values()) == {"RegistrationFunction", "ReviewsFunction"}
    for function in ("RegistrationFunction", "ReviewsFunction"):
        for event in FUNCTIONS[function]["Properties"]["Events"].values():
            assert event["Type"] == "Api"
            assert event["Properties"]["RestApiId"] == {"Ref": "Api"}
    assert of_type("AWS::Serverless::Api").keys() == {"Api"}
    assert not of_type("AWS::Serverless::HttpApi")


def test_c32_browsers_may_call_from_one_origin_only() -> None:
    """The page's origin, exactly; never `*`, and only the methods and headers that the API has."""
    cors = RESOURCES["Api"]["Properties"]["Cors"]
    assert cors["AllowOrigin"] == {"Fn::Sub": "'${FrontendOrigin}'"}
    assert not [text for text in strings(cors) if "*" in text]
    assert "AllowCredentials" not in cors
    methods = {method.upper() for _, method in routes_of_template()} | {"OPTIONS"}
    assert set(cors["AllowMethods"].strip("'").split(",")) == methods
    document = json.loads((ROOT / "docs" / "openapi.json").read_text())
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    headers = {each["name"] for operation in operations for each in operation["parameters"] if each["in"] == "header"}
    assert headers
    assert headers <= set(cors["AllowHeaders"].strip("'").lower().split(","))
    pattern = PARAMETERS["FrontendOrigin"]["AllowedPattern"]
    assert re.search(pattern, "https://daftar.example.go.id")
    assert not re.search(pattern, "*")
    assert not re.search(pattern, "https://daftar.example.go.id/")


GATEWAY_RESPONSES: dict[str, Json] = RESOURCES["Api"]["Properties"]["GatewayResponses"]


@pytest.mark.parametrize("name", GATEWAY_RESPONSES)
def test_c42_what_the_gateway_answers_by_itself_is_a_problem_document(name: str) -> None:
    """The body is a document like the code's, with the answer's status and a code that has texts."""
    response = GATEWAY_RESPONSES[name]
    assert response["ResponseTemplates"].keys() == {"application/json"}
    (body,) = response["ResponseTemplates"].values()
    problem = ProblemDocument.model_validate_json(body, strict=True)
    assert str(problem.status) == response["StatusCode"]
    assert problem.code in PROBLEMS
    assert json.loads(body).keys() <= ProblemDocument.model_fields.keys()
    assert "$" not in body


@pytest.mark.parametrize("name", GATEWAY_RESPONSES)
def test_c42_what_the_gateway_answers_by_itself_can_be_read_by_the_page(name: str) -> None:
    """It has the media type of a problem document, and the page's origin may read it."""
    headers = GATEWAY_RESPONSES[name]["ResponseParameters"]["Headers"]
    assert headers["Access-Control-Allow-Origin"] == {"Fn::Sub": "'${FrontendOrigin}'"}
    assert headers["Content-Type"] == f"'{CONTENT_TYPE}'"


def test_c42_whatever_the_gateway_answers_by_itself_has_an_answer_of_ours() -> None:
    """Every client error and every server error, whether API Gateway names it here or not.

    API Gateway reads a `Bearer` on an address that does not exist as a broken signature, for one, and a firewall refuses
    with 403; without an answer of ours the page may not even read the status.
    """
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= GATEWAY_RESPONSES.keys()


# ------------------------------------------------------------------------------------------------------- event sources


def events_of(kind: str) -> dict[str, Json]:
    """The event source mappings of one kind, by function and name."""
    return {
        f"{function}.{name}": event["Properties"]
        for function, resource in FUNCTIONS.items()
        for name, event in resource["Properties"].get("Events", {}).items()
        if event["Type"] == kind
    }


def test_both_stream_mappings_report_single_failures_and_lay_aside_what_expires() -> None:
    """A record that fails does not take its batch along, and one that is given up is kept."""
    mappings = events_of("DynamoDB")
    assert mappings.keys() == {"SignalsFunction.Beginnings", "SignalsFunction.Answers"}
    for mapping in mappings.values():
        assert mapping["Stream"] == {"Fn::GetAtt": ["RegistrationsTable", "StreamArn"]}
        assert mapping["StartingPosition"] == "TRIM_HORIZON"
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        destination = mapping["DestinationConfig"]["OnFailure"]
        assert destination == {"Type": "SQS", "Destination": {"Fn::GetAtt": ["SignalsDeadLetters", "Arn"]}}
        # Tried until it works or leaves the stream: no number of tries drops somebody's answer in an outage.
        assert not {"MaximumRetryAttempts", "MaximumRecordAgeInSeconds"} & mapping.keys()
    lay_aside = [each for each in STATEMENTS if each.role == "SignalsRole" and "sqs:SendMessage" in each.actions]
    assert [each.resources for each in lay_aside] == [({"Fn::GetAtt": ["SignalsDeadLetters", "Arn"]},)]


def test_the_stream_mappings_share_no_record_and_miss_none_of_a_registration() -> None:
    """New registrations go to one, changes to the other, items of another kind and removals to none."""
    kinds = []
    for mapping in events_of("DynamoDB").values():
        (only,) = mapping["FilterCriteria"]["Filters"]
        pattern = json.loads(only["Pattern"])
        assert pattern.keys() == {"eventName", "dynamodb"}
        assert pattern["dynamodb"] == {"NewImage": {"kind": {"S": ["registration"]}}}
        kinds += pattern["eventName"]
    assert sorted(kinds) == ["INSERT", "MODIFY"]


def test_c32_the_backlog_is_worked_at_a_bounded_rate() -> None:
    """A few at a time ask the register, one person each (and no more often than `functions.shared.rate` lets them)."""
    mapping = events_of("SQS")["BacklogFunction.Backlog"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "BacklogConcurrency"}}
    assert mapping["BatchSize"] == 1


def test_c32_the_backlog_s_concurrency_is_one_that_lambda_takes_and_drains_at_the_policy_s_rate() -> None:
    """Calls at a time are calls a second times the seconds of one: by default for a register that answers within a second."""
    parameter = PARAMETERS["BacklogConcurrency"]
    assert (parameter["MinValue"], parameter["MaxValue"]) == (2, 1000)
    assert parameter["Default"] >= default().dukcapil.calls_per_second
    # Nothing is reserved for the worker, so no smaller number bounds it from below.
    assert "ReservedConcurrentExecutions" not in FUNCTIONS["BacklogFunction"]["Properties"]


def test_every_queue_s_failed_messages_are_reported_by_themselves() -> None:
    """One that fails does not bring those back that were worked beside it."""
    for mapping in events_of("SQS").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_c32_functions_that_call_partners_have_their_share_of_concurrency() -> None:
    """A rush of one cannot take the others' executions, nor more than the partner is to see at a time."""
    share = {"Fn::If": ["ReservesConcurrency", {"Ref": "PartnerConcurrency"}, NO_VALUE]}
    for name in ("EmailFunction", "DukcapilFunction", "OtpFunction"):
        assert FUNCTIONS[name]["Properties"]["ReservedConcurrentExecutions"] == share


def test_c28_every_queue_hides_a_message_for_six_times_its_function_s_timeout() -> None:
    """AWS asks for it, so that a message that is worked on does not appear again."""
    usual = TEMPLATE["Globals"]["Function"]["Timeout"]
    for event, mapping in events_of("SQS").items():
        timeout = FUNCTIONS[event.partition(".")[0]]["Properties"].get("Timeout", usual)
        assert QUEUES[mapping["Queue"]["Fn::GetAtt"][0]]["Properties"]["VisibilityTimeout"] >= 6 * timeout, event


def test_every_queue_that_feeds_a_function_has_a_dead_letter_queue() -> None:
    """A message that can never be worked is set apart. Of dead letters only those are worked whose owner goes to review."""
    fed = {mapping["Queue"]["Fn::GetAtt"][0] for mapping in events_of("SQS").values()}
    fed.remove("DukcapilBacklogDeadLetters")
    assert fed
    dead = set()
    for name in fed:
        policy = QUEUES[name]["Properties"]["RedrivePolicy"]
        dead.add(policy["deadLetterTargetArn"]["Fn::GetAtt"][0])
        assert 1 <= policy["maxReceiveCount"] <= 1000
    assert dead <= QUEUES.keys() - fed


def test_what_eventbridge_cannot_hand_over_is_laid_aside() -> None:
    """A rule gives up after a day of tries; the event must then be where its queue's other dead letters are."""
    rules = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::Events::Rule"}
    targets = [(name, target) for name, rule in rules.items() for target in rule["Targets"]]
    assert targets
    policies = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::SQS::QueuePolicy"]
    for rule, target in targets:
        dead = target["DeadLetterConfig"]["Arn"]
        queue = QUEUES[target["Arn"]["Fn::GetAtt"][0]]["Properties"]
        assert queue["RedrivePolicy"]["deadLetterTargetArn"] == dead
        (statement,) = (
            statement
            for policy in policies
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Resource"] == dead
        )
        assert statement["Action"] == "sqs:SendMessage"
        assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}}


def test_every_kind_of_event_is_held_against_a_rule_here() -> None:
    """A new kind of event source needs a test of its own."""
    kinds = {event["Type"] for each in FUNCTIONS.values() for event in each["Properties"].get("Events", {}).values()}
    assert kinds == {"Api", "DynamoDB", "SQS", "ScheduleV2", "EventBridgeRule"}


def test_the_reconciler_is_called_by_the_clock_and_when_an_execution_ends_badly() -> None:
    """Events of executions are best effort, so the schedule must find whatever they miss."""
    (schedule,) = events_of("ScheduleV2").values()
    (ended,) = events_of("EventBridgeRule").values()
    assert schedule["ScheduleExpression"] == "rate(5 minutes)"
    assert ended["Pattern"]["source"] == ["aws.states"]
    assert ended["Pattern"]["detail"] == {
        "status": ["FAILED", "TIMED_OUT", "ABORTED"],
        "stateMachineArn": [{"Ref": "VerificationStateMachine"}],
    }


# ---------------------------------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_says_what_it_is_and_is_used(name: str) -> None:
    """Whoever deploys reads what to fill in, and what is filled in has an effect."""
    assert len(PARAMETERS[name]["Description"]) > 10
    used = {"Conditions": TEMPLATE["Conditions"], "Globals": TEMPLATE["Globals"], "Resources": RESOURCES}
    assert f'{{"Ref": "{name}"}}' in json.dumps(used) or f"${{{name}}}" in json.dumps(used)


@pytest.mark.parametrize(
    "literal",
    [
        pytest.param(r"(?<!\d)\d{12}(?!\d)", id="account"),
        pytest.param(r"\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-[a-z]+)+-\d\b", id="region"),
        pytest.param(r"\barn:(?! |\$\{AWS::Partition\}:|\[a-z-\]\+:)", id="partition"),
        pytest.param(r"arn:\$\{AWS::Partition\}:[a-z-]+:(?!\$\{AWS::Region\}|:)", id="arn-of-a-region"),
        pytest.param(
            r"arn:\$\{AWS::Partition\}:[a-z-]+:(?:\$\{AWS::Region\})?:(?!\$\{AWS::AccountId\})", id="arn-of-an-account"
        ),
        pytest.param(r"\b(?:vpc|subnet|sg|eni)-[0-9a-f]{8,}\b", id="network"),
        pytest.param(r"execute-api\.(?!\$\{AWS::Region\}\.\$\{AWS::URLSuffix\})", id="address"),
    ],
)
def test_nothing_of_one_account_stands_in_the_template(literal: str) -> None:
    """Account, region, partition, network and addresses come from AWS or from a parameter."""
    assert not re.findall(literal, TEXT)


def test_logical_names_that_others_may_choose_carry_the_stage() -> None:
    """Two deployments fit into one account: whatever has a fixed name has the stage in it."""
    named = {
        (name, key): value
        for name, each in RESOURCES.items()
        for key, value in each.get("Properties", {}).items()
        if key in {"Name", "TableName", "QueueName", "FunctionName", "RoleName", "LogGroupName", "AliasName"}
    }
    assert ("RegistrationEvents", "Name") in named
    for where, value in named.items():
        assert "${Stage}" in value["Fn::Sub"], where
