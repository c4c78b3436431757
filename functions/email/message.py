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


@dataclass(frozen=True, slots=True, repr=False)
class Message:
    """A mail without its addresses. Has no repr of its own, because all of it is secret."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Wording:
    subject: str
    before_code: str
    before_link: str
    link_label: str
    after_link: tuple[str, ...]
    hour: str
    hours: str


_WORDINGS: dict[Language, _Wording] = {
    "id": _Wording(
        subject="{program}: kode konfirmasi email Anda",
        before_code="Alamat email ini dipakai untuk mendaftar di {program}. Kode konfirmasinya:",
        before_link=(
            "Ketik kode itu di halaman pendaftaran. Atau buka tautan di bawah ini, lalu tekan tombol di halamannya; "
            "membuka tautan saja tidak mengubah apa pun."
        ),
        link_label="Buka halaman konfirmasi",
        after_link=(
            "Kode dan tautan berlaku selama {life}. Jika Anda meminta kode baru, yang ini tidak berlaku lagi.",
            "Bukan Anda yang mendaftar? Abaikan email ini. Tanpa kode itu, pendaftaran tidak berlanjut.",
            "Kami tidak pernah meminta uang, NIK, atau kode lewat email, telepon, atau chat.",
            "Jangan berikan kode ini kepada siapa pun.",
        ),
        hour="1 jam",
        hours="{count} jam",
    ),
    "en": _Wording(
        subject="{program}: your email confirmation code",
        before_code="This email address was used to register with {program}. Its confirmation code:",
        before_link=(
            "Type the code on the registration page. Or open the link below and press the button on the page; opening "
            "the link changes nothing."
        ),
        link_label="Open the confirmation page",
        after_link=(
            "The code and the link work for {life}. If you ask for a new code, this one stops working.",
            "Was it not you who registered? Ignore this email. Without the code the registration does not go on.",
            "We never ask for money, your NIK or your code by email, phone or chat.",
            "Give this code to nobody.",
        ),
        hour="1 hour",
        hours="{count} hours",
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


def compose(*, locale: Language, code: str, link: str, expires_in_hours: int, program: str = "Berlapis") -> Message:
    """Write the mail.

    Args:
        locale: the registration's language.
        code: the six digits.
        link: from `confirmation_link`.
        expires_in_hours: the life of code and link, in whole hours.
        program: whom the registrant registers with, as people know it.
    """
    wording = _WORDINGS[locale]
    life = wording.hour if expires_in_hours == 1 else wording.hours.format(count=expires_in_hours)
    subject = wording.subject.format(program=program)
    before_code = wording.before_code.format(program=program)
    after_link = [paragraph.format(life=life) for paragraph in wording.after_link]
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
