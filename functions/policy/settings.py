"""The settings of the policy function: where the policy is."""

from functions.shared.settings import Settings


class PolicySettings(Settings):
    """Environment of the policy function."""

    table_name: str
    """As every function is told; not used here."""
    control_table_name: str
    policy_parameter: str = ""
    """Name of the SSM parameter with the verification policy; empty for the committed one."""
