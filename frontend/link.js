// @ts-check
/** The link in our mails: `<page>#registration=<id>&code=<6 digits>`. Browsers send no fragment to any server. */

/**
 * @param {string} hash of the address
 * @returns {{link: {id: string, code: string} | null} | null} null when it is no such link; its `link` is null when it is
 *   one that was cut off on the way
 */
export function linkIn(hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const [id, code] = [said.get("registration"), said.get("code")];
  if (id === null && code === null) return null;
  const whole = /^[0-9A-Za-z-]{1,64}$/.test(id || "") && /^[0-9]{6}$/.test(code || "");
  return { link: whole ? { id: String(id), code: String(code) } : null };
}
