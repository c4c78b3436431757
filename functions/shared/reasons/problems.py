"""Why a call to the API was not carried out."""

from functions.shared.reasons.reason import Reason, Text, family

PROBLEMS = family(
    Reason(
        "registration_not_found",
        {
            "id": Text(
                title="Pendaftaran tidak ditemukan",
                happened="Pendaftaran ini tidak dapat dibuka dari sini.",
                next=(
                    "Lanjutkan di perangkat tempat alamat email dikonfirmasi, atau ketik lagi kode dari email terbaru kami. "
                    "Jika belum bisa, silakan mendaftar lagi."
                ),
            ),
            "en": Text(
                title="Registration not found",
                happened="This registration cannot be opened from here.",
                next=(
                    "Go on on the device where the email address was confirmed, or type the code of our latest email again. "
                    "If that does not help, please register again."
                ),
            ),
        },
    ),
    Reason(
        "route_not_found",
        {
            "id": Text(
                title="Alamat tidak dikenal",
                happened="Tidak ada apa-apa di alamat ini.",
                next="Mulai lagi dari halaman pendaftaran.",
            ),
            "en": Text(
                title="Unknown address",
                happened="There is nothing at this address.",
                next="Start again from the registration page.",
            ),
        },
    ),
    Reason(
        "body_too_large",
        {
            "id": Text(
                title="Kiriman terlalu besar",
                happened="Kiriman lebih besar daripada yang dapat kami terima.",
                next="Isi kolom yang diminta saja, lalu kirim lagi.",
            ),
            "en": Text(
                title="Too much was sent",
                happened="More was sent than we can take.",
                next="Fill in only the fields that are asked for, and send it again.",
            ),
        },
    ),
    Reason(
        "body_malformed",
        {
            "id": Text(
                title="Kiriman tidak terbaca",
                happened="Kiriman ini tidak terbaca, mungkin karena terputus di jalan.",
                next="Muat ulang halaman, lalu coba lagi.",
            ),
            "en": Text(
                title="What was sent cannot be read",
                happened="What was sent cannot be read; it may have been cut off on the way.",
                next="Reload the page and try again.",
            ),
        },
    ),
    Reason(
        "invalid_request",
        {
            "id": Text(
                title="Ada isian yang perlu diperbaiki",
                happened="Isian yang ditandai perlu diperbaiki; yang lain tidak perlu diubah.",
                next="Lihat isian yang ditandai, perbaiki, lalu kirim lagi.",
            ),
            "en": Text(
                title="Some fields need a change",
                happened="The marked fields need a change; those without a mark need none.",
                next="Look at the marked fields, change them, and send it again.",
            ),
        },
    ),
    Reason(
        "hints_to_check",
        {
            "id": Text(
                title="Silakan lihat sekali lagi",
                happened="Data belum diproses, karena ada isian yang sebaiknya Anda lihat sekali lagi.",
                next=(
                    "Lihat isian yang ditandai sekali lagi, lalu ubah yang berbeda. Jika memang begitu, konfirmasikan "
                    "lalu kirim lagi."
                ),
            ),
            "en": Text(
                title="Please look once more",
                happened="Nothing was taken yet, because some fields are worth a second look.",
                next=(
                    "Look at the marked fields once more and change what differs. If it is really so, confirm it and send "
                    "it again."
                ),
            ),
        },
    ),
    Reason(
        "unsupported_media_type",
        {
            "id": Text(
                title="Bentuk kiriman tidak dikenal",
                happened="Kiriman ini sampai dalam bentuk yang tidak dapat kami baca.",
                next="Muat ulang halaman, lalu coba lagi.",
            ),
            "en": Text(
                title="Unknown form of sending",
                happened="What was sent came in a form that we cannot read.",
                next="Reload the page and try again.",
            ),
        },
    ),
    Reason(
        "idempotency_key_reused",
        {
            "id": Text(
                title="Kiriman berbeda dari yang pertama",
                happened="Kiriman ini sudah kami terima sebelumnya dengan isi lain.",
                next="Muat ulang halaman, lalu coba lagi.",
            ),
            "en": Text(
                title="Not what was sent first",
                happened="We already received this once, with other content.",
                next="Reload the page and try again.",
            ),
        },
    ),
    Reason(
        "not_expected_now",
        {
            "id": Text(
                title="Pendaftaran sedang di langkah lain",
                happened="Langkah ini belum tiba atau sudah selesai.",
                next="Muat ulang halaman untuk melihat langkah yang sekarang.",
            ),
            "en": Text(
                title="Registration is at another step",
                happened="This step has not come yet or is already done.",
                next="Reload the page to see the present step.",
            ),
        },
    ),
    Reason(
        "registration_ended",
        {
            "id": Text(
                title="Pendaftaran ini sudah selesai",
                happened="Pendaftaran ini sudah selesai dan tidak dapat diubah lagi.",
                next="Muat ulang halaman untuk melihat hasilnya.",
            ),
            "en": Text(
                title="This registration has ended",
                happened="This registration has ended and can no longer be changed.",
                next="Reload the page to see the result.",
            ),
        },
    ),
    Reason(
        "case_not_found",
        {
            "id": Text(
                title="Kasus tidak ditemukan",
                happened="Kasus ini tidak ada, atau tidak lagi menunggu keputusan.",
                next="Muat ulang daftar kasus.",
            ),
            "en": Text(
                title="Case not found",
                happened="There is no such case, or it no longer waits for a decision.",
                next="Load the list of cases again.",
            ),
        },
    ),
    Reason(
        "case_decided",
        {
            "id": Text(
                title="Kasus sudah diputuskan",
                happened="Kasus ini sudah diputuskan oleh petugas lain atau baru saja berpindah langkah.",
                next="Buka lagi kasusnya untuk melihat keputusannya.",
            ),
            "en": Text(
                title="Case already decided",
                happened="This case has been decided by somebody else, or has just moved on.",
                next="Open the case again to see the decision.",
            ),
        },
    ),
    Reason(
        "case_changed",
        {
            "id": Text(
                title="Kasus sudah berubah",
                happened="Pertanyaan yang Anda baca sudah tidak berlaku lagi: sekarang ada pertanyaan lain. Belum ada yang diputuskan.",
                next="Buka lagi kasusnya, baca pertanyaannya, lalu putuskan.",
            ),
            "en": Text(
                title="The case has changed",
                happened="The question that you have read is no longer asked: there is another one by now. Nothing was decided.",
                next="Open the case again, read what is asked, and decide then.",
            ),
        },
    ),
    Reason(
        "approval_impossible",
        {
            "id": Text(
                title="Kasus ini tidak dapat disetujui",
                happened="Pada kasus ini tidak ada hasil pemeriksaan yang dapat disetujui.",
                next="Kembalikan ke pendaftar untuk diperbaiki, atau tolak.",
            ),
            "en": Text(
                title="This case cannot be approved",
                happened="In this case there is no check whose result could be approved.",
                next="Give it back for correction, or reject it.",
            ),
        },
    ),
    Reason(
        "operator_unknown",
        {
            "id": Text(
                title="Petugas tidak dikenali",
                happened="Permintaan ini datang tanpa identitas petugas.",
                next="Masuk dengan akun petugas, lalu coba lagi.",
            ),
            "en": Text(
                title="Operator not known",
                happened="This request came without the identity of an operator.",
                next="Sign in with an operator's account and try again.",
            ),
        },
    ),
    Reason(
        "code_wrong",
        {
            "id": Text(
                title="Kode belum cocok",
                happened="Kode ini belum cocok. Kode dari pesan yang lebih lama tidak berlaku lagi.",
                next="Cocokkan enam angkanya dengan pesan terbaru dari kami, lalu coba lagi.",
            ),
            "en": Text(
                title="The code does not match yet",
                happened="This code does not match yet. Codes from older messages no longer work.",
                next="Compare the six digits with our latest message and try again.",
            ),
        },
    ),
    Reason(
        "code_superseded",
        {
            "id": Text(
                title="Ada kode yang lebih baru",
                happened="Kode ini dari pesan yang lebih lama. Kesempatan Anda tidak berkurang.",
                next="Pakai kode dari pesan terbaru dari kami. Pesan itu kadang perlu waktu untuk sampai.",
            ),
            "en": Text(
                title="There is a newer code",
                happened="This code is from an older message. It was not counted as a try.",
                next="Use the code in our latest message, which sometimes takes a while to arrive.",
            ),
        },
    ),
    Reason(
        "code_expired",
        {
            "id": Text(
                title="Masa berlaku kode habis",
                happened="Kode ini tidak berlaku lagi.",
                next="Minta kode baru, lalu ketik enam angka dari pesan yang terbaru.",
            ),
            "en": Text(
                title="The code is too old",
                happened="This code no longer works.",
                next="Ask for a new one and type the six digits from the latest message.",
            ),
        },
    ),
    Reason(
        "code_not_accepted",
        {
            "id": Text(
                title="Kode belum dapat diterima",
                happened="Kode ini belum dapat diterima.",
                next=(
                    "Ketik lagi kode dari email terbaru kami, atau minta kode baru di perangkat tempat Anda mulai mendaftar. "
                    "Anda juga dapat melanjutkan di perangkat tempat alamat email dikonfirmasi, atau mendaftar lagi."
                ),
            ),
            "en": Text(
                title="The code could not be accepted",
                happened="This code could not be accepted yet.",
                next=(
                    "Type the code of our latest email again, or ask for a new one on the device where you began. You can "
                    "also go on on the device where the email address was confirmed, or register again."
                ),
            ),
        },
    ),
    Reason(
        "resend_too_early",
        {
            "id": Text(
                title="Tunggu sebentar",
                happened="Kode baru saja dikirim dan kadang perlu waktu untuk sampai.",
                next="Tunggu sebentar sebelum meminta lagi.",
            ),
            "en": Text(
                title="Please wait a moment",
                happened="A code has just been sent and sometimes takes a while to arrive.",
                next="Wait a moment before you ask again.",
            ),
        },
    ),
    Reason(
        "changes_used_up",
        {
            "id": Text(
                title="Alamat atau nomor tidak dapat diganti lagi",
                happened=(
                    "Batas mengganti alamat atau nomor di pendaftaran ini sudah tercapai. Pesan kami dikirim ke yang "
                    "terakhir Anda isi."
                ),
                next="Jika Anda tidak dapat membaca pesan di sana, silakan mendaftar lagi dari awal.",
                ask="Jika perlu bantuan, tanyakan kepada penyelenggara.",
            ),
            "en": Text(
                title="No more changes can be made",
                happened=(
                    "The address or number was changed as often as this registration allows. Our message goes to the "
                    "last one."
                ),
                next="If you cannot read messages there, please begin a new registration.",
                ask="If you need help, ask the organiser.",
            ),
        },
        ask="organiser",
    ),
    Reason(
        "unavailable",
        {
            "id": Text(
                title="Layanan sedang sibuk",
                happened="Layanan kami sedang sibuk atau terganggu. Yang sudah Anda kirim tetap tersimpan.",
                next="Tunggu sebentar, lalu coba lagi.",
            ),
            "en": Text(
                title="The service is busy",
                happened="Our service is busy or interrupted. What you sent before is kept.",
                next="Wait a moment and try again.",
            ),
        },
    ),
    Reason(
        "internal_error",
        {
            "id": Text(
                title="Ada gangguan di pihak kami",
                happened="Maaf, ada yang tidak berjalan di pihak kami.",
                next="Tunggu sebentar, lalu coba lagi.",
                ask="Jika terulang, tanyakan kepada penyelenggara.",
            ),
            "en": Text(
                title="Something went wrong on our side",
                happened="We are sorry, something went wrong on our side.",
                next="Wait a moment and try again.",
                ask="If it happens again, ask the organiser.",
            ),
        },
        ask="organiser",
    ),
)
