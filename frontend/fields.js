// @ts-check
/**
 * A form's fields: label, hint, error and input, linked so that whoever hears the page hears them together. The error
 * stands above the input, where the keyboard of a phone does not cover it.
 */
import { el } from "./dom.js";

/** @typedef {import("./dom.js").Attributes} Attributes */
/** @typedef {import("./status.js").Words} Words */

/**
 * @typedef {object} Field
 * @property {string} id what its error is called by: `#/id` in a problem document
 * @property {Words} label
 * @property {Words} [name] shorter than the label, for the summary
 * @property {HTMLElement} node
 * @property {HTMLElement[]} marked they carry `aria-invalid`
 * @property {HTMLElement} error what is wrong, and with which digits
 * @property {HTMLElement} extras what an error offers: "my KTP really shows this"
 * @property {() => string} value as it was typed, without spaces around it
 * @property {() => void} focus
 */

/**
 * @param {object} about
 * @param {string} about.id
 * @param {Words} about.label
 * @param {Words} [about.hint]
 * @param {Attributes} [about.attributes] of the input
 * @param {Node[]} [about.after] what stands below it
 * @returns {Field & {input: HTMLInputElement}}
 */
export function textField({ id, label, hint, attributes = {}, after = [] }) {
  const input = el("input", { id, name: id, type: "text", "aria-describedby": described(id, hint), ...attributes });
  const { error, extras } = room(`${id}-error`);
  const node = el(
    "div",
    { class: "field" },
    el("label", { for: id }, label),
    hint && el("p", { id: `${id}-hint`, class: "hint" }, hint),
    error,
    input,
    ...after,
    extras,
  );
  return {
    id,
    label,
    node,
    marked: [input],
    input,
    error,
    extras,
    value: () => input.value.trim(),
    focus: () => input.focus(),
  };
}

/**
 * Several inputs under one legend. Inputs that are described by the error themselves are marked themselves.
 *
 * @param {object} about
 * @param {string} about.id
 * @param {Words} about.legend
 * @param {Words} [about.hint]
 * @param {"group" | "radiogroup"} [about.role]
 * @param {Node} about.inputs
 * @param {HTMLElement} about.first takes the focus
 * @param {HTMLElement[]} [about.marked]
 * @param {string} [about.errorId]
 * @param {() => string} about.value
 * @returns {Field}
 */
export function groupField({
  id,
  legend,
  hint,
  role = "group",
  inputs,
  first,
  marked,
  errorId = `${id}-error`,
  value,
}) {
  const { error, extras } = room(errorId);
  const node = el(
    "fieldset",
    { id, class: "field", role, "aria-describedby": hint ? `${id}-hint ${errorId}` : errorId },
    el("legend", {}, legend),
    hint && el("p", { id: `${id}-hint`, class: "hint" }, hint),
    error,
    inputs,
    extras,
  );
  return { id, label: legend, node, marked: marked || [node], error, extras, value, focus: () => first.focus() };
}

/**
 * A box to tick.
 *
 * @param {object} about
 * @param {string} about.id
 * @param {Words} about.label
 * @param {Words} about.name
 * @returns {Field & {input: HTMLInputElement}}
 */
export function tickField({ id, label, name }) {
  const input = el("input", { id, name: id, type: "checkbox", "aria-describedby": `${id}-error` });
  const { error, extras } = room(`${id}-error`);
  const node = el(
    "div",
    { class: "field" },
    error,
    el("div", { class: "choice" }, input, el("label", { for: id }, label)),
    extras,
  );
  return {
    id,
    label,
    name,
    node,
    marked: [input],
    input,
    error,
    extras,
    value: () => (input.checked ? "yes" : ""),
    focus: () => input.focus(),
  };
}

/** @param {string} errorId */
function room(errorId) {
  return {
    error: el("div", { id: errorId, class: "error", hidden: true }),
    extras: el("div", { class: "extras", hidden: true }),
  };
}

/** @param {string} id @param {Words | undefined} hint */
function described(id, hint) {
  return hint ? `${id}-hint ${id}-error` : `${id}-error`;
}
