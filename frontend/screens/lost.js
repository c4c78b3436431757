// @ts-check
/**
 * The server does not know this device's session: the address was confirmed elsewhere, or the registration is gone. Or a
 * link was opened here, and a reload has taken its code. The code of the newest mail opens it; nothing is forgotten before
 * a press.
 */
import { plainButton } from "../buttons.js";
import { el } from "../dom.js";
import { told } from "../form.js";
import { closeLink, go, leave, look, state } from "../journey.js";
import { reason } from "../language.js";
import { openingForm } from "./opening.js";

/** @returns {import("../screens.js").Screen} */
export function screen() {
  const linked = () => state.linked !== null;
  /** This device has a registration of its own besides. */
  const other = () => linked() && state.session !== null;
  const text = () => reason("registration_not_found");

  function close() {
    closeLink();
    go();
    look();
  }

  return {
    title: (t) => (linked() ? t.lost.linkedTitle : t.lost.title),
    node: el(
      "div",
      {},
      el("p", { hidden: () => !linked() }, (t) => t.lost.linked),
      el(
        "div",
        { hidden: linked },
        el("p", { hidden: () => Boolean(text()) }, (t) => t.lost.text),
        ...told(() => ({ code: "registration_not_found" })),
      ),
      el(
        "section",
        { class: "panel" },
        el("h2", {}, (t) => t.lost.code),
        el("p", {}, (t) => t.lost.codeText),
        openingForm(() => {
          if (state.linked) return { id: state.linked, session: null };
          return state.session && { id: state.session.id };
        }),
      ),
      plainButton((t) => t.link.own, close, { hidden: () => !other() }),
      el("p", { class: "aside", hidden: linked }, (t) => t.lost.againText),
      plainButton((t) => t.again, leave, { hidden: other }),
    ),
  };
}
