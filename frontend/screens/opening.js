// @ts-check
/** Opening a registration with the code of its mail: on the link's screen, and where this device's session is not known. */
import { pathOf } from "../api.js";
import { adopt, receive, send, state } from "../journey.js";
import { say } from "../status.js";

/** Seconds in which the server takes the same code again for a race: a lost answer is asked for after them. */
const RACE = 6;

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
    accepted: async (answer) => {
      state.link = null;
      adopt({ id, secret: answer.body.session_secret });
      await receive(answer.body, answer);
    },
    refused,
    lost: () => {
      say((t) => t.link.wait);
      return RACE;
    },
  });
}
