// @ts-check
/** The synthetic people: one card at a time, by what Dukcapil says of them. */

import { byId, copying, drawn, element, segments, write } from "./elements.js";
import { typePerson } from "./page-frame.js";

/** @typedef {import("./page-frame.js").Person} Person */

/** @type {Record<string, {label: string, note: string, is: (person: Person) => boolean}>} */
const GROUPS = {
  ordinary: {
    label: "ordinary",
    note: "Everything agrees. Mistype something and see where it is caught.",
    is: (person) => person.record === "active" && agrees(person),
  },
  differs: {
    label: "NIK differs",
    note: "The NIK lawfully holds another date than the card: the page asks, and they may insist.",
    is: (person) => person.record === "active" && !agrees(person),
  },
  inactive: {
    label: "not active",
    note: "Dukcapil has their NIK as not active: told so, and whom to ask.",
    is: (person) => person.record === "inactive",
  },
  deceased: {
    label: "deceased",
    note: "Dukcapil has them as deceased: nobody is turned away, an operator looks at it.",
    is: (person) => person.record === "deceased",
  },
  double: {
    label: "double",
    note: "Dukcapil holds their NIK twice: told to have it put in order, then to send again.",
    is: (person) => person.record === "duplicate_record",
  },
};

/** @type {Person[]} */
let people = [];
/** @type {{PROVINCES: Record<string, string>, REGENCIES: Record<string, string>}} */
let regions = { PROVINCES: {}, REGENCIES: {} };
/** @type {Record<string, number>} */
const at = {};
let group = "ordinary";

/** Whether the NIK has the month and year of the card. @param {Person} person */
function agrees(person) {
  const [year, month] = person.birth_date.split("-");
  return person.nik.slice(8, 12) === `${month}${year.slice(2)}`;
}

export async function showPeople() {
  const show = segments(
    byId("groups"),
    "group",
    Object.entries(GROUPS).map(([name, { label }]) => [name, label]),
    (name) => {
      group = name;
      render();
    },
  );
  show(group);
  people = await (await fetch("/_local/people")).json();
  render();
  try {
    regions = await import(/** @type {string} */ ("/regions.js")); // the page's own names of regions
    render();
  } catch {
    // Cards without them are cards all the same.
  }
}

function render() {
  const members = people.filter(GROUPS[group].is);
  write(byId("group-note"), GROUPS[group].note);
  if (!members.length) {
    byId("person").replaceChildren(element("p", {}, "Nobody in this group."));
    return;
  }
  const index = (at[group] ?? 0) % members.length;
  const person = members[index];
  /** @param {number} by */
  const move = (by) => () => {
    at[group] = (index + by + members.length) % members.length;
    render();
    byId(by > 0 ? "next-person" : "previous-person").focus();
  };
  byId("person").replaceChildren(
    card(person),
    element(
      "dl",
      { class: "contacts" },
      ...row("NIK", person.nik),
      ...row("Name", person.full_name),
      ...row("Email", person.email),
      ...row("Phone", person.phone),
    ),
    element(
      "div",
      { class: "tools" },
      element("button", { type: "button", class: "main", click: () => typePerson(person) }, "Type it for me"),
      element("button", { type: "button", id: "previous-person", "aria-label": "Previous person", click: move(-1) }, "‹"),
      element("span", { class: "count" }, `${index + 1} of ${members.length}`),
      element("button", { type: "button", id: "next-person", "aria-label": "Next person", click: move(1) }, "›"),
    ),
  );
}

/** @param {string} label @param {string} value */
function row(label, value) {
  return [element("dt", {}, label), element("dd", {}, element("span", {}, value), copying(value, label))];
}

/** A card like a KTP, which could never pass for one. @param {Person} person */
function card(person) {
  const province = regions.PROVINCES[person.nik.slice(0, 2)] ?? "";
  const regency = regions.REGENCIES[person.nik.slice(0, 4)] ?? "";
  const [year, month, day] = person.birth_date.split("-");
  const sex = person.sex === "female" ? "PEREMPUAN" : "LAKI-LAKI";
  const nik = person.nik.replace(/^(\d{6})(\d{6})(\d{4})$/, "$1 $2 $3");
  /** @type {[string, string][]} */
  const lines = [
    ["Nama", person.full_name.toUpperCase()],
    ["Tgl Lahir", `${day}-${month}-${year}`],
    ["Jenis Kelamin", sex],
  ];
  return drawn(
    "svg",
    {
      class: "ktp",
      viewBox: "0 0 330 176",
      role: "img",
      "aria-label": `Specimen card: NIK ${person.nik}, ${person.full_name}, born ${person.birth_date}, ${person.sex}`,
    },
    drawn("rect", { class: "ground", width: 330, height: 176, rx: 10 }),
    drawn("path", { class: "wave", d: "M0 120Q80 84 165 112T330 92V166a10 10 0 0 1-10 10H10a10 10 0 0 1-10-10z" }),
    drawn("text", { class: "watermark", x: 165, y: 116, transform: "rotate(-18 165 104)" }, "SPESIMEN"),
    drawn("text", { class: "head", x: 165, y: 21 }, province ? `PROVINSI ${province.toUpperCase()}` : "KARTU CONTOH"),
    drawn("text", { class: "head", x: 165, y: 36 }, regency.toUpperCase()),
    drawn("text", { class: "key", x: 14, y: 66 }, "NIK"),
    drawn("text", { class: "nik", x: 50, y: 67 }, nik),
    ...lines.flatMap(([key, value], line) => [
      drawn("text", { class: "key", x: 14, y: 92 + 21 * line }, key),
      drawn("text", { class: "value", x: 90, y: 92 + 21 * line }, value),
    ]),
    drawn("rect", { class: "photo", x: 264, y: 78, width: 52, height: 66, rx: 3 }),
    drawn("circle", { class: "face", cx: 290, cy: 103, r: 11 }),
    drawn("path", { class: "face", d: "M270 144c0-16 8-24 20-24s20 8 20 24z" }),
    drawn("text", { class: "foot", x: 14, y: 165 }, "SPESIMEN: orang ini rekaan, kartu ini tidak berlaku"),
  );
}
