// @ts-check
/** An email address: as it is typed on a phone, what may have been meant by one that was refused, and which one has the code. */
import { plainButton } from "../buttons.js";
import { el } from "../dom.js";
import { state } from "../journey.js";
import { inFull, maskedEmail } from "../masking.js";
import { memory } from "../memory.js";

/** How phones are to treat an address. */
export const addressAttributes = {
  type: "email",
  inputmode: "email",
  autocomplete: "email",
  autocapitalize: "off",
  autocorrect: "off",
  spellcheck: "false",
};

/** The address that the code goes to; what was typed only as long as the server has not said otherwise. */
export function address() {
  const { view } = state;
  const sent = view && view.code_sent && view.code_sent.channel === "email" ? view.code_sent.to : null;
  const known = sent || (view && view.email);
  return known ? inFull(memory.email, known, maskedEmail) : memory.email;
}

/**
 * What may have been meant by a refused address, to be put in with a tap.
 *
 * @param {import("../fields.js").Field & {input: HTMLInputElement}} field
 * @param {string} address
 */
export function suggested(field, address) {
  const use = plainButton(
    (t) => t.suggestion.use,
    () => {
      field.input.value = address;
      field.input.dispatchEvent(new Event("input"));
      node.hidden = true;
      field.focus();
    },
  );
  const node = el(
    "div",
    { class: "suggestion" },
    el("p", {}, (t) => t.suggestion.meant(address)),
    use,
  );
  return node;
}
