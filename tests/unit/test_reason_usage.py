"""Every reason code that is made somewhere has texts, and no texts are kept for a code that nothing makes.

Codes are found where they are made, not wherever the same word stands: `missing` is a code, a kind of pydantic's and a
word. The places, in `functions/` outside the catalogue:

- what a function or class takes as its parameter `code`, and what `Outcome` and its kinds take as `reason`;
- what a variable `code`, or one whose type is named `...Code` or `...Hint`, is set to, or any that is given to one of
  those in the same function; and what a function of such a type gives back, or one that is named `..._flags`: flags
  are codes that nobody is stopped by;
- the texts of a table named `..._CODES`;
- what is written to the table as `:reason`, and the status that is its own reason (`reason = :withdrawn`).

Then what `statemachine/verification.asl.yaml` assigns to `reason`, and the answers of the gateway in `template.yaml`. A
type `...Code = Literal[...]` (or `...Hint`) says what may be made: its codes need texts, but something else has to make them.

The `reason` of a `LayerUnavailable`, a `SendUnknown` or a `Trouble` is for operators: it is logged and counted, and the
registrant reads `<layer>_unavailable`, which stands in the catalogue, in its place. So whatever takes a `reason` and is
no `Outcome` is left out, and none of its words may be a code of the catalogue.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import pytest
import yaml

from functions.shared.challenge import Purpose
from functions.shared.reasons import REASONS

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "functions" / "shared" / "reasons"
DEFINITION = ROOT / "statemachine" / "verification.asl.yaml"
TEMPLATE = ROOT / "template.yaml"

# The API puts this before the codes of a phone number.
PREFIXES = dict.fromkeys(("PhoneError", "PhoneErrorCode", "PhoneHint"), "phone_")
# Codes that are put together. A new one has to be added here, with what it can become.
PUT_TOGETHER = {
    "f'phone_{error.code}'": (),  # found where PhoneError is raised
    "f'{purpose}_unavailable'": tuple(f"{purpose}_unavailable" for purpose in get_args(Purpose)),
}

type Places = dict[str, set[str]]
type Kind = Literal["made", "allowed", "operators"]
"""The attributes of `Found`."""


@dataclass
class Found:
    """Codes with the places where they stand, `file:line`."""

    made: Places = field(default_factory=lambda: defaultdict(set))
    """Where a code comes into being."""
    allowed: Places = field(default_factory=lambda: defaultdict(set))
    """Where a type lists it."""
    operators: Places = field(default_factory=lambda: defaultdict(set))
    """Reasons that only logs, metrics and alarms show."""


class Place(NamedTuple):
    """An expression that is a reason."""

    kind: Kind
    prefix: str
    """What is put before it."""
    expression: ast.expr


@dataclass(frozen=True)
class Parameter:
    """A parameter that takes a reason, counted from 0 without `self`."""

    name: str
    place: int
    operators: bool


class Definitions:
    """The functions and classes of the sources, and which parameter of theirs takes a reason."""

    def __init__(self, trees: Mapping[str, ast.Module]) -> None:
        nodes = [node for tree in trees.values() for node in ast.walk(tree)]
        self._classes = {node.name: node for node in nodes if isinstance(node, ast.ClassDef)}
        self._parameters: dict[tuple[str, str], Parameter] = {}
        for file, tree in trees.items():
            methods = {each for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for each in node.body}
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    self._note(file, node.name, _arguments(node)[1 if node in methods else 0 :])
                elif isinstance(node, ast.ClassDef):
                    self._note(file, node.name, self._fields(node))

    def parameter(self, file: str, called: ast.expr) -> Parameter | None:
        """The parameter of what is called; names with an underscore are those of the same file."""
        name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
        return self._parameters.get((_scope(file, name), name))

    def _note(self, file: str, name: str, parameters: list[str]) -> None:
        outcome = "Outcome" in self._ancestry(name)
        for reason in ("code", "reason"):
            if reason in parameters:
                found = Parameter(reason, parameters.index(reason), operators=reason == "reason" and not outcome)
                self._parameters.setdefault((_scope(file, name), name), found)

    def _ancestry(self, name: str) -> set[str]:
        node = self._classes.get(name)
        return {name}.union(*(self._ancestry(ast.unparse(base)) for base in node.bases)) if node else {name}

    def _fields(self, node: ast.ClassDef) -> list[str]:
        """What a class takes: the arguments of its `__init__`, or its fields, those of its bases first."""
        for each in node.body:
            if isinstance(each, ast.FunctionDef) and each.name == "__init__":
                return _arguments(each)[1:]
        bases = [
            self._classes[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in self._classes
        ]
        own = [
            each.target.id
            for each in node.body
            if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
        ]
        return [name for base in bases for name in self._fields(base)] + own


def _arguments(function: ast.FunctionDef) -> list[str]:
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def _scope(file: str, name: str) -> str:
    return file if name.startswith("_") else ""


def in_sources(sources: Mapping[str, str]) -> Found:
    """The codes in Python sources, by file name."""
    trees = {file: ast.parse(source) for file, source in sources.items()}
    definitions = Definitions(trees)
    found = Found()
    for file, tree in trees.items():
        for node in ast.walk(tree):
            places = list(_places(file, node, definitions))
            if isinstance(node, ast.FunctionDef):
                places += _passed_on(file, node, definitions)
            for kind, prefix, expression in places:
                for code in _codes(expression):
                    getattr(found, kind)[prefix + code].add(f"{file}:{expression.lineno}")
    return found


def _passed_on(file: str, function: ast.FunctionDef, definitions: Definitions) -> Iterator[Place]:
    """What the local variables of a function are set to that it uses as reasons."""
    used = {
        place.expression.id: place
        for node in ast.walk(function)
        for place in _places(file, node, definitions)
        if isinstance(place.expression, ast.Name)
    }
    for node in ast.walk(function):
        match node:
            case (
                ast.Assign(targets=[ast.Name(name)], value=value)
                | ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value)
            ) if name in used:
                yield used[name]._replace(expression=value)


def _places(file: str, node: ast.AST, definitions: Definitions) -> Iterator[Place]:
    """The expressions of a node that are reasons."""
    match node:
        case ast.Call():
            yield from _given(node, definitions.parameter(file, node.func))
        case ast.TypeAlias(name=ast.Name(name), value=ast.Subscript(value=ast.Name("Literal"), slice=listed)):
            if _is_code(ast.Name(name)):
                yield Place("allowed", PREFIXES.get(name, ""), listed)
        case ast.AnnAssign(target=ast.Name(name), annotation=annotation, value=ast.expr() as value):
            if name == "code" or _is_code(annotation):
                yield Place("made", _prefix(annotation), value)
            yield from _table(name, value)
        case ast.Assign(targets=[ast.Name(name)], value=value):
            if name == "code":
                yield Place("made", "", value)
            yield from _table(name, value)
        case ast.FunctionDef(name=name, returns=ast.expr() as annotation) if _is_code(annotation) or name.endswith(
            "_flags"
        ):
            given_back = [each.value for each in ast.walk(node) if isinstance(each, ast.Return | ast.Yield)]
            yield from (Place("made", _prefix(annotation), value) for value in given_back if value is not None)
        case _:
            yield from _written(node)


def _written(node: ast.AST) -> Iterator[Place]:
    """What goes to the table."""
    match node:
        case ast.Dict(keys=keys, values=values):
            names = [key.value if isinstance(key, ast.Constant) else None for key in keys]
            yield from (
                Place("made", "", value) for name, value in zip(names, values, strict=True) if name == ":reason"
            )
        case ast.Constant(value=str(text)):
            for status in re.findall(r"\breason = :(?!reason\b)(\w+)", text):
                yield Place("made", "", ast.copy_location(ast.Constant(status), node))


def _table(name: str, value: ast.expr) -> Iterator[Place]:
    if name.endswith("_CODES") and isinstance(value, ast.Dict):
        yield from (Place("made", "", each) for each in value.values)


def _given(call: ast.Call, parameter: Parameter | None) -> Iterator[Place]:
    name = ast.unparse(call.func)
    kind: Kind = "operators" if parameter and parameter.operators else "made"
    for keyword in call.keywords:
        if keyword.arg == "code" or (parameter and keyword.arg == parameter.name):
            yield Place(kind, PREFIXES.get(name, ""), keyword.value)
    if parameter and parameter.place < len(call.args):
        yield Place(kind, PREFIXES.get(name, ""), call.args[parameter.place])


def _is_code(annotation: ast.expr) -> bool:
    """Whether a type is one of codes, such as `HintCode` or `list[HintCode] | None`."""
    return any(name.endswith(("Code", "Hint")) for name in _names(annotation))


def _prefix(annotation: ast.expr) -> str:
    return "".join(PREFIXES.get(name, "") for name in _names(annotation))


def _names(annotation: ast.expr) -> list[str]:
    return [each.id for each in ast.walk(annotation) if isinstance(each, ast.Name)]


def _codes(expression: ast.expr) -> Iterator[str]:
    """The codes that an expression can become; none for what was made elsewhere."""
    match expression:
        case ast.Constant(value=str(text)):
            # Of what may be called a code, these are ours; others have digits or capitals.
            if re.fullmatch(r"[a-z][a-z0-9_]*", text):
                yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _codes(one)
            yield from _codes(other)
        case (
            ast.BoolOp(values=parts)
            | ast.Dict(values=parts)
            | ast.Tuple(elts=parts)
            | ast.List(elts=parts)
            | ast.Set(elts=parts)
        ):
            for part in parts:
                yield from _codes(part)
        case ast.Call(func=ast.Attribute(attr="get", value=table), args=[_, default]):
            yield from _codes(table)
            yield from _codes(default)
        case ast.Subscript(value=ast.Dict() as table):
            yield from _codes(table)
        case ast.JoinedStr():
            written = ast.unparse(expression)
            yield from PUT_TOGETHER.get(written, (written,))


def in_definition(definition: object) -> set[str]:
    """The reasons that a state machine assigns, by itself or in an expression."""
    codes: set[str] = set()
    match definition:
        case {"reason": str(assigned)} if not assigned.startswith("{%"):
            codes.add(assigned)
        case {":reason": {"S": str(written)}} if not written.startswith("{%"):
            codes.add(written)
        case str(expression):
            codes.update(re.findall(r"\$reason : '(\w+)'", expression))
    parts: Any = (
        definition.values() if isinstance(definition, dict) else definition if isinstance(definition, list) else ()
    )
    return codes.union(*map(in_definition, parts))


def in_gateway_answers(template: str) -> set[str]:
    """The codes of the problem documents that the template spells out."""
    return set(re.findall(r'"code": ?"(\w+)"', template))


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """The functions' Python, without the catalogue."""
    files = sorted((ROOT / "functions").rglob("*.py"))
    return {str(file.relative_to(ROOT)): file.read_text() for file in files if CATALOGUE not in file.parents}


