"""A short fault campaign, and that it breaks something."""

import pytest

from local.faults.campaign import run


@pytest.mark.timeout(400)
def test_c26_given_everything_that_can_fail_then_nobody_is_lost_and_nothing_is_done_twice() -> None:
    """A hundred registrations at once; the seed is in the report, and `local faults --first-seed` repeats it."""
    report = run(4, 100, fault_seconds=12.0)
    assert report.registrations >= 100
    assert sum(report.ends.values()) == report.registrations
    assert report.ends["verified"] > 40
    assert len(report.faults) >= 10, report.faults
    assert report.violations == [], report.line
