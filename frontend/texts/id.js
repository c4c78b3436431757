// @ts-check
// Teks halaman dalam bahasa Indonesia. The shape of this file is the shape of every language's.

const months = [
  "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
  "Desember",
];

/** Said wherever people are sent back to a mail: their registration lasts longer than its link. */
const linkLife = "Tautan berlaku satu hari; setelah itu, pakai tautan di email kami berikutnya.";

export default {
  months,
  switchTo: "English",
  skip: "Langsung ke isi",
  loading: "Sebentar",
  loadingText: "Pendaftaran Anda sedang dibuka.",
  registration: (/** @type {string} */ program) => `Pendaftaran ${program}`,
  sending: "Sedang mengirim…",
  email: "Alamat email",
  phone: "Nomor HP",
  error: "Perlu diperbaiki:",
  look: "Perlu dilihat:",
  cancel: "Tidak jadi",
  continue: "Lanjutkan",
  again: "Mulai pendaftaran baru",
  ask: "Bantuan",

  progress: {
    label: "Kemajuan pendaftaran",
    step: (/** @type {number} */ step) => `Langkah ${step} dari 3`,
    names: ["Email", "Data diri", "Nomor HP"],
    done: "selesai",
  },

  connection: {
    lost: "Tidak ada sinyal. Yang Anda ketik masih ada. Halaman ini tersambung lagi sendiri.",
    unsure:
      "Tidak ada sinyal. Yang Anda ketik masih ada. Begitu sinyal kembali, kami lihat dulu apakah kiriman Anda sudah sampai; tidak ada yang terkirim dua kali.",
    slow: "Layanan kami belum menjawab. Yang Anda ketik masih ada. Halaman ini mencoba lagi sendiri.",
    unsureSlow:
      "Layanan kami belum menjawab. Yang Anda ketik masih ada. Kami lihat dulu apakah kiriman Anda sudah sampai; tidak ada yang terkirim dua kali.",
    pressAgain: "Sambungan sudah kembali, dan kiriman Anda belum kami terima. Silakan tekan tombolnya sekali lagi.",
    lookFirst:
      "Sambungan sudah kembali. Pesan kami mungkin sudah terkirim: lihat dulu pesan terbaru sebelum meminta lagi.",
    arrived: "Sambungan sudah kembali. Kiriman Anda tadi sudah kami terima.",
    oneAtATime: "Belum terkirim: yang Anda tekan sebelumnya masih dikirim. Tunggu sebentar, lalu tekan lagi.",
    retry: "Coba sambungkan sekarang",
    begin: "Tidak ada sinyal. Yang Anda ketik masih ada. Tekan tombolnya lagi begitu ada sinyal; Anda tidak akan terdaftar dua kali.",
    beginSlow:
      "Layanan kami belum menjawab. Yang Anda ketik masih ada. Tekan tombolnya sekali lagi; Anda tidak akan terdaftar dua kali.",
    busy: "Layanan kami sedang sibuk atau terganggu.",
    safe: "Pendaftaran Anda tersimpan. Halaman ini mencoba lagi sendiri.",
    pressAt: (/** @type {string} */ time) => `Tombolnya dapat ditekan lagi pukul ${time}.`,
    kept: "Yang Anda ketik masih ada.",
    language:
      "Teks bahasa Inggris belum dapat dimuat. Tekan “English” sekali lagi. (The English texts could not be loaded yet. Press “English” once more.)",
  },

  moved: {
    done: "Langkah itu sudah selesai, dan tidak ada yang terkirim dua kali. Ini langkah Anda sekarang.",
    notNow: "Saat ini belum bisa, karena pendaftaran Anda sedang diproses. Tunggu sebentar, lalu tekan lagi. Yang Anda ketik masih ada.",
    back: "Langkah sebelumnya sudah selesai. Lanjutkan di sini; tidak ada yang hilang dan tidak ada yang dikirim lagi.",
    otherTab: "Pendaftaran dilanjutkan di tab lain. Ini langkahnya sekarang.",
    left: `Pendaftaran ini ditinggalkan di tab lain pada perangkat ini. Buka lagi lewat tautan di email terakhir kami. ${linkLife}`,
    otherRegistration: "Di tab lain dibuka pendaftaran yang lain. Halaman ini mengikutinya.",
  },

  start: {
    title: "Daftar",
    intro: "Tiga langkah, kira-kira lima menit. Siapkan KTP, HP, dan email yang dapat Anda buka.",
    emailHint: "Kami mengirim kode ke alamat ini. Contoh: siti@gmail.com",
    consentTitle: "Pemakaian data Anda",
    consent: "Saya sudah membaca penjelasan ini dan setuju data saya dipakai untuk pendaftaran ini.",
    consentName: "Persetujuan",
    send: "Kirim kode ke email saya",
    keepOpen:
      `Perangkat ini tidak mengizinkan halaman menyimpan apa pun. Biarkan halaman ini terbuka sampai selesai. Jika tertutup, buka lagi lewat tautan di email kami. ${linkLife}`,
    kept: "Di perangkat ini kami hanya menyimpan kunci pendaftaran, bukan data Anda. Anda dapat menutup halaman ini dan kembali lagi kapan saja.",
  },

  suggestion: {
    meant: (/** @type {string} */ address) => `Maksud Anda ${address}?`,
    sentTo: (/** @type {string} */ address) => `Kode dikirim ke ${address}.`,
    yes: (/** @type {string} */ address) => `Ya, ganti ke ${address}`,
    no: "Tidak, sudah benar",
    use: "Pakai alamat ini",
    soon: "Jika ya, tunggu di halaman ini atau lihat lagi nanti: begitu giliran Anda tiba, alamatnya dapat diganti dengan satu ketukan.",
  },

  code: {
    label: "Kode 6 angka",
    hint: "Ketik atau tempel. Spasi tidak masalah.",
    left: (/** @type {number} */ count) => `Sisa kesempatan: ${count} kali.`,
    confirm: "Konfirmasi",
    resend: "Kirim ulang kode",
    resendIn: (/** @type {number} */ seconds) => `Kode baru dapat diminta ${wait(seconds)} lagi.`,
    resendNow: "Sekarang Anda dapat meminta kode baru.",
    noResend: "Kode tidak dapat dikirim ulang lagi. Pakai kode dari pesan terakhir.",
    resent: "Kode baru sedang dikirim. Kode yang lama tidak berlaku lagi.",
    already: "Kode baru saja dikirim, dan kadang perlu waktu untuk sampai.",
    moment: "Sebentar…",
    notArrived: "Belum menerima kode?",
  },

  emailCode: {
    title: "Buka email Anda",
    sent: (/** @type {string} */ to) => `Kami mengirim kode 6 angka ke ${to}.`,
    sentSomewhere: "Kami mengirim kode 6 angka ke email Anda.",
    link: "Anda juga dapat menekan tautan di email itu.",
    spam: "Lihat juga folder spam atau promosi. Pengirimannya bisa makan waktu beberapa menit.",
    change: "Ganti alamat email",
    newLabel: "Alamat email yang benar",
    newHint: "Kode baru dikirim ke alamat ini; kode yang lama tidak berlaku lagi.",
    send: "Kirim kode ke alamat ini",
    changed: (/** @type {string} */ to) => `Alamat diganti. Kode baru dikirim ke ${to}.`,
  },

  phoneCode: {
    title: "Ketik kode dari HP Anda",
    sent: (/** @type {string} */ to, /** @type {string | null} */ channel) =>
      `Kami mengirim kode 6 angka ke ${to}${channel ? ` lewat ${channel}` : ""}.`,
    sentSomewhere: "Kami mengirim kode 6 angka ke nomor HP Anda.",
    short: "Kode hanya berlaku beberapa menit. Jangan berikan kode ini kepada siapa pun, termasuk yang mengaku petugas.",
    slow: "SMS kadang terlambat satu sampai dua menit. Pastikan HP ada sinyal dan kotak pesannya tidak penuh.",
    channels: { email: "email", sms: "SMS", whatsapp: "WhatsApp" },
    by: (/** @type {string} */ channel) => `Kirim lewat ${channel}`,
    change: "Ganti nomor HP",
    newLabel: "Nomor HP yang benar",
    newHint: "Kode baru dikirim ke nomor ini. Data Anda yang lain tidak perlu dikirim lagi.",
    send: "Kirim kode ke nomor ini",
    changed: (/** @type {string} */ to) => `Nomor diganti. Kode baru dikirim ke ${to}.`,
    reallyMine: "Nomor ini memang saya pakai",
  },

  details: {
    title: "Isi data seperti di KTP",
    correct: "Periksa dan perbaiki data",
    intro: "Ambil KTP Anda dan salin apa adanya. Semua isian wajib diisi.",
    nik: "NIK",
    nikHint: "16 angka di bagian atas KTP.",
    count: (/** @type {number} */ count) => `${count} dari 16 angka`,
    countMore: (/** @type {number} */ count) => `${count} angka; NIK terdiri dari 16`,
    last4: "4 angka terakhir NIK, sekali lagi",
    last4Hint: "Baca lagi dari KTP, jangan dari isian di atas. Begitu salah ketik ketahuan.",
    last4Pasted: "Sebaiknya dibaca lagi dari KTP: angka yang disalin menyalin juga salah ketiknya.",
    last4Differs: (/** @type {string} */ above) =>
      `Di NIK di atas tertulis ${above}. Salah satunya berbeda dari KTP Anda; lihat sekali lagi.`,
    name: "Nama lengkap",
    nameHint: "Seperti di KTP. Gelar boleh ditinggalkan.",
    birth: "Tanggal lahir",
    birthHint: "Seperti di KTP, contoh: 17 Agustus 1985",
    day: "Tanggal",
    month: "Bulan",
    year: "Tahun",
    chooseMonth: "Pilih bulan",
    sex: "Jenis kelamin",
    sexes: { male: "Laki-laki", female: "Perempuan" },
    phoneHint: "Kode dikirim ke nomor ini. Pakai HP yang Anda pegang. Contoh: 0812 3456 7890",
    send: "Kirim data",
    left: (/** @type {number} */ count) =>
      count > 0 ? `Anda masih dapat memperbaiki data ${count} kali.` : "Ini perbaikan yang terakhir; setelah itu petugas kami memeriksanya.",
    emptied:
      "Isian di bawah kosong karena kami tidak menyimpan data Anda di perangkat ini. Silakan isi sekali lagi dari KTP Anda.",
    reallySo: "KTP saya memang begitu",
    digit: (/** @type {number} */ place, /** @type {string} */ written, /** @type {string} */ maybe) =>
      `Angka ke-${place}${written ? ` tertulis ${written}` : ""}${maybe ? `${written ? "," : ""} mungkin ${maybe}` : ""}.`,
    missing: (/** @type {string} */ places, /** @type {string} */ maybe) =>
      `Mungkin ada angka yang kurang di tempat ke-${places}${maybe ? `: ${maybe}` : ""}.`,
    digits: (/** @type {string} */ places, /** @type {number} */ last) => `Lihat angka ke-${places} dan ${last}.`,
    digitsFrom: (/** @type {number} */ first, /** @type {number} */ last) => `Lihat angka ke-${first} sampai ke-${last}.`,
    or: " atau ",
  },

  whose: {
    registration: (/** @type {string} */ address) => `Pendaftaran untuk ${address}`,
    opened: (/** @type {string} */ address) =>
      `Email dikonfirmasi. Di perangkat ini sekarang dibuka pendaftaran untuk ${address}.`,
    notMine: "Bukan alamat email Anda?",
    text: "Jangan isi data Anda di sini, karena akan masuk ke pendaftaran orang lain. Tinggalkan pendaftaran ini, lalu mulai pendaftaran Anda sendiri.",
    leave: "Tinggalkan pendaftaran ini",
    stay: "Ini alamat saya, lanjutkan",
    another:
      `Pendaftaran ini tetap berjalan dan tidak dibatalkan; kabarnya kami kirim lewat email. Halaman ini melupakannya; buka lagi lewat tautan di email terakhir kami. ${linkLife}`,
    begin: "Lupakan di sini, daftarkan orang lain",
    keep: "Tetap di pendaftaran ini",
  },

  says: {
    lead: "Menurut NIK ini:",
    date: (/** @type {number} */ day, /** @type {number} */ month, /** @type {number} */ year) =>
      `${day} ${months[month - 1]} ${year}`,
    sexes: { male: "laki-laki", female: "perempuan" },
    sentence: (
      /** @type {string} */ sex,
      /** @type {string} */ date,
      /** @type {string} */ place,
      /** @type {string} */ serial,
    ) => `${sex}, lahir ${date}${place ? `, pertama terdaftar di ${place}` : ""}, nomor urut ${serial}.`,
    same: "Sama dengan KTP Anda?",
  },

  waiting: {
    self: "Halaman ini memeriksa sendiri dan melanjutkan begitu ada kabar. Tidak perlu dimuat ulang.",
    close: "Halaman ini boleh ditutup. Buka lagi kapan saja di perangkat ini untuk melihat kabarnya.",
    keepOpen:
      `Biarkan halaman ini terbuka: perangkat ini tidak menyimpan pendaftaran Anda. Jika tertutup, buka lagi lewat tautan di email terakhir kami. ${linkLife}`,
    checkedAt: (/** @type {string} */ time) => `Terakhir diperiksa pukul ${time}.`,
    now: "Periksa sekarang",
    queued: {
      title: "Anda dalam antrean",
      text: "Pendaftaran Anda sudah kami terima. Anda tidak perlu berbuat apa-apa. Begitu tiba giliran Anda, kami mengirim email berisi kode; email itulah tandanya. Pada hari yang ramai bisa beberapa jam. Kalau sampai besok belum ada email, buka lagi halaman ini.",
      asked: "Pendaftaran Anda sudah kami terima. Begitu tiba giliran Anda, kami mengirim email berisi kode. Pada hari yang ramai bisa beberapa jam.",
    },
    email: {
      title: "Kode sedang disiapkan",
      text: "Kode sedang dikirim ke email Anda. Isiannya muncul di sini sebentar lagi.",
    },
    next: {
      title: "Email sudah dikonfirmasi",
      text: "Langkah berikutnya sedang disiapkan. Silakan ambil KTP Anda.",
    },
    details: { title: "Sebentar", text: "Langkah berikutnya sedang disiapkan." },
    checking: {
      title: "Data Anda sedang diperiksa",
      text: "Kami mencocokkannya dengan data Dukcapil. Biasanya kurang dari satu menit; jika sedang ramai, lebih lama. Siapkan HP Anda untuk menerima kode.",
    },
    finishing: {
      title: "Nomor HP sudah dikonfirmasi",
      text: "Pendaftaran Anda sedang diselesaikan.",
    },
    phone: {
      title: "Kode sedang disiapkan",
      text: "Data Anda sudah diperiksa. Kode sedang dikirim ke HP Anda; isiannya muncul di sini sebentar lagi.",
    },
    settling: {
      title: "Tinggal satu pemeriksaan",
      text: "Bagian Anda sudah selesai. Masih ada pemeriksaan yang kami selesaikan; Anda tidak perlu berbuat apa-apa, dan kami menulis ke email Anda.",
    },
    review: {
      title: "Petugas sedang memeriksa",
      text: "Petugas kami memeriksa pendaftaran ini. Anda tidak perlu berbuat apa-apa; kami menulis ke email Anda begitu ada keputusan. Ini bisa beberapa hari.",
    },
    days: "Ini bisa beberapa jam atau beberapa hari.",
  },

  layers: {
    title: "Pemeriksaan",
    names: { email: "Alamat email", nik: "NIK", dukcapil: "Data Dukcapil", otp: "Nomor HP" },
    pending: "belum",
    passed: "sudah",
    declined: "perlu diperbaiki",
    deferred: "menunggu layanan pulih",
    skipped: "dilewati sesuai aturan",
    approved: "disetujui petugas",
  },

  verified: {
    title: "Pendaftaran Anda terverifikasi",
    text: "Semua langkah selesai. Anda tidak perlu berbuat apa-apa lagi; kami juga mengirim kabar ini ke email Anda.",
    rests: "Hasil ini berdasarkan",
    passed: "diperiksa dan cocok",
    deferred_then_passed: "diperiksa setelah layanannya pulih, dan cocok",
    skipped: "dilewati sesuai aturan, karena layanannya terganggu",
    approved: "disetujui petugas",
    confirmed: "dikonfirmasi",
    reference: "Nomor rujukan",
    referenceHint: "Sebutkan nomor ini jika Anda menghubungi penyelenggara.",
    another: "Daftarkan orang lain di perangkat ini",
    anotherText: "Halaman ini lalu melupakan pendaftaran ini; pendaftarannya sendiri tetap berlaku.",
  },

  rejected: {
    title: "Pendaftaran belum dapat disetujui",
    text: "Pendaftaran ini belum dapat disetujui.",
    disputeTitle: "Menurut Anda ini keliru?",
    disputeText: "Petugas kami akan memeriksanya. Anda tidak perlu mendaftar lagi.",
    statement: "Keterangan untuk petugas (boleh dikosongkan)",
    statementHint: "Paling banyak 1.000 huruf. Jangan tulis NIK atau kode.",
    statementLeft: (/** @type {number} */ count) => count >= 0 ? `Sisa ${count} huruf.` : `Kelebihan ${-count} huruf.`,
    dispute: "Minta petugas memeriksa",
  },

  expired: {
    title: "Pendaftaran ini ditutup",
    text: "Waktunya habis, jadi pendaftaran ini ditutup dan data Anda dihapus. Silakan mulai lagi.",
  },

  withdrawn: {
    title: "Pendaftaran dibatalkan",
    text: "Pendaftaran ini dibatalkan atas permintaan Anda, dan data pribadi Anda dihapus.",
  },

  withdraw: {
    open: "Batalkan pendaftaran ini",
    title: "Batalkan pendaftaran?",
    text: "Pendaftaran dihentikan dan data pribadi Anda dihapus. Ini tidak dapat dikembalikan; Anda dapat mendaftar lagi dari awal.",
    yes: "Ya, batalkan dan hapus data saya",
    no: "Tidak, lanjutkan pendaftaran",
  },

  link: {
    title: "Konfirmasi alamat email",
    text: "Anda membuka tautan dari email kami. Tekan tombol ini untuk mengonfirmasi alamat email Anda dan membuka pendaftarannya di perangkat ini.",
    button: "Konfirmasi email saya",
    nothingYet: "Sebelum tombol ditekan, tidak ada yang berubah. Bukan Anda yang mendaftar? Tutup saja halaman ini.",
    doneTitle: "Email sudah dikonfirmasi",
    done: "Alamat email untuk pendaftaran di perangkat ini sudah dikonfirmasi. Anda tinggal melanjutkan.",
    otherTitle: "Ada pendaftaran lain di perangkat ini",
    other:
      `Di perangkat ini sedang dibuka pendaftaran lain. Jika Anda menekan tombol konfirmasi, perangkat ini membuka pendaftaran dari email ini. Pendaftaran yang lain tidak hilang: buka lagi lewat tautan di email terakhirnya. ${linkLife}`,
    stay: "Tetap di pendaftaran sebelumnya",
    refused: "Yang dapat Anda lakukan",
    reloaded: "Halaman dimuat ulang, dan kode dari tautan tidak kami simpan. Buka lagi tautan di email terbaru kami, atau ketik kodenya di sini.",
    wait: "Jawaban belum sampai. Tunggu beberapa detik, lalu tekan tombolnya sekali lagi.",
    own: "Kembali ke pendaftaran di perangkat ini",
    malformed: "Tautan ini tidak lengkap. Buka lagi dari email kami, atau ketik kodenya di halaman tempat Anda mendaftar.",
  },

  lost: {
    title: "Pendaftaran tidak dapat dibuka di sini",
    text: "Pendaftaran ini tidak dapat dibuka dari perangkat ini. Mungkin alamat email dikonfirmasi di perangkat lain; lanjutkan di sana.",
    linkedTitle: "Lanjutkan pendaftaran dari email",
    linked: "Tautan di email kami masih dapat dibuka lagi. Kodenya juga dapat diketik di sini.",
    code: "Lanjutkan di perangkat ini",
    codeText: "Ketik kode dari email terbaru kami.",
    open: "Buka pendaftaran",
    againText: "Atau mulai dari awal. Perangkat ini lalu melupakan pendaftaran sebelumnya.",
  },
};

/** @param {number} seconds */
function wait(seconds) {
  if (seconds < 60) return `${seconds} detik`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} menit${rest ? ` ${rest} detik` : ""}`;
}