@pytest.fixture(scope="module")
def found(sources: dict[str, str]) -> Found:
    """Every code of the project."""
    everywhere = in_sources(sources)
    for code in in_definition(yaml.safe_load(DEFINITION.read_text())):
        everywhere.made[code].add(DEFINITION.name)
    for code in in_gateway_answers(TEMPLATE.read_text()):
        everywhere.made[code].add(TEMPLATE.name)
    return everywhere


def without_texts(found: Found, catalogue: Mapping[str, object]) -> Places:
    """The codes that are made or allowed, and that nobody could explain."""
    return {
        code: places for each in (found.made, found.allowed) for code, places in each.items() if code not in catalogue
    }


def unused(found: Found, catalogue: Mapping[str, object]) -> set[str]:
    """The codes that nothing makes."""
    return catalogue.keys() - found.made.keys()


def test_given_every_code_that_is_made_when_looked_up_then_it_has_texts(found: Found) -> None:
    """Nobody is ever shown a code that the catalogue cannot explain."""
    assert not without_texts(found, REASONS)


def test_given_the_catalogue_when_its_codes_are_looked_for_then_each_is_made_somewhere(found: Found) -> None:
    """Texts that no one can ever read are taken out."""
    assert not unused(found, REASONS)


def test_given_a_reason_for_operators_when_compared_then_it_is_no_code_of_the_catalogue(found: Found) -> None:
    """What a partner did is for logs and alarms; a word with both meanings would hide a code that nothing makes."""
    assert {"quota_exhausted", "unreachable"} <= found.operators.keys()
    assert not found.operators.keys() & REASONS.keys()


