// @ts-check
/** The state machine, drawn from its definition by the server; the way of one registration is lit in it, step by step. */

import { byId, drawn, element, say, write } from "./elements.js";

/** @typedef {{status: string, transitions: number, ways: string[][], tries: number}} Workflow */
/** @typedef {{id: string, status: string, expects: string, reason: string | null, workflow: Workflow | null,
 *   costs: {emails: number, sms: number, whatsapp: number, register: number}}} Shown */

const STEP = 170; // milliseconds between two lights
const SMALL = 900; // pixels of width below which captions cannot be read
const LARGEST = 1.25; // how much larger than drawn a name may be
const MIDDLE = 7; // from the line of a name that has a caption to the middle of its state
const AT_ONCE = 30; // steps that have been made before somebody looked are lit together

/** Heads of lines, in the colours of lines: one for each, because a head does not take its line's. */
const HEADS = [
  ["lit-arrow", "arrow", "#c2410c"],
  ["lit-happy-arrow", "happy-arrow", "#c2410c"],
  ["faint-arrow", "arrow", "#8a99ab"],
  ["faint-happy-arrow", "happy-arrow", "#c3cedb"],
];

const quiet = matchMedia("(prefers-reduced-motion: reduce)");

/** @type {ShadowRoot} */
let room;
/** @type {Map<string, SVGGElement>} */
const states = new Map();
/** @type {Map<string, SVGGElement>} By "from to". */
const edges = new Map();
/** @type {string | null} Of which registration the way is lit. */
let lit = null;
/** How many steps of the way are lit or on their way to be. */
let steps = 0;
/** @type {{from: string | null, to: string}[]} */
let coming = [];
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Map<string, number>} How often each state was entered. */
const entered = new Map();
let ended = false;

/** Fetch the drawing. It is kept in a room of its own, because its styles are those of a document. */
export async function showMachine() {
  const picture = await svg("/_local/state-machine.svg");
  if (typeof picture === "string") {
    byId("drawing").replaceChildren(element("p", { class: "note" }, picture));
    return;
  }
  const root = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.importNode(picture.documentElement, true)));
  const styles = ["/_local/state-machine.css", "/_local/console/machine.css"];
  room = byId("drawing").attachShadow({ mode: "open" });
  room.append(...styles.map((href) => element("link", { rel: "stylesheet", href })), root);
  for (const group of root.querySelectorAll("g")) {
    if (group.dataset.state) states.set(group.dataset.state, group);
    if (group.dataset.from) edges.set(`${group.dataset.from} ${group.dataset.to}`, group);
  }
  for (const [id, of, colour] of HEADS) {
    const head = room.getElementById(of)?.cloneNode(true);
    if (!(head instanceof SVGMarkerElement)) continue;
    head.id = id;
    head.firstElementChild?.setAttribute("fill", colour);
    room.querySelector("defs")?.append(head);
  }
  room.append(signs(root));
  await document.fonts.ready;
  new ResizeObserver(([{ contentRect }]) => fit(root, contentRect.width < SMALL)).observe(byId("drawing"));
}

/**
 * What the signs of the states mean, as the drawing's own key says it.
 * @param {SVGSVGElement} root
 */
function signs(root) {
  const list = element("ul", { class: "signs", "aria-label": "Kinds of states" });
  for (const sign of root.querySelectorAll(".key > g:not([class=''])")) {
    const drawing = /** @type {Element} */ (sign.cloneNode(true));
    drawing.removeAttribute("transform");
    const box = drawn("svg", { viewBox: "-30 -20 55 36", "aria-hidden": "true" }, drawing);
    list.append(element("li", {}, box, sign.nextElementSibling?.textContent ?? ""));
  }
  return list;
}

/**
 * Where the drawing is small, it says less, and what it says is large.
 * @param {SVGSVGElement} root
 * @param {boolean} small
 */
function fit(root, small) {
  root.classList.toggle("small", small);
  for (const state of states.values()) {
    const name = state.querySelector("text.name");
    const box = state.querySelector(".box");
    if (!(name instanceof SVGTextElement) || !(box instanceof SVGGraphicsElement)) continue;
    if (small) {
      const times = Math.min(LARGEST, (box.getBBox().width - 14) / name.getComputedTextLength());
      const above = Number(name.getAttribute("y")) < 0 ? MIDDLE : 0; // the caption below it is not shown
      name.setAttribute("transform", `translate(0 ${above}) scale(${times})`);
    } else name.removeAttribute("transform");
  }
}

/**
 * A drawing as a document; a sentence when there is none. `DOMParser` would need a policy for trusted types.
 * @param {string} address
 * @returns {Promise<Document | string>}
 */
function svg(address) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.onload = () =>
      done(request.responseXML ?? "The definition has a state that the drawing has no place for: see tools/diagram.py.");
    request.onerror = () => done("The drawing could not be fetched.");
    request.send();
  });
}

