// How a page uses the client: docs/frontend.md shows it.
import { begin, confirmEmail, Refused } from "./client.js";

const api = { api: "", language: "id" } as const;
const typed = (label: string) => prompt(label) ?? "";

const consent = { version: "2026-11", accepted: true } as const;
const begun = await begin(api, { email: typed("Email"), locale: "id", consent }, crypto.randomUUID());
let { registration } = begun;
for await (const { expects } of registration.watch()) if (expects === "email_code") break;
({ registration } = await confirmEmail(api, begun.id, typed("Kode"), registration.session));
localStorage.setItem("berlapis", JSON.stringify(registration.session));

const card = { full_name: typed("Nama"), birth_date: "1985-08-17", sex: "female", phone: typed("HP") } as const;
for await (const { expects, assurance } of registration.watch()) {
  try {
    if (expects === "details") await registration.submit({ ...card, nik: typed("NIK"), nik_last4: typed("4 angka terakhir") });
    if (expects === "phone_code") await registration.confirmPhone(typed("Kode"));
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused; // No answer came: `read` tells what is so.
    // What was typed stays; it is corrected, or its hint acknowledged, and sent again.
    for (const { pointer, detail, positions } of refused.problem.errors) console.log(pointer, detail, positions);
  }
  if (assurance) console.log("verified", assurance.dukcapil);
}
