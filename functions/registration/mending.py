"""What a registrant's correction undoes: the layers that a changed field was proof of, and no others.

Everything else that was proved stays proved, within the same execution: nobody confirms an address or a phone twice, and
the register is not asked again about what it has answered.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

VOIDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "email": ("email",),
        "nik": ("nik", "dukcapil"),
        "birth_date": ("nik", "dukcapil"),
        "sex": ("nik", "dukcapil"),
        "full_name": ("dukcapil",),
        "kk_number": ("dukcapil",),
        "phone": ("otp",),
    }
)
"""The layers that are void when a field changes."""


def voided(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The layers that are void when the registrant's data change so, sorted; none when nothing was given before."""
    changed = [field for field in VOIDS if before and before.get(field) != after.get(field)]
    return sorted({layer for field in changed for layer in VOIDS[field]})
