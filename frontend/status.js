// @ts-check
/**
 * The lines at the top that say what has just happened, and whether there is a signal. They are the page's live region,
 * so whoever hears the page hears them, too: each is said once, and nothing that changes every second stands there.
 */
import { append, el, keepFocus, refresh } from "./dom.js";

/** @typedef {(texts: import("./dom.js").Texts) => string} Words */

/** Long enough for a screen reader to see that a line was empty, so that the same words are said again. */
const EMPTY_MS = 100;
/** Pixels between what has the focus and the lines above it. */
const ROOM = 16;

/** @type {Words | null} */
let message = null;
/** @type {Words | null} */
let signal = null;
/** @type {Words | null} */
let unseen = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let telling;
/** @type {HTMLElement | null} */
let banner = null;

/**
 * Puts the lines into their place.
 *
 * @param {HTMLElement} place with the live region in it
 * @param {() => void} retry tries to connect now
 * @param {() => boolean} possible whether there is anything to connect for
 */
export function place(place, retry, possible) {
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
      { type: "button", class: "plain", hidden: () => !signal || !possible(), on: { click: retry } },
      (t) => t.connection.retry,
    ),
  );
  paint();
  if ("ResizeObserver" in window) new ResizeObserver(() => uncover(place)).observe(place);
}

/**
 * Says something, until it is hushed or something else is said.
 *
 * @param {Words} words
 */
export function say(words) {
  message = words;
  paint();
  // On a low screen the lines do not stay at the top, and would be out of sight.
  if (banner && !sticks(banner)) banner.scrollIntoView({ block: "nearest" });
}

/**
 * Says something that stands elsewhere already, to whoever hears the page; also when it is the same as before.
 *
 * @param {Words} words
 * @returns {() => void} that it is over, if nothing else was told since
 */
export function tell(words) {
  clearTimeout(telling);
  unseen = null;
  paint();
  const mine = setTimeout(() => {
    unseen = words;
    paint();
  }, EMPTY_MS);
  telling = mine;
  return () => {
    if (telling !== mine) return;
    clearTimeout(mine);
    unseen = null;
    paint();
  };
}

/** What was said is over. */
export function hush() {
  clearTimeout(telling);
  message = unseen = null;
  paint();
}

/**
 * Says that there is no signal, or no answer, as long as that is so; null when it is over.
 *
 * @param {Words | null} words
 */
export function signalLost(words) {
  const focused = banner && banner.contains(document.activeElement);
  signal = words;
  paint();
  if (focused) keepFocus();
}

function paint() {
  if (banner) refresh(banner);
}

/** @param {HTMLElement} place */
function sticks(place) {
  return getComputedStyle(place).position === "sticky";
}

/** Keeps what has the focus from being covered by the lines, however many they are. @param {HTMLElement} place */
function uncover(place) {
  const height = sticks(place) ? place.offsetHeight : 0;
  document.documentElement.style.setProperty("scroll-padding-top", `${height + ROOM}px`);
  const at = document.activeElement;
  if (!at || !at.matches("main input, main select, main textarea, main button, main a")) return;
  const { top, bottom } = at.getBoundingClientRect();
  if (top < height && bottom > 0) at.scrollIntoView({ block: "nearest" });
}
