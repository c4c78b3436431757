"""Every reason that a registration, a problem document or a field of it can carry, with its texts.

The texts are for registrants: what happened, what to do now, and whom to ask where a page cannot help. None of them
says what the register holds of a person, element by element, or whether somebody else is registered. Codes are part of
the API: a code is never renamed and never given another meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

type Language = Literal["id", "en"]

LANGUAGES: tuple[Language, ...] = ("id", "en")
DEFAULT_LANGUAGE = LANGUAGES[0]


class Text(NamedTuple):
    """A reason in one language."""

    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and its texts."""

    code: str
    title: Mapping[Language, str]
    detail: Mapping[Language, str]


def _reasons(table: dict[str, dict[Language, Text]]) -> dict[str, Reason]:
    return {
        code: Reason(
            code=code,
            title={language: each.title for language, each in texts.items()},
            detail={language: each.detail for language, each in texts.items()},
        )
        for code, texts in table.items()
    }


# Why a registration is where it is. `too_many_guesses` and `resends_used_up` are problem codes as well.
REGISTRATION = _reasons(
    {
        "mismatch": {
            "id": Text(
                "Data belum cocok",
                "Data yang Anda kirim belum cocok dengan data Dukcapil. Bandingkan setiap isian dengan KTP Anda, perbaiki "
                "yang berbeda, lalu kirim lagi. Jika semuanya sudah sama dengan KTP, tanyakan ke kantor Dukcapil; bawa KTP "
                "dan KK.",
            ),
            "en": Text(
                "Details do not match yet",
                "What you sent does not match Dukcapil's data yet. Compare every field with your KTP, change what differs, "
                "and send it again. If everything is as on your KTP, ask the Dukcapil office; bring your KTP and KK.",
            ),
        },
        "not_found": {
            "id": Text(
                "NIK belum ditemukan",
                "NIK ini belum ditemukan di data Dukcapil. Cocokkan 16 angkanya dengan KTP Anda, lalu kirim lagi. Jika "
                "sudah sama, NIK Anda mungkin belum tercatat di pusat; kantor Dukcapil dapat membantu. Bawa KTP dan KK.",
            ),
            "en": Text(
                "NIK not found yet",
                "This NIK was not found in Dukcapil's data yet. Compare its 16 digits with your KTP and send it again. If "
                "they are the same, your NIK may not have reached the central register; the Dukcapil office can help. "
                "Bring your KTP and KK.",
            ),
        },
        "duplicate_record": {
            "id": Text(
                "Catatan NIK perlu dirapikan",
                "Di Dukcapil ada catatan ganda untuk NIK ini, jadi kami belum dapat memeriksanya. Datanglah ke kantor "
                "Dukcapil dengan KTP dan KK, dan minta catatannya dirapikan. Setelah itu, kirim lagi di halaman ini.",
            ),
            "en": Text(
                "NIK record needs tidying",
                "Dukcapil holds a double record for this NIK, so we cannot check it yet. Go to the Dukcapil office with "
                "your KTP and KK and ask them to put it in order. Then send it again on this page.",
            ),
        },
        "inactive": {
            "id": Text(
                "NIK sedang tidak aktif",
                "Menurut data Dukcapil, NIK ini sedang tidak aktif, misalnya karena perekaman KTP belum lengkap. Datanglah "
                "ke kantor Dukcapil dengan KTP dan KK, dan minta NIK diaktifkan. Setelah itu, kirim lagi di halaman ini.",
            ),
            "en": Text(
                "NIK is not active now",
                "Dukcapil has this NIK as not active, for instance because the recording for the KTP is not complete. Go "
                "to the Dukcapil office with your KTP and KK and ask them to activate it. Then send it again on this page.",
            ),
        },
        "deceased": {
            "id": Text(
                "Catatan NIK perlu diperiksa",
                "Di Dukcapil, pemilik NIK ini tercatat sudah meninggal. Petugas kami memeriksa pendaftaran ini. Jika NIK "
                "ini memang milik Anda, kantor Dukcapil dapat memperbaiki catatannya; bawa KTP dan KK.",
            ),
            "en": Text(
                "NIK record needs a check",
                "Dukcapil has the owner of this NIK as passed away. Our staff are looking at this registration. If the NIK "
                "is yours, the Dukcapil office can correct the record; bring your KTP and KK.",
            ),
        },
        "duplicate": {
            "id": Text(
                "NIK ini tidak dapat dipakai di sini",
                "NIK ini tidak dapat dipakai untuk pendaftaran ini. Cocokkan 16 angkanya dengan KTP Anda; jika ada yang "
                "berbeda, perbaiki lalu kirim lagi. Jika sudah sama dengan KTP, kirim lagi apa adanya, atau minta petugas "
                "memeriksanya.",
            ),
            "en": Text(
                "This NIK cannot be used here",
                "This NIK cannot be used for this registration. Compare its 16 digits with your KTP; if one differs, change "
                "it and send it again. If they are as on your KTP, send it again as it is, or ask for our staff to look at "
                "it.",
            ),
        },
        "fault": {
            "id": Text(
                "Ada gangguan pada sistem kami",
                "Ada gangguan pada sistem kami, bukan pada data Anda. Petugas kami memeriksanya, dan kesempatan Anda tidak "
                "berkurang. Anda tidak perlu mengirim lagi; hasilnya muncul di halaman ini.",
            ),
            "en": Text(
                "Something went wrong with us",
                "Something went wrong in our system, not in your details. Our staff are looking at it, and you lose no "
                "attempt. You need not send anything again; the result appears on this page.",
            ),
        },
        "corrections_used_up": {
            "id": Text(
                "Petugas sedang memeriksa",
                "Data sudah beberapa kali diperbaiki dan belum cocok, jadi petugas kami memeriksanya. Anda tidak perlu "
                "mengirim lagi; hasilnya muncul di halaman ini. Sementara itu, kantor Dukcapil dapat memeriksa data KTP "
                "dan KK Anda.",
            ),
            "en": Text(
                "Our staff are looking at it",
                "The details were corrected several times and do not match yet, so our staff are looking at them. You need "
                "not send anything again; the result appears on this page. Meanwhile the Dukcapil office can check the "
                "data of your KTP and KK.",
            ),
        },
        "too_many_guesses": {
            "id": Text(
                "Kode tidak dapat dicoba lagi",
                "Kode sudah beberapa kali tidak cocok. Demi keamanan Anda, kode tidak dapat dimasukkan lagi di pendaftaran "
                "ini. Lihat langkah berikutnya di halaman pendaftaran; jika perlu bantuan, tanyakan kepada penyelenggara.",
            ),
            "en": Text(
                "The code cannot be tried again",
                "The code did not match several times. To keep you safe, no more codes can be entered in this registration. "
                "The registration page shows the next step; if you need help, ask the organiser.",
            ),
        },
        "resends_used_up": {
            "id": Text(
                "Kode baru tidak dapat dikirim lagi",
                "Kode sudah dikirim sebanyak yang dapat kami kirim untuk pendaftaran ini. Pakai kode terakhir yang Anda "
                "terima; lihat juga folder spam. Jika tidak ada, tanyakan kepada penyelenggara.",
            ),
            "en": Text(
                "No more codes can be sent",
                "We have sent as many codes as we can for this registration. Use the last one you received; look in the "
                "spam folder too. If there is none, ask the organiser.",
            ),
        },
        "email_unavailable": {
            "id": Text(
                "Pengiriman email sedang terganggu",
                "Kami sedang tidak dapat mengirim email. Data Anda aman, dan kesempatan Anda tidak berkurang. Kode dikirim "
                "begitu layanan pulih; Anda boleh menutup halaman ini dan kembali nanti.",
            ),
            "en": Text(
                "Sending email is interrupted",
                "We cannot send email right now. Your data is safe and you lose no attempt. The code is sent as soon as "
                "the service is back; you can close this page and come back later.",
            ),
        },
        "dukcapil_unavailable": {
            "id": Text(
                "Layanan Dukcapil sedang terganggu",
                "Layanan Dukcapil sedang tidak dapat dihubungi. Data Anda aman, dan kesempatan Anda tidak berkurang. Kami "
                "memeriksanya begitu layanan pulih; Anda tidak perlu mengirim lagi.",
            ),
            "en": Text(
                "Dukcapil's service is interrupted",
                "Dukcapil's service cannot be reached right now. Your data is safe and you lose no attempt. We check it as "
                "soon as the service is back; you need not send it again.",
            ),
        },
        "phone_unavailable": {
            "id": Text(
                "Pengiriman kode sedang terganggu",
                "Kami sedang tidak dapat mengirim kode ke HP. Data Anda aman, dan kesempatan Anda tidak berkurang. Kode "
                "dikirim begitu layanan pulih; Anda boleh menutup halaman ini dan kembali nanti.",
            ),
            "en": Text(
                "Sending codes is interrupted",
                "We cannot send codes to phones right now. Your data is safe and you lose no attempt. The code is sent as "
                "soon as the service is back; you can close this page and come back later.",
            ),
        },
        "email_not_confirmed": {
            "id": Text(
                "Waktu konfirmasi email habis",
                "Email belum dikonfirmasi sampai batas waktunya, jadi pendaftaran ini ditutup. Silakan mendaftar lagi; "
                "baca ulang alamat email sebelum mengirim, dan cari email kami juga di folder spam.",
            ),
            "en": Text(
                "Time to confirm the email is over",
                "The email was not confirmed in time, so this registration was closed. Please register again; read the "
                "address once more before you send it, and look for our email in the spam folder too.",
            ),
        },
        "details_not_submitted": {
            "id": Text(
                "Waktu mengisi data habis",
                "Data belum dikirim sampai batas waktunya, jadi pendaftaran ini ditutup. Silakan mendaftar lagi; siapkan "
                "KTP dan HP Anda. Jika data KTP Anda perlu diperbaiki, kantor Dukcapil dapat membantu.",
            ),
            "en": Text(
                "Time to send the details is over",
                "The details were not sent in time, so this registration was closed. Please register again, with your KTP "
                "and phone at hand. If the data of your KTP needs correcting, the Dukcapil office can help.",
            ),
        },
        "phone_not_confirmed": {
            "id": Text(
                "Waktu konfirmasi nomor HP habis",
                "Nomor HP belum dikonfirmasi sampai batas waktunya, jadi pendaftaran ini ditutup. Silakan mendaftar lagi "
                "dengan nomor HP yang Anda pegang sekarang.",
            ),
            "en": Text(
                "Time to confirm the phone is over",
                "The phone number was not confirmed in time, so this registration was closed. Please register again with "
                "the number of the phone that you have with you.",
            ),
        },
        "review_rejected": {
            "id": Text(
                "Pendaftaran belum dapat disetujui",
                "Petugas sudah memeriksa pendaftaran ini dan belum dapat menyetujuinya. Jika menurut Anda ini keliru, "
                "tanyakan kepada penyelenggara. Jika data KTP perlu diperbaiki, datanglah ke kantor Dukcapil dengan KTP "
                "dan KK.",
            ),
            "en": Text(
                "Registration could not be approved",
                "Our staff looked at this registration and could not approve it. If you think this is a mistake, ask the "
                "organiser. If the data of your KTP needs correcting, go to the Dukcapil office with your KTP and KK.",
            ),
        },
        "review_undecided": {
            "id": Text(
                "Pemeriksaan belum selesai pada waktunya",
                "Petugas kami belum dapat memutuskan sampai batas waktunya, jadi pendaftaran ini ditutup. Maaf. Silakan "
                "mendaftar lagi, atau tanyakan kepada penyelenggara.",
            ),
            "en": Text(
                "The check was not finished in time",
                "Our staff could not decide in time, so this registration was closed. We are sorry. Please register again, "
                "or ask the organiser.",
            ),
        },
        "withdrawn": {
            "id": Text(
                "Pendaftaran dibatalkan",
                "Pendaftaran ini dibatalkan atas permintaan Anda, dan data pribadi Anda dihapus. Jika ingin ikut lagi, "
                "silakan mendaftar dari awal.",
            ),
            "en": Text(
                "Registration withdrawn",
                "This registration was withdrawn at your request, and your personal data is deleted. If you want to take "
                "part again, please register anew.",
            ),
        },
    }
)

