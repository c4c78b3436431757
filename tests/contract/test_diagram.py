"""The picture of the state machine, held against the definition that it is drawn from."""

import copy
import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tools import diagram

DEFINITION: dict[str, Any] = yaml.safe_load(diagram.DEFINITION.read_text(encoding="utf-8"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def definition() -> dict[str, Any]:
    """A copy of the definition that a test may change."""
    return copy.deepcopy(DEFINITION)


def groups(drawn: str, attribute: str) -> list[ET.Element]:
    """The groups of a picture that have an attribute; fails when the picture is not XML."""
    return [group for group in ET.fromstring(drawn).iter(f"{SVG}g") if attribute in group.attrib]  # noqa: S314 (ours)


def visible(group: ET.Element) -> bool:
    """Whether there is something to see in the group of a transition: a line, or text that is not only a tooltip."""
    return any((path.get("d") or "").count("L") for path in group.iter(f"{SVG}path")) or any(
        (text.text or "").startswith("→ ") for text in group.iter(f"{SVG}text")
    )


def relative_luminance(colour: str) -> float:
    """WCAG 2.2, of #rrggbb."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_committed_picture_is_what_the_definition_says() -> None:
    """Whoever changes the definition draws it anew."""
    assert diagram.main(["--check"]) == 0


def test_every_state_is_drawn_once_with_its_name() -> None:
    """No state is missing, and each can be read."""
    states = groups(diagram.document(DEFINITION), "data-state")
    assert sorted(group.attrib["data-state"] for group in states) == sorted(DEFINITION["States"])
    for group in states:
        assert group.attrib["data-state"] in {text.text for text in group.iter(f"{SVG}text")}


def test_every_transition_is_drawn_once_and_can_be_seen() -> None:
    """Next, Default, Choices and Catch; parallel ones between two states are one."""
    expected = set()
    for name, state in DEFINITION["States"].items():
        branches = [*state.get("Choices", ()), *state.get("Catch", ())]
        expected |= {(name, branch["Next"]) for branch in branches}
        expected |= {(name, state[field]) for field in ("Next", "Default") if field in state}
    edges = groups(diagram.document(DEFINITION), "data-from")
    assert sorted((edge.attrib["data-from"], edge.attrib["data-to"]) for edge in edges) == sorted(expected)
    assert all(visible(edge) for edge in edges)


def test_happy_path_is_one_line_from_start_to_end() -> None:
    """It begins where the definition begins, and ends where it ends."""
    drawn = groups(diagram.document(DEFINITION), "data-from")
    happy = {
        edge.attrib["data-from"]: edge.attrib["data-to"] for edge in drawn if "happy" in edge.attrib["class"].split()
    }
    state = DEFINITION["StartAt"]
    while happy:
        state = happy.pop(state)
    assert state == "Complete"
    assert DEFINITION["States"][state]["End"]


def test_lines_run_at_right_angles() -> None:
    """A slanted line is a turn that the data forgot."""
    for (source, target), line in diagram.LINES.items():
        points = diagram.corners(diagram.PLACES[source], diagram.PLACES[target], line)
        for (x, y), (next_x, next_y) in pairwise(points):
            assert (x == next_x) != (y == next_y), (source, target)


def test_states_do_not_overlap() -> None:
    """Two states in one place hide one another."""
    places = list(diagram.PLACES.items())
    for index, (name, one) in enumerate(places):
        for other_name, other in places[index + 1 :]:
            apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2
            apart_y = abs(one.y - other.y) >= (one.height + other.height) / 2
            assert apart_x or apart_y, (name, other_name)


@pytest.mark.parametrize("text", ["#1f2937", "#475569"])
@pytest.mark.parametrize(
    "ground", ["#ffffff", "#f1f5f9", "#dbeafe", "#ffedd5", "#dcfce7", "#ede9fe", "#fef3c7", "#e2e8f0"]
)
def test_text_can_be_read_on_every_ground(text: str, ground: str) -> None:
    """Contrast of 4.5 to 1 (WCAG 2.2, 1.4.3), with the colours that the picture has."""
    assert text in diagram.STYLE
    assert ground in diagram.STYLE or ground in diagram.document(DEFINITION).replace("#fff", "#ffffff")
    light, dark = relative_luminance(ground), relative_luminance(text)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_picture_has_title_and_description() -> None:
    """A screen reader says what there is to see."""
    root = ET.fromstring(diagram.document(DEFINITION))  # noqa: S314 (ours)
    named = [root.find(f"{SVG}*[@id='{name}']") for name in root.attrib["aria-labelledby"].split()]
    assert root.attrib["role"] == "img"
    assert [element.tag for element in named if element is not None and element.text] == [f"{SVG}title", f"{SVG}desc"]


def test_new_transition_is_written_without_any_change_of_the_picture_s_data(definition: dict[str, Any]) -> None:
    """What has no line is named under its state."""
    definition["States"]["RouteNik"]["Choices"].append({"Condition": "x", "Next": "Closed"})
    edges = groups(diagram.document(definition), "data-from")
    (new,) = [e for e in edges if (e.attrib["data-from"], e.attrib["data-to"]) == ("RouteNik", "Closed")]
    assert visible(new)


def test_line_without_a_transition_is_an_error(definition: dict[str, Any]) -> None:
    """A line of a transition that was taken away would be a lie."""
    definition["States"]["HoldEmail"]["Next"] = "AwaitDetails"
    with pytest.raises(diagram.DiagramError, match="lines without a transition: HoldEmail to VerifyEmail"):
        diagram.document(definition)


def test_unplaced_state_is_an_error(definition: dict[str, Any]) -> None:
    """A new state needs a place."""
    definition["States"]["AskTwice"] = {"Type": "Wait", "Seconds": 1, "Next": "VerifyEmail"}
    with pytest.raises(diagram.DiagramError, match="states without a place: AskTwice"):
        diagram.document(definition)


@pytest.mark.parametrize("changed", [{"Type": "Parallel"}, {"Resource": "arn:aws:states:::sns:publish"}])
def test_kind_of_state_without_a_look_is_an_error(definition: dict[str, Any], changed: dict[str, str]) -> None:
    """A kind that the key does not explain is not drawn as another one."""
    definition["States"]["CheckNik"] |= changed
    with pytest.raises(diagram.DiagramError, match="CheckNik: no look for"):
        diagram.document(definition)


def test_place_of_a_removed_state_is_an_error(definition: dict[str, Any]) -> None:
    """A place that no state takes is left over."""
    del definition["States"]["HoldReview"]
    with pytest.raises(diagram.DiagramError, match="places without a state: HoldReview"):
        diagram.document(definition)


def test_check_names_a_drifted_file_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check does not write; the command that it names does."""
    monkeypatch.setattr(diagram, "FILE", tmp_path / "state-machine.svg")
    assert diagram.main(["--check"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert not diagram.FILE.exists()
    assert diagram.main([]) == 0
    assert diagram.main(["--check"]) == 0


def test_definition_that_cannot_be_drawn_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], definition: dict[str, Any]
) -> None:
    """No traceback for a state that somebody has just added."""
    definition["States"]["AskTwice"] = {"Type": "Wait", "Seconds": 1, "Next": "VerifyEmail"}
    (tmp_path / "definition.yaml").write_text(json.dumps(definition), encoding="utf-8")
    monkeypatch.setattr(diagram, "DEFINITION", tmp_path / "definition.yaml")
    assert diagram.main(["--check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "docs/state-machine.svg cannot be drawn; correct tools/diagram.py: states without a place: AskTwice"
    ]
