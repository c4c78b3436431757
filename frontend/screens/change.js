// @ts-check
/** Another address or another number, on the same screen: while its code is awaited, or cannot be sent. */
import { pathOf } from "../api.js";
import { plainButton, sendButton } from "../buttons.js";
import { el, keepFocus, refresh } from "../dom.js";
import { textField } from "../fields.js";
import { emptiness, fieldOf, makeForm } from "../form.js";
import { receive, resendAfter, send, state } from "../journey.js";
import { reason } from "../language.js";
import { memory } from "../memory.js";
import { say } from "../status.js";
import { address, addressAttributes, suggested } from "./email.js";
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
  // It may have been begun on another screen: the wait for a message that is held up ends while somebody types.
  const isOpen = () => memory.changing[purpose].open;
  field.input.value = memory.changing[purpose].typed;
  /** @type {Set<string>} Hints that were overruled for the number as it is typed. */
  const acknowledged = new Set();
  const button = sendButton((t) => t[place].send);
  const cancel = plainButton(
    (t) => t.cancel,
    () => toggle(false),
  );
  const form = makeForm({ fields: [field], children: [field.node, button, cancel], submit, offer });
  const panel = el("div", { id: `change-${purpose}`, class: "panel", hidden: () => !isOpen() }, form.node);
  const opener = plainButton(label, () => toggle(!isOpen()), {
    class: "plain",
    "aria-expanded": () => String(isOpen()),
    "aria-controls": panel.id,
    "data-change": purpose,
  });
  const node = el("div", { class: "change" }, opener, panel);

  field.input.addEventListener("input", () => {
    memory.changing[purpose].typed = field.input.value;
    acknowledged.clear();
    for (const box of field.extras.querySelectorAll("input")) box.checked = false;
  });

  /** @param {boolean} open */
  function toggle(open) {
    const changing = memory.changing[purpose];
    changing.open = open;
    refresh(node);
    if (open) field.input.value = changing.typed;
    if (open) field.focus();
    else opener.focus();
  }

  /** @param {import("../fields.js").Field} _ @param {import("../api.js").FieldProblem} error */
  function offer(_, error) {
    if (fieldOf(error) === "email" && error.suggestion) return suggested(field, error.suggestion);
    return error.hint ? reallySo(error, acknowledged) : null;
  }

  async function submit() {
    const empty = emptiness([{ field }]);
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
      leads: "sent",
      accepted: (answer) => {
        taken(typed);
        receive(answer.body, answer);
        say((t) => t[place].changed(typed));
      },
      settled: (arrived) => (arrived ? taken(typed) : doubt(purpose)),
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

  /** @param {string} typed the server has it */
  function taken(typed) {
    memory[purpose] = typed;
    memory.changing[purpose].typed = "";
    form.clear();
    field.input.value = "";
    if (isOpen()) toggle(false);
    refresh(); // whatever names it
  }

  return {
    node,
    back: () => {
      toggle(!isOpen());
      return true;
    },
    open: () => toggle(true),
  };
}

/**
 * Two that look alike as the server shows them: which of them has the code is not known, so neither is named in full.
 *
 * @param {"email" | "phone"} purpose
 */
function doubt(purpose) {
  memory[purpose] = "";
  refresh();
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
  const suggestion = () => {
    const said = (state.view && state.view.email_suggestion) || "";
    return said === memory.declined ? "" : said;
  };
  // In a queue it can not be changed yet, but whoever leaves now would never hear of it.
  const queued = () => state.view !== null && state.view.status === "queued";
  const visible = () => Boolean(suggestion()) && (changeable() || queued());
  const yes = sendButton((t) => t.suggestion.yes(suggestion()), { press: take, hidden: queued });
  yes.dataset.acceptSuggestion = "";
  const no = plainButton(
    (t) => t.suggestion.no,
    () => decline(suggestion()),
  );
  const node = el(
    "section",
    { id: "suggestion", class: "suggestion", hidden: () => !visible() },
    el("h2", {}, (t) => t.suggestion.meant(suggestion())),
    el("p", {}, (t) => (queued() ? t.suggestion.soon : t.suggestion.sentTo(address()))),
    yes,
    no,
  );

  /** @param {string} address is not meant, or cannot be had */
  function decline(address) {
    memory.declined = address;
    refresh(); // what was said because of it, too
    keepFocus();
  }

  async function take() {
    const meant = suggestion();
    if (!meant) return;
    await send({
      button: yes,
      method: "PUT",
      path: `${pathOf(String(state.session && state.session.id))}/email`,
      body: { email: meant },
      leads: "sent",
      accepted: (answer) => {
        memory.email = meant;
        receive(answer.body, answer);
        say((t) => t.emailCode.changed(meant));
      },
      settled: (arrived) => {
        if (arrived) memory.email = meant;
        else doubt("email");
        refresh();
      },
      refused: (problem) => {
        if (problem.code !== "changes_used_up" && problem.code !== "resend_too_early") return false;
        decline(meant);
        say(() => (reason(problem.code) || problem).detail);
        return true;
      },
    });
  }

  return node;
}
