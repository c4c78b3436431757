"""What a reason is: a code, and a text in each language that says what happened, what to do now and whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

type Language = Literal["id", "en"]
type Ask = Literal["dukcapil_office", "organiser"]

LANGUAGES: tuple[Language, ...] = ("id", "en")


class Text(NamedTuple):
    """A reason in one language, in whole sentences except for the title."""

    title: str
    happened: str
    """What happened."""
    next: str
    """What to do now."""
    ask: str = ""
    """Whom to ask; empty where the page itself is all the help there is."""

    @property
    def detail(self) -> str:
        """Everything but the title, as one paragraph."""
        return " ".join(part for part in (self.happened, self.next, self.ask) if part)


class Reason(NamedTuple):
    """A code and its texts.

    Attributes:
        code: part of the API; never renamed and never given another meaning.
        texts: one for each language.
        ask: whom the texts send people to, for programs: the population office, which alone can mend what the
            register or the card holds, or whoever runs the registration. None when the texts send them to nobody.
    """

    code: str
    texts: Mapping[Language, Text]
    ask: Ask | None = None


def family(*reasons: Reason) -> dict[str, Reason]:
    """Reasons by their codes.

    Raises:
        ValueError: a code stands twice.
    """
    by_code = {reason.code: reason for reason in reasons}
    if len(by_code) != len(reasons):
        raise ValueError("a code stands twice")
    return by_code
