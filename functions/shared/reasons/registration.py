"""Why a registration is where it is. `too_many_guesses` and `resends_used_up` are problem codes as well."""

from functions.shared.reasons.reason import Reason, Text, family

REGISTRATION = family(
    Reason(
        "mismatch",
        {
            "id": Text(
                title="Data belum cocok",
                happened="Data yang Anda kirim belum cocok dengan data Dukcapil.",
                next="Bandingkan setiap isian dengan KTP Anda, perbaiki yang berbeda, lalu kirim lagi.",
                ask="Jika semuanya sudah sama dengan KTP, tanyakan ke kantor Dukcapil; bawa KTP dan KK.",
            ),
            "en": Text(
                title="Details do not match yet",
                happened="What you sent does not match Dukcapil's data yet.",
                next="Compare every field with your KTP, change what differs, and send it again.",
                ask="If everything is as on your KTP, ask the Dukcapil office; bring your KTP and KK.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "not_found",
        {
            "id": Text(
                title="NIK belum ditemukan",
                happened="NIK ini belum ditemukan di data Dukcapil.",
                next="Cocokkan 16 angkanya dengan KTP Anda, lalu kirim lagi.",
                ask=(
                    "Jika sudah sama, NIK Anda mungkin belum tercatat di pusat; kantor Dukcapil dapat membantu. "
                    "Bawa KTP dan KK."
                ),
            ),
            "en": Text(
                title="NIK not found yet",
                happened="This NIK was not found in Dukcapil's data yet.",
                next="Compare its 16 digits with your KTP and send it again.",
                ask=(
                    "If they are the same, your NIK may not have reached the central register; the Dukcapil office can "
                    "help. Bring your KTP and KK."
                ),
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "duplicate_record",
        {
            "id": Text(
                title="Catatan NIK perlu dirapikan",
                happened="Di Dukcapil ada catatan ganda untuk NIK ini, jadi kami belum dapat memeriksanya.",
                next="Minta catatannya dirapikan, lalu kirim lagi di halaman ini.",
                ask="Datanglah untuk itu ke kantor Dukcapil; bawa KTP dan KK.",
            ),
            "en": Text(
                title="NIK record needs tidying",
                happened="Dukcapil holds a double record for this NIK, so we cannot check it yet.",
                next="Have the record put in order, then send it again on this page.",
                ask="Go to the Dukcapil office for this; bring your KTP and KK.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "inactive",
        {
            "id": Text(
                title="NIK sedang tidak aktif",
                happened=(
                    "Menurut data Dukcapil, NIK ini sedang tidak aktif, misalnya karena perekaman KTP belum lengkap."
                ),
                next="Minta NIK diaktifkan, lalu kirim lagi di halaman ini.",
                ask="Datanglah untuk itu ke kantor Dukcapil; bawa KTP dan KK.",
            ),
            "en": Text(
                title="NIK is not active now",
                happened=(
                    "Dukcapil has this NIK as not active, for instance because the recording for the KTP is not complete."
                ),
                next="Have it activated, then send it again on this page.",
                ask="Go to the Dukcapil office for this; bring your KTP and KK.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "deceased",
        {
            "id": Text(
                title="Catatan NIK perlu diperiksa",
                happened="Catatan NIK ini di Dukcapil perlu diperiksa.",
                next="Petugas kami memeriksa pendaftaran ini; Anda tidak perlu mengirim lagi.",
                ask="Jika ada catatan yang perlu dibetulkan, kantor Dukcapil dapat membantu; bawa KTP dan KK.",
            ),
            "en": Text(
                title="NIK record needs a check",
                happened="The record of this NIK at Dukcapil needs a check.",
                next="Our staff are looking at this registration; you need not send anything again.",
                ask="The Dukcapil office can put a record right; bring your KTP and KK.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "duplicate",
        {
            "id": Text(
                title="NIK ini tidak dapat dipakai di sini",
                happened="NIK ini tidak dapat dipakai untuk pendaftaran ini.",
                next=(
                    "Cocokkan 16 angkanya dengan KTP Anda; jika ada yang berbeda, perbaiki lalu kirim lagi. Jika sudah "
                    "sama dengan KTP, kirim lagi apa adanya, atau minta petugas memeriksanya."
                ),
            ),
            "en": Text(
                title="This NIK cannot be used here",
                happened="This NIK cannot be used for this registration.",
                next=(
                    "Compare its 16 digits with your KTP; if one differs, change it and send it again. If they are as "
                    "on your KTP, send it again as it is, or ask for our staff to look at it."
                ),
            ),
        },
    ),
    Reason(
        "fault",
        {
            "id": Text(
                title="Ada gangguan pada sistem kami",
                happened=(
                    "Ada gangguan pada sistem kami, bukan pada data Anda. Petugas kami memeriksanya, dan kesempatan "
                    "Anda tidak berkurang."
                ),
                next="Anda tidak perlu mengirim lagi; hasilnya muncul di halaman ini.",
            ),
            "en": Text(
                title="Something went wrong with us",
                happened=(
                    "Something went wrong in our system, not in your details. Our staff are looking at it, and you lose "
                    "no attempt."
                ),
                next="You need not send anything again; the result appears on this page.",
            ),
        },
    ),
    Reason(
        "corrections_used_up",
        {
            "id": Text(
                title="Petugas sedang memeriksa",
                happened="Data sudah beberapa kali diperbaiki dan belum cocok, jadi petugas kami memeriksanya.",
                next="Anda tidak perlu mengirim lagi; hasilnya muncul di halaman ini.",
                ask="Sementara itu, kantor Dukcapil dapat memeriksa data KTP dan KK Anda.",
            ),
            "en": Text(
                title="Our staff are looking at it",
                happened=(
                    "The details were corrected several times and do not match yet, so our staff are looking at them."
                ),
                next="You need not send anything again; the result appears on this page.",
                ask="Meanwhile the Dukcapil office can check the data of your KTP and KK.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "too_many_guesses",
        {
            "id": Text(
                title="Kode tidak dapat dicoba lagi",
                happened="Kode beberapa kali tidak cocok. Demi keamanan Anda, kode tidak dapat dicoba lagi.",
                next=(
                    "Jika pendaftaran sudah ditutup, silakan mendaftar lagi. Jika tidak, petugas kami memeriksanya; Anda "
                    "tidak perlu berbuat apa-apa."
                ),
                ask="Untuk bantuan, tanyakan kepada penyelenggara.",
            ),
            "en": Text(
                title="The code cannot be tried again",
                happened="The code did not match several times. To keep you safe, no more codes can be entered.",
                next=(
                    "If this registration was closed, please register again. Otherwise our staff are looking at it and you "
                    "need do nothing."
                ),
                ask="If you need help, ask the organiser.",
            ),
        },
        ask="organiser",
    ),
    Reason(
        "code_not_received",
        {
            "id": Text(
                title="Petugas kami membantu Anda",
                happened="Kode sudah dikirim sebanyak yang dapat kami kirim, tetapi belum sampai kepada Anda.",
                next="Petugas kami memeriksanya. Anda tidak perlu berbuat apa-apa; kami menulis ke email Anda.",
            ),
            "en": Text(
                title="Our staff will help you",
                happened="We have sent as many codes as we can, and none has reached you.",
                next="Our staff are looking at it. You need do nothing; we will write to you by email.",
            ),
        },
    ),
    Reason(
        "resends_used_up",
        {
            "id": Text(
                title="Kode baru tidak dapat dikirim lagi",
                happened="Kode sudah dikirim sebanyak yang dapat kami kirim untuk pendaftaran ini.",
                next="Pakai kode terakhir yang Anda terima; lihat juga folder spam.",
                ask="Jika tidak ada, tanyakan kepada penyelenggara.",
            ),
            "en": Text(
                title="No more codes can be sent",
                happened="We have sent as many codes as we can for this registration.",
                next="Use the last one you received; look in the spam folder too.",
                ask="If there is none, ask the organiser.",
            ),
        },
        ask="organiser",
    ),
    Reason(
        "email_unavailable",
        {
            "id": Text(
                title="Pengiriman email sedang terganggu",
                happened=(
                    "Kami sedang tidak dapat mengirim email. Data Anda aman, dan kesempatan Anda tidak berkurang."
                ),
                next=("Kode dikirim begitu layanan pulih; Anda boleh menutup halaman ini dan kembali nanti."),
            ),
            "en": Text(
                title="Sending email is interrupted",
                happened="We cannot send email right now. Your data is safe and you lose no attempt.",
                next="The code is sent as soon as the service is back; you can close this page and come back later.",
            ),
        },
    ),
    Reason(
        "mailbox_full",
        {
            "id": Text(
                title="Kotak surat penuh",
                happened="Email kami belum dapat masuk; kotak surat Anda mungkin penuh.",
                next="Hapus beberapa email lalu minta kode baru, atau ganti alamatnya di halaman ini.",
            ),
            "en": Text(
                title="Mailbox is full",
                happened="Our mail could not be delivered yet; your mailbox may be full.",
                next="Delete some mails and ask for a new code, or change the address on this page.",
            ),
        },
    ),
    Reason(
        "email_refuses_mail",
        {
            "id": Text(
                title="Alamat ini menolak email kami",
                happened="Alamat ini menolak email dari kami; mungkin kotaknya penuh, atau ada huruf yang tertukar.",
                next="Ganti alamat email di halaman ini; kodenya kami kirim ke alamat yang baru.",
            ),
            "en": Text(
                title="This address refuses our mail",
                happened="This address refuses our mail; perhaps the mailbox is full, or a letter is out of place.",
                next="Change the address on this page, and we send the code to the new one.",
            ),
        },
    ),
    Reason(
        "dukcapil_unavailable",
        {
            "id": Text(
                title="Layanan Dukcapil sedang terganggu",
                happened=(
                    "Layanan Dukcapil sedang tidak dapat dihubungi. Data Anda aman, dan kesempatan Anda tidak berkurang."
                ),
                next="Kami memeriksanya begitu layanan pulih. Anda tidak perlu berbuat apa-apa; kami menulis ke email Anda.",
            ),
            "en": Text(
                title="Dukcapil's service is interrupted",
                happened=("Dukcapil's service cannot be reached right now. Your data is safe and you lose no attempt."),
                next="We check it as soon as the service is back. You need do nothing; we will write to you by email.",
            ),
        },
    ),
    Reason(
        "phone_unavailable",
        {
            "id": Text(
                title="Pengiriman kode sedang terganggu",
                happened=(
                    "Kami sedang tidak dapat mengirim kode ke HP. Data Anda aman, dan kesempatan Anda tidak berkurang."
                ),
                next="Kode dikirim begitu layanan pulih; Anda boleh menutup halaman ini dan kembali nanti.",
            ),
            "en": Text(
                title="Sending codes is interrupted",
                happened="We cannot send codes to phones right now. Your data is safe and you lose no attempt.",
                next="The code is sent as soon as the service is back; you can close this page and come back later.",
            ),
        },
    ),
    Reason(
        "email_not_confirmed",
        {
            "id": Text(
                title="Waktu konfirmasi email habis",
                happened="Email belum dikonfirmasi sampai batas waktunya, jadi pendaftaran ini ditutup.",
                next=(
                    "Silakan mendaftar lagi; baca ulang alamat email sebelum mengirim, dan cari email kami juga di "
                    "folder spam."
                ),
            ),
            "en": Text(
                title="Time to confirm the email is over",
                happened="The email was not confirmed in time, so this registration was closed.",
                next=(
                    "Please register again; read the address once more before you send it, and look for our email in "
                    "the spam folder too."
                ),
            ),
        },
    ),
    Reason(
        "details_not_submitted",
        {
            "id": Text(
                title="Waktu mengisi data habis",
                happened="Data belum dikirim sampai batas waktunya, jadi pendaftaran ini ditutup.",
                next="Silakan mendaftar lagi; siapkan KTP dan HP Anda.",
                ask="Jika data KTP Anda perlu diperbaiki, kantor Dukcapil dapat membantu.",
            ),
            "en": Text(
                title="Time to send the details is over",
                happened="The details were not sent in time, so this registration was closed.",
                next="Please register again, with your KTP and phone at hand.",
                ask="If the data of your KTP needs correcting, the Dukcapil office can help.",
            ),
        },
        ask="dukcapil_office",
    ),
    Reason(
        "phone_not_confirmed",
        {
            "id": Text(
                title="Waktu konfirmasi nomor HP habis",
                happened="Nomor HP belum dikonfirmasi sampai batas waktunya, jadi pendaftaran ini ditutup.",
                next="Silakan mendaftar lagi; siapkan HP yang menerima kodenya.",
            ),
            "en": Text(
                title="Time to confirm the phone is over",
                happened="The phone number was not confirmed in time, so this registration was closed.",
                next="Please register again, with the phone that receives the code at hand.",
            ),
        },
    ),
    Reason(
        "review_rejected",
        {
            "id": Text(
                title="Pendaftaran belum dapat disetujui",
                happened="Petugas sudah memeriksa pendaftaran ini dan belum dapat menyetujuinya.",
                next="Jika data KTP perlu diperbaiki, datanglah ke kantor Dukcapil dengan KTP dan KK.",
                ask="Jika menurut Anda ini keliru, tanyakan kepada penyelenggara.",
            ),
            "en": Text(
                title="Registration could not be approved",
                happened="Our staff looked at this registration and could not approve it.",
                next="If the data of your KTP needs correcting, go to the Dukcapil office with your KTP and KK.",
                ask="If you think this is a mistake, ask the organiser.",
            ),
        },
        ask="organiser",
    ),
    Reason(
        "disputed",
        {
            "id": Text(
                title="Keberatan Anda kami terima",
                happened="Kami sudah menerima keberatan Anda, dan petugas kami memeriksa pendaftaran ini.",
                next="Anda tidak perlu berbuat apa-apa; kami menulis ke email Anda begitu ada keputusan.",
            ),
            "en": Text(
                title="We have your objection",
                happened="We have received your objection, and our staff are looking at this registration.",
                next="You need do nothing; we write to your email address as soon as it is decided.",
            ),
        },
    ),
    Reason(
        "withdrawn",
        {
            "id": Text(
                title="Pendaftaran dibatalkan",
                happened="Pendaftaran ini dibatalkan atas permintaan Anda, dan data pribadi Anda dihapus.",
                next="Jika ingin ikut lagi, silakan mendaftar dari awal.",
            ),
            "en": Text(
                title="Registration withdrawn",
                happened="This registration was withdrawn at your request, and your personal data is deleted.",
                next="If you want to take part again, please register anew.",
            ),
        },
    ),
)
