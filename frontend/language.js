// @ts-check
/**
 * The language that is shown, and its texts. Indonesian comes with the page, English when somebody asks for it, and the
 * catalogue of reasons when the first of them is shown.
 */
import indonesian from "./texts/id.js";

/** @typedef {"id" | "en"} Language */
/** @typedef {typeof indonesian} Texts */
/** @typedef {{title: string, detail: string, ask: string | null}} Reason */

/** @type {readonly Language[]} */
export const LANGUAGES = ["id", "en"];
const STORED_AS = "berlapis.language";

/** @type {Language} */
let shown = "id";
/** @type {{[language: string]: Texts}} */
const known = { id: indonesian };
/** @type {{[language: string]: {[code: string]: Reason | undefined}}} */
const reasons = {};
let reasonsWanted = false;

/** The language that is shown. */
export function language() {
  return shown;
}

/** Its texts. */
export function texts() {
  return known[shown] || indonesian;
}

/**
 * What the catalogue says about a code in the language that is shown; null where it is not loaded or has no such code.
 *
 * @param {string | null | undefined} code
 * @returns {Reason | null}
 */
export function reason(code) {
  return (code && (reasons[shown] || {})[code]) || null;
}

/**
 * Loads the catalogue of reasons, once. Never fails: without it the page says what it knows itself.
 *
 * @returns {Promise<void>}
 */
export async function loadReasons() {
  reasonsWanted = true;
  await reasonsIn(shown);
}

/**
 * Shows another language from now on; whoever calls paints the page again.
 *
 * @param {Language} language
 * @returns {Promise<boolean>} false when its texts could not be loaded
 */
export async function speak(language) {
  try {
    const [loaded] = await Promise.all([
      known[language] ? { default: known[language] } : import("./texts/en.js"),
      reasonsWanted ? reasonsIn(language) : null,
    ]);
    known[language] = loaded.default;
  } catch {
    return false;
  }
  shown = language;
  document.documentElement.lang = language;
  return true;
}

/** The language that was chosen on this device before, or Indonesian. */
export function remembered() {
  try {
    return localStorage.getItem(STORED_AS) === "en" ? "en" : "id";
  } catch {
    return "id";
  }
}

/** Keeps the choice for the next visit. */
export function remember() {
  try {
    localStorage.setItem(STORED_AS, shown);
  } catch {
    // A device that stores nothing asks again.
  }
}

/** @param {Language} language */
async function reasonsIn(language) {
  if (reasons[language]) return;
  try {
    const loaded = language === "en" ? await import("./texts/reasons.en.js") : await import("./texts/reasons.id.js");
    reasons[language] = loaded.default;
  } catch {
    // Asked for again with the next reason.
  }
}
