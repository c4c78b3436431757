"""What keeps a field from being taken. Unlike the hints, none of these can be overruled: such a value cannot be right."""

from functions.shared.reasons.reason import Reason, Text, family

REFUSALS = family(
    Reason(
        "missing",
        {
            "id": Text(title="Belum diisi", happened="Isian ini masih kosong.", next="Silakan diisi."),
            "en": Text(title="Not filled in yet", happened="This field is still empty.", next="Please fill it in."),
        },
    ),
    Reason(
        "unknown_field",
        {
            "id": Text(
                title="Isian tidak dikenal",
                happened="Isian ini tidak diminta di sini.",
                next="Muat ulang halaman, lalu coba lagi.",
            ),
            "en": Text(
                title="Unknown field",
                happened="This field is not asked for here.",
                next="Reload the page and try again.",
            ),
        },
    ),
    Reason(
        "wrong_type",
        {
            "id": Text(
                title="Bentuk isian belum sesuai",
                happened="Isian ini perlu bentuk lain.",
                next="Ketik ulang seperti yang diminta halaman ini, lalu kirim lagi. Jika terjadi lagi, muat ulang halamannya.",
            ),
            "en": Text(
                title="Another form is needed",
                happened="This field needs another form.",
                next="Type it again as the page asks for it, then send it again. If this happens again, reload the page.",
            ),
        },
    ),
    Reason(
        "too_long",
        {
            "id": Text(
                title="Terlalu panjang",
                happened="Isian ini lebih panjang daripada yang dapat kami terima.",
                next="Silakan dipersingkat.",
            ),
            "en": Text(title="Too long", happened="This is longer than we can take.", next="Please make it shorter."),
        },
    ),
    Reason(
        "too_short",
        {
            "id": Text(title="Terlalu pendek", happened="Isian ini belum lengkap.", next="Silakan dilengkapi."),
            "en": Text(title="Too short", happened="This is not complete yet.", next="Please complete it."),
        },
    ),
    Reason(
        "consent_required",
        {
            "id": Text(
                title="Persetujuan Anda diperlukan",
                happened="Kami hanya boleh memeriksa data Anda jika Anda setuju.",
                next="Baca penjelasannya, lalu beri tanda setuju.",
            ),
            "en": Text(
                title="Your consent is needed",
                happened="We may check your data only if you agree.",
                next="Read the explanation, then tick the box.",
            ),
        },
    ),
    Reason(
        "locale_unknown",
        {
            "id": Text(
                title="Bahasa belum tersedia",
                happened="Bahasa ini belum tersedia.",
                next="Pilih bahasa Indonesia (id) atau Inggris (en).",
            ),
            "en": Text(
                title="Language not available",
                happened="This language is not available yet.",
                next="Choose Indonesian (id) or English (en).",
            ),
        },
    ),
    Reason(
        "email_malformed",
        {
            "id": Text(
                title="Alamat email belum lengkap",
                happened="Alamat email berbentuk seperti nama@contoh.com, tanpa spasi.",
                next="Baca ulang huruf demi huruf, lalu perbaiki.",
            ),
            "en": Text(
                title="Email address is not complete",
                happened="An email address looks like name@example.com, without spaces.",
                next="Read it letter by letter and change it.",
            ),
        },
    ),
    Reason(
        "email_letters",
        {
            "id": Text(
                title="Alamat email ini belum dapat kami pakai",
                happened="Kami belum dapat mengirim ke alamat dengan huruf khusus sebelum tanda @.",
                next="Pakai huruf a sampai z, angka, titik, atau garis, atau pakai alamat lain.",
            ),
            "en": Text(
                title="We cannot use this email address yet",
                happened="We cannot send to addresses with special letters before the @ sign yet.",
                next="Use letters from a to z, digits, dots or dashes, or use another address.",
            ),
        },
    ),
    Reason(
        "nik_too_short",
        {
            "id": Text(
                title="Ada angka NIK yang kurang",
                happened="NIK terdiri dari 16 angka, dan di sini ada yang kurang.",
                next="Bandingkan dengan KTP Anda, empat angka demi empat angka, lalu tambahkan yang kurang.",
                ask="Jika di KTP memang begitu, tanyakan ke kantor Dukcapil.",
            ),
            "en": Text(
                title="Digits of the NIK are missing",
                happened="A NIK has 16 digits, and here there are fewer.",
                next="Compare with your KTP, four digits at a time, and add what is missing.",
                ask="If it is like that on your KTP, ask the Dukcapil office.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "nik_too_long",
        {
            "id": Text(
                title="Ada angka NIK yang lebih",
                happened="NIK terdiri dari 16 angka, dan di sini ada yang lebih.",
                next="Bandingkan dengan KTP Anda, empat angka demi empat angka, lalu hapus yang lebih.",
                ask="Jika di KTP memang begitu, tanyakan ke kantor Dukcapil.",
            ),
            "en": Text(
                title="The NIK has digits left over",
                happened="A NIK has 16 digits, and here there are more.",
                next="Compare with your KTP, four digits at a time, and delete what is left over.",
                ask="If it is like that on your KTP, ask the Dukcapil office.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "nik_lookalike",
        {
            "id": Text(
                title="Ada huruf yang mirip angka di NIK",
                happened="Ada huruf yang mirip angka, misalnya O mirip 0, l dan I mirip 1, S mirip 5, atau B mirip 8.",
                next="Ganti huruf itu dengan angka yang ada di KTP Anda.",
            ),
            "en": Text(
                title="A letter in the NIK looks like a digit",
                happened="There is a letter, for instance an O that looks like 0, an l or I like 1, an S like 5, a B like 8.",
                next="Replace the letter with the digit on your KTP.",
            ),
        },
    ),
    Reason(
        "nik_letters",
        {
            "id": Text(
                title="NIK hanya berisi angka",
                happened="Ada tanda yang bukan angka, mungkin tidak terlihat.",
                next="Hapus isiannya, lalu ketik 16 angka NIK dari KTP Anda.",
            ),
            "en": Text(
                title="A NIK holds digits only",
                happened="There is a character that is no digit; it may be invisible.",
                next="Clear the field, then type the 16 digits of the NIK from your KTP.",
            ),
        },
    ),
    Reason(
        "nik_region",
        {
            "id": Text(
                title="Periksa 6 angka pertama NIK",
                happened="Enam angka pertama adalah kode wilayah, dan kode ini tidak mungkin ada.",
                next="Bandingkan dengan KTP Anda, lalu perbaiki.",
                ask="Jika di KTP memang begitu, tanyakan ke kantor Dukcapil.",
            ),
            "en": Text(
                title="Check the first 6 digits of the NIK",
                happened="The first six digits are the code of a region, and this code cannot exist.",
                next="Compare with your KTP and change what differs.",
                ask="If it is like that on your KTP, ask the Dukcapil office.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "nik_date",
        {
            "id": Text(
                title="Periksa angka ke-7 sampai ke-12 NIK",
                happened=(
                    "Enam angka itu adalah tanggal lahir (untuk perempuan, tanggalnya ditambah 40), dan tanggal ini "
                    "tidak mungkin ada."
                ),
                next="Bandingkan dengan KTP Anda, lalu perbaiki.",
                ask="Jika di KTP memang begitu, tanyakan ke kantor Dukcapil.",
            ),
            "en": Text(
                title="Check digits 7 to 12 of the NIK",
                happened=(
                    "These six digits are a birth date (for women, 40 is added to the day), and this date cannot exist."
                ),
                next="Compare with your KTP and change what differs.",
                ask="If it is like that on your KTP, ask the Dukcapil office.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "nik_serial",
        {
            "id": Text(
                title="Periksa 4 angka terakhir NIK",
                happened="Empat angka terakhir tidak mungkin 0000.",
                next="Bandingkan dengan KTP Anda, lalu perbaiki.",
                ask="Jika di KTP memang begitu, tanyakan ke kantor Dukcapil.",
            ),
            "en": Text(
                title="Check the last 4 digits of the NIK",
                happened="The last four digits cannot be 0000.",
                next="Compare with your KTP and change what differs.",
                ask="If it is like that on your KTP, ask the Dukcapil office.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "nik_last4_malformed",
        {
            "id": Text(
                title="Ketik 4 angka terakhir NIK",
                happened="Di sini perlu tepat empat angka.",
                next="Baca empat angka terakhir NIK dari KTP Anda, lalu ketik di sini.",
            ),
            "en": Text(
                title="Type the last 4 digits of the NIK",
                happened="Exactly four digits are needed here.",
                next="Read the last four digits of the NIK from your KTP and type them here.",
            ),
        },
    ),
    Reason(
        "phone_letters",
        {
            "id": Text(
                title="Nomor HP hanya berisi angka",
                happened="Ada tanda yang bukan angka, mungkin tidak terlihat.",
                next="Hapus nomornya, lalu ketik angkanya saja, misalnya mulai dari 08.",
            ),
            "en": Text(
                title="A phone number holds digits only",
                happened="There is a character that is no digit; it may be invisible.",
                next="Delete the number, then type its digits only, for instance beginning with 08.",
            ),
        },
    ),
    Reason(
        "phone_foreign",
        {
            "id": Text(
                title="Pakai nomor HP Indonesia",
                happened="Kami hanya dapat mengirim kode ke nomor HP Indonesia.",
                next="Ketik nomor yang mulai dengan 08 atau +628.",
            ),
            "en": Text(
                title="Use an Indonesian mobile number",
                happened="We can send codes to Indonesian mobile numbers only.",
                next="Type a number that begins with 08 or +628.",
            ),
        },
    ),
    Reason(
        "phone_fixed_line",
        {
            "id": Text(
                title="Ini bukan nomor HP",
                happened=(
                    "Kode hanya dapat dikirim ke nomor HP; telepon rumah dan nomor layanan tidak dapat menerimanya."
                ),
                next="Periksa nomornya, atau pakai nomor HP lain yang Anda pegang.",
            ),
            "en": Text(
                title="This is not a mobile number",
                happened=(
                    "Codes can be sent to mobile numbers only; fixed lines and service numbers cannot receive them."
                ),
                next="Check the number, or use the number of another mobile phone that you have with you.",
            ),
        },
    ),
    Reason(
        "phone_length",
        {
            "id": Text(
                title="Periksa jumlah angka nomor HP",
                happened="Ada angka yang kurang atau lebih.",
                next="Hitung lagi angkanya. Nomor HP yang mulai dengan 08 terdiri dari 10 sampai 13 angka.",
            ),
            "en": Text(
                title="Check the digits of the phone number",
                happened="Digits are missing or left over.",
                next="Count the digits again. A mobile number that begins with 08 has 10 to 13 of them.",
            ),
        },
    ),
    Reason(
        "birth_date_malformed",
        {
            "id": Text(
                title="Tanggal lahir belum lengkap",
                happened="Isian ini perlu tanggal, bulan, dan tahun yang ada di kalender.",
                next="Isi tanggal, bulan, dan tahun seperti di KTP Anda.",
            ),
            "en": Text(
                title="Birth date is not complete",
                happened="A birth date needs a day, a month and a year that the calendar has.",
                next="Fill in the day, the month and the year as on your KTP.",
            ),
        },
    ),
    Reason(
        "birth_date_impossible",
        {
            "id": Text(
                title="Periksa tahun lahir",
                happened="Tanggal ini belum terjadi atau sudah lebih dari 130 tahun yang lalu.",
                next="Bandingkan dengan KTP Anda, lalu perbaiki.",
            ),
            "en": Text(
                title="Check the year of birth",
                happened="This date has not come yet or is more than 130 years ago.",
                next="Compare with your KTP and change what differs.",
            ),
        },
    ),
    Reason(
        "sex_unknown",
        {
            "id": Text(
                title="Pilih jenis kelamin",
                happened="Jenis kelamin belum dipilih dari daftar yang ada.",
                next="Pilih laki-laki (male) atau perempuan (female), seperti di KTP Anda.",
            ),
            "en": Text(
                title="Choose the sex",
                happened="The sex was not chosen from the list yet.",
                next="Choose male or female, as on your KTP.",
            ),
        },
    ),
    Reason(
        "name_malformed",
        {
            "id": Text(
                title="Periksa nama lengkap",
                happened="Nama dapat berisi huruf, spasi, titik, koma, tanda petik, dan garis.",
                next="Ketik nama seperti di KTP Anda. Gelar boleh ditinggalkan.",
            ),
            "en": Text(
                title="Check the full name",
                happened="A name can have letters, spaces, dots, commas, apostrophes and dashes.",
                next="Type the name as on your KTP. Academic titles may be left out.",
            ),
        },
    ),
    Reason(
        "code_format",
        {
            "id": Text(
                title="Kode terdiri dari 6 angka",
                happened="Jumlah angkanya belum tepat enam.",
                next="Ketik keenam angka dari pesan terbaru dari kami.",
            ),
            "en": Text(
                title="The code has 6 digits",
                happened="These are not exactly six digits yet.",
                next="Type all six digits from our latest message.",
            ),
        },
    ),
    Reason(
        "channel_unknown",
        {
            "id": Text(
                title="Pilih cara pengiriman",
                happened="Cara pengiriman ini belum tersedia.",
                next="Pilih cara pengiriman kode dari daftar yang ada di halaman.",
            ),
            "en": Text(
                title="Choose a way of sending",
                happened="This way of sending is not available yet.",
                next="Choose one of the ways of sending the code that the page offers.",
            ),
        },
    ),
    Reason(
        "kk_malformed",
        {
            "id": Text(
                title="Nomor KK terdiri dari 16 angka",
                happened="Jumlah angkanya belum tepat 16.",
                next=(
                    "Bandingkan dengan Kartu Keluarga Anda; nomornya ada di bagian atas. Nomor KK boleh dikosongkan."
                ),
            ),
            "en": Text(
                title="A KK number has 16 digits",
                happened="These are not exactly 16 digits yet.",
                next="Compare with your family card (KK); the number is at the top. It may be left out.",
            ),
        },
    ),
)
