"""The settings of layer 1: who sends the mail, and where its link leads."""

from functions.shared.settings import Settings


class EmailSettings(Settings):
    """Environment of the email function."""

    table_name: str
    control_table_name: str
    """Where all environments share how many mails may be sent."""
    codes_key_id: str
    """KMS HMAC key that makes the MACs of codes."""
    frontend_url: str
    """The registration page, which the link opens."""
    program_name: str
    """Whom the registrant registers with, as people know it."""
    sender_address: str
    """Verified SES address that the mail comes from."""
    ses_configuration_set: str = ""


class MailEventsSettings(Settings):
    """Environment of the function that hears what became of mails."""

    table_name: str
