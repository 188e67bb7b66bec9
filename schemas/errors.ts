/** Exit codes, as scripts rely on them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  denied: 3,
  limit: 4,
  provider: 5,
  plugin: 6,
  interrupted: 130,
} as const;

/** An error that is the user's to mend: one clear sentence (what, where, what to do) and the exit code it means. */
export class UserError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = EXIT.usage) {
    super(message);
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}

/** A setting that is not what it has to be. Names its file, so that nothing else has to be said of who stumbled over it. */
export class SettingError extends UserError {}

/** The sentence of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a system error, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

const UNWRITTEN: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "there is no permission to write",
  EPERM: "there is no permission to write",
  ENOTDIR: "a part of its path is a file",
  ELOOP: "its path is a link in a circle",
  ENAMETOOLONG: "its path is too long",
  EMFILE: "too many files are open",
  EIO: "the disk does not take it",
};

/** Why a file could not be written, as the end of a sentence. `own` has the writer's words for codes of its own, by code. */
export function whyUnwritten(error: unknown, own: Readonly<Record<string, string>> = {}): string {
  const code = codeOf(error) ?? "";
  return own[code] ?? UNWRITTEN[code] ?? messageOf(error).replace(/\.$/, "");
}
