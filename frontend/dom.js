// @ts-check
/**
 * Builds the page's elements.
 *
 * Whatever may change, words above all, is given as a function of the texts and painted again in place. So another
 * language, or news from the server, never rebuilds a form: nothing typed is lost, and the focus stays where it is.
 */
import { texts } from "./language.js";

/** @typedef {import("./language.js").Texts} Texts */
/** @typedef {string | number | boolean | null | undefined} Value */
/** @typedef {Value | ((texts: Texts) => Value)} Changing */
/** @typedef {{[name: string]: (event: any) => void}} Listeners */
/** @typedef {{on?: Listeners} & {[attribute: string]: Changing | Listeners}} Attributes */
/** @typedef {Node | Changing} Child */

/** @type {WeakMap<Node, Array<() => void>>} */
const painters = new WeakMap();

/**
 * Makes an element. Functions among attributes and children are painted now and by each `refresh`.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes] `true` sets an attribute, `false` and `null` take it away; `on` holds listeners
 * @param {...Child} children `false` and `null` are left out
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(attributes.on || {})) element.addEventListener(event, listener);
    } else if (typeof value === "function") {
      painted(element, () => set(element, name, value(texts())));
    } else {
      set(element, name, /** @type {Value} */ (value));
    }
  }
  append(element, ...children);
  return element;
}

/**
 * Appends children as `el` does.
 *
 * @param {Node} parent
 * @param {...Child} children
 */
export function append(parent, ...children) {
  for (const child of children) {
    if (child instanceof Node) parent.appendChild(child);
    else if (typeof child === "function") parent.appendChild(words(child));
    else if (child !== null && child !== undefined && child !== false && child !== true)
      parent.appendChild(document.createTextNode(String(child)));
  }
}

/**
 * A text that is painted again by each `refresh`.
 *
 * @param {(texts: Texts) => Value} make
 * @returns {Text}
 */
export function words(make) {
  const node = document.createTextNode("");
  painted(node, () => {
    const value = make(texts());
    const text = value === null || value === undefined || value === false ? "" : String(value);
    // The same words are not put again: a live region would read them again.
    if (node.data !== text) node.data = text;
  });
  return node;
}

/**
 * Paints again whatever changes in a part of the page. Parts that are not in it are not reached, so what is only hidden
 * for a while stays in the page.
 *
 * @param {Node} [root]
 */
export function refresh(root = document.body) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = /** @type {Node | null} */ (root); node; node = walker.nextNode()) {
    for (const paint of painters.get(node) || []) paint();
  }
}

/**
 * Takes the children away and puts others in their place.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export function refill(parent, ...children) {
  while (parent.lastChild) parent.removeChild(parent.lastChild);
  append(parent, ...children);
}

/**
 * Sees to it that somebody has the focus when what had it is hidden or disabled: a button that can have it, or else the
 * heading.
 *
 * @param {HTMLButtonElement} [button]
 */
export function keepFocus(button) {
  if (inSight(document.activeElement)) return;
  const heading = /** @type {HTMLElement | null} */ (document.querySelector("main h1"));
  const next = button && !button.disabled && inSight(button) ? button : heading;
  if (next) next.focus({ preventScroll: true });
}

/** @param {Element | null} element */
function inSight(element) {
  return element !== null && element !== document.body && element.getClientRects().length > 0;
}

/** @param {Node} node @param {() => void} paint */
function painted(node, paint) {
  paint();
  painters.set(node, [...(painters.get(node) || []), paint]);
}

/** @param {Element} element @param {string} name @param {Value} value */
function set(element, name, value) {
  if (value === false || value === null || value === undefined) {
    element.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}