# Why a call to the API was not carried out.
PROBLEMS = _reasons(
    {
        "registration_not_found": {
            "id": Text(
                "Pendaftaran tidak ditemukan",
                "Pendaftaran ini tidak dapat dibuka dari sini. Buka tautan di email terbaru dari kami. Jika belum bisa, "
                "silakan mendaftar lagi.",
            ),
            "en": Text(
                "Registration not found",
                "This registration cannot be opened from here. Open the link in our latest email. If that does not help, "
                "please register again.",
            ),
        },
        "route_not_found": {
            "id": Text("Alamat tidak dikenal", "Tidak ada apa-apa di alamat ini. Mulai lagi dari halaman pendaftaran."),
            "en": Text("Unknown address", "There is nothing at this address. Start again from the registration page."),
        },
        "method_not_allowed": {
            "id": Text(
                "Permintaan tidak didukung",
                "Alamat ini tidak melayani permintaan seperti itu. Mulai lagi dari halaman pendaftaran.",
            ),
            "en": Text(
                "Request not supported",
                "This address does not serve requests of that kind. Start again from the registration page.",
            ),
        },
        "body_too_large": {
            "id": Text(
                "Kiriman terlalu besar",
                "Kiriman lebih besar daripada yang dapat kami terima. Isi kolom yang diminta saja, lalu kirim lagi.",
            ),
            "en": Text(
                "Too much was sent",
                "More was sent than we can take. Fill in only the fields that are asked for, and send it again.",
            ),
        },
        "body_malformed": {
            "id": Text(
                "Kiriman tidak terbaca",
                "Kiriman tidak terbaca sebagai JSON, mungkin karena terputus di jalan. Muat ulang halaman, lalu kirim "
                "lagi.",
            ),
            "en": Text(
                "What was sent cannot be read",
                "What was sent cannot be read as JSON; it may have been cut off on the way. Reload the page and send it "
                "again.",
            ),
        },
        "invalid_request": {
            "id": Text(
                "Ada isian yang perlu diperbaiki",
                "Lihat isian yang ditandai, perbaiki, lalu kirim lagi. Yang tidak ditandai tidak perlu diubah.",
            ),
            "en": Text(
                "Some fields need a change",
                "Look at the marked fields, change them, and send it again. Those without a mark need no change.",
            ),
        },
        "unsupported_media_type": {
            "id": Text(
                "Jenis kiriman tidak dikenal",
                "Kami hanya dapat membaca kiriman berjenis application/json. Muat ulang halaman, lalu kirim lagi.",
            ),
            "en": Text(
                "Unknown kind of content",
                "We can only read content of the type application/json. Reload the page and send it again.",
            ),
        },
        "idempotency_key_reused": {
            "id": Text(
                "Kiriman berbeda dari yang pertama",
                "Idempotency-Key ini sudah dipakai untuk kiriman dengan isi lain. Muat ulang halaman, lalu kirim lagi.",
            ),
            "en": Text(
                "Not what was sent first",
                "This Idempotency-Key was already used with other content. Reload the page and send it again.",
            ),
        },
        "not_expected_now": {
            "id": Text(
                "Pendaftaran sedang di langkah lain",
                "Langkah ini belum tiba atau sudah selesai. Muat ulang halaman untuk melihat langkah yang sekarang.",
            ),
            "en": Text(
                "Registration is at another step",
                "This step has not come yet or is already done. Reload the page to see the present step.",
            ),
        },
        "registration_ended": {
            "id": Text(
                "Pendaftaran ini sudah selesai",
                "Pendaftaran ini sudah selesai dan tidak dapat diubah lagi. Muat ulang halaman untuk melihat hasilnya.",
            ),
            "en": Text(
                "This registration has ended",
                "This registration has ended and can no longer be changed. Reload the page to see the result.",
            ),
        },
        "code_wrong": {
            "id": Text(
                "Kode belum cocok",
                "Cocokkan enam angkanya dengan pesan terbaru dari kami, lalu coba lagi. Kode dari pesan yang lebih lama "
                "tidak berlaku lagi.",
            ),
            "en": Text(
                "The code does not match yet",
                "Compare the six digits with our latest message and try again. Codes from older messages no longer work.",
            ),
        },
        "code_expired": {
            "id": Text(
                "Masa berlaku kode habis",
                "Kode ini tidak berlaku lagi. Minta kode baru, lalu ketik enam angka dari pesan yang terbaru.",
            ),
            "en": Text(
                "The code is too old",
                "This code no longer works. Ask for a new one and type the six digits from the latest message.",
            ),
        },
        "code_not_accepted": {
            "id": Text(
                "Kode belum dapat diterima",
                "Buka email terbaru dari kami dan pakai kode atau tautan di dalamnya. Jika belum bisa, minta kode baru di "
                "perangkat tempat Anda mulai mendaftar.",
            ),
            "en": Text(
                "The code could not be accepted",
                "Open our latest email and use the code or the link in it. If that does not help, ask for a new code on "
                "the device where you began to register.",
            ),
        },
        "resend_too_early": {
            "id": Text(
                "Tunggu sebentar",
                "Kode baru saja dikirim dan kadang perlu waktu untuk sampai. Tunggu sebentar sebelum meminta lagi.",
            ),
            "en": Text(
                "Please wait a moment",
                "A code has just been sent and sometimes takes a while to arrive. Wait a moment before you ask again.",
            ),
        },
        "unavailable": {
            "id": Text(
                "Layanan sedang sibuk",
                "Layanan kami sedang sibuk atau terganggu. Yang sudah Anda kirim tetap tersimpan. Tunggu sebentar, lalu "
                "coba lagi.",
            ),
            "en": Text(
                "The service is busy",
                "Our service is busy or interrupted. What you sent before is kept. Wait a moment and try again.",
            ),
        },
        "internal_error": {
            "id": Text(
                "Ada gangguan di pihak kami",
                "Maaf, ada yang tidak berjalan di pihak kami. Tunggu sebentar, lalu coba lagi. Jika terulang, tanyakan "
                "kepada penyelenggara.",
            ),
            "en": Text(
                "Something went wrong on our side",
                "We are sorry, something went wrong on our side. Wait a moment and try again. If it happens again, ask the "
                "organiser.",
            ),
        },
    }
)

