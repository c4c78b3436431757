"""The settings of the signals: which machine, which bus, which policy."""

from functions.shared.settings import Settings


class SignalsSettings(Settings):
    """Environment of the signals function."""

    table_name: str
    control_table_name: str
    state_machine_arn: str
    """ARN of the state machine's alias."""
    event_bus_name: str
    dead_letter_queue_url: str
    """Where changes are laid aside that can never become a workflow call."""
    policy_parameter: str = ""
    """Name of the SSM parameter with the verification policy; empty for the committed one."""