SNIPPETS = {
    "problem": "class Problem(Exception):\n def __init__(self, status, code): ...\nraise Problem(404, 'made')",
    "keyword": "class Problem(Exception):\n def __init__(self, status, *, code): ...\nraise Problem(404, code='made')",
    "replaced": "hint._replace(code='made')",
    "field": "class FieldError:\n pointer: str\n code: str\nFieldError('#/nik', 'made')",
    "outcome": "class Outcome:\n verdict: str\n reason: str\nOutcome('correct', 'made')",
    "kind of outcome": (
        "class Outcome:\n verdict: str\n reason: str\nclass NikOutcome(Outcome):\n claim: str\n"
        "NikOutcome('correct', 'made', 'claim')"
    ),
    "imported": "from elsewhere import Elsewhere\nElsewhere('made')",
    "own function": "def _refuse(code): ...\n_refuse('made')",
    "method": "class Steps:\n def refuse(self, code): ...\nSteps().refuse('made')",
    "either": "def _refuse(code): ...\n_refuse('made' if late else 'made')",
    "phone": "class PhoneError(ValueError):\n def __init__(self, code): ...\nraise PhoneError('made')",
    "variable": "code = kinds.get(kind, 'made')",
    "typed variable": "kind: HintCode = 'made'",
    "local variable": "def _refuse(code): ...\ndef step():\n word = 'made'\n _refuse(word)",
    "local table": "def _refuse(code): ...\ndef step():\n _refuse({1: 'made'}[kind])",
    "table": "_FIELD_CODES = {'other': 'made'}",
    "returned": "def kind() -> HintCode | None:\n return 'made'",
    "yielded": "def kinds() -> Iterator[HintCode]:\n yield 'made'",
    "listed": "def kinds() -> list[HintCode]:\n return ['made']",
    "phone hint": "def hint() -> PhoneHint | None:\n return 'made'",
    "flags": "def email_flags() -> list[str]:\n return ['made'] if disposable else []",
    "written": "update('SET reason = :reason', values={':reason': 'made'})",
    "status": "update('SET #status = :made, reason = :made, updated_at = :now')",
}
ELSEWHERE = "class Elsewhere:\n code: str"


