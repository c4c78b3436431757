// @ts-check
/**
 * The server does not know this device's session: the address was confirmed elsewhere, or the registration is gone. The
 * code of the newest mail opens it again; nothing is forgotten before a press.
 */
import { plainButton, sendButton } from "../buttons.js";
import { el } from "../dom.js";
import { makeForm, told } from "../form.js";
import { leave, state } from "../journey.js";
import { loadReasons, reason } from "../language.js";
import { codeField, incomplete, ofField } from "./code.js";
import { openWithCode } from "./opening.js";

/** @returns {import("../screens.js").Screen} */
export function screen() {
  const field = codeField();
  const button = sendButton((t) => t.lost.open);
  const form = makeForm({ fields: [field], children: [field.node, button], submit });
  const text = () => reason("registration_not_found");
  loadReasons();

  async function submit() {
    const empty = await incomplete(field);
    const { session } = state;
    if (empty) form.show(empty);
    if (empty || !session) return;
    await openWithCode({
      button,
      id: session.id,
      code: field.value(),
      refused: (problem) => {
        if (problem.status === 429 || problem.status >= 500) return false;
        form.show(ofField(problem));
        return true;
      },
    });
  }

  return {
    title: (t) => t.lost.title,
    node: el(
      "div",
      {},
      el("p", { hidden: () => Boolean(text()) }, (t) => t.lost.text),
      ...told(() => ({ code: "registration_not_found" })),
      el(
        "section",
        { class: "panel" },
        el("h2", {}, (t) => t.lost.code),
        el("p", {}, (t) => t.lost.codeText),
        form.node,
      ),
      el("p", { class: "aside" }, (t) => t.lost.againText),
      plainButton((t) => t.again, leave),
    ),
  };
}
