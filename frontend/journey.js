// @ts-check
/**
 * The engine: what the server says of the registration decides the screen, and whatever is sent comes back as what the
 * server says then. So a reload, the back button, another tab and another device all lead to the present step.
 *
 * Nothing but a person's press sends anything. Where an answer is lost, the server is asked what became of it first.
 */
import { Unreachable, call, pathOf } from "./api.js";
import { mark } from "./buttons.js";
import { clock, reason, texts } from "./language.js";
import { wipe } from "./memory.js";
import * as polling from "./polling.js";
import * as screens from "./screens.js";
import * as stored from "./session.js";
import { hush, say, signalLost, tell } from "./status.js";

/** @typedef {import("./api.js").Answer} Answer */
/** @typedef {import("./api.js").Problem} Problem */
/** @typedef {import("./api.js").Session} Session */
/** @typedef {import("./api.js").View} View */
/** @typedef {import("./status.js").Words} Words */

/**
 * @typedef {object} Step something that a press sends
 * @property {HTMLButtonElement} button
 * @property {"POST" | "PUT" | "DELETE"} method
 * @property {string} path under `/v1/registrations`
 * @property {object} [body]
 * @property {string} [key] makes a repetition harmless
 * @property {Session | null} [session] this device's own, unless given
 * @property {(answer: Answer) => void | Promise<void>} accepted
 * @property {(problem: Problem) => boolean | Promise<boolean>} refused returns whether it has shown the problem
 * @property {(slow: boolean) => number} [lost] no answer came, and there is no session to ask with; returns the seconds
 *   for which it is not to be pressed again
 * @property {(arrived: boolean) => void} [settled] no answer came, and the server was asked; whether it is seen to have
 *   taken it: where nothing has changed, it may have all the same
 * @property {"email" | "phone"} [confirms] it is a code: to have arrived is to have passed, as wrong ones arrive, too
 * @property {"withdrawn" | "sent" | "checked"} [leads] what is seen when it has arrived: the end; that another message goes
 *   out, which the person looks for before another press; or that details were looked at. Without it, whatever has changed
 */

/**
 * @typedef {object} State
 * @property {Session | null} session
 * @property {View | null} view
 * @property {string | null} etag
 * @property {number | null} resendAt by this device's clock
 * @property {number} resendWithin seconds that it was away when it was set
 * @property {{id: string, code: string} | null} link that was opened in this tab
 * @property {string | null} linked the registration of a link whose code went with a reload
 * @property {boolean} lost the server does not know the session
 * @property {Date | null} checkedAt
 */

/** @type {State} */
export const state = {
  session: null,
  view: null,
  etag: null,
  resendAt: null,
  resendWithin: 0,
  link: null,
  linked: null,
  lost: false,
  checkedAt: null,
};

const ENDED = new Set(["verified", "rejected", "expired", "withdrawn"]);
/** Seconds after which it is asked at the latest what became of a press, however long it is not to be repeated. */
const LATEST = 15;
const DAY = 86400;
const UNPROCESSABLE = 422;

let sending = false;
/** Counts what is sent and asked: an answer to something older tells of a time before. */
let generation = 0;
/** @type {{step: Step, before: Standing, busy: boolean} | null} A press of which is not known whether it arrived. */
let unsure = null;
/** Not to be pressed again yet, because the server or the page has said so. @type {Set<HTMLButtonElement>} */
const held = new Set();
let lookedAt = 0;

// ------------------------------------------------------------------------------------------------- which screen

/** Shows the screen that is due. */
export function go() {
  screens.show(due());
}

/** @returns {screens.Name} */
function due() {
  const { view, session } = state;
  if (state.link) return "link";
  if (state.linked || state.lost) return "lost";
  if (!session) return "start";
  if (!view) return "loading";
  switch (view.status) {
    case "verified":
    case "rejected":
    case "expired":
    case "withdrawn":
      return view.status;
  }
  switch (view.expects) {
    case "email_code":
    case "details":
    case "phone_code":
      return view.expects;
  }
  return sendingAgain(view) || "waiting";
}

/**
 * The screen on which another code was asked for stays while it is being sent.
 *
 * @param {View} view
 * @returns {screens.Name | null}
 */
