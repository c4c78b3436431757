// @ts-check
/**
 * What a NIK looks like and what it says, for its holder to compare with the card. It judges nothing and corrects
 * nothing: that is the server's, which knows more.
 *
 * 16 digits: province, regency and district of first registration (2 each), birth date as DDMMYY with 40 added to the
 * day for women, and a serial. The rules are those of `functions/nik/structure.py`.
 */

export const LENGTH = 16;
const GROUPS = [6, 12];
const FORMATTING = /[\s.\-\u2010-\u2015]/g;

/**
 * What was typed, without the spaces, dots and dashes that set digits apart.
 *
 * @param {string} text
 */
export function plain(text) {
  return text.replace(FORMATTING, "");
}

/**
 * The same in groups of 6, 6 and 4. Whatever is typed beyond, or is no digit, stays in sight.
 *
 * @param {string} text
 */
export function grouped(text) {
  const characters = plain(text);
  return [characters.slice(0, GROUPS[0]), characters.slice(GROUPS[0], GROUPS[1]), characters.slice(GROUPS[1])]
    .filter(Boolean)
    .join(" ");
}

/**
 * Where the caret stands in the grouped text when it stood after so many characters that count.
 *
 * @param {string} text grouped
 * @param {number} before characters before the caret that are no formatting
 */
export function caretAfter(text, before) {
  let place = 0;
  for (let left = before; left > 0 && place < text.length; place += 1) if (text[place] !== " ") left -= 1;
  return place;
}

/**
 * @typedef {object} Says
 * @property {"male" | "female"} sex
 * @property {{day: number, month: number, year: number}} born
 * @property {string} province two digits
 * @property {string} regency four digits
 * @property {string} serial
 */

/**
 * Reads a NIK; null where it cannot be read.
 *
 * @param {string} text as it was typed
 * @param {object} [more]
 * @param {number} [more.year] in which its holder says to be born; decides the century when its last two digits agree
 * @param {Date} [more.today]
 * @returns {Says | null}
 */
export function read(text, { year, today = new Date() } = {}) {
  const digits = plain(text);
  if (!/^[0-9]{16}$/.test(digits)) return null;
  const day = Number(digits.slice(6, 8));
  const female = day > 40;
  const born = date(female ? day - 40 : day, Number(digits.slice(8, 10)), Number(digits.slice(10, 12)), year, today);
  const impossible = [0, 2, 4].some((place) => digits.slice(place, place + 2) === "00") || digits.slice(12) === "0000";
  if (!born || impossible) return null;
  return {
    sex: female ? "female" : "male",
    born,
    province: digits.slice(0, 2),
    regency: digits.slice(0, 4),
    serial: digits.slice(12),
  };
}

/**
 * In 20yy if that is not after today, else in 19yy: there are more young people than people past a hundred.
 *
 * @param {number} day @param {number} month @param {number} yy @param {number | undefined} own @param {Date} today
 */
function date(day, month, yy, own, today) {
  const stated = own !== undefined && own % 100 === yy ? own : null;
  for (const year of [...(stated === null ? [] : [stated]), 2000 + yy, 1900 + yy]) {
    const born = new Date(year, month - 1, day);
    const exists = born.getFullYear() === year && born.getMonth() === month - 1 && born.getDate() === day;
    // The year that somebody states is believed before the clock of a phone, which may be years behind.
    if (exists && (year === stated || born <= today)) return { day, month, year };
  }
  return null;
}
