"""The mail that carries the confirmation code, in Indonesian and English, as plain text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.shared.mail import NEVER_ASKED, Code, Link, Message, Paragraph, confirmation_link, span, written

if TYPE_CHECKING:
    from functions.shared.reasons import Language

__all__ = ["Message", "compose", "confirmation_link"]


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
    warning: str


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
        warning="Jangan berikan kode ini kepada siapa pun.",
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
        warning="Give this code to nobody.",
    ),
}


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
    rest = span(locale, ends_in_hours or 0)
    after_link = [
        wording.life.format(life=span(locale, expires_in_hours)),
        *(paragraph.format(rest=rest) for paragraph in opening.after_life),
        NEVER_ASKED[locale],
        wording.warning,
    ]
    return written(
        locale,
        subject,
        [
            Paragraph(before_code),
            Code(code),
            Paragraph(wording.before_link),
            Link(link, wording.link_label),
            *(Paragraph(each) for each in after_link),
        ],
    )
