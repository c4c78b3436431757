"""What each screen owes the person in front of it, in the page's own words: more than that something is there.

The words are those of `frontend/texts/`, in the person's language, filled in with what this person has typed or the API has
answered. So a word may be put better without a test, and what it says may not go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from functions.nik.regions import Region, region
from functions.nik.structure import LENGTH, are_digits, date_written, sex_written, today, without_formatting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

type Text = str | tuple[str, ...]
"""What is to be read; of several, any."""

CHANNELS = ("sms", "whatsapp")
LASTING = frozenset({"queued", "settling", "in_review"})
"""Statuses in which nobody should sit and wait."""
MOST_NAMED = 4
"""Digits of which each is said as it is written; of more, only where they are."""
GOING_ON = {
    "queued": "queued",
    "email_pending": "email",
    "details_pending": "details",
    "checking": "checking",
    "phone_pending": "phone",
    "settling": "settling",
    "in_review": "review",
}


class Reader(Protocol):
    """Reads the page's texts in a person's language."""

    def words(self, name: str, *about: object) -> str:
        """A text, e.g. `code.left` of 3."""

    def consent(self) -> list[str]:
        """What people agree to, by paragraph."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What has to be in sight.

    Attributes:
        texts: anywhere on the page.
        buttons: their whole names.
    """

    texts: tuple[Text, ...] = ()
    buttons: tuple[str, ...] = ()


@dataclass(slots=True)
class Told:
    """What the person has told the page, which it may say in these words.

    Attributes:
        email: address that the newest code was sent to, "" where the page cannot know it as it was typed.
        phone: number, likewise.
        suggestion: what the API says may have been meant by the address.
        typed: what was typed last, by field.
    """

    email: str = ""
    phone: str = ""
    suggestion: str | None = None
    typed: dict[str, str] = field(default_factory=dict)


def owed(screen: str, seen: Mapping[str, Any], told: Told, page: Reader) -> Owed:
    """What a screen has to show of a registration."""
    return _SCREENS[screen](seen, told, page)


def at_the_start(page: Reader) -> Owed:
    """What whoever comes without a registration has to see before giving anything."""
    words = page.words
    return Owed(
        (words("start.title"), words("email"), words("start.consentTitle"), *page.consent(), words("start.consent")),
        (words("start.send"),),
    )


def _email_code(seen: Mapping[str, Any], told: Told, page: Reader) -> Owed:
    words, known = page.words, [to for to in (told.email, _masked(seen)) if to]
    texts: list[Text] = [
        words("progress.step", 1),
        words("code.label"),
        tuple(words("emailCode.sent", to) for to in known),
    ]
    buttons = [words("code.confirm"), words("emailCode.change"), words("verified.another"), words("withdraw.open")]
    # Also where the page was opened again, and knows of it from the API alone.
    meant = told.suggestion or seen["email_suggestion"]
    if meant:
        texts += [words("suggestion.meant", meant), tuple(words("suggestion.sentTo", to) for to in known)]
        buttons += [words("suggestion.yes", meant), words("suggestion.no")]
    return Owed(tuple(texts), tuple(buttons))


def _phone_code(seen: Mapping[str, Any], told: Told, page: Reader) -> Owed:
    words, taken = page.words, seen["code_sent"]["channel"]
    by = words(f"phoneCode.channels.{taken}")
    others = [words("phoneCode.by", words(f"phoneCode.channels.{each}")) for each in CHANNELS if each != taken]
    return Owed(
        (
            words("progress.step", 3),
            words("code.label"),
            words("phoneCode.short"),
            tuple(words("phoneCode.sent", to, by) for to in (told.phone, _masked(seen)) if to),
        ),
        (words("code.confirm"), *others, words("phoneCode.change"), words("verified.another"), words("withdraw.open")),
    )


def _details(seen: Mapping[str, Any], _: Told, page: Reader) -> Owed:
    words = page.words
    labels = [words(f"details.{each}") for each in ("nik", "last4", "name", "birth", "sex")]
    left = [words("details.left", seen["attempts_left"])] if seen["reason"] else []
    return Owed(
        (words("progress.step", 2), words("details.intro"), *labels, words("phone"), *left),
        (words("details.send"), words("withdraw.open")),
    )


def _waiting(seen: Mapping[str, Any], _: Told, page: Reader) -> Owed:
    words, status = page.words, seen["status"]
    meant = seen["email_suggestion"] if status == "queued" else None
    said = ("title", "asked" if meant else "text")
    what = [] if seen["reason"] else [words(f"waiting.{GOING_ON[status]}.{each}") for each in said]
    days = [words("waiting.days")] if seen["reason"] and status in LASTING else []
    asked = [words("suggestion.meant", meant), words("suggestion.soon")] if meant else []
    # Who has nothing to do is told so: that the page may be closed, or that it goes on by itself. Whoever has a question to
    # answer is kept: nobody else could tell that the mail would go to a stranger.
    lasts = (seen["reason"] or status in LASTING) and not meant
    close = words("waiting.close") if lasts else words("waiting.self")
    return Owed(
        (*what, *days, *asked, close), (words("waiting.now"), words("verified.another"), words("withdraw.open"))
    )


def _verified(seen: Mapping[str, Any], _: Told, page: Reader) -> Owed:
    words = page.words
    rests: list[Text] = []
    for layer in ("email", "nik", "dukcapil", "otp"):
        how = seen["assurance"][layer]
        confirmed = how == "passed" and layer in {"email", "otp"}
        rests.append(words(f"layers.names.{layer}") + words("verified.confirmed" if confirmed else f"verified.{how}"))
    return Owed(
        (
            words("verified.title"),
            words("verified.text"),
            words("verified.rests"),
            *rests,
            words("verified.reference") + seen["id"],
        ),
        (words("verified.another"), words("withdraw.open")),
    )


def _rejected(seen: Mapping[str, Any], _: Told, page: Reader) -> Owed:
    words = page.words
    disputed = seen["expects"] == "dispute"
    return Owed(
        (words("verified.reference") + seen["id"], *([words("rejected.disputeTitle")] if disputed else [])),
        (words("again"), words("withdraw.open"), *([words("rejected.dispute")] if disputed else [])),
    )


def _closed(_: Mapping[str, Any], __: Told, page: Reader) -> Owed:
    return Owed(buttons=(page.words("again"),))


_SCREENS: Mapping[str, Callable[[Mapping[str, Any], Told, Reader], Owed]] = {
    "email_code": _email_code,
    "details": _details,
    "phone_code": _phone_code,
    "waiting": _waiting,
    "verified": _verified,
    "rejected": _rejected,
    "expired": _closed,
    "withdrawn": _closed,
}


def _masked(seen: Mapping[str, Any]) -> str:
    return seen["code_sent"]["to"] if seen["code_sent"] else ""


# ------------------------------------------------------------------------------------------------------ digits of a NIK


def echo(nik: str, birth_year: str, page: Reader) -> list[str]:
    """What a typed NIK says, in words; none where it cannot be read."""
    digits = without_formatting(nik)
    if len(digits) != LENGTH or not are_digits(digits) or digits[12:] == "0000":
        return []
    born = date_written(digits[6:12], today(), int(birth_year) if are_digits(birth_year) else None)
    if born is None or "00" in (digits[0:2], digits[2:4], digits[4:6]):
        return []
    said = page.words(
        "says.sentence",
        page.words(f"says.sexes.{sex_written(digits[6:12])}"),
        page.words("says.date", born.day, born.month, born.year),
        _place(digits),
        digits[12:],
    )
    # In one piece: of "male" alone "female" would do as well.
    return [f"{page.words('says.lead')} {said} {page.words('says.same')}"]


def _place(digits: str) -> str:
    """The regency and the province; the province alone where no regency has the code."""
    place = _first(f"{digits[:4]}{district:02}" for district in range(1, 100))
    if place:
        return ", ".join(filter(None, (place.regency, place.province)))
    place = _first(f"{digits[:2]}{regency:02}01" for regency in range(1, 100))
    return place.province if place else ""


def _first(codes: Iterable[str]) -> Region | None:
    return next(filter(None, map(region, codes)), None)


def marked(error: Mapping[str, Any]) -> list[int]:
    """The digits that are marked in the row, counted from 1; none where no row is drawn."""
    missing = error["code"] == "nik_too_short"
    positions: list[int] = error["positions"]
    # Where a digit may have been left out at several places there is no one row to draw.
    return [] if missing and len(positions) > 1 else positions


def digits_in_words(nik: str, error: Mapping[str, Any], page: Reader) -> list[str]:
    """What is said of the digits that are to be looked at."""
    digits, positions = without_formatting(nik), error["positions"]
    suggested = error.get("suggestion") or ""
    maybe = suggested if len(suggested) == len(positions) else ""
    if error["code"] == "nik_too_short":
        return [page.words("details.missing", page.words("details.or").join(map(str, positions)), maybe)]
    if len(positions) > MOST_NAMED:
        first, last = positions[0], positions[-1]
        if last - first == len(positions) - 1:
            return [page.words("details.digitsFrom", first, last)]
        return [page.words("details.digits", ", ".join(map(str, positions[:-1])), last)]
    return [
        page.words("details.digit", place, digits[place - 1 : place], maybe[each : each + 1])
        for each, place in enumerate(positions)
    ]
