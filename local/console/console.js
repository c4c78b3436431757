// @ts-check
/** The console: looks at the stack each second, and shows what it sees. */

import { byId, element, write } from "./elements.js";
import { lightWay, showMachine } from "./machine.js";
import { forgetMessages, showMessages, takeMessages } from "./messages.js";
import { showBacklog, showFunnel, showNumbers } from "./numbers.js";
import { forget, ownRegistration, showPage } from "./page-frame.js";
import { endTheDay, showFaults } from "./partners.js";
import { showPeople } from "./people.js";

const SECOND = 1000;
const SHORT = 8; // characters of an id that tell registrations apart

/** Which life of the local stack this is, and how many of its messages are here already. */
const known = { life: "", mails: 0, texts: 0 };
/** @type {string} Chosen by hand; empty for the page's own. */
let chosen = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** Counts the looks: what an earlier one says is late. */
let looks = 0;

async function look() {
  clearTimeout(timer);
  const mine = ++looks;
  const asked = performance.now();
  const wanted = chosen || ownRegistration() || "";
  const query = new URLSearchParams({ registration: wanted, mails: String(known.mails), texts: String(known.texts) });
  try {
    const answer = await fetch(`/_local/world?${query}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const world = await answer.json();
    if (mine !== looks) return;
    show(world, asked);
    pulse(true);
  } catch (error) {
    if (mine !== looks) return;
    pulse(false);
    if (!(error instanceof TypeError)) console.error(error);
  }
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(look, SECOND);
}

/** @param {any} world What `/_local/world` answers: see local/world.py. @param {number} asked */
function show(world, asked) {
  const again = known.life && known.life !== world.life;
  known.life = world.life;
  if (again || world.messages.mails < known.mails || world.messages.texts < known.texts) {
    forgetMessages();
    known.mails = known.texts = 0;
    return; // all of them with the next look
  }
  known.mails = world.messages.mails;
  known.texts = world.messages.texts;
  const shown = world.registration;
  choices(world.newest, shown?.id ?? null);
  takeMessages(world.messages.new, shown?.id ?? null);
  lightWay(shown);
  showFaults(world.faults, asked);
  showFunnel(world.funnel);
  showBacklog(world.backlog, world.calls, world.running);
}

/**
 * Whose workflow may be shown.
 * @param {{id: string, status: string}[]} newest
 * @param {string | null} shown
 */
function choices(newest, shown) {
  const select = /** @type {HTMLSelectElement} */ (byId("shown"));
  const own = ownRegistration();
  const label = own && shown === own ? `the page (${own.slice(0, SHORT)})` : "the page, else the newest";
  const options = [["", label], ...newest.map(({ id, status }) => [id, `${id.slice(0, SHORT)}, ${status.replaceAll("_", " ")}`])];
  if (chosen && !newest.some(({ id }) => id === chosen)) options.push([chosen, chosen.slice(0, SHORT)]);
  if (select.matches(":focus")) {
    // An open list is not changed under somebody's eyes.
    if (select.options.length) return;
  }
  while (select.options.length < options.length) select.append(element("option"));
  while (select.options.length > options.length) select.lastElementChild?.remove();
  options.forEach(([value, text], place) => {
    select.options[place].value = value;
    write(select.options[place], text);
  });
  select.value = chosen;
}

/** @param {boolean} alive */
function pulse(alive) {
  const place = byId("pulse");
  write(place, alive ? "live" : "no answer: is the local server running?");
  place.classList.toggle("lost", !alive);
}

byId("forget").addEventListener("click", () => {
  forget();
  look();
});
byId("midnight").addEventListener("click", () => endTheDay().then(look));
byId("shown").addEventListener("change", (event) => {
  chosen = /** @type {HTMLSelectElement} */ (event.target).value;
  look();
});
byId("enlarge").addEventListener("click", () => {
  const large = document.body.classList.toggle("large-machine");
  write(byId("enlarge"), large ? "Reduce" : "Enlarge");
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look();
});

showPage();
showMessages();
showNumbers();
showPeople();
await showMachine();
look();
