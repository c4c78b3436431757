// @ts-check
/**
 * When to ask the server again: as its `Retry-After` says, more and more seldom while it cannot be reached, and not at
 * all while nobody looks or there is no signal. Who comes back sees the news at once.
 */

export const USUAL = 5;
const LONGEST = 30;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let failures = 0;
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

/** Asks now, if anybody looks. */
export function soon() {
  rest();
  if (awake()) ask();
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
 * No answer came: asks again, the later the more often that happened.
 *
 * @param {number | null} [retryAfter] seconds, where the server said so
 */
export function failed(retryAfter = null) {
  failures += 1;
  // Not everybody at the same moment when a mast or a server is back.
  const backoff = Math.min(LONGEST, 2 ** failures) * (0.5 + Math.random() / 2);
  later(Math.max(backoff, retryAfter || 0));
}

/** An answer came. */
export function answered() {
  failures = 0;
}

function awake() {
  return !document.hidden && navigator.onLine !== false;
}
