// @ts-check
/**
 * The mailed link was opened. Scanners open it before people do, and some run scripts: so nothing is sent until the one
 * button is pressed, whatever else happens to the page.
 */
import { plainButton, sendButton } from "../buttons.js";
import { el, refill, refresh } from "../dom.js";
import { makeForm } from "../form.js";
import { closeLink, go, leave, look, state } from "../journey.js";
import { openWithCode, openingForm } from "./opening.js";

/** @returns {import("../screens.js").Screen} */
export function screen() {
  let opened = state.link;
  const own = () => (state.session && opened && state.session.id === opened.id ? state.session : null);
  const other = () => Boolean(state.session && !own());
  /** The address of the registration that is open here is confirmed: the link has nothing left to do. */
  const done = () => {
    const { view } = state;
    if (!own() || !view || state.lost) return false;
    return view.layers.email.state === "passed" || ["verified", "rejected", "withdrawn"].includes(view.status);
  };
  /** @type {string | null} */
  let refusal = null;

  const button = sendButton((t) => t.link.button, { hidden: () => refused() });
  button.id = "confirm";
  const form = makeForm({ fields: [], children: [button], submit });
  const stay = plainButton((t) => t.link.stay, close, { id: "stay", hidden: () => !other() || refused() });
  const goOn = plainButton((t) => t.continue, close, { id: "continue", class: "button main" });
  /** Another code, typed. It is part of the page only once the link's own was refused. */
  const instead = el("div", { hidden: () => Boolean(own()) });
  const node = el(
    "div",
    {},
    el(
      "div",
      { hidden: () => !done() },
      el("p", {}, (t) => t.link.done),
      goOn,
    ),
    el(
      "div",
      { hidden: () => done() },
      el("p", { hidden: () => refused() }, (t) => t.link.text),
      el(
        "section",
        { class: "notice", hidden: () => !other() || refused() },
        el("h2", {}, (t) => t.link.otherTitle),
        el("p", {}, (t) => t.link.other),
      ),
      form.node,
      stay,
      el("p", { class: "aside", hidden: () => refused() }, (t) => t.link.nothingYet),
      el(
        "section",
        { id: "refused", class: "panel", hidden: () => !refused() },
        el("h2", {}, (t) => t.link.refused),
        instead,
        plainButton((t) => t.link.own, close, { hidden: () => !state.session }),
        plainButton((t) => t.again, leave, { hidden: () => Boolean(state.session) && !state.lost }),
      ),
    ),
  );

  function refused() {
    return refusal !== null;
  }

  function close() {
    closeLink();
    go();
    look();
  }

  async function submit() {
    if (!opened) return;
    await openWithCode({
      button,
      id: opened.id,
      code: opened.code,
      session: own(),
      refused: async (problem) => {
        if (own() && (problem.status === 409 || problem.code === "registration_ended")) {
          // Confirmed already, or over: what this device has says more than the link.
          close();
          return true;
        }
        refusal = problem.code;
        refill(
          instead,
          el("p", {}, (t) => t.lost.codeText),
          openingForm(() => opened && { id: opened.id, session: null }),
        );
        form.show(problem.errors.length ? { ...problem, errors: [] } : problem);
        refresh(node);
        return true;
      },
    });
  }

  return {
    title: (t) => (done() ? t.link.doneTitle : t.link.title),
    step: () => (done() ? null : 1),
    node,
    changed: () => {
      if (!state.link || state.link === opened) return;
      // Another link was opened in this tab.
      opened = state.link;
      refusal = null;
      form.clear();
    },
    back: () => false,
  };
}
