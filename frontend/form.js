// @ts-check
/**
 * A form that sends, and shows what the server says of it: a summary on top with a link to each field, and each error at
 * its field. The server is the judge; only what is not filled in is found without asking it.
 */
import { append, el, refill } from "./dom.js";
import config from "./config.js";
import { language, reason } from "./language.js";
import { tell } from "./status.js";

/** @typedef {import("./api.js").Problem} Problem */
/** @typedef {import("./api.js").FieldProblem} FieldProblem */
/** @typedef {import("./fields.js").Field} Field */

/** Codes of what is only not filled in. */
const EMPTY = new Set(["missing", "consent_required", "sex_unknown"]);

/**
 * @typedef {object} Form
 * @property {HTMLFormElement} node
 * @property {(problem: Problem) => void} show
 * @property {() => void} clear
 */

/**
 * @param {object} about
 * @param {Field[]} about.fields in their order on the page
 * @param {import("./dom.js").Child[]} about.children what the form consists of; the fields are among them
 * @param {() => void} about.submit
 * @param {(field: Field, error: FieldProblem) => Node | null} [about.offer] what an error offers, below the input
 * @returns {Form}
 */
export function makeForm({ fields, children, submit, offer }) {
  /** What each field is refused for. @type {Map<Field, {codes: string[], links: Element[]}>} */
  const refusals = new Map();
  const summary = el("div", { class: "summary", role: "alert", tabindex: "-1", hidden: true });
  const node = el(
    "form",
    {
      novalidate: true,
      autocomplete: "on",
      on: {
        submit: (event) => {
          event.preventDefault();
          submit();
        },
        input: filledIn,
        change: filledIn,
      },
    },
    summary,
    ...children,
  );

  function clear() {
    summary.hidden = true;
    refill(summary);
    for (const field of fields) clearAt(field);
  }

  /** @param {Field} field */
  function clearAt(field) {
    refusals.delete(field);
    field.node.classList.remove("looking");
    for (const marked of field.marked) marked.removeAttribute("aria-invalid");
    for (const place of [field.error, field.extras]) {
      place.hidden = true;
      refill(place);
    }
  }

  /** What was only empty is so no longer. Whatever else was refused stays until it is judged anew. */
  function filledIn() {
    for (const [field, { codes, links }] of refusals) {
      if (!field.value() || !codes.every((code) => EMPTY.has(code))) continue;
      clearAt(field);
      for (const link of links) link.remove();
      if (!summary.querySelector("li")) summary.hidden = true;
    }
  }

  /** @param {Problem} problem */
  function show(problem) {
    clear();
    const found = problem.errors.map((error) => ({ error, field: fields.find((each) => each.id === fieldOf(error)) }));
    for (const { error, field } of found) if (field) showAt(field, error, offer);
    for (const field of fields) {
      const errors = problem.errors.filter((error) => fieldOf(error) === field.id);
      if (!errors.length) continue;
      refusals.set(field, { codes: errors.map(({ code }) => code), links: [] });
      field.node.classList.toggle(
        "looking",
        errors.every(({ hint }) => hint),
      );
    }
    const [only] = found;
    if (fields.length === 1 && found.length === 1 && only.field) {
      // The field may have the focus already, and then nothing would be read out.
      only.field.focus();
      tell(inOne(only.error));
      return;
    }
    const links = found.map(({ error, field }) => {
      const link = linked(error, field);
      const refusal = field && refusals.get(field);
      if (refusal) refusal.links.push(link);
      return link;
    });
    append(
      summary,
      el("h2", {}, () => (reason(problem.code) || problem).title),
      ...told(() => problem),
    );
    if (links.length) append(summary, el("ul", {}, ...links));
    // Only hints: nothing is wrong yet.
    summary.classList.toggle("looking", links.length > 0 && problem.errors.every(({ hint }) => hint));
    summary.hidden = false;
    summary.focus();
  }

  return { node, show, clear };
}

/**
 * The problem that fields are not filled in, in the server's own words; null when they are, or when there are no words
 * for it here, so that the server says so.
 *
 * @param {{field: Field, code?: string}[]} needed
 * @returns {Problem | null}
 */
export function emptiness(needed) {
  const errors = needed
    .filter(({ field }) => !field.value())
    .map(({ field, code = "missing" }) => ({ pointer: `#/${field.id}`, code, detail: "", hint: false }));
  if (!errors.length) return null;
  if (!errors.every(({ code }) => reason(code))) return null;
  return { type: "", title: "", status: 422, detail: "", code: "invalid_request", errors };
}

/**
 * The name of the field that an error is about.
 *
 * @param {FieldProblem} error
 */
export function fieldOf(error) {
  return error.pointer.replace(/^#\//, "").split("/")[0];
}

/** @param {FieldProblem} error */
function detailOf(error) {
  return () => (reason(error.code) || { detail: error.detail }).detail;
}

/** An error as it stands at its field. @param {FieldProblem} error @returns {import("./status.js").Words} */
function inOne(error) {
  return (t) => `${error.hint ? t.look : t.error} ${detailOf(error)()}`;
}

/**
 * The id of an error at its field, for what is named by it.
 *
 * @param {FieldProblem} error
 */
export function saidId(error) {
  return `${fieldOf(error)}-said-${error.code}`;
}

/**
 * What the catalogue says of a code, with the contact where it sends people to the organiser.
 *
 * @param {() => {code: string | null, detail?: string}} about
 * @returns {Node[]}
 */
export function told(about) {
  const known = () => reason(about().code);
  const detail = () => (known() || about()).detail || "";
  const asksOrganiser = () => (known() || { ask: null }).ask === "organiser";
  return [
    el("p", { hidden: () => !detail() }, detail),
    el("p", { class: "contact", hidden: () => !asksOrganiser() }, () => config.organiser[language()]),
  ];
}

/**
 * @param {Field} field
 * @param {FieldProblem} error
 * @param {((field: Field, error: FieldProblem) => Node | null) | undefined} offer
 */
function showAt(field, error, offer) {
  for (const marked of field.marked) marked.setAttribute("aria-invalid", "true");
  append(
    field.error,
    el(
      "p",
      { id: saidId(error) },
      el("strong", {}, (t) => `${error.hint ? t.look : t.error} `),
      detailOf(error),
    ),
  );
  field.error.hidden = false;
  const offered = offer && offer(field, error);
  if (!offered) return;
  append(field.extras, offered);
  field.extras.hidden = false;
}

/** @param {FieldProblem} error @param {Field | undefined} field */
function linked(error, field) {
  if (!field) return el("li", {}, detailOf(error));
  const title = () => (reason(error.code) || { title: "" }).title;
  const name = field.name || field.label;
  const link = el("a", { href: `#${field.id}` }, (t) => (title() ? `${name(t)}: ${title()}` : name(t)));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    field.focus();
    field.node.scrollIntoView();
  });
  return el("li", {}, link);
}
