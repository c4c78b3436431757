// @ts-check
/** Step 1: the address and the consent. */
import { sendButton } from "../buttons.js";
import config from "../config.js";
import { el } from "../dom.js";
import { textField, tickField } from "../fields.js";
import { emptiness, fieldOf, makeForm } from "../form.js";
import { adopt, receive, send } from "../journey.js";
import { language } from "../language.js";
import { memory } from "../memory.js";
import { beginning, begun, keeps } from "../session.js";
import { say } from "../status.js";
import { addressAttributes, suggested } from "./email.js";

const TOO_MANY = 429;
const SERVER = 500;

/** @returns {import("../screens.js").Screen} */
export function screen() {
  const email = textField({
    id: "email",
    label: (t) => t.email,
    hint: (t) => t.start.emailHint,
    attributes: addressAttributes,
  });
  email.input.value = memory.email;
  email.input.addEventListener("input", () => {
    memory.email = email.value();
  });
  const consent = tickField({ id: "consent", label: (t) => t.start.consent, name: (t) => t.start.consentName });
  const paragraphs = Array.from(
    { length: Math.max(config.consent.id.length, config.consent.en.length) },
    (_, part) => part,
  );
  const kept = keeps();
  const button = sendButton((t) => t.start.send);
  const form = makeForm({
    fields: [email, consent],
    children: [
      email.node,
      el(
        "section",
        { class: "consent", "aria-labelledby": "consent-title" },
        el("h2", { id: "consent-title" }, (t) => t.start.consentTitle),
        ...paragraphs.map((part) => el("p", {}, () => config.consent[language()][part])),
      ),
      consent.node,
      button,
      el("p", { class: "aside" }, (t) => (kept ? t.start.kept : t.start.keepOpen)),
    ],
    submit,
    offer: (_, error) => (fieldOf(error) === "email" && error.suggestion ? suggested(email, error.suggestion) : null),
  });

  function submit() {
    const empty = emptiness([{ field: email }, { field: consent, code: "consent_required" }]);
    if (empty) form.show(empty);
    else begin(true);
  }

  /** @param {boolean} again whether to take another key when this one was used for something else */
  async function begin(again) {
    const { key, locale, unused } = beginning(language());
    const typed = email.value();
    let reused = false;
    await send({
      button,
      method: "POST",
      path: "",
      session: null,
      key,
      body: { email: typed, locale, consent: { version: config.consent.version, accepted: consent.input.checked } },
      accepted: async (answer) => {
        const { id, session_secret: secret, status, expects, email_suggestion: suggestion } = answer.body;
        begun();
        adopt({ id, secret });
        memory.email = typed;
        receive(unread(id, status, expects, suggestion), { ...answer, etag: null });
      },
      refused: (problem) => {
        if (problem.status === TOO_MANY || problem.status >= SERVER) return false;
        reused = problem.code === "idempotency_key_reused";
        // What was refused at its first try began nothing: the next try is in the language that is spoken then.
        if (reused || unused) begun();
        if (!reused) form.show(problem);
        return true;
      },
      lost: (slow) => {
        say((t) => (slow ? t.connection.beginSlow : t.connection.begin));
        return 0;
      },
    });
    if (reused && again) await begin(false);
  }

  return {
    title: (t) => t.start.title,
    step: () => 1,
    node: el(
      "div",
      {},
      el("p", {}, (t) => t.start.intro),
      form.node,
    ),
  };
}

/**
 * A registration of which nothing but its beginning is known.
 *
 * @param {string} id
 * @param {import("../api.js").View["status"]} status
 * @param {import("../api.js").View["expects"]} expects
 * @param {string | null} suggestion
 * @returns {import("../api.js").View}
 */
function unread(id, status, expects, suggestion) {
  const layer = () => ({ state: /** @type {const} */ ("pending"), reason: null });
  return {
    id,
    status,
    expects,
    reason: null,
    email: null,
    email_suggestion: suggestion,
    layers: { email: layer(), nik: layer(), dukcapil: layer(), otp: layer() },
    code_sent: null,
    attempts_left: null,
    resend_available_in: null,
    policy_version: null,
    assurance: null,
  };
}
