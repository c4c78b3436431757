// @ts-check
/** The switches: what goes wrong at each partner, and what the system makes of it. */

import { byId, element, say, segments, write } from "./elements.js";

/** @typedef {"email" | "dukcapil" | "sms" | "whatsapp"} Partner */
/** @typedef {"up" | "down" | "slow" | "quota" | "wrong"} Mode */

/** @type {Mode[]} */
const MODES = ["up", "down", "slow", "quota", "wrong"];

/** @type {Record<Partner, {name: string, means: Record<Mode, string>}>} */
const PARTNERS = {
  email: {
    name: "Email",
    means: {
      up: "Mails arrive.",
      down: "Takes no mail: held, and tried again later.",
      slow: "Says too late that it took it: never sent twice.",
      quota: "Over its rate: held until there is room.",
      wrong: "The mail is lost: they ask for another.",
    },
  },
  dukcapil: {
    name: "Dukcapil",
    means: {
      up: "Knows each of these people.",
      down: "People go on, and are checked when it is back.",
      slow: "Answers too late to be waited for: as if down.",
      quota: "Used up for today: not asked until the day ends.",
      wrong: "No verdict in its answers: nobody is refused.",
    },
  },
  sms: {
    name: "SMS",
    means: {
      up: "Messages arrive.",
      down: "Takes nothing: the code goes by WhatsApp.",
      slow: "Says too late that it took it: never sent twice.",
      quota: "Over its rate: tried again, then WhatsApp.",
      wrong: "The message is lost: they ask for another.",
    },
  },
  whatsapp: {
    name: "WhatsApp",
    means: {
      up: "Takes over when SMS does not work.",
      down: "With SMS down too: held, and tried again.",
      slow: "Says too late that it took it: never sent twice.",
      quota: "Over its rate: tried again, then held.",
      wrong: "The message is lost: they ask for another.",
    },
  },
};

/** @type {Partial<Record<Partner, {show: (mode: string) => void, note: HTMLElement, box: HTMLElement}>>} */
const switches = {};
/** When a switch was last turned here: what was asked for before says nothing of it. */
let turned = 0;

/**
 * Show the modes, and a switch for each partner that is here.
 * @param {Record<Partner, Mode>} faults
 * @param {number} asked When this was asked for (`performance.now()`).
 */
export function showFaults(faults, asked) {
  if (asked < turned) return;
  for (const [name, mode] of /** @type {[Partner, Mode][]} */ (Object.entries(faults))) {
    const partner = (switches[name] ??= made(name));
    partner.show(mode);
    write(partner.note, PARTNERS[name].means[mode]);
    partner.box.dataset.mode = mode;
  }
}

/** @param {Partner} name */
function made(name) {
  const note = element("p", { class: "note", id: `means-${name}` });
  const box = element(
    "fieldset",
    { class: "segments partner", "aria-describedby": note.id },
    element("legend", {}, PARTNERS[name].name),
  );
  const show = segments(box, name, MODES.map((mode) => [mode, mode]), (mode) => turn(name, mode));
  const whole = element("div", { class: "switch" }, box, note);
  const order = Object.keys(PARTNERS);
  const later = [...byId("switches").children].find(
    (other) => order.indexOf(other.getAttribute("data-partner") ?? "") > order.indexOf(name),
  );
  whole.dataset.partner = name;
  byId("switches").insertBefore(whole, later ?? null);
  return { show, note, box };
}

/** @param {Partner} name @param {string} mode */
async function turn(name, mode) {
  turned = Infinity;
  const answer = await fetch("/_local/faults", {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ [name]: mode }),
  }).finally(() => (turned = performance.now()));
  if (!answer.ok) return;
  showFaults(await answer.json(), performance.now());
  say(`${PARTNERS[name].name}: ${mode}. ${PARTNERS[name].means[/** @type {Mode} */ (mode)]}`);
}

/** End Dukcapil's day: another day brings another quota. */
export async function endTheDay() {
  await fetch("/_local/midnight", { method: "POST" });
  say("Dukcapil's day has ended.");
}
