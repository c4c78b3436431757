// @ts-check
/** Expired or withdrawn: nothing of the person is left, and beginning anew is one press away. */
import { plainButton } from "../buttons.js";
import { el } from "../dom.js";
import { leave } from "../journey.js";
import { because, titled } from "./reason.js";

/** @param {import("../screens.js").Name} name @returns {import("../screens.js").Screen} */
export function screen(name) {
  const which = name === "withdrawn" ? "withdrawn" : "expired";
  return {
    title: titled((t) => t[which].title),
    node: el(
      "div",
      {},
      because((t) => t[which].text),
      plainButton((t) => t.again, leave, { class: "button main" }),
    ),
  };
}
