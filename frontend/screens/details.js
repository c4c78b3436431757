// @ts-check
/** Step 2: what stands on the card. */
import { pathOf } from "../api.js";
import { sendButton } from "../buttons.js";
import { marked } from "../digits.js";
import { append, el, refresh } from "../dom.js";
import { groupField, textField } from "../fields.js";
import { emptiness, fieldOf, makeForm } from "../form.js";
import { receive, send, state } from "../journey.js";
import { memory } from "../memory.js";
import { caretAfter, grouped, LENGTH, plain, read } from "../nik.js";
import { phoneAttributes, reallySo } from "./phone.js";
import { keepTyped, typedHere } from "../session.js";
import { notice, why } from "./reason.js";
import { sayNik, whereItIsRead } from "./says.js";
import { whose } from "./whose.js";

/** What the server says of the details. */
const OF_DETAILS = new Set(["invalid_request", "hints_to_check", "body_malformed", "body_too_large"]);
const LAST = 4;

/** @returns {import("../screens.js").Screen} */
export function screen() {
  const { values, acknowledged } = memory.details;
  const kept = Object.keys(values).length > 0;
  const typedBefore = typedHere();
  whereItIsRead();

  const nik = nikField();
  const last4 = lastFourField();
  const name = textField({
    id: "full_name",
    label: (t) => t.details.name,
    hint: (t) => t.details.nameHint,
    attributes: { autocomplete: "name", autocapitalize: "words", autocorrect: "off", spellcheck: "false" },
  });
  const birth = birthField();
  const sex = sexField();
  const phone = textField({
    id: "phone",
    label: (t) => t.phone,
    hint: (t) => t.details.phoneHint,
    attributes: phoneAttributes,
  });
  const fields = [nik.field, last4.field, name, birth.field, sex, phone];
  /** By code, the hints that can be overruled, with what was typed then. @type {Map<string, {about: string[], nodes: HTMLElement[], typed: string}>} */
  const offered = new Map();
  const button = sendButton((t) => t.details.send);
  const form = makeForm({
    fields,
    children: [...fields.map((field) => field.node), button],
    submit,
    offer,
  });

  /** @param {import("../fields.js").Field} field @param {import("../api.js").FieldProblem} error */
  function offer(field, error) {
    const digits = field === nik.field ? marked(() => nik.field.input.value, error) : null;
    // Right under its message, and heard with it: a small screen shows no more than both.
    append(field.error, digits);
    if (!error.hint) return null;
    const about = [fieldOf(error), ...(error.related || []).map((pointer) => fieldOf({ ...error, pointer }))];
    const box = reallySo(error, {
      has: (code) => acknowledged.has(code),
      add: (code) => acknowledged.set(code, about),
      delete: (code) => acknowledged.delete(code),
    });
    offered.set(error.code, { about, nodes: digits ? [digits, box] : [box], typed: typedIn(about) });
    return box;
  }

  /** What can be overruled is what was typed then: it is not offered for anything else. @param {string} id that is edited */
  function forgetHints(id) {
    for (const [code, about] of acknowledged) if (about.includes(id)) acknowledged.delete(code);
    for (const { about, nodes, typed } of offered.values()) {
      if (!about.includes(id)) continue;
      for (const node of nodes) {
        for (const box of node.querySelectorAll("input")) box.checked = false;
        node.hidden = typedIn(about) !== typed;
      }
    }
  }

  /** @param {string[]} about ids of fields */
  function typedIn(about) {
    const typed = fields.filter((field) => about.includes(field.id));
    return JSON.stringify(typed.map((field) => (field === birth.field ? birth.iso() : field.value())));
  }

  // ------------------------------------------------------------------------------------------------ what is typed

  restore();
  form.node.addEventListener("input", typed);
  form.node.addEventListener("change", typed);

  function restore() {
    for (const input of inputs()) {
      if (input instanceof HTMLInputElement && input.type === "radio") input.checked = values.sex === input.value;
      else input.value = values[input.id] || "";
    }
    nik.painted();
    last4.compared();
  }

  /** @param {Event} event */
  function typed(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (!input.id || input.type === "checkbox") return;
    memory.details.dirty = true;
    keepTyped(true);
    if (input.type === "radio") values.sex = input.value;
    else values[input.id] = input.value;
    forgetHints(input.type === "radio" ? "sex" : input.id.replace(/^birth_.*/, "birth_date"));
    if (input.id.startsWith("birth_")) nik.painted();
    if (input.id === "nik") last4.compared();
    if (input.id === "phone") memory.phone = input.value.trim();
  }

  /** @returns {(HTMLInputElement | HTMLSelectElement)[]} */
  function inputs() {
    return [...form.node.querySelectorAll("input, select")]
      .filter((each) => /** @type {HTMLInputElement} */ (each).type !== "checkbox")
      .map((each) => /** @type {HTMLInputElement} */ (each));
  }

  async function submit() {
    const empty = emptiness([
      { field: nik.field },
      { field: last4.field },
      { field: name },
      { field: birth.field },
      { field: sex, code: "sex_unknown" },
      { field: phone },
    ]);
    if (empty) {
      form.show(empty);
      return;
    }
    const sent = JSON.stringify(values);
    await send({
      button,
      method: "PUT",
      path: `${pathOf(String(state.session && state.session.id))}/details`,
      leads: "checked",
      body: {
        nik: nik.field.value(),
        nik_last4: last4.field.value(),
        full_name: name.value(),
        birth_date: birth.iso(),
        sex: sex.value(),
        phone: phone.value(),
        acknowledged_hints: [...acknowledged.keys()],
      },
      accepted: async (answer) => {
        memory.says = answer.body.nik_says || null;
        memory.phone = phone.value();
        memory.details.dirty = JSON.stringify(values) !== sent;
        form.clear();
        receive(answer.body, answer);
      },
      refused: (problem) => {
        if (!OF_DETAILS.has(problem.code)) return false;
        form.show(problem);
        return true;
      },
    });
  }

  // ------------------------------------------------------------------------------------------------------- fields

  function nikField() {
    const count = el("p", { id: "nik-count", class: "count" }, (t) => {
      const digits = plain(values.nik || "").length;
      if (!digits) return "";
      return digits > LENGTH ? t.details.countMore(digits) : t.details.count(digits);
    });
    const echo = sayNik(() => {
      const year = Number(values.birth_year);
      return read(values.nik || "", { year: /^[0-9]{4}$/.test(values.birth_year || "") ? year : undefined });
    });
    const field = textField({
      id: "nik",
      label: (t) => t.details.nik,
      hint: (t) => t.details.nikHint,
      attributes: {
        class: "nik",
        "aria-describedby": "nik-hint nik-error nik-count",
        inputmode: "numeric",
        autocomplete: "off",
        autocapitalize: "off",
        autocorrect: "off",
        spellcheck: "false",
      },
      after: [count, echo],
    });
    const { input } = field;

    function painted() {
      refresh(count);
      refresh(echo);
    }

    input.addEventListener("input", (event) => {
      // While a keyboard still composes, what it has put in is its own.
      if (!(/** @type {InputEvent} */ (event).isComposing)) group();
      values.nik = input.value;
      painted();
    });
    input.addEventListener("compositionend", group);
    input.addEventListener("blur", group);

    function group() {
      const text = grouped(input.value);
      if (text === input.value) return;
      const before = plain(input.value.slice(0, input.selectionStart || 0)).length;
      input.value = text;
      if (document.activeElement !== input) return;
      const caret = caretAfter(text, before);
      input.setSelectionRange(caret, caret);
    }

    return { field, painted };
  }

  function lastFourField() {
    let pasted = false;
    const differs = () => {
      const [above, again] = [plain(values.nik || ""), plain(values.nik_last4 || "")];
      return above.length === LENGTH && again.length === LAST && above.slice(-LAST) !== again ? above.slice(-LAST) : "";
    };
    const soft = el("p", { id: "nik_last4-soft", class: "soft", role: "status" }, (t) => {
      if (differs()) return t.details.last4Differs(differs());
      return pasted ? t.details.last4Pasted : "";
    });
    const field = textField({
      id: "nik_last4",
      label: (t) => t.details.last4,
      hint: (t) => t.details.last4Hint,
      attributes: {
        class: "short",
        inputmode: "numeric",
        autocomplete: "off",
        autocorrect: "off",
        spellcheck: "false",
      },
      after: [soft],
    });
    field.input.addEventListener("paste", () => {
      pasted = true;
    });
    field.input.addEventListener("input", () => {
      if (!field.input.value) pasted = false;
      values.nik_last4 = field.input.value;
      compared();
    });

    function compared() {
      refresh(soft);
    }

    return { field, compared };
  }

  function birthField() {
    const errorId = "birth_day-error";
    const numeric = { type: "text", inputmode: "numeric", "aria-describedby": errorId };
    const day = el("input", { id: "birth_day", ...numeric, autocomplete: "bday-day", class: "day" });
    const month = el(
      "select",
      { id: "birth_month", autocomplete: "bday-month", "aria-describedby": errorId },
      el("option", { value: "" }, (t) => t.details.chooseMonth),
      ...Array.from({ length: 12 }, (_, each) => el("option", { value: String(each + 1) }, (t) => t.months[each])),
    );
    const year = el("input", { id: "birth_year", ...numeric, autocomplete: "bday-year", class: "year" });
    const written = () => [year.value.trim(), month.value.padStart(2, "0"), day.value.trim().padStart(2, "0")];
    const field = groupField({
      id: "birth_date",
      legend: (t) => t.details.birth,
      hint: (t) => t.details.birthHint,
      inputs: el(
        "div",
        { class: "date" },
        el(
          "div",
          {},
          el("label", { for: "birth_day" }, (t) => t.details.day),
          day,
        ),
        el(
          "div",
          {},
          el("label", { for: "birth_month" }, (t) => t.details.month),
          month,
        ),
        el(
          "div",
          {},
          el("label", { for: "birth_year" }, (t) => t.details.year),
          year,
        ),
      ),
      first: day,
      marked: [day, month, year],
      errorId,
      value: () => day.value.trim() || month.value || year.value.trim(),
    });
    return { field, iso: () => written().join("-") };
  }

  function sexField() {
    const choices = /** @type {const} */ (["male", "female"]).map((each) =>
      el("input", { id: `sex-${each}`, type: "radio", name: "sex", value: each, "aria-describedby": "sex-error" }),
    );
    return groupField({
      id: "sex",
      legend: (t) => t.details.sex,
      role: "radiogroup",
      inputs: el(
        "div",
        {},
        ...choices.map((input) =>
          el(
            "div",
            { class: "choice" },
            input,
            el("label", { for: input.id }, (t) => t.details.sexes[/** @type {"male"} */ (input.value)]),
          ),
        ),
      ),
      first: choices[0],
      value: () => (choices.find((each) => each.checked) || { value: "" }).value,
    });
  }

  // ------------------------------------------------------------------------------------------ why they are here again

  const declined = notice(
    (t) => t.details.correct,
    el("p", { hidden: () => left() === null }, (t) => t.details.left(left() || 0)),
  );
  /** Filled in before, and lost with the page. */
  const emptied = () => !kept && (Boolean(why()) || typedBefore);

  /** Corrections that remain. */
  function left() {
    return state.view && state.view.attempts_left;
  }

  return {
    title: (t) => (why() ? t.details.correct : t.details.title),
    step: () => 2,
    node: el(
      "div",
      {},
      whose(),
      declined,
      el("p", { id: "emptied", class: "notice", hidden: () => !emptied() }, (t) => t.details.emptied),
      el("p", {}, (t) => t.details.intro),
      form.node,
    ),
    withdrawable: () => true,
    unsaved: () => memory.details.dirty,
  };
}
