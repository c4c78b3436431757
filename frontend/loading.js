// @ts-check
/**
 * Loads a file that the page can do without at first. A browser remembers for as long as the page is open that an import
 * has failed, so each further try asks by another address. Only for files that import nothing: theirs would be remembered.
 */

/** @type {Map<string, number>} */
const failures = new Map();

/**
 * @param {string} file beside this one
 * @returns {Promise<any>} the module
 * @throws {Error} when it did not come; the next call tries again
 */
export async function load(file) {
  const failed = failures.get(file) || 0;
  try {
    return await import(failed ? `./${file}?again=${failed}` : `./${file}`);
  } catch (error) {
    failures.set(file, failed + 1);
    throw error;
  }
}