function sendingAgain(view) {
  if (view.reason) return null;
  const now = screens.shown();
  if (now === "email_code" && view.status === "email_pending" && view.layers.email.state !== "passed") return now;
  if (now === "phone_code" && view.status === "phone_pending" && view.layers.otp.state !== "passed") return now;
  return null;
}

// --------------------------------------------------------------------------------------------------- beginning

/** Begins with what this device has: a link, a session, or nothing. */
export function arrive() {
  polling.watch(look);
  addEventListener("offline", () => noSignal(false));
  addEventListener("online", () => {
    // With a session the first answer says so.
    if (!state.session) signalLost(null);
  });
  stored.onOtherTab(otherTab);
  state.session = stored.session();
  goOnAfterLink();
  if (state.session) look();
  go();
}

/** After a reload the code of a link is gone, as it is kept nowhere; the mail still has it. */
function goOnAfterLink() {
  const linked = stored.linked();
  if (state.link || !linked) return;
  if (state.session && state.session.id === linked) stored.keepLinked(null);
  else {
    state.linked = linked;
    say((t) => t.link.reloaded);
  }
}

/** The link that was opened in this tab is done with. */
export function closeLink() {
  state.link = state.linked = null;
  stored.keepLinked(null);
}

/**
 * Goes on with a session that was just given.
 *
 * @param {Session} session
 */
export function adopt(session) {
  if (state.session && state.session.id !== session.id) wipe();
  state.session = session;
  state.etag = null;
  stored.keep(session);
  closeLink();
}

/** Leaves the registration of this device behind, and begins anew. Only ever by a press. */
export function leave() {
  polling.rest();
  generation += 1;
  stored.forget();
  closeLink();
  Object.assign(state, { session: null, view: null, etag: null, resendAt: null, lost: false });
  unsure = null;
  wipe();
  hush();
  go();
}

async function otherTab() {
  const session = stored.session();
  const before = state.session;
  const same = session && before && before.id === session.id;
  Object.assign(state, { session, etag: null });
  if (state.link || state.linked) return;
  state.lost = false;
  if (!same) {
    // What is shown here is over.
    generation += 1;
    unsure = null;
    if (before) wipe();
    Object.assign(state, { view: null, resendAt: null });
    go();
  }
  await look();
  if (!session && before) say((t) => t.moved.left);
  if (session && !same) say((t) => (before ? t.moved.otherRegistration : t.moved.otherTab));
}

// ------------------------------------------------------------------------------------------------------- looking

/** Asks the server where the registration is. Changes nothing there, however often. */
export async function look() {
  const { session } = state;
  if (!session || sending) return;
  polling.rest();
  generation += 1;
  const mine = generation;
  lookedAt = Date.now();
  // The waiting time, which tells of a new code, is no part of what an ETag stands for.
  const etag = state.view && !unsure ? state.etag : null;
  let answer;
  try {
    answer = await call("GET", pathOf(session.id), { session, etag });
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (mine !== generation) return;
    noSignal(error.slow);
    polling.failed();
    return;
  }
  if (mine !== generation) return;
  if (answer.status === 404 && answer.body && answer.body.code === "registration_not_found") {
    signalLost(null);
    state.lost = true;
    await settle();
    go();
    return;
  }
  if (answer.status !== 200 && answer.status !== 304) {
    signalLost((t) => `${t.connection.busy} ${t.connection.safe}`);
    polling.failed(answer.retryAfter);
    return;
  }
  signalLost(null);
  polling.answered();
  state.checkedAt = new Date();
  if (answer.status === 200) receive(answer.body, answer);
  else {
    next(answer);
    go();
  }
  await settle();
}

/** The same at once, unless it was only just done. */
export async function lookNow() {
  if (Date.now() - lookedAt > 1000) await look();
}

/**
 * Takes what the server says, and shows the screen that is due.
 *
 * @param {View} view
 * @param {Answer} answer that it came in
 */
export function receive(view, answer) {
  state.view = view;
  state.etag = answer.etag;
  state.lost = false;
  state.checkedAt = new Date();
  const wait = view.resend_available_in;
  if (wait === null) state.resendAt = null;
  else resendAfter(wait);
  next(answer);
  if (ended()) wipe();
  go();
}

