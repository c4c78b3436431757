// @ts-check
/**
 * What this device keeps: the id and the secret of one registration, and nothing about the person.
 *
 * A device that stores nothing (a private window, storage switched off) keeps them until the page is closed.
 */

/** @typedef {{id: string, secret: string}} Session */

const SESSION = "berlapis";
const KEY = "berlapis.key";
const LINK = "berlapis.link";
const TYPED = "berlapis.typed";
const PROBE = "berlapis.probe";

/** @type {Session | null} */
let unstored = null;
/** @type {string | null} */
let unstoredKey = null;

/**
 * The session of this device.
 *
 * @returns {Session | null}
 */
export function session() {
  try {
    const { id, secret } = JSON.parse(localStorage.getItem(SESSION) || "{}");
    if (typeof id === "string" && typeof secret === "string" && id && secret) return { id, secret };
  } catch {
    // As if there were none.
  }
  return unstored;
}

/**
 * Keeps a session in place of the one before.
 *
 * @param {Session} session
 */
export function keep(session) {
  unstored = session;
  try {
    localStorage.setItem(SESSION, JSON.stringify({ id: session.id, secret: session.secret }));
    unstored = null;
  } catch {
    // Kept in memory.
  }
}

/** Forgets the session. */
export function forget() {
  unstored = null;
  try {
    localStorage.removeItem(SESSION);
  } catch {
    // Nothing was stored.
  }
}

/** Whether this device keeps anything once the page is closed. */
export function keeps() {
  try {
    localStorage.setItem(PROBE, "");
    localStorage.removeItem(PROBE);
    return true;
  } catch {
    return false;
  }
}

/**
 * Keeps for a reload of this tab which registration a mailed link was about, but not its code; null when that is over.
 *
 * @param {string | null} id
 */
export function keepLinked(id) {
  try {
    if (id) sessionStorage.setItem(LINK, id);
    else sessionStorage.removeItem(LINK);
  } catch {
    // The mail still has the link.
  }
}

/**
 * The registration that this tab's link was about.
 *
 * @returns {string | null}
 */
export function linked() {
  try {
    return sessionStorage.getItem(LINK);
  } catch {
    return null;
  }
}

/**
 * Keeps for a reload of this tab that something was typed, and nothing of what.
 *
 * @param {boolean} so
 */
export function keepTyped(so) {
  try {
    if (so) sessionStorage.setItem(TYPED, "1");
    else sessionStorage.removeItem(TYPED);
  } catch {
    // An empty form is not explained.
  }
}

/** Whether details were typed in this tab. */
export function typedHere() {
  try {
    return sessionStorage.getItem(TYPED) !== null;
  } catch {
    return false;
  }
}

/**
 * Calls back when another tab has begun, gone on with or forgotten a registration.
 *
 * @param {() => void} changed
 */
export function onOtherTab(changed) {
  addEventListener("storage", (event) => {
    if (event.key === SESSION || event.key === null) changed();
  });
}

/**
 * The `Idempotency-Key` of the beginning that is under way. It outlives a reload, so that an answer that got lost is
 * asked for again and nothing begins twice. The language is part of it, because it is part of what is sent with it.
 *
 * @param {"id" | "en"} language
 * @returns {{key: string, locale: "id" | "en", unused: boolean}} unused where nothing was ever sent with it
 */
export function beginning(language) {
  let key = unstoredKey;
  try {
    key = sessionStorage.getItem(KEY) || key;
  } catch {
    // The one in memory, if any.
  }
  const unused = !key || !/^(id|en)\.[!-~]{16,}$/.test(key);
  if (!key || unused) {
    key = `${language}.${random()}`;
    unstoredKey = key;
    try {
      sessionStorage.setItem(KEY, key);
    } catch {
      // Kept in memory.
    }
  }
  return { key, locale: key.startsWith("en.") ? "en" : "id", unused };
}

/** The beginning was answered, or its key is not to be used again. */
export function begun() {
  unstoredKey = null;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was stored.
  }
}

function random() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
