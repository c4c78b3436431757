// @ts-check
/** Builds the DOM without HTML text: what people typed stays text. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {Element} made
 * @param {Record<string, unknown>} attributes Functions become listeners, true an empty attribute, false and null none.
 * @param {(Node | string)[]} children
 */
function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, /** @type {EventListener} */ (value));
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children);
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  fill(made, attributes, children);
  return made;
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function drawn(tag, attributes = {}, ...children) {
  const made = /** @type {SVGElementTagNameMap[Tag]} */ (document.createElementNS(SVG, tag));
  fill(made, attributes, children);
  return made;
}

/**
 * An element of the console's HTML.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no #${id}`);
  return found;
}

/**
 * Write a text, but only where it has changed, so that selections and screen readers are left in peace.
 * @param {Element} where
 * @param {string} text
 */
export function write(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

/**
 * Say something to whoever cannot see what has changed.
 * @param {string} text
 */
export function say(text) {
  byId("news").textContent = text;
}

/**
 * A button that copies a text.
 * @param {string} text
 * @param {string} what For screen readers.
 */
export function copying(text, what) {
  const button = element("button", { type: "button", class: "copy", "aria-label": `Copy ${what}` }, "copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "copied";
    } catch {
      button.textContent = "select it";
    }
    setTimeout(() => (button.textContent = "copy"), 1200);
  });
  return button;
}

/**
 * Radio buttons that look like one switch.
 * @param {HTMLElement} where A fieldset with its legend.
 * @param {string} name
 * @param {[value: string, label: string][]} options
 * @param {(value: string) => void} chosen
 * @returns {(value: string) => void} Shows another value as chosen.
 */
export function segments(where, name, options, chosen) {
  const inputs = options.map(([value, label]) => {
    const input = element("input", { type: "radio", name, value, id: `${name}-${value}` });
    input.addEventListener("change", () => chosen(value));
    where.append(input, element("label", { for: input.id }, label));
    return input;
  });
  return (value) => {
    for (const input of inputs) if (input.checked !== (input.value === value)) input.checked = input.value === value;
  };
}
