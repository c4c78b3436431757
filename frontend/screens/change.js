// @ts-check
/** Another address or another number, on the same screen: while its code is awaited, or cannot be sent. */
import { pathOf } from "../api.js";
import { plainButton, sendButton } from "../buttons.js";
import { el, refresh } from "../dom.js";
import { textField } from "../fields.js";
import { emptiness, fieldOf, makeForm } from "../form.js";
import { receive, resendAfter, send, state } from "../journey.js";
import { reason } from "../language.js";
import { memory } from "../memory.js";
import { say } from "../status.js";
import { addressAttributes, suggested } from "./email.js";
import { phoneAttributes, reallySo } from "./phone.js";

/** Seconds to wait where the server names none. */
const EARLY = 60;
/** What the server says of an address or a number. */
const OF_CHANGES = new Set(["invalid_request", "hints_to_check", "changes_used_up", "resends_used_up"]);

/**
 * @typedef {object} Change
 * @property {HTMLElement} node
 * @property {() => boolean} back opens or closes it; returns that it did
 * @property {() => void} open
 */

/**
 * @param {"email" | "phone"} purpose
 * @param {import("../status.js").Words} [label] of the button that opens it
 * @returns {Change}
 */
export function change(purpose, label = (t) => t[`${purpose}Code`].change) {
  const place = /** @type {const} */ (`${purpose}Code`);
  const field = textField({
    id: purpose,
    label: (t) => t[place].newLabel,
    hint: (t) => t[place].newHint,
    attributes: purpose === "email" ? addressAttributes : phoneAttributes,
  });
  /** @type {Set<string>} Hints that were overruled for the number as it is typed. */
  const acknowledged = new Set();
  const button = sendButton((t) => t[place].send);
  const cancel = plainButton(
    (t) => t.cancel,
    () => toggle(false),
  );
  const form = makeForm({ fields: [field], children: [field.node, button, cancel], submit, offer });
  const panel = el("div", { id: `change-${purpose}`, class: "panel", hidden: true }, form.node);
  const opener = el(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-expanded": "false",
      "aria-controls": panel.id,
      "data-change": purpose,
      // A double tap opens it, too.
      on: { click: (event) => /** @type {MouseEvent} */ (event).detail < 2 && toggle(panel.hidden) },
    },
    label,
  );
  const node = el("div", { class: "change" }, opener, panel);

  field.input.addEventListener("input", () => {
    acknowledged.clear();
    for (const box of field.extras.querySelectorAll("input")) box.checked = false;
  });

  /** @param {boolean} open */
  function toggle(open) {
    panel.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) field.focus();
    else opener.focus();
  }

  /** @param {import("../fields.js").Field} _ @param {import("../api.js").FieldProblem} error */
  function offer(_, error) {
    if (fieldOf(error) === "email" && error.suggestion) return suggested(field, error.suggestion);
    return error.hint ? reallySo(error, acknowledged) : null;
  }

  async function submit() {
    const empty = await emptiness([{ field }]);
    if (empty) form.show(empty);
    else await put(field.value());
  }

  /** @param {string} typed */
  async function put(typed) {
    await send({
      button,
      method: "PUT",
      path: `${pathOf(String(state.session && state.session.id))}/${purpose}`,
      body: purpose === "email" ? { email: typed } : { phone: typed, acknowledged_hints: [...acknowledged] },
      sends: true,
      accepted: async (answer) => {
        const suggestion = answer.body.email_suggestion || null;
        Object.assign(memory, purpose === "email" ? { email: typed, suggestion } : { phone: typed });
        form.clear();
        field.input.value = "";
        toggle(false);
        await receive(answer.body, answer);
        say((t) => t[place].changed(typed));
      },
      refused: (problem) => {
        if (problem.code === "resend_too_early") {
          // The same address again: its code is on the way.
          resendAfter(problem.retry_after || EARLY);
          toggle(false);
          say((t) => (reason(problem.code) || { detail: t.code.already }).detail);
          return true;
        }
        if (!OF_CHANGES.has(problem.code)) return false;
        form.show(problem);
        return true;
      },
    });
  }

  return {
    node,
    back: () => {
      toggle(panel.hidden);
      return true;
    },
    open: () => toggle(true),
  };
}

/**
 * The box that asks whether another address was meant than the one that was typed; a tap changes it.
 *
 * @returns {HTMLElement}
 */
export function meant() {
  // While the code is awaited or cannot be sent: only then can the address be changed.
  const changeable = () =>
    state.view !== null && (state.view.expects === "email_code" || state.view.reason === "email_unavailable");
  const visible = () => memory.suggestion !== null && changeable();
  const yes = sendButton((t) => t.suggestion.yes(memory.suggestion || ""), { press: take });
  yes.dataset.acceptSuggestion = "";
  const no = plainButton(
    (t) => t.suggestion.no,
    () => {
      memory.suggestion = null;
      refresh(node);
    },
  );
  const node = el(
    "section",
    { id: "suggestion", class: "suggestion", hidden: () => !visible() },
    el("h2", {}, (t) => t.suggestion.meant(memory.suggestion || "")),
    el("p", {}, (t) => t.suggestion.sentTo(memory.email)),
    yes,
    no,
  );
  async function take() {
    const address = memory.suggestion;
    if (!address) return;
    await send({
      button: yes,
      method: "PUT",
      path: `${pathOf(String(state.session && state.session.id))}/email`,
      body: { email: address },
      sends: true,
      accepted: async (answer) => {
        Object.assign(memory, { email: address, suggestion: null });
        await receive(answer.body, answer);
        say((t) => t.emailCode.changed(address));
      },
      refused: (problem) => {
        if (problem.code !== "changes_used_up" && problem.code !== "resend_too_early") return false;
        memory.suggestion = null;
        refresh(node);
        say(() => (reason(problem.code) || problem).detail);
        return true;
      },
    });
  }

  return node;
}
