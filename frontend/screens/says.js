// @ts-check
/** What a NIK says, in words, for its holder to compare with the card: as it is typed, and once the server has taken it. */
import { el, refresh } from "../dom.js";
import { texts } from "../language.js";
import { load } from "../loading.js";

/** @typedef {import("../nik.js").Says} Says */

/** @type {typeof import("../regions.js") | null} */
let regions = null;
let loading = false;
/** @type {Set<Node>} */
const waiting = new Set();

/** Loads the names of the regions, which only this needs; without them the place is left out, and the next call tries again. */
export async function whereItIsRead() {
  if (regions || loading) return;
  loading = true;
  try {
    regions = await load("regions.js");
    for (const node of waiting) refresh(node);
    waiting.clear();
  } catch {
    // The sentence has the rest.
  } finally {
    loading = false;
  }
}

/**
 * A line that says what the NIK says, as soon as it can be read, and is read out then.
 *
 * @param {() => Says | null} says
 * @returns {HTMLElement}
 */
export function sayNik(says) {
  const node = el("p", { id: "nik-says", class: "echo", role: "status" }, (t) => {
    const read = says();
    if (!read) return "";
    whereItIsRead(); // unless its names are here
    return `${t.says.lead} ${sentence(read, place(read))} ${t.says.same}`;
  });
  if (!regions) waiting.add(node);
  return node;
}

/**
 * The same as the server reads it.
 *
 * @param {import("../api.js").Schemas["NikSays"]} says
 */
export function serverSays({ sex, birth_date, region, serial }) {
  const [year, month, day] = birth_date.split("-").map(Number);
  const where = region ? [region.district, region.regency, region.province].filter(Boolean).join(", ") : "";
  return `${texts().says.lead} ${sentence({ sex, born: { day, month, year }, serial }, where)}`;
}

/** @param {Pick<Says, "sex" | "born" | "serial">} read @param {string} where */
function sentence({ sex, born, serial }, where) {
  const { says } = texts();
  return says.sentence(says.sexes[sex], says.date(born.day, born.month, born.year), where, serial);
}

/** @param {Says} read */
function place({ province, regency }) {
  if (!regions) return "";
  const names = [regions.REGENCIES[regency], regions.PROVINCES[province]];
  return names[0] ? names.filter(Boolean).join(", ") : names[1] || "";
}
