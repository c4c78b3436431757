// @ts-check
/**
 * The language that is shown, and its texts. Indonesian comes with the page, its catalogue of reasons included; English
 * when somebody asks for it, and then both together.
 */
import { load } from "./loading.js";
import indonesian from "./texts/id.js";
import indonesianReasons from "./texts/reasons.id.js";

/** @typedef {"id" | "en"} Language */
/** @typedef {typeof indonesian} Texts */
/** @typedef {{title: string, detail: string, ask: string | null}} Reason */
/** @typedef {{texts: Texts, reasons: {[code: string]: Reason | undefined}}} Words */

/** @type {readonly Language[]} */
export const LANGUAGES = ["id", "en"];
const STORED_AS = "berlapis.language";

const first = /** @type {Words} */ ({ texts: indonesian, reasons: indonesianReasons });
/** @type {{[language in Language]?: Words}} */
const known = { id: first };
/** @type {Language} */
let shown = "id";

/** The language that is shown. */
export function language() {
  return shown;
}

/** Its texts. */
export function texts() {
  return (known[shown] || first).texts;
}

/**
 * What the catalogue says about a code in the language that is shown; null where it has no such code.
 *
 * @param {string | null | undefined} code
 * @returns {Reason | null}
 */
export function reason(code) {
  return (code && (known[shown] || first).reasons[code]) || null;
}

/**
 * Shows another language from now on; whoever calls paints the page again.
 *
 * @param {Language} language
 * @returns {Promise<boolean>} false when its texts could not be loaded; the next call tries again
 */
export async function speak(language) {
  try {
    known[language] = known[language] || (await wordsOf(language));
  } catch {
    return false;
  }
  shown = language;
  document.documentElement.lang = language;
  return true;
}

/**
 * A time of day.
 *
 * @param {Date} at
 */
export function clock(at) {
  return at.toLocaleTimeString(language() === "id" ? "id-ID" : "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
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

/** @param {Language} language @returns {Promise<Words>} */
async function wordsOf(language) {
  // Both are awaited, so that a try which fails has tried both.
  const [texts, reasons] = await Promise.all(
    [`texts/${language}.js`, `texts/reasons.${language}.js`].map((file) => load(file).catch(() => null)),
  );
  if (!texts || !reasons) throw new Error(`no ${language}`);
  return { texts: texts.default, reasons: reasons.default };
}