/** @param {Answer} answer */
function next(answer) {
  // Where nothing more will happen the server names no time.
  if (answer.retryAfter !== null) polling.later(answer.retryAfter);
  else if (ended()) polling.rest();
  else polling.later(polling.USUAL);
}

/** Seconds until another code may be asked for; null when none can be. */
export function resendIn() {
  if (state.resendAt === null) return null;
  // A clock that was put back meanwhile must not make it long.
  if (state.resendAt - Date.now() > state.resendWithin * 1000) resendAfter(state.resendWithin);
  return Math.max(0, Math.ceil((state.resendAt - Date.now()) / 1000));
}

/**
 * Another code can be asked for after so many seconds.
 *
 * @param {number} seconds
 */
export function resendAfter(seconds) {
  state.resendAt = Date.now() + seconds * 1000;
  state.resendWithin = seconds;
}

// ------------------------------------------------------------------------------------------------------- sending

/**
 * Sends what was pressed, once.
 *
 * @param {Step} step
 */
export async function send(step) {
  if (sending || unsure) {
    // What becomes of the press before is found out first.
    say((t) => t.connection.oneAtATime);
    if (unsure) lookNow();
    return;
  }
  const { button, method, path, body, key, session = state.session } = step;
  /** Another tab may go on with another registration meanwhile: then the answer is none of this page's. */
  const elsewhere = () =>
    step.session === undefined && session !== null && (!state.session || state.session.id !== session.id);
  const before = standing();
  sending = true;
  generation += 1;
  polling.rest();
  hush();
  mark(button, "sending");
  const told = tell((t) => t.sending);
  try {
    const answer = await call(method, path, { session, body, key });
    over();
    told();
    if (elsewhere()) return;
    signalLost(null);
    if (answer.status < 300) await step.accepted(answer);
    else await refused(step, answer, before);
  } catch (error) {
    over();
    told();
    if (!(error instanceof Unreachable)) throw error;
    if (!elsewhere()) lost(step, before, error.slow);
  } finally {
    release(button);
    if (polling.resting()) resume();
  }
}

function over() {
  sending = false;
  generation += 1;
}

/**
 * Holds a button back for some seconds.
 *
 * @param {HTMLButtonElement} button
 * @param {number} seconds
 */
function hold(button, seconds) {
  held.add(button);
  setTimeout(
    () => {
      held.delete(button);
      release(button);
    },
    Math.min(seconds, DAY) * 1000,
  );
}

/** Lets a button be pressed again, once nothing speaks against it. @param {HTMLButtonElement} button */
function release(button) {
  const open = unsure !== null && unsure.step.button === button;
  mark(button, open || held.has(button) ? "held" : "ready");
}

/** Goes on asking after a press that has set no time for it. */
function resume() {
  if (state.session && !state.lost && !state.link && !ended()) polling.later(polling.USUAL);
}

function ended() {
  return state.view !== null && ENDED.has(state.view.status);
}

/** @param {Step} step @param {Answer} answer @param {Standing} before */
async function refused(step, answer, before) {
  const problem = problemOf(answer);
  if (await step.refused(problem)) return;
  if (answer.status === 404 && problem.code === "registration_not_found") {
    state.lost = true;
    go();
  } else if (answer.status === 409 || answer.status === 410) {
    const here = screens.shown();
    await look();
    // The same step as before: something of it is going on just now.
    const moved = screens.shown() !== here || changedSince(before);
    say((t) => (moved ? t.moved.done : t.moved.notNow));
  } else {
    const again = answer.retryAfter ? Date.now() + answer.retryAfter * 1000 : null;
    say((t) => {
      const { detail } = reason(problem.code) || problem;
      const when = again && t.connection.pressAt(clock(new Date(again)));
      return [detail || t.connection.busy, when, t.connection.kept].filter(Boolean).join(" ");
    });
    if (answer.retryAfter) hold(step.button, answer.retryAfter);
    if (step.lost || !state.session) return;
    // Whether it was carried out is not certain: what is there is asked for before it can be pressed again.
    unsure = { step, before, busy: true };
    if (answer.retryAfter) polling.later(Math.min(answer.retryAfter, LATEST));
    else await look();
  }
}

/** @param {Step} step @param {Standing} before @param {boolean} slow */
function lost(step, before, slow) {
  if (step.lost) {
    const seconds = step.lost(slow);
    if (seconds) hold(step.button, seconds);
    return;
  }
  unsure = { step, before, busy: false };
  noSignal(slow);
  polling.failed();
}

