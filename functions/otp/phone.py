"""Indonesian mobile numbers, in the ways that people write them.

A mobile number is 8, then any digit but 0 and 4, then 7 to 10 more, after the trunk prefix 0 or the country code 62. The
pattern is that of libphonenumber; 084 belongs to no operator, and 080 to service numbers.
"""

from __future__ import annotations

import re
from typing import Literal

type PhoneErrorCode = Literal["letters", "foreign", "fixed_line", "length"]
type PhoneHint = Literal["unallocated_prefix"]

COUNTRY_CODE = "62"

# One plus at most, before the first digit. Possessive, so that no input takes more than one pass.
_WRITTEN = re.compile(r"[ ().-]*+\+?[0-9 ().-]*+")
_FORMATTING = str.maketrans("", "", " ().-")
_MOBILE = re.compile(r"8[1-35-9][0-9]{7,10}")
# What only the count of digits keeps from being a mobile number: broken off anywhere, or a 0 too many before it.
_MISCOUNTED = re.compile(r"0*(8[1-35-9]|8?$)")

_E164 = re.compile(rf"\+{COUNTRY_CODE}({_MOBILE.pattern})")

# The three digits after the 0, by the operator they were given to. From libphonenumber's carrier data for 62 and the
# operators' own tables; a prefix that only some of the sources know is in, so that nobody is doubted wrongly.
_PREFIXES = {
    "Telkomsel, by.U": "811 812 813 821 822 823 851 852 853",
    "Indosat": "814 815 816 855 856 857 858",
    "Tri": "895 896 897 898 899",
    "XL": "817 818 819 859 877 878 879",
    "Axis": "831 832 833 838",
    "Smartfren": "880 881 882 883 884 885 886 887 888 889",
    "Sampoerna (Ceria, Net1)": "827 828",
    "PSN (Byru, by satellite)": "868",
}
_ALLOCATED = frozenset(" ".join(_PREFIXES.values()).split())


class PhoneError(ValueError):
    """No Indonesian mobile number. Carries a code, never the digits; the API's field code is `phone_<code>`."""

    def __init__(self, code: PhoneErrorCode) -> None:
        super().__init__(code)
        self.code: PhoneErrorCode = code


def normalise(text: str) -> str:
    """The number in E.164, e.g. `+6281234567890`.

    Read as the same number: `0812…`, `62812…`, `+62812…`, `0062812…`, with the trunk prefix left in after the country
    code (`62 0812…`, `+62 (0)812…`), and without any prefix (`812…`).

    Raises:
        PhoneError: `letters` for any character that no phone number has (dropping it, as libphonenumber does, would
            make `0812O…` somebody else's number), `foreign` for another country's code, `fixed_line` for whatever is
            no mobile number (fixed lines and service numbers get no messages, 084 belongs to nobody), `length` for a
            mobile number with digits missing or left over.
    """
    # Callers hand in what came from outside, whatever its type.
    if not isinstance(text, str):
        raise PhoneError("letters")
    if not _WRITTEN.fullmatch(text):
        raise PhoneError("letters")
    national = _national(text.translate(_FORMATTING))
    if _MOBILE.fullmatch(national):
        return f"+{COUNTRY_CODE}{national}"
    raise PhoneError("length" if _MISCOUNTED.match(national) else "fixed_line")


def hint(number: str) -> PhoneHint | None:
    """What is odd about a number that may nevertheless be somebody's, or None.

    `unallocated_prefix` when no operator has numbers that begin like this one, which is likely a digit mistyped. New
    prefixes are given out, so this asks the registrant to look again; it refuses nobody. Never raises.

    Args:
        number: from `normalise`. Nothing is said about whatever else.
    """
    if not isinstance(number, str):
        return None
    mobile = _E164.fullmatch(number)
    if mobile is None or mobile[1][:3] in _ALLOCATED:
        return None
    return "unallocated_prefix"


def _national(number: str) -> str:
    """The digits after country code and trunk prefix."""
    international = number.removeprefix("+" if number.startswith("+") else "00")
    if international != number and not international.startswith(COUNTRY_CODE):
        # A lone plus or 00 has no country yet.
        raise PhoneError("foreign" if international else "length")
    # A number typed with neither plus nor 0 begins with the country code: nobody writes an area code without its 0.
    return international.removeprefix(COUNTRY_CODE).removeprefix("0")
