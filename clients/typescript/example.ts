// How a page uses the client: docs/frontend.md shows it.
import { begin, confirmEmail, Refused, registration, type Problem, type Session } from "./client.js";

const api = { api: "", language: "id" } as const;
const consent = { version: "2026-11", accepted: true } as const;
// Stands for the form: what was typed is still in it when it is to be corrected.
const form: Record<string, string> = {};
let hints: string[] = [];
function typed(label: string): string {
  const before = form[label] ?? "";
  form[label] = prompt(label, before) ?? before;
  if (form[label] !== before) hints = []; // What was overruled holds for what was typed then.
  return form[label];
}
function show({ detail, errors }: Problem): void {
  alert([detail, ...errors.map((each) => `${each.pointer}: ${each.detail} ${each.positions ?? ""}`)].join("\n"));
  hints = errors.filter((each) => each.hint && confirm(`${each.detail} Di KTP saya memang begitu.`)).map(({ code }) => code);
}
function keep(session: Session): void {
  localStorage.setItem("berlapis", JSON.stringify(session)); // At once: a reload opens it again.
}

async function opened(): Promise<Session> {
  const kept = localStorage.getItem("berlapis");
  if (kept) return JSON.parse(kept) as Session;
  const key = sessionStorage.getItem("berlapis.key") ?? crypto.randomUUID();
  sessionStorage.setItem("berlapis.key", key); // Until the answer is there: whoever presses again begins once.
  try {
    const { registration: begun } = await begin(api, { email: typed("Email"), locale: "id", consent }, key);
    keep(begun.session);
    sessionStorage.removeItem("berlapis.key");
    return begun.session;
  } catch (error) {
    if (error instanceof Refused) show(error.problem);
    if (error instanceof Refused && error.problem.code === "idempotency_key_reused") sessionStorage.removeItem("berlapis.key");
    return opened(); // Asks the person again, and sends nothing by itself.
  }
}

async function goOn(session: Session): Promise<void> {
  const mine = registration(api, session);
  for await (const { expects, assurance } of mine.watch()) {
    try {
      if (expects === "email_code") {
        const confirmed = await confirmEmail(api, session.id, typed("Kode dari email"), session);
        keep(confirmed.registration.session);
        return goOn(confirmed.registration.session);
      }
      if (expects === "details") {
        const card = { full_name: typed("Nama"), birth_date: typed("Lahir (1985-08-17)"), sex: "female", phone: typed("HP") } as const;
        const nik = { nik: typed("NIK"), nik_last4: typed("4 angka terakhir") };
        await mine.submit({ ...card, ...nik, acknowledged_hints: hints });
      }
      if (expects === "phone_code") await mine.confirmPhone(typed("Kode dari HP"));
    } catch (error) {
      if (error instanceof Refused) show(error.problem);
      return goOn(session); // Refused, or no answer came: what is so now decides, and the person is asked again.
    }
    if (assurance) alert(`Terverifikasi: ${assurance.dukcapil}`);
  }
}

try {
  await goOn(await opened());
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  show(error.problem);
  // `watch`, too, ends with what the API itself refuses. This session opens nothing, no longer or never did. It is forgotten
  // only by a press, and for no other refusal.
  if (error.problem.code === "registration_not_found" && confirm("Mulai pendaftaran baru?")) localStorage.removeItem("berlapis");
}
