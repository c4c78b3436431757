"""The mail that carries the confirmation code, in Indonesian and English, as plain text and as HTML.

Scanners open links before people do, so the link only opens a page, and its code stands in the fragment, which
browsers do not send to servers. The HTML needs no picture, no font and nothing else from outside; its colours have
names, because programs that look for the code take any six digits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from functions.shared.reasons import Language

DAY_HOURS = 24


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A mail without its addresses. Has no repr of its own, because all of it is secret."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Opening:
    """What differs between the first mail and a reminder."""

    subject: str
    before_code: str
    after_life: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Wording:
    first: _Opening
    reminder: _Opening
    before_link: str
    link_label: str
    life: str
    warnings: tuple[str, ...]
    hour: str
    hours: str
    days: str


_WORDINGS: dict[Language, _Wording] = {
    "id": _Wording(
        first=_Opening(
            subject="{program}: kode konfirmasi email Anda",
            before_code="Alamat email ini dipakai untuk mendaftar di {program}. Kode konfirmasinya:",
            after_life=("Bukan Anda yang mendaftar? Abaikan email ini. Tanpa kode itu, pendaftaran tidak berlanjut.",),
        ),
        reminder=_Opening(
            subject="{program}: pendaftaran menunggu konfirmasi email Anda",
            before_code=(
                "Pendaftaran di {program} dengan alamat email ini menunggu konfirmasi. Ini kode baru; kode sebelumnya "
                "tidak berlaku lagi:"
            ),
            after_life=(
                (
                    "Pendaftaran menunggu {rest} lagi. Setelah itu pendaftaran berakhir dan datanya dihapus; Anda bisa "
                    "mendaftar lagi dari awal."
                ),
                (
                    "Bukan Anda yang mendaftar? Abaikan email ini. Tanpa kode itu, pendaftaran tidak berlanjut, dan "
                    "datanya dihapus saat masa tunggu berakhir."
                ),
            ),
        ),
        before_link=(
            "Ketik kode itu di halaman pendaftaran. Atau buka tautan di bawah ini, lalu tekan tombol di halamannya; "
            "membuka tautan saja tidak mengubah apa pun."
        ),
        link_label="Buka halaman konfirmasi",
        life="Kode dan tautan berlaku selama {life}. Jika Anda meminta kode baru, yang ini tidak berlaku lagi.",
        warnings=(
            "Kami tidak pernah meminta uang, NIK, atau kode lewat email, telepon, atau chat.",
            "Jangan berikan kode ini kepada siapa pun.",
        ),
        hour="1 jam",
        hours="{count} jam",
        days="{count} hari",
    ),
    "en": _Wording(
        first=_Opening(
            subject="{program}: your email confirmation code",
            before_code="This email address was used to register with {program}. Its confirmation code:",
            after_life=(
                "Was it not you who registered? Ignore this email. Without the code the registration does not go on.",
            ),
        ),
        reminder=_Opening(
            subject="{program}: a registration is waiting for your email confirmation",
            before_code=(
                "A registration with {program} is waiting for the confirmation of this email address. Here is a new "
                "code; the earlier one no longer works:"
            ),
            after_life=(
                (
                    "The registration waits for another {rest}. After that it ends and its data are deleted; you can "
                    "then register anew."
                ),
                (
                    "Was it not you who registered? Ignore this email. Without the code the registration does not go "
                    "on, and its data are deleted when the wait ends."
                ),
            ),
        ),
        before_link=(
            "Type the code on the registration page. Or open the link below and press the button on the page; opening "
            "the link changes nothing."
        ),
        link_label="Open the confirmation page",
        life="The code and the link work for {life}. If you ask for a new code, this one stops working.",
        warnings=(
            "We never ask for money, your NIK or your code by email, phone or chat.",
            "Give this code to nobody.",
        ),
        hour="1 hour",
        hours="{count} hours",
        days="{count} days",
    ),
}

_HTML = """\
<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{subject}</title></head>
<body style="font-family: sans-serif; color: black; background-color: white">
<p>{before_code}</p>
<p style="font-size: 2em; font-weight: bold">{code}</p>
<p>{before_link}</p>
<p><a href="{link}">{link_label}</a></p>
{after_link}
</body>
</html>
"""


def confirmation_link(frontend_url: str, registration_id: str, code: str) -> str:
    """The page with the button. Everything about the registration is in the fragment.

    Args:
        frontend_url: the registration page, without a fragment of its own.
        registration_id: the registration that the code belongs to.
        code: the six digits.
    """
    return f"{frontend_url}#registration={quote(registration_id, safe='')}&code={quote(code, safe='')}"


def compose(  # noqa: PLR0913 (what the mail says, each a value of its own)
    *,
    locale: Language,
    code: str,
    link: str,
    expires_in_hours: int,
    ends_in_hours: int | None = None,
    program: str = "Berlapis",
) -> Message:
    """Write the mail.

    Args:
        locale: the registration's language.
        code: the six digits.
        link: from `confirmation_link`.
        expires_in_hours: the life of code and link, in whole hours.
        ends_in_hours: makes it a reminder, which says how long the registration still waits, in whole hours.
        program: whom the registrant registers with, as people know it.
    """
    wording = _WORDINGS[locale]
    opening = wording.first if ends_in_hours is None else wording.reminder
    subject = opening.subject.format(program=program)
    before_code = opening.before_code.format(program=program)
    rest = _span(wording, ends_in_hours or 0)
    after_link = [
        wording.life.format(life=_span(wording, expires_in_hours)),
        *(paragraph.format(rest=rest) for paragraph in opening.after_life),
        *wording.warnings,
    ]
    return Message(
        subject=subject,
        text="\n\n".join([before_code, code, wording.before_link, link, *after_link]) + "\n",
        html=_HTML.format(
            language=locale,
            subject=escape(subject),
            before_code=escape(before_code),
            code=escape(code),
            before_link=escape(wording.before_link),
            link=escape(link),
            link_label=escape(wording.link_label),
            after_link="\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in after_link),
        ),
    )


def _span(wording: _Wording, hours: int) -> str:
    """A time as people say it, never longer than it is: "1 hour", "24 hours", "2 days"."""
    if hours == 1:
        return wording.hour
    if hours < 2 * DAY_HOURS:
        return wording.hours.format(count=hours)
    return wording.days.format(count=hours // DAY_HOURS)