# What is the matter with one field.
FIELDS = _reasons(
    {
        "missing": {
            "id": Text("Belum diisi", "Isian ini masih kosong. Silakan diisi."),
            "en": Text("Not filled in yet", "This field is still empty. Please fill it in."),
        },
        "unknown_field": {
            "id": Text("Isian tidak dikenal", "Isian ini tidak diminta di sini. Muat ulang halaman, lalu coba lagi."),
            "en": Text("Unknown field", "This field is not asked for here. Reload the page and try again."),
        },
        "wrong_type": {
            "id": Text("Bentuk isian belum sesuai", "Isian ini perlu bentuk lain. Ketik ulang, lalu kirim lagi."),
            "en": Text("Another form is needed", "This field needs another form. Type it again and send it again."),
        },
        "too_long": {
            "id": Text(
                "Terlalu panjang", "Isian ini lebih panjang daripada yang dapat kami terima. Silakan dipersingkat."
            ),
            "en": Text("Too long", "This is longer than we can take. Please make it shorter."),
        },
        "too_short": {
            "id": Text("Terlalu pendek", "Isian ini belum lengkap. Silakan dilengkapi."),
            "en": Text("Too short", "This is not complete yet. Please complete it."),
        },
        "consent_required": {
            "id": Text(
                "Persetujuan Anda diperlukan",
                "Kami hanya boleh memeriksa data Anda jika Anda setuju. Baca penjelasannya, lalu beri tanda setuju.",
            ),
            "en": Text(
                "Your consent is needed",
                "We may check your data only if you agree. Read the explanation, then tick the box.",
            ),
        },
        "locale_unknown": {
            "id": Text("Bahasa belum tersedia", "Pilih bahasa Indonesia (id) atau Inggris (en)."),
            "en": Text("Language not available", "Choose Indonesian (id) or English (en)."),
        },
        "email_malformed": {
            "id": Text(
                "Alamat email belum lengkap",
                "Alamat email berbentuk seperti nama@contoh.com, tanpa spasi. Baca ulang huruf demi huruf, lalu perbaiki.",
            ),
            "en": Text(
                "Email address is not complete",
                "An email address looks like name@example.com, without spaces. Read it letter by letter and change it.",
            ),
        },
        "email_letters": {
            "id": Text(
                "Alamat email ini belum dapat kami pakai",
                "Kami belum dapat mengirim ke alamat dengan huruf khusus sebelum tanda @. Pakai huruf a sampai z, angka, "
                "titik, atau garis, atau pakai alamat lain.",
            ),
            "en": Text(
                "We cannot use this email address yet",
                "We cannot send to addresses with special letters before the @ sign yet. Use letters from a to z, digits, "
                "dots or dashes, or use another address.",
            ),
        },
        "nik_length": {
            "id": Text(
                "NIK terdiri dari 16 angka",
                "Jumlah angkanya belum 16. Bandingkan dengan KTP Anda, empat angka demi empat angka.",
            ),
            "en": Text(
                "A NIK has 16 digits",
                "There are more or fewer than 16 digits. Compare with your KTP, four digits at a time.",
            ),
        },
        "nik_letters": {
            "id": Text(
                "NIK hanya berisi angka",
                "Ada tanda yang bukan angka. Huruf O mirip angka nol dan huruf l mirip angka satu; ketik angkanya.",
            ),
            "en": Text(
                "A NIK holds digits only",
                "There is a character that is no digit. The letter O looks like zero and the letter l like one; type the "
                "digit.",
            ),
        },
        "nik_region": {
            "id": Text(
                "Periksa 6 angka pertama NIK",
                "Enam angka pertama adalah kode wilayah, dan kode ini tidak mungkin ada. Bandingkan dengan KTP Anda. Jika "
                "di KTP memang begitu, tanyakan ke kantor Dukcapil.",
            ),
            "en": Text(
                "Check the first 6 digits of the NIK",
                "The first six digits are the code of a region, and this code cannot exist. Compare with your KTP. If it "
                "is like that on your KTP, ask the Dukcapil office.",
            ),
        },
        "nik_date": {
            "id": Text(
                "Periksa angka ke-7 sampai ke-12 NIK",
                "Enam angka itu adalah tanggal lahir (untuk perempuan, tanggalnya ditambah 40), dan tanggal ini tidak "
                "mungkin ada. Bandingkan dengan KTP Anda. Jika di KTP memang begitu, tanyakan ke kantor Dukcapil.",
            ),
            "en": Text(
                "Check digits 7 to 12 of the NIK",
                "These six digits are a birth date (for women, 40 is added to the day), and this date cannot exist. "
                "Compare with your KTP. If it is like that on your KTP, ask the Dukcapil office.",
            ),
        },
        "nik_serial": {
            "id": Text(
                "Periksa 4 angka terakhir NIK",
                "Empat angka terakhir tidak mungkin 0000. Bandingkan dengan KTP Anda. Jika di KTP memang begitu, tanyakan "
                "ke kantor Dukcapil.",
            ),
            "en": Text(
                "Check the last 4 digits of the NIK",
                "The last four digits cannot be 0000. Compare with your KTP. If it is like that on your KTP, ask the "
                "Dukcapil office.",
            ),
        },
        "phone_letters": {
            "id": Text(
                "Nomor HP hanya berisi angka",
                "Ada tanda yang bukan angka, mungkin tidak terlihat. Hapus nomornya, lalu ketik angkanya saja, misalnya "
                "mulai dari 08.",
            ),
            "en": Text(
                "A phone number holds digits only",
                "There is a character that is no digit; it may be invisible. Delete the number, then type its digits "
                "only, for instance beginning with 08.",
            ),
        },
        "phone_foreign": {
            "id": Text(
                "Pakai nomor HP Indonesia",
                "Kami hanya dapat mengirim kode ke nomor HP Indonesia. Ketik nomor yang mulai dengan 08 atau +628.",
            ),
            "en": Text(
                "Use an Indonesian mobile number",
                "We can send codes to Indonesian mobile numbers only. Type a number that begins with 08 or +628.",
            ),
        },
        "phone_fixed_line": {
            "id": Text(
                "Ini belum nomor HP",
                "Kode hanya dapat dikirim ke nomor HP; telepon rumah dan nomor layanan tidak dapat menerimanya. Periksa "
                "nomornya, atau pakai nomor HP lain yang Anda pegang.",
            ),
            "en": Text(
                "This is not a mobile number",
                "Codes can be sent to mobile numbers only; fixed lines and service numbers cannot receive them. Check the "
                "number, or use the number of another mobile phone that you have with you.",
            ),
        },
        "phone_length": {
            "id": Text(
                "Periksa jumlah angka nomor HP",
                "Ada angka yang kurang atau lebih. Nomor HP yang mulai dengan 08 terdiri dari 10 sampai 13 angka.",
            ),
            "en": Text(
                "Check the digits of the phone number",
                "Digits are missing or left over. A mobile number that begins with 08 has 10 to 13 digits.",
            ),
        },
        "birth_date_malformed": {
            "id": Text(
                "Tanggal lahir belum lengkap",
                "Isi tahun, bulan, dan tanggal seperti di KTP Anda, misalnya 1985-08-17.",
            ),
            "en": Text(
                "Birth date is not complete",
                "Fill in year, month and day as on your KTP, for instance 1985-08-17.",
            ),
        },
        "birth_date_impossible": {
            "id": Text(
                "Periksa tahun lahir",
                "Tanggal ini belum terjadi atau sudah lebih dari 130 tahun yang lalu. Bandingkan dengan KTP Anda.",
            ),
            "en": Text(
                "Check the year of birth",
                "This date has not come yet or is more than 130 years ago. Compare with your KTP.",
            ),
        },
        "sex_unknown": {
            "id": Text("Pilih jenis kelamin", "Pilih laki-laki (male) atau perempuan (female), seperti di KTP Anda."),
            "en": Text("Choose the sex", "Choose male or female, as on your KTP."),
        },
        "name_malformed": {
            "id": Text(
                "Periksa nama lengkap",
                "Ketik nama seperti di KTP, dengan huruf, spasi, titik, koma, tanda petik, atau garis. Gelar boleh "
                "ditinggalkan.",
            ),
            "en": Text(
                "Check the full name",
                "Type the name as on your KTP, with letters, spaces, dots, commas, apostrophes or dashes. Academic titles "
                "may be left out.",
            ),
        },
        "code_format": {
            "id": Text("Kode terdiri dari 6 angka", "Ketik keenam angka dari pesan terbaru dari kami."),
            "en": Text("The code has 6 digits", "Type all six digits from our latest message."),
        },
        "channel_unknown": {
            "id": Text("Pilih cara pengiriman", "Pilih cara pengiriman kode dari daftar yang ada di halaman."),
            "en": Text("Choose a way of sending", "Choose one of the ways of sending the code that the page offers."),
        },
        "kk_malformed": {
            "id": Text(
                "Nomor KK terdiri dari 16 angka",
                "Bandingkan dengan Kartu Keluarga Anda; nomornya ada di bagian atas. Nomor KK boleh dikosongkan.",
            ),
            "en": Text(
                "A KK number has 16 digits",
                "Compare with your family card (KK); the number is at the top. It may be left out.",
            ),
        },
        "nik_last4_differs": {
            "id": Text(
                "4 angka terakhir berbeda",
                "Empat angka ini berbeda dari akhir NIK yang Anda ketik. Baca lagi keduanya dari KTP Anda, lalu samakan "
                "dengan KTP.",
            ),
            "en": Text(
                "The last 4 digits differ",
                "These four digits differ from the end of the NIK that you typed. Read both from your KTP again and correct "
                "the one that is wrong.",
            ),
        },
        "nik_last4_malformed": {
            "id": Text(
                "Ketik 4 angka terakhir NIK",
                "Baca empat angka terakhir NIK dari KTP Anda, lalu ketik di sini.",
            ),
            "en": Text(
                "Type the last 4 digits of the NIK",
                "Read the last four digits of the NIK from your KTP and type them here.",
            ),
        },
    }
)

