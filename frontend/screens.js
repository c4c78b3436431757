// @ts-check
/**
 * Puts one screen in place of another: heading, progress, history, focus. What is shown already stays as it is, and only
 * what has changed in it is painted again.
 *
 * All screens come with the page. One that is loaded when it is due may not come, and a browser does not try an import
 * again: the page comes whole, or reloading it brings what is missing.
 */
import { append, el, refill, refresh } from "./dom.js";
import config from "./config.js";
import { language, texts } from "./language.js";
import * as closed from "./screens/closed.js";
import * as details from "./screens/details.js";
import * as emailCode from "./screens/email_code.js";
import * as link from "./screens/link.js";
import * as lost from "./screens/lost.js";
import * as phoneCode from "./screens/phone_code.js";
import * as rejected from "./screens/rejected.js";
import * as start from "./screens/start.js";
import * as verified from "./screens/verified.js";
import * as waiting from "./screens/waiting.js";
import { ask } from "./screens/withdraw.js";
import { hush, say, tell } from "./status.js";

/** @typedef {import("./status.js").Words} Words */
/**
 * @typedef {"loading" | "start" | "email_code" | "details" | "phone_code" | "waiting" | "verified" | "rejected" |
 *   "expired" | "withdrawn" | "link" | "lost"} Name
 */

/**
 * @typedef {object} Screen
 * @property {Words} title
 * @property {Node} node
 * @property {() => 1 | 2 | 3 | null} [step] of the three, if it is part of one
 * @property {() => boolean} [withdrawable] whether the registration can be withdrawn here
 * @property {() => void} [changed] the server has said something new
 * @property {() => void} [gone] another screen is shown
 * @property {() => boolean} [back] somebody went back; returns whether it has opened or closed something
 * @property {() => boolean} [unsaved] whether something was typed that leaving the page would lose
 */

/** @type {{[name in Name]: {screen: (name: Name) => Screen}}} */
const modules = {
  loading: { screen: () => ({ title: (t) => t.loading, node: el("p", {}, (t) => t.loadingText) }) },
  start,
  link,
  email_code: emailCode,
  details,
  phone_code: phoneCode,
  waiting,
  verified,
  rejected,
  expired: closed,
  withdrawn: closed,
  lost,
};
/** Where going back could be meant to go. Waiting is no place. */
const PLACES = new Set([
  "start",
  "email_code",
  "details",
  "phone_code",
  "verified",
  "rejected",
  "expired",
  "withdrawn",
]);

const main = /** @type {HTMLElement} */ (document.getElementById("main"));

/** @type {Name} */
let name = "loading";
/** @type {Screen | null} */
let screen = null;
/** Whether anything but the loading was shown yet. */
let begun = false;
/** How many places are behind the one where the history stands. */
let place = 0;

/** The name of the screen that is shown. */
export function shown() {
  return name;
}

/**
 * Shows a screen; the one that is shown already is told that something has changed.
 *
 * @param {Name} wanted
 */
export function show(wanted) {
  if (wanted !== name || !screen) {
    put(wanted, modules[wanted].screen(wanted));
    return;
  }
  if (screen.changed) screen.changed();
  const before = document.title;
  repaint();
  // Whoever does not see the heading is told that it has changed.
  if (document.title !== before) tell(screen.title);
}

/** @param {Name} wanted @param {Screen} next */
function put(wanted, next) {
  // With a session the page begins by asking where it is: what comes then is the first that is shown.
  const first = !begun;
  begun = wanted !== "loading" || begun;
  const panel = openPanel();
  if (screen && screen.gone) screen.gone();
  if (!first) hush();
  name = wanted;
  screen = next;
  main.dataset.screen = wanted;
  const heading = el("h1", { tabindex: "-1" }, next.title);
  refill(main, ...(next.step ? [progress(next.step)] : []), heading, next.node);
  if (next.withdrawable) append(main, withdrawal(next.withdrawable));
  repaint();
  remember(wanted, first);
  if (first) return;
  scrollTo(0, 0);
  const same = panel && document.querySelector(`main [id="${panel}"]:not([hidden]) input`);
  if (same instanceof HTMLElement) {
    // Somebody was typing in a panel that this screen has as well.
    same.focus();
    tell(next.title);
  } else heading.focus({ preventScroll: true });
}

/** The id of the panel that somebody types in, if there is one. */
function openPanel() {
  const panel = document.activeElement && document.activeElement.closest("main .panel[id]");
  return panel && panel.id;
}

/** Paints everything again that may have changed. */
export function repaint() {
  refresh(document.body);
  if (screen) document.title = `${screen.title(texts())} – ${config.program[language()]}`;
}

/** @param {() => 1 | 2 | 3 | null} step */
function progress(step) {
  const names = [0, 1, 2];
  return el(
    "div",
    { class: "progress", hidden: () => step() === null },
    el("p", {}, (t) => t.progress.step(step() || 1)),
    el(
      "ol",
      { "aria-label": (t) => t.progress.label },
      ...names.map((each) =>
        el(
          "li",
          {
            "aria-current": () => (step() === each + 1 ? "step" : null),
            class: () => ((step() || 0) > each + 1 ? "done" : null),
          },
          (t) => t.progress.names[each],
          el("span", { class: "unseen" }, (t) => ((step() || 0) > each + 1 ? ` (${t.progress.done})` : "")),
        ),
      ),
    ),
  );
}

/** @param {() => boolean} possible */
function withdrawal(possible) {
  const panel = el("div", { class: "withdrawal", hidden: () => !possible() });
  const open = el("button", { type: "button", class: "plain", "aria-expanded": "false" }, (t) => t.withdraw.open);
  open.addEventListener("click", () => ask(panel, open));
  append(panel, open);
  return panel;
}

// ------------------------------------------------------------------------------------------------------- history

/** Watches for the back button: it leads to the present step, and sends nothing. */
export function watchHistory() {
  addEventListener("popstate", (event) => {
    if (location.hash) return; // a mailed link was opened in this tab
    const to = event.state && typeof event.state.place === "number" ? event.state.place : 0;
    const back = to < place;
    place = to;
    if (!back || !screen) return;
    if (screen.back && screen.back()) return;
    if (name !== "start") say((t) => t.moved.back);
  });
  addEventListener("beforeunload", (event) => {
    if (!screen || !screen.unsaved || !screen.unsaved()) return;
    event.preventDefault();
    // Older browsers ask only when this is set.
    event.returnValue = "";
  });
}

/** @param {Name} wanted @param {boolean} first */
function remember(wanted, first) {
  const { pathname, search } = location;
  if (first) {
    // After a reload the places before are still there.
    place = (history.state && history.state.place) || 0;
    history.replaceState({ place }, "", pathname + search);
  } else if (PLACES.has(wanted)) {
    place += 1;
    history.pushState({ place }, "", pathname + search);
  }
}
