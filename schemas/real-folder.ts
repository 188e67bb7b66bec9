import { EXIT, UserError } from "./errors.js";
import { realPath } from "./real-path.js";

/** The real path of a folder. Where it is not there: `fallback`, or else a UserError. */
export function realFolder(dir: string, fallback?: string): string {
  const real = realPath(`${dir}/.`) ?? fallback; // The dot is below folders only.
  if (real !== undefined) return real;
  throw new UserError(`The folder ${dir} does not exist or cannot be entered.`, EXIT.usage);
}
