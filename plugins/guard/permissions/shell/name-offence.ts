import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { isWithin } from "../../../../schemas/is-within.js";
import { judgePath, type Place } from "../paths/judge-path.js";
import { secretPart } from "../../../../schemas/secret-names.js";

/** Signs by which a name in a list could be taken for two, for an option, for a pattern or for a file of options. */
const ODD = /[\s'"\\*?[\]]|^[-@]|[^ -~\u00a0-\uffff]/;

export const isOdd = (name: string): boolean => ODD.test(name);

/** Why a file that a list of names holds cannot be read without being looked at by itself, if so. */
export function offence(name: string, folder: string, place: Place, isLink?: boolean): string | undefined {
  if (ODD.test(name)) return `${JSON.stringify(name)} among its files has an odd name`;
  const path = resolve(folder, name);
  if (secretPart(path)) return `${name} among its files can hold secrets`;
  if (!(isLink ?? linkAt(path)))
    return place.folders.some((dir) => isWithin(dir, path)) ? undefined : `${name} is outside the workspace`;
  const judged = judgePath(path, place);
  if (!judged.inside) return `${name} among its files leads out of the workspace`;
  return judged.secret ? `${name} among its files can hold secrets` : undefined;
}

function linkAt(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
