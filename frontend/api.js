// @ts-check
/** Calls the API: one request, one answer or none. Nothing is ever sent again from here. */
import config from "./config.js";
import { language } from "./language.js";

/** @typedef {import("../clients/typescript/schema").components["schemas"]} Schemas */
/** @typedef {Schemas["RegistrationView"]} View */
/** @typedef {Schemas["ProblemDocument"]} Problem */
/** @typedef {Schemas["FieldProblem"]} FieldProblem */
/** @typedef {import("./session.js").Session} Session */

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body what JSON says; null where there is none, as from a gateway that is not the API
 * @property {string | null} etag
 * @property {number | null} retryAfter seconds
 */

/** No answer came: no signal, or it took too long. Whether the request arrived is not known. */
export class Unreachable extends Error {
  /** @param {boolean} slow whether there may well be a signal */
  constructor(slow) {
    super();
    this.slow = slow;
  }
}

const PATIENCE = 20000;
const NO_CONTENT = 204;

/**
 * @param {"GET" | "POST" | "PUT" | "DELETE"} method
 * @param {string} path under `/v1/registrations`
 * @param {object} [more]
 * @param {Session | null} [more.session]
 * @param {object} [more.body]
 * @param {string | null} [more.etag] of what is known already
 * @param {string} [more.key] makes a repetition of the same request harmless
 * @returns {Promise<Answer>}
 * @throws {Unreachable}
 */
export async function call(method, path, { session, body, etag, key } = {}) {
  /** @type {{[name: string]: string}} */
  const headers = { Accept: "application/json, application/problem+json", "Accept-Language": language() };
  if (session) headers.Authorization = `Bearer ${session.secret}`;
  if (body) headers["Content-Type"] = "application/json";
  if (etag) headers["If-None-Match"] = etag;
  if (key) headers["Idempotency-Key"] = key;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(`${config.api}/v1/registrations${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: stop.signal,
    });
    // The body may break off as well, so it is read within the same time.
    const read = json(await response.text());
    // Something in between that says yes in the API's place: what became of the request is not known.
    if (response.ok && response.status !== NO_CONTENT && !read) throw new Unreachable(true);
    return {
      status: response.status,
      body: read,
      etag: response.headers.get("ETag"),
      retryAfter: seconds(response.headers.get("Retry-After")),
    };
  } catch (error) {
    throw error instanceof Unreachable ? error : new Unreachable(stop.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} id */
export function pathOf(id) {
  return `/${encodeURIComponent(id)}`;
}

/** @param {string} text */
function json(text) {
  try {
    const read = JSON.parse(text);
    return read && typeof read === "object" ? read : null;
  } catch {
    return null;
  }
}

/** @param {string | null} header */
function seconds(header) {
  const value = Number(header);
  return header !== null && header !== "" && Number.isFinite(value) && value >= 0 ? value : null;
}
