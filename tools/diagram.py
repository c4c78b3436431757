"""Draws docs/state-machine.svg from the state machine's definition, or checks that it is what the definition says.

Where a state stands, and which transitions are worth a line, is data below. Everything else comes from the definition:
a transition without a line of its own is written under its state ("→ review"), so none can be left out of the picture.

Usage: python -m tools.diagram [--check]
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import yaml

ROOT = Path(__file__).parents[1]
DEFINITION = ROOT / "statemachine" / "verification.asl.yaml"
FILE = ROOT / "docs" / "state-machine.svg"

type Side = Literal["left", "right", "top", "bottom"]
type Point = tuple[float, float]
type Transition = tuple[str, str]


class DiagramError(Exception):
    """The definition and the data of the picture do not fit together."""


@dataclass(frozen=True)
class Place:
    """Centre and size of a state, and where the transitions that are only written begin, seen from the centre."""

    x: int
    y: int
    width: int
    height: int
    stubs: Point


@dataclass(frozen=True)
class Line:
    """A transition that is drawn: from one side of a state to a side of another, moved along the side by a shift.

    It runs at right angles; `via` has the x or y of each turn that the two ends do not already say.
    """

    leave: Side
    enter: Side
    via: tuple[int, ...] = ()
    shifts: tuple[int, int] = (0, 0)
    label: str = ""
    label_at: Point = (0, 0)


# ------------------------------------------------------------------------------------------------------------ the grid
WIDTH, HEIGHT = 1140, 690
LANES = (  # number of the layer, title, left, right
    ("1", "Email", 8, 226),
    ("", "Details", 226, 354),
    ("2", "NIK", 354, 530),
    ("3", "Dukcapil", 530, 774),
    ("4", "OTP", 774, 986),
    ("", "End", 986, 1132),
)
TITLES, ASK, LOOPS, MAIN, UNAVAILABLE, FALLBACK, HOLD, REVIEW, MANUAL, AFTER = (
    28,
    60,
    78,
    128,
    250,
    306,
    370,
    430,
    500,
    596,
)
LANES_END = 458
EMAIL_LOOP, PHONE_LOOP, SETTLE_LINE, BACKLOG_LINE = 22, 787, 978, 696

PLACES = {
    # Layers, and the choice behind each
    "VerifyEmail": Place(96, MAIN, 110, 50, (-47, 40)),
    "RouteEmail": Place(190, MAIN, 36, 36, (-30, 52)),
    "AwaitDetails": Place(289, MAIN, 114, 50, (-33, 40)),
    "AskAgain": Place(289, ASK, 84, 26, (0, 30)),
    "HoldDetails": Place(316, 222, 92, 32, (0, 30)),
    "CheckNik": Place(412, MAIN, 88, 50, (-44, 40)),
    "NikUnknown": Place(436, 247, 104, 30, (10, 27)),
    "HoldNik": Place(436, 298, 84, 30, (0, 30)),
    "RouteNik": Place(494, MAIN, 36, 36, (-26, 52)),
    "MatchDukcapil": Place(600, MAIN, 124, 50, (-58, 40)),
    "RouteDukcapil": Place(732, MAIN, 36, 36, (-30, 52)),
    "VerifyPhone": Place(856, MAIN, 110, 50, (-55, 40)),
    "RoutePhone": Place(948, MAIN, 36, 36, (-42, 51)),
    "Complete": Place(1054, MAIN, 110, 50, (8, 40)),
    # When nobody answers, or a layer is unavailable
    "RemindEmail": Place(80, 192, 100, 30, (-42, 29)),
    "EmailUnavailable": Place(100, UNAVAILABLE, 134, 38, (0, 30)),
    "FallbackEmail": Place(100, FALLBACK, 124, 36, (64, 18)),
    "HoldEmail": Place(86, HOLD, 100, 34, (0, 30)),
    "ReviewEmail": Place(154, REVIEW, 106, 30, (0, 30)),
    "DukcapilUnavailable": Place(612, UNAVAILABLE, 154, 38, (0, 30)),
    "FallbackDukcapil": Place(612, FALLBACK, 136, 36, (78, 18)),
    "QueueDukcapil": Place(624, HOLD, 124, 44, (0, 30)),
    "HoldBacklog": Place(724, REVIEW, 96, 30, (0, 30)),
    "ReviewDukcapil": Place(594, REVIEW, 118, 30, (0, 30)),
    "PhoneUnavailable": Place(864, 212, 138, 32, (0, 30)),
    "NoChannel": Place(864, 258, 100, 36, (0, 30)),
    "FallbackPhone": Place(864, FALLBACK, 124, 36, (64, 18)),
    "HoldPhone": Place(850, HOLD, 100, 34, (0, 30)),
    "ReviewPhone": Place(918, REVIEW, 106, 30, (0, 30)),
    "SettleDeferred": Place(1054, FALLBACK, 124, 38, (-36, 34)),
    "CompleteRefused": Place(1064, 397, 124, 32, (0, 30)),
    "HoldComplete": Place(1074, 441, 106, 30, (0, 30)),
    # A person decides
    "ManualReview": Place(570, MANUAL, 1108, 48, (0, 40)),
    "ReviewRefused": Place(94, AFTER, 124, 38, (66, 40)),
    "HoldReview": Place(94, 664, 108, 34, (0, 30)),
    "TakeOver": Place(280, 664, 110, 34, (0, 30)),
    "RouteTakeOver": Place(280, AFTER, 124, 38, (72, -10)),
    "Expire": Place(500, AFTER, 100, 46, (0, 30)),
    "Closed": Place(633, AFTER, 92, 34, (0, 30)),
    "Reject": Place(765, AFTER, 100, 46, (0, 30)),
    "RouteReview": Place(910, AFTER, 120, 38, (74, -18)),
}
HAPPY_PATH = (
    "VerifyEmail",
    "RouteEmail",
    "AwaitDetails",
    "CheckNik",
    "RouteNik",
    "MatchDukcapil",
    "RouteDukcapil",
    "VerifyPhone",
    "RoutePhone",
    "Complete",
)
# What is drawn beside the happy path. The rest is written: a line from everywhere to everywhere shows nothing.
LINES = {
    # Back to the registrant
    ("RouteEmail", "VerifyEmail"): Line("top", "top", (LOOPS,), label="resend", label_at=(143, LOOPS - 6)),
    ("RouteNik", "AskAgain"): Line("top", "right", label="correct", label_at=(392, ASK - 6)),
    ("RouteDukcapil", "AskAgain"): Line("top", "right", label="correct", label_at=(613, ASK - 6)),
    ("AskAgain", "AwaitDetails"): Line("bottom", "top"),
    ("AskAgain", "VerifyEmail"): Line("left", "top", shifts=(0, -20)),
    ("RoutePhone", "VerifyPhone"): Line("top", "top", (LOOPS,), label="resend", label_at=(902, LOOPS - 6)),
    # Nobody answers the mail, or none can be sent
    ("VerifyEmail", "RemindEmail"): Line("bottom", "top", shifts=(-50, -34)),
    ("RemindEmail", "VerifyEmail"): Line("top", "bottom", shifts=(36, 20)),
    ("VerifyEmail", "EmailUnavailable"): Line("bottom", "top", shifts=(44, 40)),
    ("EmailUnavailable", "FallbackEmail"): Line("bottom", "top"),
    ("FallbackEmail", "AwaitDetails"): Line(
        "right", "bottom", shifts=(0, -36), label="defer, skip", label_at=(207, FALLBACK - 6)
    ),
    ("FallbackEmail", "HoldEmail"): Line("bottom", "top", shifts=(-14, 0), label="wait", label_at=(106, 343)),
    ("HoldEmail", "VerifyEmail"): Line("left", "left", (EMAIL_LOOP,), (0, 14)),
    ("FallbackEmail", "ReviewEmail"): Line("bottom", "top", shifts=(46, -8)),
    ("ReviewEmail", "ManualReview"): Line("bottom", "top", shifts=(0, 154 - 570)),
    # The register does not answer
    ("MatchDukcapil", "DukcapilUnavailable"): Line("bottom", "top", shifts=(12, 0)),
    ("DukcapilUnavailable", "FallbackDukcapil"): Line("bottom", "top"),
    ("FallbackDukcapil", "VerifyPhone"): Line(
        "right", "left", (PHONE_LOOP,), (0, 14), label="defer, skip", label_at=(738, FALLBACK - 6)
    ),
    ("FallbackDukcapil", "QueueDukcapil"): Line("bottom", "top", shifts=(12, 0), label="wait", label_at=(644, 341)),
    ("QueueDukcapil", "RouteDukcapil"): Line("right", "left", (BACKLOG_LINE,), (0, 9)),
    ("QueueDukcapil", "ReviewDukcapil"): Line("bottom", "top", shifts=(-10, 20)),
    ("QueueDukcapil", "HoldBacklog"): Line("bottom", "top", (404,), shifts=(48, 10)),
    ("FallbackDukcapil", "ReviewDukcapil"): Line("bottom", "top", shifts=(-62, -44)),
    ("ReviewDukcapil", "ManualReview"): Line("bottom", "top", shifts=(0, 594 - 570)),
    # No channel sends
    ("VerifyPhone", "PhoneUnavailable"): Line("bottom", "top", shifts=(29, 21)),
    ("PhoneUnavailable", "VerifyPhone"): Line("top", "bottom", shifts=(39, 47), label="next", label_at=(924, 192)),
    ("PhoneUnavailable", "NoChannel"): Line("bottom", "top"),
    ("NoChannel", "FallbackPhone"): Line("bottom", "top"),
    ("FallbackPhone", "HoldPhone"): Line("bottom", "top", shifts=(-14, 0), label="wait", label_at=(870, 343)),
    ("HoldPhone", "VerifyPhone"): Line("left", "left", (PHONE_LOOP,), (0, 14)),
    ("FallbackPhone", "ReviewPhone"): Line("bottom", "top", shifts=(46, -8)),
    ("ReviewPhone", "ManualReview"): Line("bottom", "top", shifts=(0, 918 - 570)),
    ("FallbackPhone", "SettleDeferred"): Line("right", "left", label="skip", label_at=(953, FALLBACK - 6)),
    # What was deferred is settled
    ("RoutePhone", "SettleDeferred"): Line("right", "left", (SETTLE_LINE,), (9, 0)),
    ("SettleDeferred", "Complete"): Line("top", "bottom"),
    # Our own table cannot be written
    ("AwaitDetails", "HoldDetails"): Line("bottom", "top", shifts=(47, 20)),
    ("HoldDetails", "AwaitDetails"): Line("top", "bottom", shifts=(-2, 25)),
    ("CheckNik", "NikUnknown"): Line("bottom", "top", shifts=(10, -14)),
    ("NikUnknown", "HoldNik"): Line("bottom", "top"),
    ("HoldNik", "CheckNik"): Line("left", "bottom", (376,), (0, -36)),
    ("CompleteRefused", "HoldComplete"): Line("bottom", "top", shifts=(20, 10)),
    ("CompleteRefused", "ManualReview"): Line("bottom", "top", shifts=(-52, 1012 - 570)),
    ("HoldComplete", "Complete"): Line("right", "right", (1132,)),
    ("SettleDeferred", "ManualReview"): Line("bottom", "top", shifts=(-60, 994 - 570)),
    # A person decides
    ("ManualReview", "ReviewRefused"): Line("bottom", "top", shifts=(94 - 570, 0)),
    ("ReviewRefused", "HoldReview"): Line("bottom", "top"),
    ("HoldReview", "ManualReview"): Line("left", "bottom", shifts=(0, 22 - 570)),
    ("TakeOver", "RouteTakeOver"): Line("top", "bottom"),
    ("Expire", "ManualReview"): Line("top", "bottom", shifts=(0, 500 - 570)),
    ("Reject", "ManualReview"): Line("top", "bottom", shifts=(0, 765 - 570)),
    ("RouteReview", "Reject"): Line("left", "right"),
    ("ManualReview", "RouteReview"): Line(
        "bottom", "top", shifts=(892 - 570, -18), label="decided", label_at=(862, 554)
    ),
    ("RouteReview", "ManualReview"): Line("top", "bottom", shifts=(18, 928 - 570)),
}
SHORT = {
    "ManualReview": "review",
    "Expire": "expire",
    "Reject": "reject",
    "SettleDeferred": "settle",
    "VerifyPhone": "phone",
    "CompleteRefused": "refused",
    "EmailUnavailable": "unavailable",
    "DukcapilUnavailable": "unavailable",
    "TakeOver": "take over",
    "NoChannel": "no channel",
}

# ---------------------------------------------------------------------------------------------------- kinds of states
KINDS = {"Choice": "choice", "Pass": "pass", "Wait": "timer", "Succeed": "end"}
SERVICES = {"lambda": "Lambda", "sqs": "SQS", "dynamodb": "DynamoDB"}
# Each kind differs in outline and sign, not by colour alone.
BADGES = {
    "person": '<circle cy="-2.5" r="2.6"/><path d="M-5 5.5a5 5 0 0 1 10 0z"/>',
    "queue": '<path d="M-5 -4.5h2.4v9h-2.4zM-1.2 -4.5h2.4v9h-2.4zM2.6 -4.5h2.4v9h-2.4z"/>',
    "lambda": '<path class="sign" d="M-3.5 -5h1.8l5 10M-.6 -1.2L-3.8 5"/>',
    "sdk": '<path class="sign" d="M-4 -3.2v6.4c0 2.4 8 2.4 8 0v-6.4M-4 -3.2c0 2.4 8 2.4 8 0s-8 -2.4 -8 0"/>',
    "timer": '<path class="sign" d="M0 -5v5l3.5 2.2"/>',
    "end": '<circle r="4.2"/>',
}
CAPTIONS = {"ManualReview": "DynamoDB, waits for an operator, who approves, asks for a correction or rejects"}
KEY = (229, 320, 296, 130)  # left, top, width and height of the box that says what the looks mean
KEY_ROW, KEY_COLUMN = 20, 150
KEY_STATES = (
    ("person", "waits for a person"),
    ("queue", "waits in a queue"),
    ("timer", "waits for a time"),
    ("lambda", "Lambda function"),
    ("sdk", "DynamoDB call"),
    ("choice", "choice"),
    ("pass", "notes the reason"),
    ("end", "end"),
)
KEY_EDGES = (("happy", "happy path"), ("", "other branch"), ("caught", "error, timeout"))

STYLE = """
text{font-family:-apple-system,"Segoe UI",Roboto,Helvetica,Arial,"Liberation Sans",sans-serif}
text{fill:#1f2937;font-size:13px}
.lane{font-size:17px;font-weight:700}.number{fill:#fff;font-weight:700}
.name{font-weight:600}.main .name{font-size:15px;font-weight:700}
.caption,.stub,.label,.key text{fill:#475569}.caption,.key text{font-size:12px}.label{font-style:italic}
.middle{text-anchor:middle}
.box{stroke-width:1.4}.frame{fill:#fff;stroke:#cbd5e1}.main .box{stroke-width:2.2}.inner{fill:none;stroke-width:1}
.person .box,.person .inner,.queue .box,.queue .inner{stroke:#1e40af}.person .box,.queue .box{fill:#dbeafe}
.lambda .box{fill:#ffedd5;stroke:#9a3412}.sdk .box{fill:#dcfce7;stroke:#166534}
.choice .box{fill:#ede9fe;stroke:#5b21b6}.timer .box{fill:#fef3c7;stroke:#854d0e}
.pass .box{fill:#f1f5f9;stroke:#475569;stroke-dasharray:4 3}.end .box{fill:#e2e8f0;stroke:#1f2937}
.badge>*{fill:#fff;stroke:none}.badge>.disc{fill:#1f2937}.badge>.sign{fill:none;stroke:#fff;stroke-width:1.5}
.person>.badge>.disc,.queue>.badge>.disc{fill:#1e40af}.lambda>.badge>.disc{fill:#9a3412}
.sdk>.badge>.disc{fill:#166534}.timer>.badge>.disc{fill:#854d0e}.state>.final>.disc{fill:#1f2937}
.edge path{fill:none;stroke:#64748b;stroke-width:1.5;marker-end:url(#arrow)}
.edge.caught path{stroke-dasharray:5 3}
.edge.happy path{stroke:#0f766e;stroke-width:6;marker-end:url(#happy-arrow);stroke-dasharray:none}
""".strip()


def transitions(definition: dict[str, Any]) -> dict[Transition, tuple[str, ...]]:
    """(from, to) of every transition, with the fields of the definition that make it: Next, Default, Choices, Catch."""
    found: dict[Transition, dict[str, None]] = {}
    for name, state in definition["States"].items():
        targets = [(field, state[field]) for field in ("Next", "Default") if field in state]
        targets += [(field, branch["Next"]) for field in ("Choices", "Catch") for branch in state.get(field, ())]
        for field, target in targets:
            found.setdefault((name, target), {})[field] = None
    return {transition: tuple(fields) for transition, fields in found.items()}


def kind(name: str, state: dict[str, Any]) -> str:
    """What a state is to the reader; also the name of its look."""
    if state["Type"] != "Task":
        if state["Type"] not in KINDS:
            raise DiagramError(f"{name}: no look for states of type {state['Type']}")
        return KINDS[state["Type"]]
    runs_on = service(name, state)
    if state["Resource"].endswith(".waitForTaskToken"):
        return "queue" if runs_on == "SQS" else "person"
    return "lambda" if runs_on == "Lambda" else "sdk"


def service(name: str, state: dict[str, Any]) -> str:
    """The AWS service that a task calls."""
    parts = set(state["Resource"].split(":"))
    for part, title in SERVICES.items():
        if part in parts:
            return title
    raise DiagramError(f"{name}: no look for tasks of {state['Resource']}")


def check(definition: dict[str, Any]) -> None:
    """DiagramError when the data of the picture does not fit the definition."""
    states, edges = definition["States"], transitions(definition)
    problems = {
        "states without a place": states.keys() - PLACES.keys(),
        "transitions to no state": {target for _, target in edges} - states.keys(),
        "places without a state": PLACES.keys() - states.keys(),
        "lines without a transition": {" to ".join(edge) for edge in LINES.keys() - edges.keys()},
        "happy path without a transition": {" to ".join(edge) for edge in pairwise(HAPPY_PATH) if edge not in edges},
        "happy path starts elsewhere": {definition["StartAt"]} - {HAPPY_PATH[0]},
    }
    found = [f"{problem}: {', '.join(sorted(names))}" for problem, names in problems.items() if names]
    if found:
        raise DiagramError("; ".join(found))


# ------------------------------------------------------------------------------------------------------------ drawing
def port(place: Place, side: Side, shift: int) -> Point:
    """The point on a state's outline where a line begins or ends."""
    # A diamond's outline recedes from its corners.
    inset = abs(shift) if is_diamond(place) else 0
    match side:
        case "left":
            return place.x - place.width / 2 + inset, place.y + shift
        case "right":
            return place.x + place.width / 2 - inset, place.y + shift
        case "top":
            return place.x + shift, place.y - place.height / 2 + inset
        case "bottom":
            return place.x + shift, place.y + place.height / 2 - inset


def is_diamond(place: Place) -> bool:
    """The choices on the happy path are small, with their name below."""
    return place.width == place.height


def corners(source: Place, target: Place, line: Line) -> list[Point]:
    """Every point of a line, from one outline to the other."""
    start, end = port(source, line.leave, line.shifts[0]), port(target, line.enter, line.shifts[1])
    points = [start]
    horizontal = line.leave in {"left", "right"}
    for turn in line.via:
        x, y = points[-1]
        points.append((turn, y) if horizontal else (x, turn))
        horizontal = not horizontal
    x, y = points[-1]
    points.append((end[0], y) if horizontal else (x, end[1]))
    if points[-1] != end:
        points.append(end)
    return points


def towards(start: Point, end: Point, distance: float) -> Point:
    """The point `distance` away from `end`, back to `start` (on a horizontal or vertical line)."""
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])
    part = min(distance, length / 2) / length
    return end[0] + (start[0] - end[0]) * part, end[1] + (start[1] - end[1]) * part


def path(points: list[Point], head: float) -> str:
    """SVG path with rounded corners, which stops short of the end by the length of the arrow's head."""
    steps = [f"M{spot(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        steps.append(f"L{spot(towards(before, corner, 8))}Q{spot(corner)} {spot(towards(after, corner, 8))}")
    steps.append(f"L{spot(towards(points[-2], points[-1], head))}")
    return "".join(steps)


def spot(point: Point) -> str:
    """A point as SVG writes it."""
    return f"{point[0]:g} {point[1]:g}"


def draw_edge(edge: Transition, fields: tuple[str, ...], stubs_before: int) -> str:
    """One transition: as a strong line, as a quiet one, or written under the state that it leaves."""
    source, target = PLACES[edge[0]], PLACES[edge[1]]
    happy = edge in set(pairwise(HAPPY_PATH))
    look = "edge happy" if happy else "edge caught" if fields == ("Catch",) else "edge"
    if line := Line("right", "left") if happy else LINES.get(edge):
        body = f'<path d="{path(corners(source, target, line), 11 if happy else 7)}"/>'
        if line.label:
            x, y = line.label_at
            body += f'<text class="label middle" x="{x:g}" y="{y:g}">{escape(line.label)}</text>'
    else:
        x, y = source.x + source.stubs[0], source.y + source.stubs[1] + 15 * stubs_before
        body = f'<text class="stub" x="{x:g}" y="{y:g}">→ {escape(SHORT.get(edge[1], edge[1]))}</text>'
    title = f"{edge[0]} to {edge[1]} ({', '.join(fields)})"
    return (
        f'<g class="{look}" data-from="{edge[0]}" data-to="{edge[1]}" data-by="{" ".join(fields)}">'
        f"<title>{title}</title>{body}</g>"
    )


def draw_edges(definition: dict[str, Any]) -> Iterator[str]:
    """Every transition, the happy path last, so that it lies on top."""
    happy = set(pairwise(HAPPY_PATH))
    stubs: dict[str, int] = {}
    for edge, fields in sorted(transitions(definition).items(), key=lambda item: item[0] in happy):
        yield draw_edge(edge, fields, stubs.get(edge[0], 0))
        if edge not in LINES and edge not in happy:
            stubs[edge[0]] = stubs.get(edge[0], 0) + 1


def outline(look: str, place: Place) -> str:
    """The shape of a state around (0, 0)."""
    x, y = place.width / 2, place.height / 2
    if look == "choice":
        tip = x if is_diamond(place) else 14
        inside = f"{tip - x:g} {-y:g} {x - tip:g} {-y:g} {x:g} 0 {x - tip:g} {y:g} {tip - x:g} {y:g} {-x:g} 0"
        return f'<polygon class="box" points="{inside}"/>'
    radius = {"timer": y, "end": y, "sdk": 0, "pass": 4}.get(look, 10)
    box = f'<rect class="box" x="{-x:g}" y="{-y:g}" width="{2 * x:g}" height="{2 * y:g}" rx="{radius:g}"/>'
    if look in {"person", "queue"}:
        box += (
            f'<rect class="inner" x="{3.5 - x:g}" y="{3.5 - y:g}" width="{2 * x - 7:g}" height="{2 * y - 7:g}" rx="7"/>'
        )
    return box


def badge(look: str, x: float, y: float, extra: str = "") -> str:
    """The sign of a kind of state, on a disc; nothing for kinds that their outline tells apart."""
    if look not in BADGES:
        return ""
    return f'<g class="badge{extra}" transform="translate({x:g} {y:g})"><circle class="disc" r="9"/>{BADGES[look]}</g>'


def draw_state(name: str, state: dict[str, Any]) -> str:
    """A state: outline, name, what runs it, sign."""
    place, look = PLACES[name], kind(name, state)
    x, y = place.width / 2, place.height / 2
    text = f'<text class="name middle" y="4.5">{name}</text>'
    if is_diamond(place):
        text = f'<text class="caption" x="{place.stubs[0]:g}" y="{y + 18:g}">{name}</text>'
    elif state["Type"] == "Task":
        caption = CAPTIONS.get(name) or service(name, state) + (", waits" if look in {"person", "queue"} else "")
        text = f'<text class="name middle" y="-2">{name}</text>'
        text += f'<text class="caption middle" y="14">{escape(caption)}</text>'
    row = " main" if name in HAPPY_PATH else ""
    final = badge("end", x - 4, 2 - y, " final") if state.get("End") else ""
    return (
        f'<g class="state {look}{row}" data-state="{name}" transform="translate({place.x} {place.y})">'
        f"<title>{name}: {escape(state.get('Comment', ''))}</title>{outline(look, place)}{text}"
        f"{badge(look, 4 - x, 2 - y)}{final}</g>"
    )


def draw_lanes() -> Iterator[str]:
    """One lane per layer, with its title."""
    for index, (number, title, left, right) in enumerate(LANES):
        fill = "#f1f5f9" if index % 2 == 0 else "#fff"
        yield f'<rect x="{left}" y="8" width="{right - left}" height="{LANES_END - 8}" fill="{fill}"/>'
        if number:
            yield f'<circle cx="{left + 24}" cy="{TITLES}" r="12" fill="#0f766e"/>'
            yield f'<text class="middle number" x="{left + 24}" y="{TITLES + 5}">{number}</text>'
        yield f'<text class="lane" x="{left + (44 if number else 14)}" y="{TITLES + 6}">{title}</text>'


def draw_key() -> Iterator[str]:
    """What the outlines, signs and lines mean."""
    left, top, width, height = KEY
    yield f'<g class="key"><rect class="frame" x="{left}" y="{top}" width="{width}" height="{height}" rx="6"/>'
    entries = [
        (outline(look, Place(0, 0, 44, 26, (0, 0))) + badge(look, -19, -9), look, text) for look, text in KEY_STATES
    ]
    edges = [
        (f'<g class="edge {look}"><path d="M-24 0H{11 if look else 16}"/></g>', "", text) for look, text in KEY_EDGES
    ]
    for index, (sign, look, text) in enumerate([*entries, *edges]):
        column, row = divmod(index, 6)
        x, y = left + 24 + KEY_COLUMN * column, top + 15 + KEY_ROW * row
        yield f'<g class="{look}" transform="translate({x} {y}) scale(.6)">{sign}</g>'
        yield f'<text x="{x + 22}" y="{y + 4}">{text}</text>'
    x, y = left + 9 + KEY_COLUMN, top + 19 + KEY_ROW * 5
    yield f'<text x="{x}" y="{y}">→ review</text><text x="{x + 54}" y="{y}">goes on there</text></g>'


def arrow_head(name: str, length: int, width: int, fill: str) -> str:
    """What the styles put at the end of a line."""
    return (
        f'<marker id="{name}" viewBox="0 0 {length} {width}" refX="1" refY="{width / 2:g}" markerWidth="{length}" '
        f'markerHeight="{width}" orient="auto" markerUnits="userSpaceOnUse">'
        f'<path d="M0 0L{length} {width / 2:g}L0 {width}z" fill="{fill}"/></marker>'
    )


def document(definition: dict[str, Any]) -> str:
    """The SVG of a definition, as it is committed. DiagramError when it cannot be drawn."""
    check(definition)
    start = PLACES[HAPPY_PATH[0]]
    about = (
        f"The happy path runs {', '.join(HAPPY_PATH)}. Beside it are the branches for a layer that is unavailable "
        "(hold, queue, next channel, go on without), for corrections, and for what ends: rejected, expired, or "
        "decided by a person in ManualReview."
    )
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        "<!-- Written by tools/diagram.py from statemachine/verification.asl.yaml. -->",
        '<title id="title">Berlapis: the states of one verification</title>',
        f'<desc id="desc">{escape(about)}</desc>',
        f"<style>{STYLE}</style>",
        f"<defs>{arrow_head('arrow', 8, 8, '#64748b')}{arrow_head('happy-arrow', 12, 16, '#0f766e')}</defs>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#fff"/>',
        *draw_lanes(),
        *draw_key(),
        f'<path d="M{EMAIL_LOOP} {MAIN}H{start.x}" stroke="#0f766e" stroke-width="6"/>',
        f'<circle cx="{EMAIL_LOOP}" cy="{MAIN}" r="7" fill="#0f766e"/>',
        *draw_edges(definition),
        *(draw_state(name, state) for name, state in definition["States"].items()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the file; 1 when it has drifted or cannot be drawn."""
    try:
        drawn = document(yaml.safe_load(DEFINITION.read_text(encoding="utf-8")))
    except DiagramError as error:
        print(f"docs/state-machine.svg cannot be drawn; correct tools/diagram.py: {error}", file=sys.stderr)
        return 1
    if "--check" not in arguments:
        FILE.write_text(drawn, encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == drawn:
        return 0
    print("docs/state-machine.svg is not what the definition says; run: python -m tools.diagram", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
