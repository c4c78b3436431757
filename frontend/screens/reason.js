// @ts-check
/** Why the registration is where it is, in the words of the catalogue. */
import { el } from "../dom.js";
import { told } from "../form.js";
import { state } from "../journey.js";
import { reason } from "../language.js";

/** @typedef {import("../status.js").Words} Words */

/** The code of the reason; null where there is none. */
export function why() {
  return state.view && state.view.reason;
}

/**
 * The title of the reason, or another where there is none or its words are not here yet.
 *
 * @param {Words} otherwise
 * @returns {Words}
 */
export function titled(otherwise) {
  return (t) => (reason(why()) || { title: otherwise(t) }).title;
}

/**
 * What happened, what to do now, and whom to ask; other words where there is no reason.
 *
 * @param {Words} [otherwise]
 */
export function because(otherwise) {
  const known = () => Boolean(reason(why()));
  return el(
    "div",
    { id: "reason", hidden: () => !known() && !otherwise },
    otherwise && el("p", { hidden: known }, otherwise),
    ...told(() => ({ code: why() })),
  );
}

/**
 * The same as a box on a screen that is about something else.
 *
 * @param {Words} title where the reason's own is not here
 * @param {...import("../dom.js").Child} more
 */
export function notice(title, ...more) {
  return el("section", { class: "notice", hidden: () => !why() }, el("h2", {}, titled(title)), because(), ...more);
}
