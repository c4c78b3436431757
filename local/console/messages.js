// @ts-check
/** Inbox and phone: the messages as they were sent, newest first. */

import { byId, element, say, segments } from "./elements.js";
import { openLink, typeCode } from "./page-frame.js";

/** @typedef {{id: string, channel: "email" | "sms" | "whatsapp", to: string, subject?: string, text: string, html?: string,
 *   code: string, at: number, registration: string | null}} Message */

const NAMES = { email: "Mail", sms: "SMS", whatsapp: "WhatsApp" };
const SHOWN = 60;

/** @type {Message[]} Newest first. */
let messages = [];
/** @type {Map<string, HTMLElement>} By the message's id. */
const items = new Map();
let whose = "own";
/** @type {string | null} */
let own = null;
/** Whether the stack has been looked at before. */
let arrived = false;

export function showMessages() {
  const show = segments(
    byId("whose"),
    "whose",
    [
      ["own", "this registration"],
      ["all", "everybody"],
    ],
    (value) => {
      whose = value;
      render();
    },
  );
  show(whose);
  render();
}

/**
 * Take what was sent since the last look.
 * @param {Message[]} news Oldest first.
 * @param {string | null} registration Whose registration is shown.
 */
export function takeMessages(news, registration) {
  const live = arrived; // what was there before the first look is nothing new
  arrived = true;
  if (!news.length && registration === own) return;
  own = registration;
  messages = [...news.slice().reverse(), ...messages];
  for (const message of news) {
    if (live && message.registration === own) say(`${NAMES[message.channel]} to ${message.to}`);
  }
  render(live ? new Set(news.map((message) => message.id)) : new Set());
}

/** Forget all: another stack is running. */
export function forgetMessages() {
  messages = [];
  items.clear();
  arrived = false;
  render();
}

/** @param {Set<string>} [fresh] */
function render(fresh = new Set()) {
  const shown = messages.filter((message) => whose === "all" || message.registration === own).slice(0, SHOWN);
  const wanted = shown.map((message) => {
    const known = items.get(message.id);
    if (known) return known;
    const made = message.channel === "email" ? mail(message, fresh.has(message.id)) : bubble(message);
    if (fresh.has(message.id)) made.classList.add("fresh");
    items.set(message.id, made);
    return made;
  });
  const inbox = byId("inbox");
  if (!wanted.length) {
    inbox.replaceChildren(element("li", { class: "none" }, "Nothing yet. Mails, SMS and WhatsApp messages appear here."));
    return;
  }
  // Only what is new is put in: a frame that is moved loads anew.
  for (const child of [...inbox.children]) if (!wanted.includes(/** @type {HTMLElement} */ (child))) child.remove();
  wanted.forEach((item, place) => {
    if (inbox.children[place] !== item) inbox.insertBefore(item, inbox.children[place] ?? null);
  });
  if (shown.some((message) => fresh.has(message.id))) inbox.scrollTop = 0;
}

/** @param {Message} message */
function heading(message) {
  const time = new Date(message.at * 1000).toLocaleTimeString("en-GB");
  return element(
    "p",
    { class: "to" },
    element("b", {}, NAMES[message.channel]),
    element("span", { class: "address", title: message.to }, message.to),
    element("time", {}, time),
  );
}

/** @param {Message} message */
function codeOf(message) {
  if (!message.code) return "";
  const type = () => typeCode(message.code);
  return element(
    "p",
    { class: "code" },
    element("strong", {}, message.code),
    element("button", { type: "button", click: type, "aria-label": `Type it into the page: the code ${message.code}` }, "Type it"),
  );
}

/** @param {Message} message @param {boolean} open */
function mail(message, open) {
  const link = /https?:\/\/\S+#registration=\S+/.exec(message.text)?.[0];
  const frame = element("div", { class: "mail-body" });
  const whole = element("details", {}, element("summary", {}, "The mail as it was sent"), frame);
  whole.addEventListener("toggle", () => {
    if (whole.open && !frame.firstChild) frame.append(asSent(message));
  });
  whole.open = open;
  return element(
    "li",
    { class: "mail" },
    heading(message),
    element("p", { class: "subject" }, message.subject ?? ""),
    codeOf(message),
    link
      ? element("p", {}, element("button", { type: "button", click: () => openLink(link) }, "Open its link in the page"))
      : "",
    whole,
  );
}

/** The mail's own HTML, in a frame in which nothing runs. @param {Message} message */
function asSent(message) {
  const frame = element("iframe", { title: `Mail to ${message.to}`, sandbox: "allow-same-origin", src: message.html });
  frame.addEventListener("load", () => {
    const inside = frame.contentDocument;
    if (!inside) return;
    frame.height = String(Math.min(inside.documentElement.scrollHeight, 420));
    inside.addEventListener("click", (event) => {
      const target = /** @type {Element} */ (event.target); // of another window, so not an Element of this one
      const address = target.closest("a[href]")?.getAttribute("href");
      if (!address) return;
      event.preventDefault();
      openLink(address);
    });
  });
  return frame;
}

/** @param {Message} message */
function bubble(message) {
  return element(
    "li",
    { class: message.channel },
    heading(message),
    element("p", { class: "bubble" }, message.text),
    codeOf(message),
  );
}
