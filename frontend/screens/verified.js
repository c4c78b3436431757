// @ts-check
/** The end that everybody came for. */
import { plainButton } from "../buttons.js";
import { el } from "../dom.js";
import { leave, state } from "../journey.js";
import { assurance } from "./layers.js";

/** @returns {import("../screens.js").Screen} */
export function screen() {
  return {
    title: (t) => t.verified.title,
    node: el(
      "div",
      { class: "verified" },
      el("p", {}, (t) => t.verified.text),
      assurance(),
      reference(),
      plainButton((t) => t.verified.another, leave),
      el("p", { class: "aside" }, (t) => t.verified.anotherText),
    ),
    withdrawable: () => true,
  };
}

/** What the organiser finds the registration by. */
export function reference() {
  return el(
    "section",
    { class: "reference" },
    el("h2", {}, (t) => t.verified.reference),
    el("p", { id: "reference" }, () => (state.view ? state.view.id : "")),
    el("p", { class: "aside" }, (t) => t.verified.referenceHint),
  );
}
