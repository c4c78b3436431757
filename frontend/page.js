// @ts-check
/** The page begins here. */
import config from "./config.js";
import { el, append } from "./dom.js";
import { arrive, go, look, lookNow, state } from "./journey.js";
import { LANGUAGES, language, remember, remembered, speak } from "./language.js";
import { linkIn } from "./link.js";
import { repaint, watchHistory } from "./screens.js";
import { place, say } from "./status.js";

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
  if (found.link) state.link = found.link;
  else say((t) => t.link.malformed);
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
    const other = LANGUAGES[language() === "id" ? 1 : 0];
    if (!(await speak(other))) {
      say((t) => t.connection.language);
      return;
    }
    choose.lang = language() === "id" ? "en" : "id";
    remember();
    repaint();
  });
  choose.lang = language() === "id" ? "en" : "id";
  place(byId("banner"), lookNow);
  addEventListener("hashchange", () => {
    if (!takeLink()) return;
    go();
    look();
  });
}

async function begin() {
  await speak(remembered());
  frame();
  watchHistory();
  takeLink();
  await arrive();
}

begin();
