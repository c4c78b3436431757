// @ts-check
/** Whose registration this device shows, and how somebody else begins one here: by leaving this one, which goes on. */
import { plainButton } from "../buttons.js";
import { el, refresh } from "../dom.js";
import { leave, state } from "../journey.js";

/** @typedef {import("../buttons.js").Words} Words */

/**
 * Asked before anything of a card is typed. Somebody may have been sent a link that opens another person's registration:
 * what is typed there goes with that address.
 */
export function whose() {
  const address = () => (state.view && state.view.email) || "";
  return el(
    "section",
    { id: "whose", hidden: () => !address() },
    el("p", {}, (t) => t.whose.registration(address())),
    ...leaving("not-mine", (t) => t.whose.notMine, (t) => t.whose.text, (t) => t.whose.leave, (t) => t.whose.stay),
  );
}

/**
 * For the next person on the same phone, who shall not have to withdraw the registration of the one before, or to change
 * its address into his own.
 */
export function another() {
  return el(
    "section",
    { id: "another" },
    ...leaving(
      "somebody-else",
      (t) => t.verified.another,
      (t) => t.whose.another,
      (t) => t.whose.begin,
      (t) => t.whose.keep,
    ),
  );
}

/**
 * A line that opens a box in which leaving is one press, and staying the other.
 *
 * @param {string} id of the box
 * @param {Words} question
 * @param {Words} text
 * @param {Words} yes
 * @param {Words} no
 * @returns {HTMLElement[]}
 */
function leaving(id, question, text, yes, no) {
  let asked = false;
  const open = plainButton(question, () => ask(!asked), {
    class: "plain",
    "aria-controls": id,
    "aria-expanded": () => String(asked),
  });
  const box = el(
    "div",
    { id, class: "panel", hidden: () => !asked },
    el("p", {}, text),
    plainButton(yes, leave),
    plainButton(no, () => ask(false)),
  );

  /** @param {boolean} so */
  function ask(so) {
    asked = so;
    refresh(open);
    refresh(box);
    if (!so) open.focus();
  }

  return [open, box];
}
