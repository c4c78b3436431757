// @ts-check
/**
 * A NIK drawn digit by digit, with those marked that are to be looked at. The row is for the eye; whoever hears the page
 * hears the same in words, which stand below it and are part of the error.
 */
import { el } from "./dom.js";
import { LENGTH, plain } from "./nik.js";

/** @typedef {import("./api.js").FieldProblem} FieldProblem */

/** Digits of which each is said as it is written; of more, only the places. */
const MOST_NAMED = 4;

/**
 * @param {() => string} typed the NIK as it stands in its field now
 * @param {FieldProblem} error
 * @returns {HTMLElement | null} null where no digit is named
 */
export function marked(typed, error) {
  const positions = error.positions || [];
  if (!positions.length) return null;
  // Of a missing digit the positions are where it may have been left out; its gap is drawn when there is but one.
  const missing = error.code === "nik_too_short";
  const gap = missing && positions.length === 1 ? positions[0] - 1 : -1;
  const digits = plain(typed());
  const drawn = gap < 0 ? digits : `${digits.slice(0, gap)}?${digits.slice(gap)}`;
  return el(
    "div",
    { class: "digits" },
    missing && gap < 0 ? null : row(drawn, positions),
    inWords(digits, error, missing),
  );
}

/** @param {string} digits @param {number[]} positions */
function row(digits, positions) {
  const cells = Array.from({ length: Math.max(LENGTH, digits.length) }, (_, place) =>
    el("span", { class: positions.includes(place + 1) ? "digit wrong" : "digit" }, digits[place] || "\u00a0"),
  );
  const groups = [cells.slice(0, 6), cells.slice(6, 12), cells.slice(12)];
  return el(
    "div",
    { class: "row", "aria-hidden": "true" },
    ...groups.map((group) => el("span", { class: "group" }, ...group)),
  );
}

/** @param {string} digits @param {FieldProblem} error @param {boolean} missing */
function inWords(digits, error, missing) {
  const { positions, suggestion } = error;
  const places = positions || [];
  const maybe = suggestion && suggestion.length === places.length ? suggestion : "";
  if (missing) return el("p", {}, (t) => t.details.missing(places.join(t.details.or), maybe));
  if (places.length > MOST_NAMED) {
    const last = places[places.length - 1];
    const row = last - places[0] === places.length - 1;
    return el("p", {}, (t) =>
      row ? t.details.digitsFrom(places[0], last) : t.details.digits(places.slice(0, -1).join(", "), last),
    );
  }
  return el("p", {}, (t) =>
    places.map((place, each) => t.details.digit(place, digits[place - 1] || "", maybe[each] || "")).join(" "),
  );
}
