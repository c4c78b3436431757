"""The settings of the notices: who sends them, where their link leads, and which policy says how fast."""

from functions.shared.settings import Settings


class NotificationsSettings(Settings):
    """Environment of the notifications function."""

    table_name: str
    control_table_name: str
    sessions_key_id: str
    """KMS HMAC key that session secrets are derived with."""
    frontend_url: str
    """The registration page, which the links open."""
    program_name: str
    """Whom the registrant registers with, as people know it."""
    sender_address: str
    """Verified SES address that the mail comes from."""
    notifications_queue_url: str
    """The queue that the function is fed from; it hides there what cannot be mailed yet."""
    ses_configuration_set: str = ""
    policy_parameter: str = ""
    """Name of the SSM parameter with the verification policy; empty for the committed one."""
