// A small client of the API, typed by its OpenAPI file. What to show when is in docs/frontend.md.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Schemas = components["schemas"];
export type View = Schemas["RegistrationView"];
export type Problem = Schemas["ProblemDocument"];
/** Opens a registration. It is all that a page may store of it. */
export type Session = { id: string; secret: string };
/** `api` is the origin of the API without `/v1`, "" for the page's own; texts are in the language. */
export type Options = { api: string; language: "id" | "en" };

/** The API said no: `problem.code` says why, `problem.detail` says it to the registrant. */
export class Refused extends Error {
  constructor(readonly problem: Problem) { super(problem.code); }
}

/** A call is sent once. One that got no answer (TypeError, AbortError) may have arrived: `read` tells. */
async function answer<T>({ language }: Options, call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  if (isProblem(error)) throw new Refused(error);
  const words = BUSY[language]; // Not the API has answered, but somebody on the way.
  throw new Refused({ type: "about:blank", ...words, status: response.status, code: "unavailable", errors: [] });
}

const BUSY = {
  id: { title: "Layanan kami sedang terganggu", detail: "Layanan kami sedang sibuk atau terganggu. Tunggu sebentar, lalu coba lagi." },
  en: { title: "Our service is interrupted", detail: "Our service is busy or interrupted. Wait a moment, then try again." },
} as const;

/** Whether the API itself has said no, and not a gateway, a firewall or a hotel's network in its place. */
function isProblem(error: unknown): error is Problem {
  return typeof error === "object" && error !== null && "code" in error && "errors" in error;
}

const PATIENCE_MS = 20_000;

/** Fetches, the body included, and gives up when it takes too long or when the request's own signal says so. */
async function inTime(request: Request): Promise<Response> {
  const stop = new AbortController();
  const end = () => stop.abort();
  const timer = setTimeout(end, PATIENCE_MS);
  request.signal.addEventListener("abort", end);
  if (request.signal.aborted) end();
  try {
    const response = await fetch(request, { signal: stop.signal });
    const body = await response.arrayBuffer(); // It may break off as well.
    return new Response(body.byteLength ? body : null, response);
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener("abort", end);
  }
}

/** Waits so long, or until the signal says that nobody waits any more. */
function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const over = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", over);
      done();
    };
    const timer = setTimeout(over, seconds * 1000);
    signal?.addEventListener("abort", over);
    if (signal?.aborted) over();
  });
}

function calls({ api, language }: Options, session?: Session) {
  const secret = session && { Authorization: `Bearer ${session.secret}` };
  return createClient<paths>({ baseUrl: api, fetch: inTime, headers: { "Accept-Language": language, ...secret } });
}

/** Begins one registration for one `key` (crypto.randomUUID()), however often it is called: the only call to repeat. */
export async function begin(options: Options, body: Schemas["Beginning"], key: string) {
  const begun = await answer(options, calls(options).POST("/v1/registrations", { params: { header: { "idempotency-key": key } }, body }));
  return { ...begun, registration: registration(options, { id: begun.id, secret: begun.session_secret }) };
}

/** Confirms the address with the mailed code; with a link, only after a press. Keep the session that it answers. */
export async function confirmEmail(options: Options, id: string, code: string, session?: Session) {
  const init = { params: { path: { registration_id: id } }, body: { code } };
  const view = await answer(options, calls(options, session).POST("/v1/registrations/{registration_id}/email/confirmation", init));
  return { view, registration: registration(options, { id, secret: view.session_secret }) };
}

/** The calls of one registration. Each answers what is so afterwards, or throws `Refused`. */
export function registration(options: Options, session: Session) {
  const { GET, POST, PUT, DELETE } = calls(options, session);
  const params = { path: { registration_id: session.id } };
  return {
    session,
    read: () => answer(options, GET("/v1/registrations/{registration_id}", { params })),
    resendEmail: () => answer(options, POST("/v1/registrations/{registration_id}/email/resend", { params })),
    changeEmail: (email: string) => answer(options, PUT("/v1/registrations/{registration_id}/email", { params, body: { email } })),
    submit: (body: Schemas["Details"]) => answer(options, PUT("/v1/registrations/{registration_id}/details", { params, body })),
    confirmPhone: (code: string) => answer(options, POST("/v1/registrations/{registration_id}/phone/confirmation", { params, body: { code } })),
    resendPhone: (body?: Schemas["PhoneResend"]) => answer(options, POST("/v1/registrations/{registration_id}/phone/resend", { params, body })),
    changePhone: (body: Schemas["PhoneChange"]) => answer(options, PUT("/v1/registrations/{registration_id}/phone", { params, body })),
    dispute: (body?: Schemas["Dispute"]) => answer(options, POST("/v1/registrations/{registration_id}/dispute", { params, body })),
    withdraw: () => answer(options, DELETE("/v1/registrations/{registration_id}", { params })),
    /**
     * What is so now, and again whenever it has changed, until nothing more will; asks when the API says to. What was refused
     * or got no answer changes nothing, so go on with a new `watch`, which answers at once. It throws what the API itself
     * refuses, and waits out everything else. The signal ends it at once, too.
     */
    async *watch(signal?: AbortSignal): AsyncGenerator<View> {
      const headers: Record<string, string> = {};
      for (let seconds = 5; !signal?.aborted; await pause(seconds, signal)) {
        const asked = GET("/v1/registrations/{registration_id}", { params, headers, signal: signal ?? null });
        const { response, error } = await asked.catch(() => ({ response: null, error: null })); // Offline: asks again later.
        seconds = Number(response?.headers.get("Retry-After")) || 5;
        if (!response || response.status === 429 || response.status >= 500) continue;
        if (!response.ok && !isProblem(error)) continue; // Nothing new, or not the API has answered.
        yield answer(options, asked);
        headers["If-None-Match"] = response.headers.get("ETag") ?? "";
        if (!response.headers.has("Retry-After")) return;
      }
    },
  };
}
