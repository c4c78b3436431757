// @ts-check
/** The page begins here. */
import { pressOnce } from "./buttons.js";
import config from "./config.js";
import { el, append } from "./dom.js";
import { arrive, go, look, lookNow, state } from "./journey.js";
import { LANGUAGES, language, remember, remembered, speak } from "./language.js";
import { linkIn } from "./link.js";
import { repaint, watchHistory } from "./screens.js";
import { keepLinked } from "./session.js";
import { hush, place, say } from "./status.js";

/** Milliseconds for which the page waits for another language before it shows itself in its own. */
const LANGUAGE_MS = 4000;

/** Whether the last try to show another language has failed, and the page says so. */
let speechless = false;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * Takes the registration and the code of a mailed link, and takes them out of the address at once: neither the history
 * nor whoever looks at the screen keeps them. Nothing is sent before a press.
 */
function takeLink() {
  const found = linkIn(location.hash);
  if (!found) return false;
  history.replaceState(history.state, "", location.pathname + location.search);
  if (found.link) {
    state.link = found.link;
    keepLinked(found.link.id);
  } else say((t) => t.link.malformed);
  return Boolean(found.link);
}

function frame() {
  const main = byId("main");
  const skip = /** @type {HTMLAnchorElement} */ (document.querySelector(".skip"));
  const program = byId("program");
  const choose = byId("language");
  for (const each of [skip, program, choose]) each.textContent = "";
  append(skip, (t) => t.skip);
  append(program, (t) => t.registration(config.program[language()]));
  append(choose, (t) => t.switchTo);
  append(
    byId("footer"),
    el("h2", {}, (t) => t.ask),
    el("p", {}, () => config.organiser[language()]),
  );
  // Not as a link: the address stays as it is, and so does the history.
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    main.focus();
  });
  choose.addEventListener("click", async () => {
    spoken(await speak(LANGUAGES[language() === "id" ? 1 : 0]), remember);
  });
  place(byId("banner"), lookNow, () => state.session !== null);
  addEventListener("hashchange", () => {
    if (!takeLink()) return;
    go();
    look();
  });
}

/** @param {boolean} so whether the language is there @param {() => void} [then] */
function spoken(so, then = () => {}) {
  byId("language").lang = language() === "id" ? "en" : "id";
  if (so && speechless) hush();
  speechless = !so;
  if (!so) {
    say((t) => t.connection.language);
    return;
  }
  then();
  repaint();
}

async function begin() {
  takeLink();
  pressOnce();
  const speaking = speak(remembered());
  await Promise.race([speaking, new Promise((done) => setTimeout(done, LANGUAGE_MS))]);
  frame();
  watchHistory();
  arrive();
  spoken(await speaking);
}

begin();
