"""Lambda entry of layer 4; called by the state `VerifyPhone`."""

from functions.otp.password import PhoneEntry, send_password
from functions.otp.settings import OtpSettings
from functions.shared.entry import layer


@layer(PhoneEntry)
def handler(entry: PhoneEntry) -> None:
    """Send the OTP and keep the task token; the answer comes through the API."""
    send_password(entry, OtpSettings.load())