/** The states that a label of the drawing says what they are for. @param {string} name */
function comment(name) {
  const title = states.get(name)?.querySelector("title")?.textContent ?? "";
  return title.slice(title.indexOf(": ") + 2);
}

/**
 * Light the way of a registration.
 * @param {Shown | null} shown
 */
export function lightWay(shown) {
  const workflow = shown?.workflow ?? null;
  if ((shown?.id ?? null) !== lit) {
    clear();
    lit = shown?.id ?? null;
  }
  facts(shown);
  if (!workflow || !states.size) return;
  /** @type {{from: string | null, to: string}[]} */
  const way = workflow.ways.flatMap((states) => states.map((to, step) => ({ from: step ? states[step - 1] : null, to })));
  const news = way.slice(steps);
  const first = steps === 0;
  steps = way.length;
  ended = workflow.status !== "RUNNING";
  coming.push(...news);
  if (quiet.matches || coming.length > AT_ONCE || (first && news.length > 1)) {
    while (coming.length) light(false);
    settle();
  } else if (timer === undefined) tick();
}

function tick() {
  if (!coming.length) {
    timer = undefined;
    settle();
    return;
  }
  light(true);
  timer = setTimeout(tick, STEP);
}

/** Light the next step. @param {boolean} moving */
function light(moving) {
  const step = coming.shift();
  if (!step) return;
  for (const group of states.values()) group.classList.remove("current", "last");
  const state = states.get(step.to);
  state?.classList.add("visited", "current");
  const count = (entered.get(step.to) ?? 0) + 1;
  entered.set(step.to, count);
  if (state && count > 1) counted(state, count);
  const edge = step.from === null ? undefined : edges.get(`${step.from} ${step.to}`);
  if (!edge) return;
  edge.classList.add("taken");
  const path = edge.querySelector("path");
  if (moving && path) travel(path);
}

/** A dot that travels along a line. @param {SVGPathElement} path */
function travel(path) {
  const dot = drawn("circle", { class: "dot", r: 8 });
  path.ownerSVGElement?.append(dot);
  const line = `path("${path.getAttribute("d")}")`;
  const journey = dot.animate(
    [
      { offsetPath: line, offsetDistance: "0%" },
      { offsetPath: line, offsetDistance: "100%" },
    ],
    { duration: 2.4 * STEP, easing: "ease-in-out", fill: "forwards" },
  );
  journey.onfinish = () => dot.remove();
}

/** How often a state was entered. @param {SVGGElement} state @param {number} count */
function counted(state, count) {
  const box = /** @type {SVGGraphicsElement | null} */ (state.querySelector(".box"))?.getBBox();
  if (!box) return;
  state.querySelector(".times")?.remove();
  state.append(
    drawn(
      "g",
      { class: "times", transform: `translate(${box.x + box.width} ${box.y})` },
      drawn("circle", { r: 10 }),
      drawn("text", { y: 4.5 }, String(count)),
    ),
  );
}

/** What is said once the lights stand still. */
function settle() {
  const current = room?.querySelector(".current");
  if (ended && current) {
    current.classList.remove("current");
    current.classList.add("last");
  }
}

function clear() {
  clearTimeout(timer);
  timer = undefined;
  coming = [];
  steps = 0;
  entered.clear();
  for (const group of [...states.values(), ...edges.values()]) group.classList.remove("visited", "current", "last", "taken");
  for (const left of room?.querySelectorAll(".times, .dot") ?? []) left.remove();
}

/** @param {Shown | null} shown */
function facts(shown) {
  if (!shown) return;
  const workflow = shown.workflow;
  const name = workflow?.ways.at(-1)?.at(-1) ?? "";
  const before = byId("now-state").textContent;
  write(byId("now-state"), name || "Waits to begin");
  if (name && before !== name) say(`The workflow is in ${name}.`);
  byId("now-state").toggleAttribute("data-ended", Boolean(workflow && workflow.status !== "RUNNING"));
  write(byId("now-text"), name ? comment(name) : "A start is given out at the rate that the policy allows.");
  const times = (/** @type {number} */ count, /** @type {string} */ one, many = `${one}s`) =>
    `${count} ${count === 1 ? one : many}`;
  /** @type {string[]} */
  const texts = [shown.status.replaceAll("_", " ")];
  if (shown.reason) texts.push(`reason: ${shown.reason}`);
  if (workflow) {
    texts.push(times(workflow.transitions, "transition"));
    if (workflow.tries > 1) texts.push(`try ${workflow.tries} of this state`);
  }
  texts.push(times(shown.costs.emails, "mail"), times(shown.costs.sms, "SMS", "SMS"));
  if (shown.costs.whatsapp) texts.push(`${shown.costs.whatsapp} WhatsApp`);
  texts.push(times(shown.costs.register, "Dukcapil call"));
  const list = byId("facts");
  while (list.children.length < texts.length) list.append(element("li"));
  while (list.children.length > texts.length) list.lastElementChild?.remove();
  texts.forEach((text, place) => write(list.children[place], text));
  list.firstElementChild?.setAttribute("data-status", shown.status);
}
