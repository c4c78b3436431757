// @ts-check
/** Opening a registration with the code of its mail: on the link's screen, and where this device's session is not known. */
import { pathOf } from "../api.js";
import { sendButton } from "../buttons.js";
import { makeForm } from "../form.js";
import { adopt, receive, send } from "../journey.js";
import { say } from "../status.js";
import { codeField, incomplete, ofField } from "./code.js";

/** Seconds in which the server takes the same code again for a race: a lost answer is asked for after them. */
const RACE = 6;
const TOO_MANY = 429;
const SERVER = 500;

/**
 * Send the code; the answer's session takes the place of this device's.
 *
 * @param {object} opening
 * @param {HTMLButtonElement} opening.button the button that was pressed
 * @param {string} opening.id of the registration
 * @param {string} opening.code as in the mail
 * @param {import("../session.js").Session | null} [opening.session] the device's, unless another is named
 * @param {(problem: import("../api.js").Problem) => boolean | Promise<boolean>} opening.refused as for `send`
 */
export async function openWithCode({ button, id, code, session, refused }) {
  await send({
    button,
    method: "POST",
    path: `${pathOf(id)}/email/confirmation`,
    body: { code },
    session,
    accepted: (answer) => {
      adopt({ id, secret: answer.body.session_secret });
      receive(answer.body, answer);
      const { email } = answer.body;
      if (email) say((t) => t.whose.opened(email));
    },
    refused: (problem) => !isBusy(problem) && refused(problem),
    lost: () => {
      say((t) => t.link.wait);
      return RACE;
    },
  });
}

/**
 * The form to type the code into instead.
 *
 * @param {() => {id: string, session?: null} | null} registration its id, and whether the device's session is another's
 */
export function openingForm(registration) {
  const field = codeField();
  const button = sendButton((t) => t.lost.open);
  const form = makeForm({ fields: [field], children: [field.node, button], submit });

  async function submit() {
    const empty = incomplete(field);
    const opened = registration();
    if (empty) form.show(empty);
    if (empty || !opened) return;
    await openWithCode({
      button,
      ...opened,
      code: field.value(),
      refused: (problem) => {
        form.show(ofField(problem));
        return true;
      },
    });
  }

  return form.node;
}

/** Nothing that the code is to blame for. @param {import("../api.js").Problem} problem */
function isBusy({ status }) {
  return status === TOO_MANY || status >= SERVER;
}
