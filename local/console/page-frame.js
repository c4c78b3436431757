// @ts-check
/** The registration page in its frame: which registration it has, and typing into it as a person would. */

import { byId, element, say } from "./elements.js";

const SESSION = "berlapis";
const KEY = "berlapis.key";
const LINK = "berlapis.link";
const TYPED = "berlapis.typed";

/** @typedef {{nik: string, full_name: string, birth_date: string, sex: "male" | "female", phone: string, email: string,
 *   record: string}} Person */

/** @type {HTMLIFrameElement} */
let frame;

/** Show the page, from its beginning. @param {string} [fragment] */
export function showPage(fragment = "") {
  // A new frame, because leaving a form that was begun would ask first.
  const next = element("iframe", { id: "page", title: "The registration page", src: `/${fragment}` });
  byId("phone").replaceChildren(next);
  frame = next;
}

/** The id of the registration that this browser holds, null when it holds none. */
export function ownRegistration() {
  try {
    const held = JSON.parse(localStorage.getItem(SESSION) ?? "null");
    return typeof held?.id === "string" ? held.id : null;
  } catch {
    return null;
  }
}

/** Forget the registration, as a device that has never seen it. */
export function forget() {
  localStorage.removeItem(SESSION);
  sessionStorage.removeItem(KEY);
  sessionStorage.removeItem(LINK);
  sessionStorage.removeItem(TYPED);
  showPage();
  say("The page has forgotten its registration.");
}

/**
 * Open a mailed link in the page, as a tap on it would.
 * @param {string} address
 */
export function openLink(address) {
  const inside = frame.contentWindow;
  if (!inside) return;
  inside.location.hash = new URL(address, location.href).hash;
  frame.focus();
  say("The link is open in the page. Nothing is confirmed until its button is pressed.");
}

/**
 * Type a code where one is asked for.
 * @param {string} code
 */
export function typeCode(code) {
  said(put("code", code) ? ["code"] : [], "The page asks for no code now.");
}

/**
 * Type a person's data into whatever fields the page shows now.
 * @param {Person} person
 */
export function typePerson(person) {
  const [year, month, day] = person.birth_date.split("-");
  const fields = {
    email: person.email,
    nik: person.nik,
    nik_last4: person.nik.slice(-4),
    full_name: person.full_name,
    birth_date: person.birth_date,
    birth_day: String(Number(day)),
    birth_month: String(Number(month)),
    birth_year: year,
    phone: person.phone.replace("+62", "0"),
  };
  const typed = Object.entries(fields).filter(([id, value]) => put(id, value)).map(([id]) => id);
  const sex = field(`sex-${person.sex}`);
  if (sex) {
    sex.click();
    typed.push("sex");
  }
  said(typed, "The page asks for no personal data now. What it expects next stands in the page.");
}

/** @param {string[]} typed @param {string} otherwise */
function said(typed, otherwise) {
  say(typed.length ? `Typed into the page: ${typed.join(", ")}.` : otherwise);
  byId("phone").classList.remove("typed", "untouched");
  void byId("phone").offsetWidth; // so that the same animation runs again
  byId("phone").classList.add(typed.length ? "typed" : "untouched");
}

/** @param {string} id @returns {HTMLElement | null} A field that can be typed into now. */
function field(id) {
  const found = frame.contentDocument?.getElementById(id) ?? null;
  const typeable = found?.matches("input:enabled, select:enabled, textarea:enabled") && found.getClientRects().length;
  return typeable ? found : null;
}

/**
 * Put a value into a field and tell the page, as typing does.
 * @param {string} id
 * @param {string} value
 * @returns {boolean} Whether there is such a field now.
 */
function put(id, value) {
  const found = /** @type {HTMLInputElement | HTMLSelectElement | null} */ (field(id));
  const inside = /** @type {(Window & typeof globalThis) | null} */ (frame.contentWindow);
  if (!found || !inside) return false;
  found.focus();
  found.value = value;
  if (found.value !== value) found.value = value.padStart(2, "0"); // "08" in a list of months
  found.dispatchEvent(new inside.Event("input", { bubbles: true }));
  found.dispatchEvent(new inside.Event("change", { bubbles: true }));
  return true;
}
