// @ts-check
/** An email address, as it is typed on a phone, and what may have been meant by one that was refused. */
import { plainButton } from "../buttons.js";
import { el } from "../dom.js";

/** How phones are to treat an address. */
export const addressAttributes = {
  type: "email",
  inputmode: "email",
  autocomplete: "email",
  autocapitalize: "off",
  autocorrect: "off",
  spellcheck: "false",
};

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