REASONS = REGISTRATION | PROBLEMS | FIELDS


def text(code: str, language: Language) -> Text:
    """The title and the detail of a code.

    Raises:
        KeyError: no such code. A code that is missing here is a fault of the program.
    """
    reason = REASONS[code]
    return Text(reason.title[language], reason.detail[language])


# Android and Java called Indonesian "in" for decades, and old phones still do.
_LANGUAGE_OF_TAG: dict[str, Language] = {"id": "id", "in": "id", "en": "en"}
_QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.ASCII | re.IGNORECASE)


def negotiate(accept_language: str | None) -> Language:
    """The language to answer in, from an `Accept-Language` header (RFC 9110, section 12.5.4).

    The highest quality wins, of equal ones the first. `*` stands for the languages that are not named. What cannot be
    read is passed over; when nothing is left, the answer is in Indonesian.
    """
    qualities: dict[Language, float] = {}
    unnamed = 0.0
    for element in (accept_language or "").split(","):
        tag, _, parameters = element.partition(";")
        quality = _quality(parameters)
        if tag.strip() == "*":
            unnamed = quality
        elif language := _LANGUAGE_OF_TAG.get(tag.strip().lower().partition("-")[0]):
            qualities[language] = max(quality, qualities.get(language, 0.0))
    for language in LANGUAGES:
        qualities.setdefault(language, unnamed)
    best = max(qualities, key=qualities.__getitem__)
    return best if qualities[best] else DEFAULT_LANGUAGE


def _quality(parameters: str) -> float:
    if not parameters.strip():
        return 1.0
    readable = _QUALITY.fullmatch(parameters)
    return float(readable[1]) if readable else 0.0
