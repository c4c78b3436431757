// @ts-check
/** What the person typed, for as long as the page is open. It is stored nowhere. */
import { keepTyped } from "./session.js";

/**
 * @typedef {object} Details
 * @property {{[id: string]: string}} values by the id of their input
 * @property {Map<string, string[]>} acknowledged hints that were overruled, with the fields that each is about
 * @property {boolean} dirty typed, and not yet taken by the server
 */

/** @typedef {{open: boolean, typed: string}} Changing outlives the screen, which may change while somebody types */

/**
 * @typedef {object} Memory
 * @property {string} email
 * @property {string | null} declined what was not meant by it: a suggestion that was turned down
 * @property {{email: Changing, phone: Changing}} changing another address or number, not sent yet
 * @property {string} phone
 * @property {string | null} channel on which the newest code to the phone was asked for
 * @property {Details} details
 * @property {import("./api.js").Schemas["NikSays"] | null} says what the server reads in the NIK that it took
 */

/** @returns {Memory} */
function nothing() {
  return {
    email: "",
    declined: null,
    changing: { email: { open: false, typed: "" }, phone: { open: false, typed: "" } },
    phone: "",
    channel: null,
    details: { values: {}, acknowledged: new Map(), dirty: false },
    says: null,
  };
}

export const memory = nothing();

/** Forgets everything that was typed: the registration has ended, or another one is shown. */
export function wipe() {
  Object.assign(memory, nothing());
  keepTyped(false);
}
