// @ts-check
/**
 * Puts one screen in place of another: heading, progress, history, focus. What is shown already stays as it is, and only
 * what has changed in it is painted again.
 */
import { append, el, refill, refresh } from "./dom.js";
import config from "./config.js";
import { language, loadReasons, texts } from "./language.js";
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

/** @type {{[name in Name]: () => Promise<{screen: (name: Name) => Screen}>}} */
const modules = {
  loading: async () => ({ screen: () => ({ title: (t) => t.loading, node: el("p", {}, (t) => t.loadingText) }) }),
  start: () => import("./screens/start.js"),
  link: () => import("./screens/link.js"),
  email_code: () => import("./screens/email_code.js"),
  details: () => import("./screens/details.js"),
  phone_code: () => import("./screens/phone_code.js"),
  waiting: () => import("./screens/waiting.js"),
  verified: () => import("./screens/verified.js"),
  rejected: () => import("./screens/rejected.js"),
  expired: () => import("./screens/closed.js"),
  withdrawn: () => import("./screens/closed.js"),
  lost: () => import("./screens/lost.js"),
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
const RETRY_MS = 3000;

const main = /** @type {HTMLElement} */ (document.getElementById("main"));

/** @type {Name} */
let name = "loading";
/** @type {Screen | null} */
let screen = null;
/** Counts what is to be shown: a module that arrives late is not shown in place of a newer screen. */
let turn = 0;
/** How many places are behind the one where the history stands. */
let place = 0;
let warm = false;

/** The name of the screen that is shown. */
export function shown() {
  return name;
}

/**
 * Shows a screen; the one that is shown already is told that something has changed.
 *
 * @param {Name} wanted
 * @returns {Promise<void>}
 */
export async function show(wanted) {
  turn += 1;
  if (wanted === name) {
    if (screen && screen.changed) screen.changed();
    const before = document.title;
    repaint();
    // Whoever does not see the heading is told that it has changed.
    if (screen && document.title !== before) tell(screen.title);
    return;
  }
  const mine = turn;
  let module;
  try {
    module = await modules[wanted]();
  } catch {
    if (mine !== turn) return;
    say((t) => t.connection.part);
    setTimeout(() => mine === turn && show(wanted), RETRY_MS);
    return;
  }
  if (mine === turn) put(wanted, module.screen(wanted));
}

/** @param {Name} wanted @param {Screen} next */
function put(wanted, next) {
  const first = name === "loading" && screen === null;
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
  if (!first) {
    scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }
  if (!warm) warmUp();
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
  open.addEventListener("click", async () => {
    try {
      const { ask } = await import("./screens/withdraw.js");
      ask(panel, open);
    } catch {
      say((t) => t.connection.part);
    }
  });
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

// ------------------------------------------------------------------------------------------------------- warming

/** Loads the other screens while nobody waits for them, so that none is missing when the signal is. */
function warmUp() {
  warm = true;
  const later = window.requestIdleCallback || ((/** @type {() => void} */ run) => setTimeout(run, 2000));
  later(() => {
    const all = [...Object.values(modules), () => import("./screens/withdraw.js"), loadReasons];
    all.reduce(async (before, load) => {
      await before;
      await load().catch(() => {}); // asked for again when it is needed
    }, Promise.resolve());
  });
}
