// @ts-check
/** The four layers in words: how far each is, and what a verified registration rests on. */
import { el } from "../dom.js";
import { state } from "../journey.js";

/** @typedef {import("../dom.js").Texts} Texts */

const LAYERS = /** @type {const} */ (["email", "nik", "dukcapil", "otp"]);

/** How far each layer is. */
export function layers() {
  return el(
    "section",
    { class: "layers" },
    el("h2", {}, (t) => t.layers.title),
    el(
      "dl",
      {},
      ...LAYERS.map((layer) => row(layer, (t) => (state.view ? t.layers[state.view.layers[layer].state] : ""))),
    ),
  );
}

/** What the result rests on. */
export function assurance() {
  return el(
    "section",
    { class: "layers", hidden: () => !state.view || !state.view.assurance },
    el("h2", {}, (t) => t.verified.rests),
    el("dl", {}, ...LAYERS.map((layer) => row(layer, (t) => rests(t, layer)))),
  );
}

/** @param {Texts} t @param {typeof LAYERS[number]} layer */
function rests(t, layer) {
  const rested = state.view && state.view.assurance && state.view.assurance[layer];
  if (!rested) return "";
  // An address and a number are not compared with anything: they are confirmed.
  const confirmed = rested === "passed" && (layer === "email" || layer === "otp");
  return confirmed ? t.verified.confirmed : t.verified[rested];
}

/** @param {typeof LAYERS[number]} layer @param {(t: Texts) => string} words */
function row(layer, words) {
  return el(
    "div",
    {},
    el("dt", {}, (t) => t.layers.names[layer]),
    el("dd", {}, words),
  );
}
