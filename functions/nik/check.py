"""Layer 2: the NIK can have been issued, and no other registration is verified with it."""

from dataclasses import dataclass
from datetime import date

from functions.nik.claim import claim_key, owner
from functions.nik.examination import examine
from functions.nik.settings import NikSettings
from functions.shared.entry import Entry
from functions.shared.outcome import Outcome, Verdict
from functions.shared.registration import Registration, Registrations, layer_item


@dataclass(frozen=True, slots=True)
class NikOutcome(Outcome):
    """The verdict, with the claim that the end of the workflow takes; empty when the NIK is none."""

    claim: str = ""


def check(entry: Entry, settings: NikSettings) -> NikOutcome:
    """Decide on the NIK of a registration.

    A NIK that another registration is verified with goes back to the registrant once, who may have mistyped it. The
    same NIK again is rejected, which the registrant can dispute.
    """
    registrations = Registrations(settings.table_name)
    registration = registrations.get(entry.registration_id)
    if registration is None or not registration.details:
        return NikOutcome(Verdict.CORRECT, "details_not_submitted")
    layer = registration.layer("nik")
    if layer.entry_id == entry.entry_id and layer.verdict:
        return NikOutcome(Verdict(layer.verdict), layer.reason, layer.flags, registration.claim or "")
    outcome = _decide(registration, settings)
    registrations.update(
        entry.registration_id,
        "SET layers.nik = :layer, claim = :claim",
        condition="attribute_exists(id)",
        values={":layer": layer_item(entry.entry_id, outcome), ":claim": outcome.claim},
    )
    return outcome


def _decide(registration: Registration, settings: NikSettings) -> NikOutcome:
    details = registration.details or {}
    examined = examine(details["nik"], birth_date=date.fromisoformat(details["birth_date"]), sex=details["sex"])
    if examined.digits is None:
        return NikOutcome(Verdict.CORRECT, examined.hints[0].code)
    # The API has asked about each hint; what is left was overruled by the registrant.
    flags = tuple(details.get("acknowledged_hints", ()))
    claim = claim_key(examined.digits, settings.claims_key_id)
    if owner(claim, settings.table_name) in (None, registration.id):
        return NikOutcome(Verdict.PASSED, flags=flags, claim=claim)
    before = registration.layer("nik")
    # A submission makes what was declined undecided again: without one nobody has insisted on anything.
    insisted = before.reason == "duplicate" and before.state != "declined" and registration.claim == claim
    return NikOutcome(Verdict.REJECT if insisted else Verdict.CORRECT, "duplicate", flags, claim)
