"""Unit tests are pure: whatever opens a socket here is in the wrong folder."""

import pytest
from hypothesis import HealthCheck, settings

# How long one example takes, or is made, says more about the machine than about the code.
settings.register_profile("no_deadline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no_deadline")


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """Every unit test runs with sockets blocked."""
