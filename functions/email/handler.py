"""Lambda entry of layer 1; called by the state `VerifyEmail`."""

from functions.email.confirmation import EmailEntry, send_confirmation
from functions.email.settings import EmailSettings
from functions.shared.entry import layer


@layer(EmailEntry)
def handler(entry: EmailEntry) -> None:
    """Send the code and keep the task token; the answer comes through the API."""
    send_confirmation(entry, EmailSettings.load())
