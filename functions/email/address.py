"""Email addresses: what can be an address that mail can be sent to, what was probably meant, and what is disposable.

Only the form is checked. Whether the mailbox exists is what the mail itself finds out; asking the DNS would block for as
long as its slowest server. A likely typo is asked about, never corrected and never refused.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from functions.email import providers
from functions.shared.characters import INVISIBLE, trimmed

type AddressErrorCode = Literal["email_malformed", "email_letters"]

MAX_LENGTH = 254  # RFC 5321, section 4.5.3.1.3: a path has 256 octets, two of them angle brackets

_SHORTEST_TOP_LEVEL = 2  # the root zone has no top-level domain of one letter

_DROP_INVISIBLE = str.maketrans("", "", INVISIBLE)
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")
_LABEL = re.compile(r"^\s*(mailto|e-?mail)\s*:\s*", re.IGNORECASE)
_AT = re.compile(r"\s*(?:[@\ufe6b\uff20]\s*)+")
_DOTS = re.compile(r"\s*[.\u3002\uff61][\s.\u3002\uff61]*")
_NOT_DOTS = re.compile(r"[\s,]+")
# Without an @: only before a provider, and glued to it only where the rest is long enough to be somebody's name. Not
# after a 2, which is the @ without its shift key, or the end of the name.
_WITHOUT_AT = re.compile(
    rf"""
    (?!(?:www|web|m|(?:web-?|e-?)?mail|login|accounts?)\.)
    (?P<local>[a-z0-9][a-z0-9._+-]*?)
    (?:\s*[\[(]at[\])]\s*|\s+at\s+|\s*[\s.,;\#!]\s*|(?<=[a-z0-9._+-]{{3}}[a-z013-9_+-]))
    (?P<domain>{"|".join(re.escape(each) for each in providers.PROVIDERS)})
    """,
    re.IGNORECASE | re.VERBOSE,
)


class AddressError(ValueError):
    """Not an address we can send to. Carries a code of `functions.shared.reasons`, never the address."""

    def __init__(self, code: AddressErrorCode) -> None:
        super().__init__(code)
        self.code: AddressErrorCode = code


def normalise(text: str) -> str:
    """The address as mail is sent to it, ASCII, at most 254 characters.

    Whitespace around it is dropped, and so are marks around it that nobody sees. The domain is lower-cased, and one in
    another alphabet becomes its punycode. The local part is kept as typed, because its meaning is the receiving
    server's alone. Nothing else that comes along with a copied address is dropped (`mailto:`, a name before `<…>`, a
    full stop after it): `suggest` asks about it, because what to drop is a guess.

    Raises:
        AddressError: `email_letters` when the part before the @ has characters beyond ASCII, which SES cannot send to;
            `email_malformed` for whatever else is no address, one without a name in the public DNS included.
    """
    # Takes 50 ms to import, boto3 and pydantic being there already: more than all other rules together.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415

    # Callers hand in what came from outside, whatever its type.
    if not isinstance(text, str):
        raise AddressError("email_malformed")
    typed = trimmed(text)
    local_part, _, _ = typed.rpartition("@")
    if len(typed) > MAX_LENGTH:
        raise AddressError("email_malformed")
    if not local_part.isascii():
        raise AddressError("email_letters")
    try:
        # Strict is about the length of the local part: RFC 5321, section 4.5.3.1.1, has 64, and so has SES.
        address = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        raise AddressError("email_malformed") from None
    domain = address.ascii_domain
    if len(domain.rpartition(".")[2]) < _SHORTEST_TOP_LEVEL:
        raise AddressError("email_malformed")
    return f"{local_part}@{domain}"


def suggest(address: str) -> str | None:
    """The address that was probably meant ("did you mean …?"), or None when nothing is amiss or nothing is evident.

    Two kinds of slips: the domain is one slip from a provider's (`functions.email.providers`), or the form is wrong
    (a comma for a dot, a space, two @, no @, whatever comes along when an address is copied). The local part stays as
    typed. The suggestion is always an address that `normalise` accepts as it is and that has no suggestion itself.

    It is for a question to the registrant, who may know better. Never raises, whatever it is given.
    """
    if not isinstance(address, str):
        return None
    parts = _parts(address)
    if parts is None:
        return None
    local_part, domain = parts
    as_typed = _accepted(address)
    meant = providers.intended(domain)
    if meant is None and as_typed is not None:
        return None
    suggestion = _accepted(f"{local_part}@{meant or domain}")
    return None if suggestion == as_typed else suggestion


def is_disposable(address: str) -> bool:
    """Whether the mailbox is at a service for throw-away addresses, or on a subdomain of one.

    The list is that of the PyPI package `disposable-email-domains`. False for whatever is no address. Never raises,
    whatever it is given.
    """
    # Takes 20 ms to import: ten thousand names.
    from disposable_email_domains import blocklist  # noqa: PLC0415

    if not isinstance(address, str):
        return False
    _, at_sign, domain = trimmed(address).lower().rpartition("@")
    if not at_sign or len(domain) > MAX_LENGTH:
        return False
    labels = domain.removesuffix(".").split(".")
    # A parent of one label is a public suffix; those of two labels are not in the list, or are in HANDED_OUT.
    parents = {".".join(labels[start:]) for start in range(1, len(labels) - 1)}
    return ".".join(labels) in blocklist or not blocklist.isdisjoint(parents - providers.HANDED_OUT)


def _accepted(text: str) -> str | None:
    try:
        return normalise(text)
    except AddressError:
        return None


def _parts(text: str) -> tuple[str, str] | None:
    """Local part and domain in lower case of whatever looks like one address; None when it does not."""
    typed = trimmed(text)
    if len(typed) > 2 * MAX_LENGTH:
        return None
    typed = typed.translate(_DROP_INVISIBLE)
    if named := _NAMED.match(typed):
        typed = named[1]
    typed = _LABEL.sub("", typed).lstrip(' <(["\u201c').rstrip(' >)]"\u201d.,;:')
    if typed.startswith("'") and typed.endswith("'"):
        typed = typed.strip("'")
    if without_at := _WITHOUT_AT.fullmatch(typed):
        return without_at["local"], without_at["domain"].lower()
    local_part, *domains = _AT.split(typed)
    # A form that adds the domain, or an address pasted twice, gives the same domain more than once.
    if len(set(domains)) != 1:
        return None
    domain = _domain(domains[0])
    return (local_part, domain) if domain else None


def _domain(typed: str) -> str | None:
    """The domain with dots where dots belong; None when that takes too much guessing."""
    dotted = _DOTS.sub(".", unicodedata.normalize("NFKC", typed).lower())
    domain = _DOTS.sub(".", _NOT_DOTS.sub(".", dotted))
    if domain == dotted or domain in providers.PROVIDERS or providers.intended(domain):
        return domain
    # Between two words may stand a second address or anything; a comma in place of the last dot is a slip.
    evident = "," in dotted and not re.search(r"\s", dotted) and domain.endswith((".com", ".id"))
    return domain if evident else None
