// @ts-check
/**
 * Whose registration this is, before anything of a card is typed. Somebody may have been sent a link that opens another
 * person's registration: what is typed there goes with that address.
 */
import { plainButton } from "../buttons.js";
import { el, refresh } from "../dom.js";
import { leave, state } from "../journey.js";

export function whose() {
  const address = () => (state.view && state.view.email) || "";
  let asked = false;
  const open = el(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-controls": "not-mine",
      "aria-expanded": () => String(asked),
      // A double tap opens it, too.
      on: { click: (event) => /** @type {MouseEvent} */ (event).detail < 2 && ask(!asked) },
    },
    (t) => t.whose.notMine,
  );
  const node = el(
    "section",
    { id: "whose", hidden: () => !address() },
    el("p", {}, (t) => t.whose.registration(address())),
    open,
    el(
      "div",
      { id: "not-mine", class: "panel", hidden: () => !asked },
      el("p", {}, (t) => t.whose.text),
      plainButton((t) => t.whose.leave, leave),
      plainButton((t) => t.whose.stay, () => ask(false)),
    ),
  );

  /** @param {boolean} so */
  function ask(so) {
    asked = so;
    refresh(node);
    if (!so) open.focus();
  }

  return node;
}
