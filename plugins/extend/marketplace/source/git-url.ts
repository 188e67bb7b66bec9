import { isAbsolute } from "node:path";
import { UserError } from "../../../../schemas/errors.js";

// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const CONTROL = /[\u0000-\u0020\u007f-\u009f]/;
const SCP = /^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:(?!\/\/)[^\s]+$/;
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** True for a host that is this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host.toLowerCase());
}

/**
 * The URL that git may be given. `local`: whoever names it may name paths of this machine, too. Throws a UserError for
 * what git could take for an option, for transports that run programs, and for plain http to other machines.
 */
export function gitUrl(text: unknown, local: boolean): string {
  if (typeof text !== "string" || text === "" || text.length > 2000) throw bad(text, "it is no text");
  if (text.startsWith("-")) throw bad(text, "it begins with a dash");
  if (CONTROL.test(text)) throw bad(text, "there are blanks or control characters in it");
  if (isAbsolute(text)) {
    if (local) return text;
    throw bad(text, "a catalogue from elsewhere must not name paths of this machine");
  }
  if (text.includes("::")) throw bad(text, "this kind of transport runs programs");
  if (SCP.test(text)) return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "ssh:") return checked(url, text);
  if (url?.protocol === "file:" && local) return text;
  if (url?.protocol === "http:" && isLoopback(url.hostname) && local) return checked(url, text);
  throw bad(text, "only https, ssh and user@host:path are taken");
}

/** `owner/repo` of GitHub as a URL. Throws a UserError. */
export function githubUrl(repo: unknown): string {
  const valid = typeof repo === "string" && /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._][A-Za-z0-9._-]*$/.test(repo);
  if (!valid || /\/\.{1,2}$/.test(repo)) throw bad(repo, "write owner/repo");
  return `https://github.com/${repo.replace(/\.git$/, "")}.git`;
}

/** A branch, tag or full reference. Throws a UserError for what git could take for something else. */
export function gitRef(ref: unknown): string {
  const valid = typeof ref === "string" && /^[A-Za-z0-9_][A-Za-z0-9_./@+-]{0,199}$/.test(ref);
  if (valid && !ref.includes("..") && !ref.includes("@{") && !ref.endsWith("/") && !ref.endsWith(".lock")) return ref;
  throw new UserError(`${JSON.stringify(ref)} is no name of a branch or tag.`);
}

/** A full commit id. Throws a UserError. */
export function gitSha(sha: unknown): string {
  if (typeof sha === "string" && /^[0-9a-f]{40}([0-9a-f]{24})?$/i.test(sha)) return sha.toLowerCase();
  throw new UserError(`${JSON.stringify(sha)} is no commit id: give all 40 hexadecimal digits.`);
}

function checked(url: URL, text: string): string {
  if (url.hostname.startsWith("-") || decodeURIComponent(url.username).startsWith("-"))
    throw bad(text, "a part begins with a dash");
  if (url.password !== "") throw bad(text, "there is a password in it; let git's credential helper keep it");
  return text;
}

function bad(text: unknown, why: string): UserError {
  return new UserError(`${JSON.stringify(text)} is no address of a git repository that can be used: ${why}.`);
}
