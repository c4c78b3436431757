"""Email addresses: what can be an address that mail can be sent to.

Only the form is checked. Whether the mailbox exists is what the mail itself finds out; asking the DNS would block for as
long as its slowest server.
"""

from __future__ import annotations

from typing import Literal

type AddressErrorCode = Literal["email_malformed", "email_letters"]

MAX_LENGTH = 254  # RFC 5321, section 4.5.3.1.3: a path has 256 octets, two of them angle brackets


class AddressError(ValueError):
    """Not an address we can send to. Carries a code of `functions.shared.reasons`, never the address."""

    def __init__(self, code: AddressErrorCode) -> None:
        super().__init__(code)
        self.code: AddressErrorCode = code


def normalise(text: str) -> str:
    """The address as mail is sent to it, ASCII, at most 254 characters.

    Whitespace around it is dropped. The domain is lower-cased, and one in another alphabet becomes its punycode. The
    local part is kept as typed, because its meaning is the receiving server's alone.

    Raises:
        AddressError: `email_letters` when the part before the @ has characters beyond ASCII, which SES cannot send to;
            `email_malformed` for whatever else is no address, one without a name in the public DNS included.
    """
    # Takes 50 ms to import, boto3 and pydantic being there already: more than all other rules together.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    # Callers hand in what came from outside, whatever its type.
    if not isinstance(text, str):
        raise AddressError("email_malformed")
    typed = text.strip()
    local_part, _, _ = typed.rpartition("@")
    if len(typed) > MAX_LENGTH:
        raise AddressError("email_malformed")
    if not local_part.isascii():
        raise AddressError("email_letters")
    try:
        address = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise AddressError("email_malformed") from None
    return f"{local_part}@{address.ascii_domain}"
