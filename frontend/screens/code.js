// @ts-check
/** What the two code screens have in common: the code, the tries that are left, another message, and when. */
import { allow, sendButton } from "../buttons.js";
import { el, refresh } from "../dom.js";
import { textField } from "../fields.js";
import { emptiness, makeForm } from "../form.js";
import { adopt, look, receive, resendAfter, resendIn, send, state } from "../journey.js";
import { pathOf } from "../api.js";
import { reason } from "../language.js";
import { memory } from "../memory.js";
import { say, tell } from "../status.js";

/** @typedef {import("../status.js").Words} Words */

const DIGITS = 6;
/** Seconds to wait where the server names none. */
const EARLY = 60;
/** Tries that are few enough to be said without a wrong one. */
const FEW = 3;
/** What the server says of a code. */
const OF_CODES = new Set([
  "code_wrong",
  "code_superseded",
  "code_expired",
  "code_format",
  "too_many_guesses",
  "invalid_request",
]);

/**
 * The code in what was pasted: a whole message may have been copied. Null when there is none, or more than one.
 *
 * @param {string} text
 */
export function codeIn(text) {
  if (text.replace(/[\s.-]/g, "").length === DIGITS) return null; // as it is
  const found = (text.match(/[0-9]+(?:[ -][0-9]+)*/g) || [])
    .map((each) => each.replace(/[ -]/g, ""))
    .filter((each) => each.length === DIGITS);
  return new Set(found).size === 1 ? found[0] : null;
}

/** The one field for a code: filled in by the phone where it can, typed or pasted as it comes. */
export function codeField() {
  const field = textField({
    id: "code",
    label: (t) => t.code.label,
    hint: (t) => t.code.hint,
    attributes: {
      class: "code",
      inputmode: "numeric",
      autocomplete: "one-time-code",
      autocapitalize: "off",
      autocorrect: "off",
      spellcheck: "false",
      enterkeyhint: "done",
    },
  });
  field.input.addEventListener("paste", (event) => {
    const code = codeIn((event.clipboardData && event.clipboardData.getData("text")) || "");
    if (!code) return;
    event.preventDefault();
    field.input.value = code;
  });
  return field;
}

/**
 * The problem that these are not six digits, found without asking.
 *
 * @param {ReturnType<typeof codeField>} field
 */
export function incomplete(field) {
  const typed = field.value().replace(/[\s.-]/g, "");
  const whole = /^[0-9]{6}$/.test(typed);
  return emptiness([
    { field: { ...field, value: () => (whole ? typed : "") }, code: typed ? "code_format" : "missing" },
  ]);
}

/**
 * @param {object} about
 * @param {"email" | "phone"} about.purpose
 * @param {() => string[]} [about.others] other channels to send by
 */
export function codeForm({ purpose, others = () => [] }) {
  const path = () => `${pathOf(String(state.session && state.session.id))}/${purpose}`;
  const open = () => state.view !== null && state.view.expects === `${purpose}_code`;
  /** Tries that were left at most, as far as it was seen here. */
  let most = 0;
  let counting = false;

  const field = codeField();
  const confirm = sendButton((t) => t.code.confirm);
  const attempts = el("p", { id: "attempts", class: "aside", hidden: () => few() === null }, (t) =>
    t.code.left(few() || 0),
  );
  const form = makeForm({ fields: [field], children: [field.node, attempts, confirm], submit });
  const wait = el("p", { id: "resend-wait", class: "aside" }, waiting);
  const resend = another((t) => t.code.resend, null);
  const byChannel = ["sms", "whatsapp"].map((channel) =>
    another((t) => t.phoneCode.by(t.phoneCode.channels[/** @type {"sms"} */ (channel)]), channel),
  );
  const node = el(
    "section",
    { class: "again" },
    el("h2", {}, (t) => t.code.notArrived),
    wait,
    resend,
    ...byChannel,
  );

  /** The tries that are left, once some are gone; before that it would only worry. */
  function few() {
    const left = open() && state.view ? state.view.attempts_left : null;
    return left !== null && (left < most || left <= FEW) ? left : null;
  }

  /** @param {import("../dom.js").Texts} t */
  function waiting(t) {
    if (!open()) return t.code.moment;
    const seconds = resendIn();
    if (seconds === null) return t.code.noResend;
    return seconds > 0 ? t.code.resendIn(seconds) : "";
  }

  async function submit() {
    const empty = incomplete(field);
    if (empty) {
      form.show(empty);
      return;
    }
    await send({
      button: confirm,
      method: "POST",
      path: `${path()}/confirmation`,
      body: { code: field.value() },
      confirms: purpose,
      accepted: async (answer) => {
        const { session } = state;
        if (session && answer.body.session_secret) adopt({ id: session.id, secret: answer.body.session_secret });
        receive(answer.body, answer);
      },
      refused: async (problem) => {
        if (!OF_CODES.has(problem.code)) return false;
        const { view } = state;
        if (view && typeof problem.attempts_left === "number")
          state.view = { ...view, attempts_left: problem.attempts_left };
        form.show(ofField(problem));
        field.input.select();
        refresh(form.node);
        if (few() !== null) tell((t) => `${(reason(problem.code) || problem).detail} ${t.code.left(few() || 0)}`);
        if (problem.code === "too_many_guesses") await look();
        return true;
      },
    });
    tick();
  }

  /** @param {Words} label @param {string | null} channel */
  function another(label, channel) {
    /** @type {HTMLButtonElement} */
    const button = sendButton(label, {
      look: "quiet",
      press: () => ask(button, channel),
      hidden: () => channel !== null && !others().includes(channel),
    });
    button.setAttribute("aria-describedby", "resend-wait");
    button.dataset.resend = channel || "same";
    return button;
  }

  /** @param {HTMLButtonElement} button @param {string | null} channel */
  async function ask(button, channel) {
    await send({
      button,
      method: "POST",
      path: `${path()}/resend`,
      body: channel ? { channel } : undefined,
      leads: "sent",
      accepted: async (answer) => {
        if (channel) memory.channel = channel;
        form.clear();
        field.input.value = "";
        receive(answer.body, answer);
        say((t) => t.code.resent);
        // The button cannot keep the focus: it waits again.
        field.focus();
      },
      refused: (problem) => {
        if (problem.code === "resend_too_early") {
          resendAfter(problem.retry_after || EARLY);
          say((t) => (reason(problem.code) || { detail: t.code.already }).detail);
          field.focus(); // the button waits again
          return true;
        }
        if (problem.code !== "resends_used_up") return false;
        state.resendAt = null;
        form.show(problem);
        return true;
      },
    });
    tick();
  }

  // The seconds are painted, and not said: a live region would say each of them. That they are over is said once.
  function tick() {
    const seconds = resendIn();
    const possible = open() && seconds === 0;
    for (const button of [resend, ...byChannel]) allow(button, possible);
    allow(confirm, open());
    refresh(wait);
    if (counting && possible) tell((t) => t.code.resendNow);
    counting = open() && seconds !== null && seconds > 0;
  }

  function changed() {
    if (open() && state.view) most = Math.max(most, state.view.attempts_left || 0);
    tick();
  }

  const clock = setInterval(tick, 1000);
  changed();
  return { field, form, another: node, changed, open, gone: () => clearInterval(clock) };
}

/**
 * Every refusal of a code is about the field, also where the problem names none.
 *
 * @param {import("../api.js").Problem} problem
 */
export function ofField(problem) {
  const { code, detail, errors } = problem;
  return errors.length ? problem : { ...problem, errors: [{ pointer: "#/code", code, detail, hint: false }] };
}
