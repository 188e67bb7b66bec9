import { codeOf } from "./errors.js";

const CODES: ReadonlySet<string | undefined> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** Whether this is how a file system without hard links answers `link`: each does it in another way. */
export function meansNoLinks(error: unknown): boolean {
  return CODES.has(codeOf(error));
}
