// What a team sets for its own page: this file is all there is to configure.
export default {
  // Where the API is; empty when it is at the page's own address. Another origin has to be in `connect-src` of the page's
  // Content-Security-Policy, and the page's in the template's `FrontendOrigin`.
  api: "",

  // Whom people register with, as they know it; the same as the template's `ProgramName`.
  program: { id: "Berlapis", en: "Berlapis" },

  // Whom to ask when the page cannot help: a sentence or two, shown as it stands.
  organiser: {
    id: "Layanan bantuan penyelenggara: telepon 021-5550-0100 (Senin sampai Jumat, 08.00–16.00 WIB), email bantuan@example.com.",
    en: "The organiser's help desk: phone 021-5550-0100 (Monday to Friday, 08:00–16:00 Jakarta time), email bantuan@example.com.",
  },

  // What people agree to. Its days are the template's `RetentionDays`: deploy another number, and write it here in both
  // languages. Give it another version whenever the text changes: the version is stored with each consent.
  consent: {
    version: "2026-12",
    id: [
      "Untuk pendaftaran ini kami memakai alamat email, NIK, nama lengkap, tanggal lahir, jenis kelamin, dan nomor HP Anda. Kami mencocokkan NIK, nama, dan tanggal lahir dengan data kependudukan Dukcapil, lalu mengirim kode ke email dan HP Anda.",
      "Data ini hanya dipakai untuk memeriksa pendaftaran Anda, tidak dijual, dan dihapus paling lama 400 hari setelah Anda mulai mendaftar, atau setelah Anda meminta petugas memeriksa penolakan.",
      "Anda dapat membatalkan pendaftaran kapan saja di halaman ini; data pribadi Anda lalu dihapus. Untuk pertanyaan, atau untuk melihat dan membetulkan data Anda, hubungi penyelenggara.",
    ],
    en: [
      "For this registration we use your email address, NIK, full name, birth date, sex and mobile number. We compare NIK, name and birth date with Dukcapil's population data, and send codes to your email address and your phone.",
      "The data is used only to check your registration, is not sold, and is deleted at most 400 days after you began, or after you asked our staff to look at a rejection.",
      "You can withdraw your registration at any time on this page; your personal data is then deleted. If you have a question, or want to see or correct your data, contact the organiser.",
    ],
  },

  // Ways of sending the code to a phone, as in the policy's `otp.channels`.
  channels: ["sms", "whatsapp"],
};
