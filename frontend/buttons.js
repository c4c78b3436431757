// @ts-check
/**
 * Buttons. A double tap presses once, and those that send are disabled while it is under way, and say so.
 */
import { append, el, keepFocus, refresh } from "./dom.js";

/** @typedef {(texts: import("./dom.js").Texts) => string} Words */

/** @type {WeakSet<HTMLButtonElement>} */
const underWay = new WeakSet();

/** Milliseconds and pixels between the two taps of a double tap at most. */
const TWICE_MS = 500;
const TWICE_PX = 40;

/**
 * Lets the second tap of a double tap press nothing: the first may have put another button under the finger, or may be
 * undone by it. Browsers of phones do not count taps in `detail`, so time and place tell as well; keys have no place.
 */
export function pressOnce() {
  let last = { timeStamp: -Infinity, clientX: 0, clientY: 0 };
  document.addEventListener(
    "click",
    (event) => {
      if (!event.detail) return;
      const soon = event.timeStamp - last.timeStamp < TWICE_MS;
      const near = Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) < TWICE_PX;
      last = event;
      const pressed = event.target instanceof Element && event.target.closest("button");
      if (!pressed || !(event.detail > 1 || (soon && near))) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}

/**
 * A button that sends nothing by itself.
 *
 * @param {Words} label
 * @param {() => void} press
 * @param {import("./dom.js").Attributes} [attributes]
 * @returns {HTMLButtonElement}
 */
export function plainButton(label, press, attributes = {}) {
  return el("button", { type: "button", class: "button quiet", ...attributes, on: { click: press } }, label);
}

/**
 * A button that sends.
 *
 * @param {Words} label
 * @param {object} [more]
 * @param {string} [more.look] `main`, `quiet` or `danger`
 * @param {() => void} [more.press] for a button that is not its form's own
 * @param {(texts: import("./dom.js").Texts) => import("./dom.js").Value} [more.hidden]
 * @returns {HTMLButtonElement}
 */
export function sendButton(label, { look = "main", press, hidden } = {}) {
  const button = el("button", {
    type: press ? "button" : "submit",
    class: `button ${look}`,
    ...(hidden && { hidden }),
    ...(press && { on: { click: press } }),
  });
  append(button, (t) => (underWay.has(button) ? t.sending : label(t)));
  return button;
}

/**
 * Marks a button: it is sending, it is held back until the server has said what became of the last press, or it is ready.
 * The focus comes back to where it was, because browsers take it from what is disabled.
 *
 * @param {HTMLButtonElement} button
 * @param {"sending" | "held" | "ready"} as
 */
export function mark(button, as) {
  const busy = as === "sending";
  if (busy) underWay.add(button);
  else underWay.delete(button);
  if (as !== "ready" && document.activeElement === button) button.dataset.focus = "";
  button.disabled = as !== "ready";
  button.dataset.mark = as;
  const form = button.closest("form");
  for (const element of form ? [button, form] : [button]) {
    if (busy) element.setAttribute("aria-busy", "true");
    else element.removeAttribute("aria-busy");
  }
  refresh(button);
  if (as !== "ready" || !("focus" in button.dataset)) return;
  delete button.dataset.focus;
  keepFocus(button);
}

/**
 * Lets a button be pressed or not, for a reason of the screen's own; not while it is marked.
 *
 * @param {HTMLButtonElement} button
 * @param {boolean} possible
 */
export function allow(button, possible) {
  const marked = button.dataset.mark === "sending" || button.dataset.mark === "held";
  if (!marked && button.disabled === possible) button.disabled = !possible;
}
