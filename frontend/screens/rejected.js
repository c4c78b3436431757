// @ts-check
/** Rejected: why, and the way to somebody who looks at it. */
import { pathOf } from "../api.js";
import { plainButton, sendButton } from "../buttons.js";
import { el, refresh } from "../dom.js";
import { textField } from "../fields.js";
import { makeForm } from "../form.js";
import { leave, receive, send, state } from "../journey.js";
import { tell } from "../status.js";
import { because, titled } from "./reason.js";
import { reference } from "./verified.js";

const LONGEST = 1000;
/** Characters left from which on they are counted. */
const COUNTED = 200;

/** @returns {import("../screens.js").Screen} */
export function screen() {
  const statement = statementField();
  const button = sendButton((t) => t.rejected.dispute);
  const form = makeForm({ fields: [statement], children: [statement.node, button], submit });

  async function submit() {
    const said = statement.value();
    await send({
      button,
      method: "POST",
      path: `${pathOf(String(state.session && state.session.id))}/dispute`,
      body: said ? { statement: said } : {},
      accepted: (answer) => receive(answer.body, answer),
      refused: (problem) => {
        if (problem.code !== "invalid_request") return false;
        form.show(problem);
        return true;
      },
    });
  }

  return {
    title: titled((t) => t.rejected.title),
    node: el(
      "div",
      {},
      because((t) => t.rejected.text),
      el(
        "section",
        { class: "panel", hidden: () => !state.view || state.view.expects !== "dispute" },
        el("h2", {}, (t) => t.rejected.disputeTitle),
        el("p", {}, (t) => t.rejected.disputeText),
        form.node,
      ),
      reference(),
      el("p", { class: "aside" }, (t) => t.lost.againText),
      plainButton((t) => t.again, leave),
    ),
    withdrawable: () => true,
    unsaved: () => Boolean(statement.value()),
  };
}

/** @returns {import("../fields.js").Field} */
function statementField() {
  const input = el("textarea", {
    id: "statement",
    name: "statement",
    rows: 5,
    "aria-describedby": "statement-hint statement-error",
  });
  const about = textField({
    id: "statement",
    label: (t) => t.rejected.statement,
    hint: (t) => t.rejected.statementHint,
  });
  const left = () => LONGEST - input.value.trim().length;
  const counted = (/** @type {import("../dom.js").Texts} */ t) =>
    left() <= COUNTED ? t.rejected.statementLeft(left()) : "";
  const count = el("p", { class: "count" }, counted);
  about.input.replaceWith(input, count);
  input.addEventListener("input", () => {
    refresh(count);
    // Said every now and then, not at every letter.
    if (left() <= COUNTED && left() % 50 === 0) tell(counted);
  });
  return { ...about, marked: [input], value: () => input.value.trim(), focus: () => input.focus() };
}
