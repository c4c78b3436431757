// @ts-check
/**
 * The lines at the top that say what has just happened, and whether there is a signal. They are the page's live region,
 * so whoever hears the page hears them, too: each is said once, and nothing that changes every second stands there.
 */
import { append, el, refresh } from "./dom.js";

/** @typedef {(texts: import("./dom.js").Texts) => string} Words */

/** @type {Words | null} */
let message = null;
/** @type {Words | null} */
let signal = null;
/** @type {Words | null} */
let unseen = null;
/** @type {HTMLElement | null} */
let banner = null;

/**
 * Puts the lines into their place.
 *
 * @param {HTMLElement} place with the live region in it
 * @param {() => void} retry tries to connect now
 */
export function place(place, retry) {
  banner = place;
  const region = /** @type {HTMLElement} */ (place.querySelector("[role=status]"));
  append(
    region,
    el("p", { class: "signal", hidden: () => !signal }, (t) => signal && signal(t)),
    el("p", { class: "message", hidden: () => !message }, (t) => message && message(t)),
    el("p", { class: "unseen" }, (t) => unseen && unseen(t)),
  );
  append(
    place,
    el(
      "button",
      { type: "button", class: "plain", hidden: () => !signal, on: { click: retry } },
      (t) => t.connection.retry,
    ),
  );
  paint();
}

/**
 * Says something, until it is hushed or something else is said.
 *
 * @param {Words} words
 */
export function say(words) {
  message = words;
  paint();
}

/**
 * Says something that stands elsewhere already, to whoever hears the page.
 *
 * @param {Words} words
 */
export function tell(words) {
  unseen = words;
  paint();
}

/** What was said is over. */
export function hush() {
  message = unseen = null;
  paint();
}

/**
 * Says that there is no signal, as long as that is so; null when it is back.
 *
 * @param {Words | null} words
 */
export function signalLost(words) {
  signal = words;
  paint();
}

function paint() {
  if (banner) refresh(banner);
}
