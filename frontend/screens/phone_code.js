// @ts-check
/** Step 3: the code from the phone. */
import config from "../config.js";
import { el } from "../dom.js";
import { state } from "../journey.js";
import { inFull, maskedPhone } from "../masking.js";
import { memory } from "../memory.js";
import { change } from "./change.js";
import { codeForm } from "./code.js";
import { another } from "./whose.js";

/** @typedef {"sms" | "whatsapp"} Channel */

/** @returns {import("../screens.js").Screen} */
export function screen() {
  const code = codeForm({ purpose: "phone", others });
  const other = change("phone");
  const reading = readMessage(code.field.input);
  const node = el(
    "div",
    {},
    el("p", {}, (t) => {
      const by = channel();
      return sentTo() ? t.phoneCode.sent(sentTo(), by && t.phoneCode.channels[by]) : t.phoneCode.sentSomewhere;
    }),
    el("p", {}, (t) => t.phoneCode.short),
    code.form.node,
    code.another,
    el("p", { class: "aside" }, (t) => t.phoneCode.slow),
    other.node,
    another(),
  );
  return {
    title: (t) => t.phoneCode.title,
    step: () => 3,
    node,
    withdrawable: () => true,
    changed: code.changed,
    gone: () => {
      code.gone();
      reading.abort();
    },
    back: other.back,
  };
}

/** @returns {Channel | null} on which the newest code went, as far as that is known */
function channel() {
  const sent = state.view && state.view.code_sent;
  const known = sent ? sent.channel : memory.channel;
  return known === "sms" || known === "whatsapp" ? known : null;
}

/** The ways that were not taken; without the one that every first code takes when it is not known. */
function others() {
  const taken = channel() || config.channels[0];
  return config.channels.filter((each) => each !== taken);
}

/** The number that the code went to, as the server says; nothing while another is being sent. */
function sentTo() {
  const sent = state.view && state.view.code_sent;
  return sent && sent.channel !== "email" ? inFull(memory.phone, sent.to, maskedPhone) : "";
}

/**
 * Has the browser read the code out of the SMS, where it can (WebOTP) and its owner lets it. It is only put in: the
 * press stays the person's.
 *
 * @param {HTMLInputElement} input
 */
function readMessage(input) {
  const stop = new AbortController();
  if ("OTPCredential" in window && navigator.credentials) {
    const wanted = /** @type {CredentialRequestOptions} */ ({ otp: { transport: ["sms"] }, signal: stop.signal });
    navigator.credentials.get(wanted).then(
      (read) => {
        const { code } = /** @type {{code?: string}} */ (/** @type {unknown} */ (read || {}));
        if (code && !input.value) input.value = code;
      },
      () => {}, // it is typed instead
    );
  }
  return stop;
}
