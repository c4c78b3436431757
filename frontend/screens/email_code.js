// @ts-check
/** Step 1, the second half: the code from the mail. */
import { el } from "../dom.js";
import { change, meant } from "./change.js";
import { address } from "./email.js";
import { codeForm } from "./code.js";
import { notice, why } from "./reason.js";
import { another } from "./whose.js";

/** @returns {import("../screens.js").Screen} */
export function screen() {
  const code = codeForm({ purpose: "email" });
  const other = change("email");
  // Why the mail does not arrive, where its server has said so.
  const undelivered = notice((t) => t.code.notArrived);
  const node = el(
    "div",
    {},
    undelivered,
    el("p", {}, (t) => (address() ? t.emailCode.sent(address()) : t.emailCode.sentSomewhere)),
    el("p", {}, (t) => t.emailCode.link),
    meant(),
    code.form.node,
    code.another,
    el("p", { class: "aside" }, (t) => t.emailCode.spam),
    other.node,
    another(),
  );
  changed();

  function changed() {
    code.changed();
    // Where the address is refused, it comes first.
    const first = why() === "email_refuses_mail" && undelivered.nextSibling !== other.node;
    if (first) node.insertBefore(other.node, undelivered.nextSibling);
  }

  return {
    title: (t) => t.emailCode.title,
    step: () => 1,
    node,
    withdrawable: () => true,
    changed,
    gone: code.gone,
    back: other.back,
  };
}
