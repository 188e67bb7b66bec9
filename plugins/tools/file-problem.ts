import { codeOf } from "../../schemas/errors.js";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist: a part of its path is a file",
  EACCES: "cannot be used: permission denied",
  EPERM: "cannot be changed: the system does not permit it",
  EISDIR: "is a folder",
  ELOOP: "is a link that leads nowhere or in a circle",
  ENAMETOOLONG: "has a name that is too long",
  ENOSPC: "cannot be written: there is no space left on the device. What was there is unchanged",
  EDQUOT: "cannot be written: the disk quota is used up. What was there is unchanged",
  EROFS: "cannot be written: the file system is read-only",
  EMFILE: "cannot be opened: too many files are open",
  ENFILE: "cannot be opened: too many files are open",
  EBUSY: "cannot be replaced: it is in use or a mount point",
  ETXTBSY: "cannot be written: it is a running program",
  ENXIO: "is no regular file",
};

/** The error of a file operation as one sentence about the path; other errors as they are. */
export function fileProblem(error: unknown, path: string): Error {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error ? error : new Error(String(error));
  return new Error(`${path} ${REASONS[code] ?? `cannot be used (${code})`}.`, { cause: error });
}
