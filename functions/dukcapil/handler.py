"""Lambda entry of layer 3; called by the state `MatchDukcapil`."""

from functions.dukcapil.match import match
from functions.dukcapil.settings import DukcapilSettings
from functions.shared.entry import Entry, layer
from functions.shared.outcome import Outcome


@layer(Entry)
def handler(entry: Entry) -> Outcome:
    """Ask the register about the person."""
    return match(entry, DukcapilSettings.load())
