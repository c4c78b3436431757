"""The notices, in Indonesian and English: what has become of a registration, or what it waits for.

They say no more than the page says to whoever holds a session, and nothing that names a person: a mailbox may be seen by
others. The code stands in the link only, because it opens the registration and is not for typing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from functions.shared.mail import NEVER_ASKED, Link, Paragraph, span, written
from functions.shared.reasons import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.shared.mail import Message
    from functions.shared.reasons import Language

type Kind = Literal["verified", "rejected", "expired", "details", "phone"]

LINK_HOURS = 24


@dataclass(frozen=True, slots=True)
class _Wording:
    """One notice in one language: before the reason, after it, and what follows the link."""

    subject: str
    told: str
    todo: str
    label: str
    after: tuple[str, ...] = ()


_WORDINGS: Mapping[Language, Mapping[Kind, _Wording]] = {
    "id": {
        "verified": _Wording(
            subject="{program}: pendaftaran Anda terverifikasi",
            told=(
                "Pendaftaran di {program} dengan alamat email ini sudah terverifikasi. Anda tidak perlu berbuat apa-apa lagi."
            ),
            todo=(
                "Bukan Anda yang mendaftar, atau ingin membatalkannya? Buka tautan di bawah ini, tekan tombol di "
                "halamannya, lalu batalkan pendaftaran; datanya dihapus dan NIK-nya bebas lagi."
            ),
            label="Buka pendaftaran ini",
            after=("Data pendaftaran tidak diperlihatkan kepada siapa pun lewat email ini.",),
        ),
        "rejected": _Wording(
            subject="{program}: pendaftaran Anda belum dapat disetujui",
            told="Pendaftaran di {program} dengan alamat email ini belum dapat disetujui.",
            todo="",
            label="Buka pendaftaran ini",
            after=("Bukan Anda yang mendaftar? Di halaman yang sama pendaftaran dapat dibatalkan; datanya dihapus.",),
        ),
        "expired": _Wording(
            subject="{program}: pendaftaran Anda ditutup",
            told=(
                "Pendaftaran di {program} dengan alamat email ini ditutup karena waktunya habis, dan datanya dihapus."
            ),
            todo="Jika masih ingin ikut, silakan mendaftar lagi dari awal:",
            label="Buka halaman pendaftaran",
            after=("Bukan Anda yang mendaftar? Abaikan email ini; tidak ada data yang tersisa.",),
        ),
        "details": _Wording(
            subject="{program}: pendaftaran menunggu data Anda",
            told="Pendaftaran Anda di {program} menunggu data dari Anda.",
            todo=(
                "Buka tautan di bawah ini, tekan tombol di halamannya, lalu periksa data Anda dan kirim lagi. Siapkan "
                "KTP dan HP Anda."
            ),
            label="Lanjutkan pendaftaran",
        ),
        "phone": _Wording(
            subject="{program}: pendaftaran menunggu konfirmasi nomor HP Anda",
            told="Data Anda sudah diperiksa. Pendaftaran Anda di {program} tinggal menunggu konfirmasi nomor HP.",
            todo=(
                "Buka tautan di bawah ini dan tekan tombol di halamannya. Lalu ketik kode yang kami kirim ke HP Anda; "
                "jika sudah tidak berlaku, minta kode baru di halaman itu."
            ),
            label="Lanjutkan pendaftaran",
        ),
    },
    "en": {
        "verified": _Wording(
            subject="{program}: your registration is verified",
            told="The registration with {program} under this email address is verified. There is nothing left to do.",
            todo=(
                "Was it not you who registered, or do you want to withdraw? Open the link below, press the button on the "
                "page and withdraw the registration; its data are deleted and the NIK is free again."
            ),
            label="Open this registration",
            after=("Nothing of the registration's data is shown to anybody by this email.",),
        ),
        "rejected": _Wording(
            subject="{program}: your registration could not be approved",
            told="The registration with {program} under this email address could not be approved.",
            todo="",
            label="Open this registration",
            after=(
                "Was it not you who registered? The registration can be withdrawn on the same page; its data are deleted.",
            ),
        ),
        "expired": _Wording(
            subject="{program}: your registration was closed",
            told=(
                "The registration with {program} under this email address was closed because its time was over, and its "
                "data are deleted."
            ),
            todo="If you still want to take part, please register anew:",
            label="Open the registration page",
            after=("Was it not you who registered? Ignore this email; no data are left.",),
        ),
        "details": _Wording(
            subject="{program}: the registration is waiting for your details",
            told="Your registration with {program} is waiting for details from you.",
            todo=(
                "Open the link below and press the button on the page, then check your details and send them again. "
                "Have your KTP and your phone at hand."
            ),
            label="Go on with the registration",
        ),
        "phone": _Wording(
            subject="{program}: the registration is waiting for your phone's confirmation",
            told=(
                "Your details are checked. All that your registration with {program} still waits for is the "
                "confirmation of your phone number."
            ),
            todo=(
                "Open the link below and press the button on the page. Then type the code that we sent to your phone; "
                "if it no longer works, ask for a new one on that page."
            ),
            label="Go on with the registration",
        ),
    },
}

_DISPUTE: Mapping[Language, str] = {
    "id": (
        "Menurut Anda ini keliru? Buka tautan di bawah ini, tekan tombol di halamannya, lalu ajukan keberatan; petugas "
        "kami akan memeriksa pendaftaran ini."
    ),
    "en": (
        "Do you think this is a mistake? Open the link below, press the button on the page and say so; our staff will "
        "look at this registration."
    ),
}
_DECIDED: Mapping[Language, str] = {
    "id": "Buka tautan di bawah ini dan tekan tombol di halamannya untuk melihat pendaftaran ini.",
    "en": "Open the link below and press the button on the page to see this registration.",
}
_LIFE: Mapping[Language, str] = {
    "id": (
        "Membuka tautan saja tidak mengubah apa pun. Tautan berlaku selama {life}; jangan berikan tautan ini kepada "
        "siapa pun."
    ),
    "en": "Opening the link changes nothing. The link works for {life}; give it to nobody.",
}
_REMINDER: Mapping[Language, str] = {"id": "Pengingat: ", "en": "Reminder: "}
_ENDS: Mapping[Language, str] = {
    "id": "Pendaftaran menunggu {rest} lagi. Setelah itu pendaftaran berakhir dan datanya dihapus.",
    "en": "The registration waits for another {rest}. After that it ends and its data are deleted.",
}


def compose(  # noqa: PLR0913 (what the mail says, each a value of its own)
    kind: Kind,
    *,
    locale: Language,
    link: str,
    program: str,
    reason: str | None = None,
    disputable: bool = False,
    ends_in_hours: int | None = None,
    reminder: bool = False,
) -> Message:
    """Write the notice.

    Args:
        kind: which one.
        locale: the registration's language.
        link: from `confirmation_link`; the bare page for one that has expired.
        program: whom the registrant registers with, as people know it.
        reason: a code of `functions.shared.reasons`.
        disputable: of a rejection, whether the registrant can have somebody look at it.
        ends_in_hours: how long the registration still waits, where it does, in whole hours.
        reminder: it was asked for before, and nothing has happened.
    """
    wording = _WORDINGS[locale][kind]
    todo = wording.todo or (_DISPUTE if disputable else _DECIDED)[locale]
    life = [] if kind == "expired" else [_LIFE[locale].format(life=span(locale, LINK_HOURS))]
    ends = [] if ends_in_hours is None else [_ENDS[locale].format(rest=span(locale, ends_in_hours))]
    before = [wording.told.format(program=program), *_why(kind, locale, reason), todo]
    after = [*life, *ends, *wording.after, NEVER_ASKED[locale]]
    return written(
        locale,
        (_REMINDER[locale] if reminder else "") + wording.subject.format(program=program),
        [*map(Paragraph, before), Link(link, wording.label), *map(Paragraph, after)],
    )


def _why(kind: Kind, locale: Language, reason: str | None) -> list[str]:
    """The reason in its own words, without what it says of the page that the reader is not at."""
    if reason is None or kind not in {"rejected", "expired", "details"}:
        return []
    words = text(reason, locale)
    return [" ".join(part for part in (words.happened, words.ask) if part)]
