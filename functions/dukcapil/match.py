"""Layer 3: the population register knows the person, and what it has agrees with what the registrant says."""

from datetime import date

from functions.dukcapil.enquiry import ask
from functions.dukcapil.limits import within_limits
from functions.dukcapil.request import Person
from functions.dukcapil.settings import DukcapilSettings
from functions.shared.entry import Entry
from functions.shared.errors import DukcapilBreakerOpen, DukcapilBusy, DukcapilUnavailable
from functions.shared.observability import logger, metrics
from functions.shared.outcome import Outcome, Verdict
from functions.shared.policy import DukcapilPolicy
from functions.shared.registration import Registration, Registrations, Status


def match(entry: Entry, settings: DukcapilSettings) -> Outcome:
    """The register's verdict; the same entry asked again gets the one recorded, without a second call.

    Its limits are those of the policy that the execution began with: reading the one in force would cost each registration
    a call, and rate and circuit are shared with those who do read it.

    Raises:
        DukcapilUnavailable: the register gave no verdict.
        DukcapilBreakerOpen, DukcapilBusy: it was not asked, or refused us.
    """
    registrations = Registrations(settings.table_name)
    registration = registrations.get(entry.registration_id)
    if registration is None or not registration.details:
        return Outcome(Verdict.CORRECT, "details_not_submitted")
    outcome = recorded(registration, entry)
    if outcome is None:
        try:
            outcome = enquire(registration, entry, settings, entry.policy.dukcapil)
        except (DukcapilUnavailable, DukcapilBreakerOpen) as unavailable:
            tell(registrations, registration)
            if unavailable.our_fault:
                # Nobody goes without the register because it refuses us.
                raise DukcapilBusy(unavailable.reason, our_fault=True) from None
            raise
        registrations.record_outcome(entry, "dukcapil", outcome)
    return outcome


def recorded(registration: Registration, entry: Entry) -> Outcome | None:
    """The verdict that this entry was given before a crash or a retry."""
    layer = registration.layer("dukcapil")
    if layer.entry_id != entry.entry_id or layer.verdict is None:
        return None
    return Outcome(Verdict(layer.verdict), layer.reason)


def tell(registrations: Registrations, registration: Registration) -> None:
    """Who waits is told what for, and that he needs to do nothing."""
    registrations.update(
        registration.id,
        "SET reason = :reason",
        condition="#status = :checking AND (attribute_not_exists(reason) OR reason <> :reason)",
        values={":reason": "dukcapil_unavailable", ":checking": Status.CHECKING},
    )


def enquire(registration: Registration, entry: Entry, settings: DukcapilSettings, limits: DukcapilPolicy) -> Outcome:
    """Ask the register, once, within its limits.

    Raises:
        DukcapilUnavailable: the register gave no verdict.
        DukcapilBreakerOpen, DukcapilBusy: it was not asked.
    """
    details = registration.details or {}
    person = Person(
        nik=details["nik"],
        full_name=details["full_name"],
        birth_date=date.fromisoformat(details["birth_date"]),
        sex=details["sex"],
        kk_number=details.get("kk_number"),
    )
    try:
        reading = within_limits(
            lambda turn: ask(settings, person, entry.policy.dukcapil, turn), limits, settings.control_table_name
        )
    except DukcapilUnavailable as unavailable:
        metrics.add_metric("DukcapilUnavailable", "Count", 1)
        if unavailable.our_fault:
            metrics.add_metric("DukcapilRefusesUs", "Count", 1)
        raise
    if reading.malformed_nik:
        # Our own check of the NIK has a hole.
        logger.warning("register calls the NIK malformed")
        metrics.add_metric("DukcapilCallsNikMalformed", "Count", 1)
    return reading.outcome
