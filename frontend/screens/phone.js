// @ts-check
/** A mobile number, as it is typed on a phone, and the hint at it that its holder may overrule. */
import { el } from "../dom.js";
import { saidId } from "../form.js";

export const phoneAttributes = {
  type: "tel",
  inputmode: "tel",
  autocomplete: "tel",
  autocorrect: "off",
  spellcheck: "false",
};

/**
 * "I really use this number", "My KTP really shows this": a tick that goes along with the next press.
 *
 * @param {import("../api.js").FieldProblem} error
 * @param {{has: (code: string) => boolean, add: (code: string) => void, delete: (code: string) => void}} acknowledged
 */
export function reallySo(error, acknowledged) {
  const id = `really-${error.code}`;
  // What is really so is what the error says: of several boxes each has a name of its own.
  const named = `${id}-label ${saidId(error)}`;
  const box = el("input", { id, type: "checkbox", "data-hint": error.code, "aria-labelledby": named });
  box.checked = acknowledged.has(error.code);
  box.addEventListener("change", () => {
    if (box.checked) acknowledged.add(error.code);
    else acknowledged.delete(error.code);
  });
  const ofPhone = error.code.startsWith("phone_");
  return el(
    "div",
    { class: "choice really" },
    box,
    el("label", { id: `${id}-label`, for: id }, (t) => (ofPhone ? t.phoneCode.reallyMine : t.details.reallySo)),
  );
}
