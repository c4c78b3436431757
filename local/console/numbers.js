// @ts-check
/** Funnel and backlog: many registrations at a glance. */

import { byId, drawn, element, say, write } from "./elements.js";

/** @typedef {{began: number, verified: number, statuses: Record<string, number>,
 *   layers: Record<string, {passed: number, deferred: number, skipped: number, declined: number}>}} Funnel */
/** @typedef {{waiting: number, oldest_seconds: number | null, circuit: string, asked_again_in: number}} Backlog */
/** @typedef {{all: number, refused: number, last_minute: number}} Calls */

const LAYERS = { email: "Email", nik: "NIK", dukcapil: "Dukcapil", otp: "OTP" };
const ENDED_OTHERWISE = ["rejected", "expired", "withdrawn"];
const SECONDS = 120;

/** @type {Record<string, {count: Element, aside: Element, passed: Element, later: Element}>} */
const bars = {};
/** @type {number[]} How many waited, once a second. */
const waited = [];

/** @param {string} name @param {string} label */
function bar(name, label) {
  const passed = drawn("rect", { class: "passed", height: 10, width: 0 });
  const later = drawn("rect", { class: "later", height: 10, width: 0 });
  const count = element("strong", {}, "0");
  const aside = element("span", { class: "aside" });
  byId("bars").append(
    element(
      "li",
      {},
      count,
      element("span", { class: "label" }, label),
      drawn("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, later, passed),
      aside,
    ),
  );
  bars[name] = { count, aside, passed, later };
}

export function showNumbers() {
  bar("began", "Begun");
  for (const [name, label] of Object.entries(LAYERS)) bar(name, label);
  bar("verified", "Verified");
  byId("gather").addEventListener("click", gather);
}

async function gather() {
  const answer = await fetch("/_local/crowd", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ people: 20 }),
  });
  const { began } = await answer.json();
  say(began ? `${began} people begin to register.` : "Everybody has registered already.");
  if (!began) {
    byId("gather").textContent = "Everybody has registered";
    byId("gather").setAttribute("disabled", "");
  }
}

/**
 * @param {string} name
 * @param {number} count Those who have passed.
 * @param {number} all
 * @param {number} later Those who went on without.
 * @param {string} aside
 */
function put(name, count, all, later, aside) {
  const found = bars[name];
  const part = (/** @type {number} */ some) => String(all ? Math.round((1000 * some) / all) / 10 : 0);
  found.passed.setAttribute("width", part(count));
  found.later.setAttribute("width", part(count + later));
  write(found.count, String(count));
  write(found.aside, aside);
}

/** @param {Funnel} funnel */
export function showFunnel(funnel) {
  const otherwise = ENDED_OTHERWISE.reduce((sum, status) => sum + (funnel.statuses[status] ?? 0), 0);
  write(byId("count-began"), String(funnel.began));
  write(byId("count-verified"), String(funnel.verified));
  write(byId("count-other"), String(otherwise));
  write(byId("count-open"), String(funnel.began - funnel.verified - otherwise));
  put("began", funnel.began, funnel.began, 0, "");
  for (const name of Object.keys(LAYERS)) {
    const layer = funnel.layers[name];
    const words = [
      layer.deferred ? `${layer.deferred} deferred` : "",
      layer.skipped ? `${layer.skipped} skipped` : "",
      layer.declined ? `${layer.declined} declined` : "",
    ];
    put(name, layer.passed, funnel.began, layer.deferred + layer.skipped, words.filter(Boolean).join(", "));
  }
  put("verified", funnel.verified, funnel.began, 0, "");
  const present = Object.entries(funnel.statuses).filter(([, count]) => count);
  const list = byId("statuses");
  while (list.children.length < present.length) list.append(element("li"));
  while (list.children.length > present.length) list.lastElementChild?.remove();
  present.forEach(([status, count], place) => {
    write(list.children[place], `${count} ${status.replaceAll("_", " ")}`);
    list.children[place].setAttribute("data-status", status);
  });
}

/** @param {number} seconds */
function span(seconds) {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** @param {Backlog} backlog @param {Record<string, Calls>} calls @param {number} running */
export function showBacklog(backlog, calls, running) {
  write(byId("waiting"), String(backlog.waiting));
  write(
    byId("oldest"),
    backlog.oldest_seconds === null ? "nobody" : `longest ${span(backlog.oldest_seconds)}`,
  );
  waited.push(backlog.waiting);
  if (waited.length > SECONDS) waited.shift();
  const top = Math.max(1, ...waited);
  const first = SECONDS - waited.length;
  const points = waited.map((count, second) => `${first + second},${Math.round(280 - (260 * count) / top) / 10}`);
  byId("spark").querySelector("polyline")?.setAttribute("points", points.join(" "));
  const circuit = {
    closed: "closed: Dukcapil is asked",
    half_open: "half open: one try",
    open: `open: not asked for ${span(backlog.asked_again_in)}`,
  }[backlog.circuit];
  const register = calls.dukcapil;
  /** @type {[string, string][]} */
  const facts = [
    ["Breaker", backlog.circuit === "open" && !backlog.asked_again_in ? "open: may be tried again" : (circuit ?? "")],
    ["Calls", register ? `${register.all}, in the last minute ${register.last_minute}` : "Dukcapil is elsewhere"],
    ["Workflows", `${running} running`],
  ];
  const list = byId("register-facts");
  if (!list.children.length) for (const [name] of facts) list.append(element("dt", {}, name), element("dd"));
  facts.forEach(([, text], place) => write(list.children[2 * place + 1], text));
  list.dataset.circuit = backlog.circuit;
}
