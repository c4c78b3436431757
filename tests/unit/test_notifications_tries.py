"""How often a notice is tried: as long as can be, and laid aside before SQS deletes it."""

import pytest
from samcli.yamlhelper import yaml_parse

from functions.notifications.handler import LONGEST, RECEIVES, TRIED, until_tried_again
from functions.shared.policy import Hold, default
from local.template import TEMPLATE

DAY = 86_400
HOLDS = (
    default().email.hold,
    Hold(seconds=1, max_seconds=1, rounds=1),
    Hold(seconds=3600, max_seconds=365 * DAY, rounds=1),
)


def test_given_the_queue_then_these_are_its_numbers() -> None:
    """And whoever is called by the alarm of the dead letters has four days: their time is that of the first sending."""
    resources = yaml_parse(TEMPLATE.read_text())["Resources"]
    queue = resources["NotificationsQueue"]["Properties"]
    dead = resources["NotificationsDeadLetters"]["Properties"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == RECEIVES
    assert queue["MessageRetentionPeriod"] == dead["MessageRetentionPeriod"] == 14 * DAY
    assert queue["MessageRetentionPeriod"] - TRIED >= 4 * DAY


@pytest.mark.parametrize("hold", HOLDS, ids=["default", "shortest", "longest"])
@pytest.mark.parametrize("outage", [True, False], ids=["outage", "busy"])
@pytest.mark.parametrize("scatter", [0.75, 1.0, 1.25])
@pytest.mark.parametrize("late", [0.0, 60.0], ids=["at-once", "late"])
def test_given_a_notice_that_is_never_mailed_then_it_is_laid_aside_in_time(
    hold: Hold, scatter: float, late: float, *, outage: bool
) -> None:
    """Whatever the policy says, however the tries are scattered, and if each try comes a minute late."""
    age = 0.0
    for received in range(1, RECEIVES + 1):
        hidden = min(LONGEST, max(1, round(scatter * until_tried_again(received, age, hold, outage=outage))))
        age += hidden + late
    assert 0.7 * TRIED < age < TRIED + DAY


def test_given_the_first_tries_then_they_are_as_the_policy_says() -> None:
    """Whoever is to be told is told soon after an outage."""
    hold = default().email.hold
    assert [until_tried_again(received, 0, hold, outage=True) for received in (1, 2, 3)] == [30, 60, 120]
    assert until_tried_again(9, 0, hold, outage=False) == 30
