"""Every reason that a registration, a problem document or a field of it can carry, with its texts.

The texts are for registrants: what happened, what to do now, and whom to ask where a page cannot help. None of them
says what the register holds of a person, element by element, or whether somebody else is registered. Codes are part of
the API: a code is never renamed and never given another meaning.

`docs/reasons.md` shows them all; it is made from here by `python -m tools.reasons`.
"""

from functions.shared.reasons.fields import REFUSALS
from functions.shared.reasons.hints import HINTS
from functions.shared.reasons.negotiation import negotiate
from functions.shared.reasons.problems import PROBLEMS
from functions.shared.reasons.reason import LANGUAGES, Ask, Language, Reason, Text
from functions.shared.reasons.registration import REGISTRATION

__all__ = [
    "FIELDS",
    "HINTS",
    "LANGUAGES",
    "PROBLEMS",
    "REASONS",
    "REGISTRATION",
    "Ask",
    "Language",
    "Reason",
    "Text",
    "negotiate",
    "text",
]

FIELDS = REFUSALS | HINTS
"""What is the matter with one field. Those in `HINTS` the registrant may overrule, the others not."""

REASONS = REGISTRATION | PROBLEMS | FIELDS


def text(code: str, language: Language) -> Text:
    """The text of a code.

    Raises:
        KeyError: no such code. A code that is missing here is a fault of the program.
    """
    return REASONS[code].texts[language]
