// @ts-check
/** Asks once more before a registration is withdrawn, in the place of the link that asked for it. */
import { pathOf } from "../api.js";
import { plainButton, sendButton } from "../buttons.js";
import { el, refill } from "../dom.js";
import { look, send, state } from "../journey.js";
import { say } from "../status.js";

/**
 * @param {HTMLElement} panel
 * @param {HTMLButtonElement} open the link
 */
export function ask(panel, open) {
  const yes = sendButton((t) => t.withdraw.yes, { look: "danger", press: withdraw });
  const no = plainButton((t) => t.withdraw.no, close);
  const heading = el("h2", { tabindex: "-1", id: "withdraw-title" }, (t) => t.withdraw.title);
  open.setAttribute("aria-expanded", "true");
  refill(
    panel,
    el(
      "section",
      { class: "panel danger", "aria-labelledby": "withdraw-title" },
      heading,
      el("p", {}, (t) => t.withdraw.text),
      yes,
      no,
    ),
  );
  heading.focus();

  function close() {
    open.setAttribute("aria-expanded", "false");
    refill(panel, open);
    open.focus();
  }

  async function withdraw() {
    await send({
      button: yes,
      method: "DELETE",
      path: pathOf(String(state.session && state.session.id)),
      leads: "withdrawn",
      accepted: async () => {
        // It is done, whether the line lets the page see it or not.
        say((t) => t.withdrawn.text);
        await look();
      },
      refused: () => false,
    });
  }
}
