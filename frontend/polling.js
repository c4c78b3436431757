// @ts-check
/**
 * When to ask the server again: as its `Retry-After` says, more and more seldom while it cannot be reached, and not at
 * all while nobody looks or there is no signal. Who comes back sees the news at once, unless the server asked for a pause.
 */

export const USUAL = 5;
const LONGEST = 30;
/** Seconds for which a server that is busy is left alone at most, whatever something in between says in its name. */
const LONGEST_PAUSE = 300;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let failures = 0;
/** Until then the server, which is busy, has asked to be left alone. */
let pausedUntil = 0;
/** @type {() => void} */
let ask = () => {};

/**
 * Begins to watch the page.
 *
 * @param {() => void} look asks the server
 */
export function watch(look) {
  ask = look;
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) soon();
  });
  addEventListener("online", soon);
  // A page that comes back out of the browser's cache is as old as when it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted) soon();
  });
}

/**
 * Asks after some seconds.
 *
 * @param {number} seconds
 */
export function later(seconds) {
  rest();
  timer = setTimeout(() => {
    timer = undefined;
    if (awake()) ask();
  }, seconds * 1000);
}

/** Asks now, if anybody looks and the server has not asked for a pause. */
function soon() {
  const pause = pausedUntil - Date.now();
  // A clock that was put back meanwhile must not make it long.
  if (pause > 0 && pause <= LONGEST_PAUSE * 1000) later(pause / 1000);
  else {
    rest();
    if (awake()) ask();
  }
}

/** Asks no more, until told otherwise. */
export function rest() {
  clearTimeout(timer);
  timer = undefined;
}

/** Whether no time is set at which to ask. */
export function resting() {
  return timer === undefined;
}

/**
 * No answer came, or the server is busy: asks again, the later the more often that happened.
 *
 * @param {number | null} [retryAfter] seconds, where the server said so
 */
export function failed(retryAfter = null) {
  failures += 1;
  // Not everybody at the same moment when a mast or a server is back.
  const backoff = Math.min(LONGEST, 2 ** failures) * (0.5 + Math.random() / 2);
  const pause = Math.min(LONGEST_PAUSE, retryAfter || 0);
  pausedUntil = Date.now() + pause * 1000;
  later(Math.max(backoff, pause));
}

/** An answer came. */
export function answered() {
  failures = pausedUntil = 0;
}

function awake() {
  return !document.hidden && navigator.onLine !== false;
}
