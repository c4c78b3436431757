// @ts-check
/**
 * What the server shows of an address and a number, by the rules of `functions/shared/masking.py`. What was typed here is
 * named only while it is what the server means: another tab, or an answer that got lost, may have changed it.
 */

const DOTS = "•••";
const END_OF_PHONE = 3;

/** @param {string} address */
export function maskedEmail(address) {
  return `${address.slice(0, 1)}${DOTS}@${address.slice(address.lastIndexOf("@") + 1)}`;
}

/** @param {string} number */
export function maskedPhone(number) {
  return `${DOTS}${number.replace(/\D/g, "").slice(-END_OF_PHONE)}`;
}

/**
 * The address or number in full where it was typed here, else as the server shows it.
 *
 * @param {string} typed
 * @param {string} shown by the server
 * @param {(text: string) => string} mask
 */
export function inFull(typed, shown, mask) {
  return mask(typed).toLowerCase() === shown.toLowerCase() ? typed : shown;
}
