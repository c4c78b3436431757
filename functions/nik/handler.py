"""Lambda entry of layer 2; called by the state `CheckNik`."""

from functions.nik.check import check
from functions.nik.settings import NikSettings
from functions.shared.entry import Entry, layer
from functions.shared.outcome import Outcome


@layer(Entry)
def handler(entry: Entry) -> Outcome:
    """Check the NIK that the registrant submitted."""
    return check(entry, NikSettings.load())
