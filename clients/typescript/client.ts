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
async function answer<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  if (typeof error === "object" && error && "code" in error) throw new Refused(error as Problem);
  const status = response.status; // Not the API has answered, but somebody on the way.
  throw new Refused({ type: "about:blank", title: "", detail: "", status, code: "unavailable", errors: [] });
}

function inTime(request: Request): Promise<Response> {
  const late = new AbortController();
  setTimeout(() => late.abort(), 20_000);
  return fetch(request, { signal: late.signal });
}

function calls({ api, language }: Options, session?: Session) {
  const secret = session && { Authorization: `Bearer ${session.secret}` };
  return createClient<paths>({ baseUrl: api, fetch: inTime, headers: { "Accept-Language": language, ...secret } });
}

/** Begins one registration for one `key` (crypto.randomUUID()), however often it is called: the only call to repeat. */
export async function begin(options: Options, body: Schemas["Beginning"], key: string) {
  const begun = await answer(calls(options).POST("/v1/registrations", { params: { header: { "idempotency-key": key } }, body }));
  return { ...begun, registration: registration(options, { id: begun.id, secret: begun.session_secret }) };
}

/** Confirms the address with the mailed code; with a link, only after a press. Keep the session that it answers. */
export async function confirmEmail(options: Options, id: string, code: string, session?: Session) {
  const init = { params: { path: { registration_id: id } }, body: { code } };
  const view = await answer(calls(options, session).POST("/v1/registrations/{registration_id}/email/confirmation", init));
  return { view, registration: registration(options, { id, secret: view.session_secret }) };
}

/** The calls of one registration. Each answers what is so afterwards, or throws `Refused`. */
export function registration(options: Options, session: Session) {
  const { GET, POST, PUT, DELETE } = calls(options, session);
  const params = { path: { registration_id: session.id } };
  return {
    session,
    read: () => answer(GET("/v1/registrations/{registration_id}", { params })),
    resendEmail: () => answer(POST("/v1/registrations/{registration_id}/email/resend", { params })),
    changeEmail: (email: string) => answer(PUT("/v1/registrations/{registration_id}/email", { params, body: { email } })),
    submit: (body: Schemas["Details"]) => answer(PUT("/v1/registrations/{registration_id}/details", { params, body })),
    confirmPhone: (code: string) => answer(POST("/v1/registrations/{registration_id}/phone/confirmation", { params, body: { code } })),
    resendPhone: (body?: Schemas["PhoneResend"]) => answer(POST("/v1/registrations/{registration_id}/phone/resend", { params, body })),
    changePhone: (body: Schemas["PhoneChange"]) => answer(PUT("/v1/registrations/{registration_id}/phone", { params, body })),
    dispute: (body?: Schemas["Dispute"]) => answer(POST("/v1/registrations/{registration_id}/dispute", { params, body })),
    withdraw: () => answer(DELETE("/v1/registrations/{registration_id}", { params })),
    /** What is so now, and again whenever it has changed, until nothing more will. Asks when the API says to. */
    async *watch(signal?: AbortSignal): AsyncGenerator<View> {
      const headers: Record<string, string> = {};
      for (let seconds = 5; !signal?.aborted; await new Promise((done) => setTimeout(done, seconds * 1000))) {
        const asked = GET("/v1/registrations/{registration_id}", { params, headers });
        const response = await asked.then((each) => each.response, () => null); // Offline: asks again later.
        seconds = Number(response?.headers.get("Retry-After")) || 5;
        if (!response || response.status === 304 || response.status === 429 || response.status >= 500) continue;
        yield answer(asked);
        headers["If-None-Match"] = response.headers.get("ETag") ?? "";
        if (!response.headers.has("Retry-After")) return;
      }
    },
  };
}