@pytest.mark.parametrize("snippet", SNIPPETS.values(), ids=SNIPPETS)
def test_given_a_place_that_makes_a_code_when_searched_then_the_code_is_found(snippet: str) -> None:
    """Each kind of place is seen, so a code without texts is reported with the place, and one with texts is in use."""
    made = in_sources({"made.py": snippet, "elsewhere.py": ELSEWHERE})
    code = "phone_made" if "Phone" in snippet else "made"

    assert set(made.made) == {code}
    assert not made.operators
    ((reported, places),) = without_texts(made, {"other": ""}).items()
    assert reported == code
    assert all(place.startswith("made.py:") for place in places)
    assert not unused(made, {code: ""})


@pytest.mark.parametrize(
    "snippet",
    [
        "if reason == 'word': ...",
        "text = 'word'",
        "def f():\n '''word'''",
        "class Status:\n WORD = 'word'",
        "kinds = {'code': 'word', 'word': 1}",
        "def _refuse(code): ...\n_refuse(error.code)",
        "def _digits(text): ...\n_digits('word')",
        "def region(code): ...\nregion('317101')",
        "def fault() -> Status:\n return 'word'",
        "update('SET reason = :reason')",
    ],
)
def test_given_a_word_elsewhere_when_searched_then_it_is_no_code(snippet: str) -> None:
    """The same word for another thing neither needs texts nor keeps them."""
    found = in_sources({"word.py": snippet, "elsewhere.py": "def _digits(code): ..."})

    assert not without_texts(found, {})
    assert unused(found, {"word": ""}) == {"word"}


def test_given_a_type_of_codes_when_nothing_makes_one_of_them_then_it_counts_as_unused() -> None:
    """A type keeps no text alive, but what it allows has to have one."""
    found = in_sources({"a.py": "type HintCode = Literal['one', 'two']\ntype PhoneErrorCode = Literal['three']"})

    assert set(without_texts(found, {})) == {"one", "two", "phone_three"}
    assert unused(found, {"one": ""}) == {"one"}


def test_given_a_code_put_together_in_a_new_way_when_searched_then_it_is_reported() -> None:
    """An f-string that nobody has listed could become anything."""
    found = in_sources({"a.py": "def _refuse(code): ...\n_refuse(f'{kind}_late')\n_refuse(f'{purpose}_unavailable')"})

    assert set(found.made) == {"f'{kind}_late'", "email_unavailable", "phone_unavailable"}
    assert set(without_texts(found, REASONS)) == {"f'{kind}_late'"}


def test_given_a_layer_that_is_unavailable_when_searched_then_its_reason_is_for_operators() -> None:
    """It is neither asked to have texts, nor does it keep any."""
    found = in_sources(
        {
            "a.py": "class LayerUnavailable(Exception):\n def __init__(self, reason): ...\n"
            "class EmailUnavailable(LayerUnavailable):\n def __init__(self, reason): ...\nraise EmailUnavailable('refused')"
        }
    )

    assert set(found.operators) == {"refused"}
    assert not without_texts(found, {})
    assert unused(found, {"refused": ""}) == {"refused"}


def test_given_a_state_machine_when_searched_then_what_it_assigns_is_found() -> None:
    """Plain reasons and the ones that an expression falls back to, wherever they stand; not what is passed on."""
    definition = {
        "States": {
            "A": {"Catch": [{"Assign": {"reason": "late"}}], "Assign": {"reason": "{% $states.result.reason %}"}},
            "B": {"Arguments": {":reason": {"S": "{% $type($reason) = 'string' ? $reason : 'fault' %}"}}},
            "C": {"Arguments": {"Values": {":reason": {"S": "plain"}}}},
        }
    }

    assert in_definition(definition) == {"late", "fault", "plain"}


def test_given_a_template_when_searched_then_the_codes_of_its_answers_are_found() -> None:
    """The gateway answers before any code of ours runs."""
    assert in_gateway_answers("""application/json: '{"status": 404, "code": "made"}'""") == {"made"}