/** @param {boolean} slow whether it is only that no answer came in time */
function noSignal(slow) {
  signalLost(({ connection }) => {
    if (unsure && !unsure.busy) return slow ? connection.unsureSlow : connection.unsure;
    return slow ? connection.slow : connection.lost;
  });
}

/** The server has said where the registration is, so what became of the press is known. */
async function settle() {
  if (!unsure) return;
  const { step, before, busy } = unsure;
  unsure = null;
  release(step.button);
  if (state.lost) return;
  const arrived = hasArrived(step, before);
  if (!arrived && ended() && !wasEnded(before)) return; // the screen says why
  if (arrived) {
    if (step.settled) step.settled(true);
    say((t) => t.connection.arrived);
  } else if (step.confirms && guessedSince(before)) {
    hush();
    await step.refused(problem(UNPROCESSABLE, "code_wrong"));
  } else {
    if (step.settled) step.settled(false);
    if (!busy) say((t) => (step.leads === "sent" ? t.connection.lookFirst : t.connection.pressAgain));
  }
}

/** @param {"email" | "phone"} what */
function passed(what) {
  const { view } = state;
  return view !== null && view.layers[what === "email" ? "email" : "otp"].state === "passed";
}

/**
 * Whether what the server shows now is the work of this press. The registration moves by itself, too, and from other
 * devices: who withdrew shall not be told that it has arrived because the workflow has gone on meanwhile.
 *
 * @param {Step} step
 * @param {Standing} before
 */
function hasArrived(step, before) {
  const { view } = state;
  const same = view !== null && view.status === before.status;
  const over = ended() && !wasEnded(before);
  if (step.confirms) return passed(step.confirms) || (!same && !over);
  if (step.leads === "withdrawn") return view !== null && view.status === "withdrawn";
  if (step.leads === "sent") return same && sentSince(before);
  // Details that were declined again for the same reason leave one try less, and nothing else.
  if (step.leads === "checked" && fewerThan(before)) return true;
  return changedSince(before) && !over;
}

/** Whether another message goes out, or went: to another address, with a waiting time of its own. @param {Standing} before */
function sentSince(before) {
  const { sent, expects, wait } = standing();
  const awaited = before.expects !== "nothing" && expects === "nothing";
  return sent !== before.sent || awaited || (wait || 0) > (before.wait || 0);
}

/** @param {Standing} before */
function wasEnded(before) {
  return before.status !== null && ENDED.has(before.status);
}

/** Whether a try is gone although the same code is awaited as before. @param {Standing} before */
function guessedSince(before) {
  return fewerThan(before) && !changedSince(before);
}

/** Whether fewer tries are left. @param {Standing} before */
function fewerThan(before) {
  const { left } = standing();
  return left !== null && before.left !== null && left < before.left;
}

/**
 * Where the registration stands, as far as a press may change it.
 *
 * @typedef {object} Standing
 * @property {View["status"] | null} status
 * @property {View["expects"] | null} expects
 * @property {string} sent to whom messages go
 * @property {string} print all that a press may change
 * @property {number | null} wait
 * @property {number | null} left
 */

/** @returns {Standing} */
function standing() {
  const { view } = state;
  const print = view && [view.status, view.expects, view.reason, view.email, view.code_sent, view.layers];
  return {
    status: view && view.status,
    expects: view && view.expects,
    sent: JSON.stringify(view && [view.email, view.code_sent]),
    print: JSON.stringify(print),
    wait: resendIn(),
    left: view && view.attempts_left,
  };
}

/** @param {Standing} before */
function changedSince(before) {
  const { print, wait } = standing();
  // A new code starts its own waiting time.
  return print !== before.print || (wait || 0) > (before.wait || 0);
}

/** @param {Answer} answer @returns {Problem} */
function problemOf({ status, body }) {
  if (body && typeof body.code === "string" && Array.isArray(body.errors)) return body;
  // From a gateway in between, which has no words of ours.
  return problem(status, "unavailable");
}

/** @param {number} status @param {string} code @returns {Problem} */
function problem(status, code) {
  const { busy } = texts().connection;
  return { type: "about:blank", title: busy, status, detail: busy, code, errors: [] };
}
