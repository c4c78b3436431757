// @ts-check
/** Nothing is expected of the person: says what is going on, how long it may take, and that the page may be closed. */
import { plainButton } from "../buttons.js";
import { el } from "../dom.js";
import { lookNow, state } from "../journey.js";
import { clock } from "../language.js";
import { memory } from "../memory.js";
import { keeps } from "../session.js";
import { change, meant } from "./change.js";
import { layers } from "./layers.js";
import { because, titled, why } from "./reason.js";
import { serverSays } from "./says.js";
import { tell } from "../status.js";
import { another } from "./whose.js";

/** @typedef {import("../dom.js").Texts} Texts */

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
/** Statuses that may last: the page may be closed meanwhile. */
const LASTING = new Set(["queued", "settling", "in_review"]);

/** @returns {import("../screens.js").Screen} */
export function screen() {
  const address = change("email");
  const number = change("phone");
  const kept = keeps();
  const asked = meant();
  address.node.hidden = number.node.hidden = true;
  const node = el(
    "div",
    {},
    el("div", { class: "turning", "aria-hidden": "true", hidden: () => lasting() }),
    asked,
    // Whoever is asked about the address has something to do.
    because((t) => (status() === "queued" && !asked.hidden ? t.waiting.queued.asked : going(t).text)),
    el("p", { hidden: () => !why() || !LASTING.has(status()) }, (t) => t.waiting.days),
    el("p", { id: "nik-says", class: "echo", hidden: () => !says() }, () => {
      const taken = says();
      return taken && serverSays(taken);
    }),
    address.node,
    number.node,
    el("p", {}, (t) => {
      // Whoever is asked about the address is kept: who leaves now would never hear of it.
      if (!lasting() || !asked.hidden) return t.waiting.self;
      return kept ? t.waiting.close : t.waiting.keepOpen;
    }),
    el("div", { hidden: () => status() === "queued" }, layers()),
    el("p", { class: "aside" }, (t) => (state.checkedAt ? t.waiting.checkedAt(clock(state.checkedAt)) : "")),
    plainButton((t) => t.waiting.now, check),
    another(),
  );

  function changed() {
    main.dataset.status = status();
    address.node.hidden = why() !== "email_unavailable";
    number.node.hidden = why() !== "phone_unavailable";
  }
  changed();

  return {
    title: titled((t) => going(t).title),
    step,
    node,
    withdrawable: () => true,
    changed,
    gone: () => delete main.dataset.status,
    back: () => {
      const held = [address, number].find((each) => !each.node.hidden);
      return held ? held.back() : false;
    },
  };
}

/** Looks now, and says that it has: where nothing is new, nothing else would. */
async function check() {
  const before = state.checkedAt;
  await lookNow();
  const { checkedAt } = state;
  if (checkedAt && checkedAt !== before) tell((t) => t.waiting.checkedAt(clock(checkedAt)));
}

function status() {
  return state.view ? state.view.status : "queued";
}

/** Whether it may take so long that nobody should sit and wait. */
function lasting() {
  return LASTING.has(status()) || Boolean(why());
}

function says() {
  return status() === "checking" && state.view && state.view.layers.otp.state !== "passed" ? memory.says : null;
}

/** @param {Texts} t */
function going(t) {
  const { waiting } = t;
  const layersOf = state.view && state.view.layers;
  switch (status()) {
    case "email_pending":
      return layersOf && layersOf.email.state === "passed" ? waiting.next : waiting.email;
    case "details_pending":
      return waiting.details;
    case "checking":
      return layersOf && layersOf.otp.state === "passed" ? waiting.finishing : waiting.checking;
    case "phone_pending":
      return layersOf && layersOf.otp.state === "passed" ? waiting.finishing : waiting.phone;
    case "settling":
      return waiting.settling;
    case "in_review":
      return waiting.review;
    default:
      return waiting.queued;
  }
}

/** @returns {1 | 2 | 3 | null} */
function step() {
  const layersOf = state.view && state.view.layers;
  switch (status()) {
    case "queued":
      return 1;
    case "email_pending":
      return layersOf && layersOf.email.state === "passed" ? 2 : 1;
    case "details_pending":
      return 2;
    case "checking":
      return layersOf && layersOf.otp.state === "passed" ? 3 : 2;
    case "phone_pending":
      return 3;
    default:
      return null;
  }
}
