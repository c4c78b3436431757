"""The settings of the reconciler: which machine, and when a registration is taken for stuck."""

from functions.shared.settings import Settings


class ReconcilerSettings(Settings):
    """Environment of the reconciler."""

    table_name: str
    control_table_name: str
    state_machine_arn: str
    """ARN of the state machine, without alias: executions are named after it."""
    stuck_seconds: int = 300
    """How long something that is done in seconds may take before it is looked into."""
