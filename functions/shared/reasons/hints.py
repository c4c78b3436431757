"""Hints: what a registrant may overrule, because a rare right entry looks the same as a mistyped one.

A NIK never changes, not when its holder moves, not when a province is divided, not even when the birth date in it was
recorded wrongly and corrected later. So no hint calls an entry wrong: the card decides, and each text says how to go on
with what the card shows. The other half of a comparison may be the mistyped one, so each text says to read both.
"""

from functions.shared.reasons.reason import Reason, Text, family

_KTP_SHOWS_IT = "Jika di KTP memang begitu, konfirmasikan lalu kirim lagi."
_KTP_SHOWS_IT_EN = "If your KTP really shows this, confirm it and send it again."

HINTS = family(
    Reason(
        "nik_birth_date_digit",
        {
            "id": Text(
                title="Satu angka tanggal lahir berbeda",
                happened="Satu dari angka ke-7 sampai ke-12 NIK tidak sama dengan tanggal lahir yang Anda isi.",
                next=f"Cocokkan NIK dan tanggal lahir dengan KTP, lalu ubah yang berbeda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="One digit of the birth date differs",
                happened="One of digits 7 to 12 of the NIK is not as in the birth date that you gave.",
                next=f"Compare the NIK and the birth date with your KTP and change what differs. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_birth_date_differs",
        {
            "id": Text(
                title="Tanggal lahir berbeda dari NIK",
                happened="Angka ke-7 sampai ke-12 NIK tidak sama dengan tanggal lahir yang Anda isi.",
                next=f"Cocokkan NIK dan tanggal lahir dengan KTP, lalu ubah yang berbeda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="Birth date and NIK differ",
                happened="Digits 7 to 12 of the NIK are not as in the birth date that you gave.",
                next=f"Compare the NIK and the birth date with your KTP and change what differs. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_digits_swapped",
        {
            "id": Text(
                title="Dua angka mungkin tertukar",
                happened="Dibandingkan dengan tanggal lahir yang Anda isi, dua angka NIK yang bersebelahan tertukar.",
                next=f"Cocokkan NIK dan tanggal lahir dengan KTP, lalu ubah yang berbeda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="Two digits may be swapped",
                happened="Compared with the birth date that you gave, two neighbouring digits of the NIK are swapped.",
                next=f"Compare the NIK and the birth date with your KTP and change what differs. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_day_month_swapped",
        {
            "id": Text(
                title="Tanggal dan bulan mungkin tertukar",
                happened="Dibandingkan dengan tanggal lahir yang Anda isi, tanggal dan bulan di NIK tertukar.",
                next=f"Cocokkan NIK dan tanggal lahir dengan KTP, lalu ubah yang berbeda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="Day and month may be swapped",
                happened="Compared with the birth date that you gave, day and month are swapped in the NIK.",
                next=f"Compare the NIK and the birth date with your KTP and change what differs. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_plus_40_missing",
        {
            "id": Text(
                title="Periksa angka ke-7 dan ke-8 NIK",
                happened="Di NIK perempuan, tanggal lahir biasanya ditambah 40 (17 menjadi 57); di NIK ini tidak.",
                next=f"Cocokkan NIK dan jenis kelamin dengan KTP, lalu ubah yang berbeda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="Check digits 7 and 8 of the NIK",
                happened="In a woman's NIK, 40 is usually added to the day of birth (17 becomes 57); in this one it is not.",
                next=f"Compare the NIK and the sex with your KTP and change what differs. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_plus_40_added",
        {
            "id": Text(
                title="Periksa angka ke-7 dan ke-8 NIK",
                happened="Di NIK ini tanggal lahir ditambah 40 (17 menjadi 57), seperti biasanya di NIK perempuan.",
                next=f"Cocokkan NIK dan jenis kelamin dengan KTP, lalu ubah yang berbeda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="Check digits 7 and 8 of the NIK",
                happened="In this NIK, 40 is added to the day of birth (17 becomes 57), as is usual in a woman's.",
                next=f"Compare the NIK and the sex with your KTP and change what differs. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_region_unknown",
        {
            "id": Text(
                title="Periksa 6 angka pertama NIK",
                happened="Enam angka pertama adalah kode wilayah, dan kode ini tidak ada di daftar kecamatan kami.",
                next=f"Cocokkan keenam angka itu dengan KTP Anda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="Check the first 6 digits of the NIK",
                happened="The first six digits are the code of a region, and our list of districts does not have it.",
                next=f"Compare these six digits with your KTP. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_region_retired",
        {
            "id": Text(
                title="6 angka pertama NIK adalah kode lama",
                happened=(
                    "Enam angka pertama adalah kode wilayah yang lama, misalnya dari sebelum provinsinya dimekarkan. "
                    "Sebagian orang memang memilikinya."
                ),
                next=f"Cocokkan keenam angka itu dengan KTP Anda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="The first 6 digits are an old code",
                happened=(
                    "The first six digits are an old code of a region, for instance from before its province was "
                    "divided. Some people do have one."
                ),
                next=f"Compare these six digits with your KTP. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_region_differs",
        {
            "id": Text(
                title="Wilayah di NIK berbeda",
                happened=(
                    "Enam angka pertama NIK menunjuk wilayah lain daripada yang Anda pilih. NIK tetap sama "
                    "walaupun Anda sudah pindah."
                ),
                next=f"Cocokkan keenam angka itu dengan KTP Anda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="The region in the NIK differs",
                happened=(
                    "The first six digits of the NIK stand for another region than the one you chose. A NIK does not "
                    "change when its holder moves."
                ),
                next=f"Compare these six digits with your KTP. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_placeholder",
        {
            "id": Text(
                title="Ketik NIK dari KTP Anda",
                happened="Deretan angka ini lebih mirip contoh daripada NIK.",
                next=f"Ketik 16 angka NIK dari KTP Anda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="Type the NIK from your KTP",
                happened="This row of digits looks more like an example than like a NIK.",
                next=f"Type the 16 digits of the NIK from your KTP. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_age",
        {
            "id": Text(
                title="Periksa angka ke-11 dan ke-12 NIK",
                happened="Kedua angka itu adalah tahun lahir, dan orang seusia itu jarang mendaftar sendiri.",
                next=f"Cocokkan kedua angka itu dengan KTP Anda. {_KTP_SHOWS_IT}",
            ),
            "en": Text(
                title="Check digits 11 and 12 of the NIK",
                happened="These two digits are the year of birth, and people of that age rarely register themselves.",
                next=f"Compare these two digits with your KTP. {_KTP_SHOWS_IT_EN}",
            ),
        },
    ),
    Reason(
        "nik_last4_differs",
        {
            "id": Text(
                title="4 angka terakhir berbeda",
                happened="Empat angka terakhir yang Anda ketik untuk kedua kalinya berbeda dari angka ke-13 sampai ke-16 di NIK ini.",
                next=(
                    "Baca lagi keduanya dari KTP Anda, lalu ubah yang berbeda. Jika NIK sudah sama dengan KTP, "
                    "konfirmasikan lalu kirim lagi."
                ),
            ),
            "en": Text(
                title="The last 4 digits differ",
                happened="The last four digits that you typed a second time differ from digits 13 to 16 of this NIK.",
                next=(
                    "Read both from your KTP again and change the one that differs. If the NIK is as on your KTP, "
                    "confirm it and send it again."
                ),
            ),
        },
    ),
    Reason(
        "phone_unallocated_prefix",
        {
            "id": Text(
                title="Periksa awal nomor HP",
                happened="Sepengetahuan kami, belum ada operator yang memakai nomor HP dengan awalan ini.",
                next=(
                    "Baca lagi nomornya, angka demi angka. Jika nomor ini memang Anda pakai, konfirmasikan lalu kirim "
                    "lagi."
                ),
            ),
            "en": Text(
                title="Check how the phone number begins",
                happened="As far as we know, no operator has mobile numbers that begin like this.",
                next=(
                    "Read the number again, digit by digit. If you really use this number, confirm it and send it again."
                ),
            ),
        },
    ),
    Reason(
        "email_disposable",
        {
            "id": Text(
                title="Alamat email ini mungkin sementara",
                happened="Alamat seperti ini biasanya hanya berlaku sebentar, jadi kabar tentang hasilnya mungkin tidak sampai.",
                next="Sebaiknya pakai alamat yang tetap Anda buka. Jika tidak ada, lanjutkan dengan alamat ini.",
            ),
            "en": Text(
                title="This email address may not last",
                happened="Addresses like this usually live only a short while, so news of the result may not arrive.",
                next="Better use an address that you will go on reading. If you have none, go on with this one.",
            ),
        },
    ),
)
