import { realpathSync } from "node:fs";

/**
 * Names of what can hold secrets, for all who read files for the model. They are compared folded: see `foldPath`.
 */

const names = (...lines: readonly string[]): ReadonlySet<string> => new Set(lines.join(" ").split(" "));

/** Folders and files that hold secrets. Reading them is refused inside the workspace and asks outside. */
const SECRET_NAMES: ReadonlySet<string> = names(
  ".env .ssh .aws .azure .gnupg .kube .password-store id_rsa id_dsa id_ecdsa id_ed25519",
  ".netrc _netrc .git-credentials .pgpass .my.cnf .pypirc .htpasswd .dockercfg .vault-token",
);
const SECRET_PAIRS: ReadonlySet<string> = names(
  ".docker/config.json .config/gcloud .config/gh .cargo/credentials.toml .cargo/credentials",
  "library/keychains .gem/credentials",
);
const SECRET_ENDINGS: readonly string[] = [".pem", ".key", ".p12", ".pfx", ".ppk", ".jks", ".keystore", ".kdbx"];
const SECRET_BEGINNING = ".env.";
/** Committed on purpose, with nothing in them. */
const HARMLESS: ReadonlySet<string> = names(".env.example .env.sample .env.template .env.dist");

/** Parsing it takes longer than all else here, and most paths are ASCII. */
const IGNORABLE = String.raw`\p{Default_Ignorable_Code_Point}`;

/**
 * A path in the form in which names are compared: case, Unicode form, invisible characters, trailing dots and spaces
 * and stream names (`.git::$DATA`) make no difference, because on some file system each of them makes none.
 */
export function foldPath(path: string): string {
  const ascii = !/[^ -~]/.test(path);
  const visible = ascii ? path : path.normalize("NFKC").replace(new RegExp(IGNORABLE, "gu"), "");
  const lower = visible.toLowerCase().normalize("NFC");
  return /[. ](?:\/|$)|:/.test(lower) ? lower.split("/").map(foldName).join("/") : lower;
}

function foldName(name: string): string {
  return /^\.{1,2}$/.test(name) ? name : name.replace(/:.*$/s, "").replace(/[. ]+$/, "");
}

/** What a rule has to name to let a path be read that can hold secrets: its telling part, or the pattern of those. */
export function secretPart(path: string): readonly string[] | undefined {
  const segments = foldPath(path).split("/");
  for (const [place, name] of segments.entries()) {
    if (SECRET_NAMES.has(name)) return [name];
    const pair = `${name}/${segments[place + 1]}`;
    if (SECRET_PAIRS.has(pair)) return [segments[place + 1]!];
  }
  const last = segments.at(-1)!;
  if (last.startsWith(SECRET_BEGINNING) && !HARMLESS.has(last)) return [last, `${SECRET_BEGINNING}*`];
  const ending = SECRET_ENDINGS.find((one) => last.endsWith(one) && last !== one);
  return ending === undefined ? undefined : [last, `*${ending}`];
}

/** Every name of what can hold secrets as it is written, for walls that are given lists. */
export function secretNames(): readonly string[] {
  return [...SECRET_NAMES, ...SECRET_PAIRS, ...SECRET_ENDINGS.map((ending) => `*${ending}`), `${SECRET_BEGINNING}*`];
}

/**
 * Where a file really is, if it or what leads there is called like what can hold secrets; undefined otherwise, and where
 * it leads nowhere. For what is read for the model without anybody having named it.
 */
export function secretBehind(file: string): string | undefined {
  if (secretPart(file) !== undefined) return file;
  try {
    const real = realpathSync.native(file);
    return real !== file && secretPart(real) !== undefined ? real : undefined;
  } catch {
    return undefined;
  }
}
