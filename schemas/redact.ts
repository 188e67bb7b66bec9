const SHOWN = "***";

/** Shorter values and plain words are no keys that could be told from other text. */
const LEAST = 8;
/** Known values; beyond these the oldest are forgotten. */
const MOST = 1_000;

const known = new Set<string>();

/** Makes a value unsayable: `redact` and `withoutKnown` write `***` in its place from here on. */
export function know(value: string): void {
  for (const form of new Set([value, value.trim(), encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])) {
    if (form.length < LEAST || /^[a-z]+$/i.test(form)) continue;
    known.delete(form);
    known.add(form);
    if (known.size > MOST) for (const oldest of known.values()) return void known.delete(oldest);
  }
}

/** Names of variables and settings that hold keys, tokens and passwords. */
const NAMES: readonly RegExp[] = [
  /(^|[_:])(API_?KEY|KEY|TOKEN|SECRET|PASS|PASSWD|PASSWORD|PASSPHRASE|CREDENTIAL|PAT|AUTH(?!_SOCK))S?(_|$)/i,
  /AUTHTOKEN|APIKEY/i,
];

/** Whether what goes by this name is to be kept back. */
export function isSecretName(name: string): boolean {
  return NAMES.some((pattern) => pattern.test(name));
}

/** Makes what the environment holds of keys unsayable. Paths are none. */
export function knowVariables(env: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ""] of Object.entries(env)) if (isSecretName(name) && !/^[~./]/.test(value)) know(value);
}

/** False while no value has to be kept back. */
export function knowsAny(): boolean {
  return known.size > 0;
}

/** A text without the values that are known. */
export function withoutKnown(text: string): string {
  let rest = text;
  for (const value of known) if (rest.includes(value)) rest = rest.replaceAll(value, SHOWN);
  return rest;
}

interface Shape {
  readonly kind: string;
  /** A part of every such key, looked for first. */
  readonly hint: string;
  /** The first group is kept. */
  readonly pattern: RegExp;
  /** Its place says that it is a key, and not its own letters. */
  readonly byPlace?: true;
}

/**
 * Shapes of keys that services give out, each told by its beginning. None begins in the middle of a word, so that a text
 * is read once, whatever it holds.
 */
const SHAPES: readonly Shape[] = [
  { kind: "api-key", hint: "sk-", pattern: /(?<![\w-])()sk-(?=[\w-]*\d)[\w-]{16,}/g },
  { kind: "github-token", hint: "gh", pattern: /(?<![\w-])()gh[pousr]_\w{20,}/g },
  { kind: "github-token", hint: "github_pat_", pattern: /(?<![\w-])()github_pat_\w{20,}/g },
  { kind: "gitlab-token", hint: "glpat-", pattern: /(?<![\w-])()glpat-[\w-]{16,}/g },
  { kind: "aws-key", hint: "IA", pattern: /(?<![\w-])()A[KS]IA[0-9A-Z]{16}(?![0-9A-Za-z])/g },
  { kind: "google-key", hint: "AIza", pattern: /(?<![\w-])()AIza[\w-]{35}(?![\w-])/g },
  { kind: "slack-token", hint: "xox", pattern: /(?<![\w-])()xox[abeoprs]-[\w-]{10,}/g },
  { kind: "stripe-key", hint: "k_live_", pattern: /(?<![\w-])()[rs]k_live_\w{16,}/g },
  { kind: "npm-token", hint: "npm_", pattern: /(?<![\w-])()npm_\w{30,}/g },
  { kind: "json-web-token", hint: "eyJ", pattern: /(?<![\w.-])()eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}/g },
  { kind: "bearer-header", hint: "earer", pattern: /(?<!\w)(bearer[ \t]{1,4})[\w.~+/=-]{12,}/gi, byPlace: true },
  {
    kind: "key-header",
    hint: ":",
    pattern:
      /(?<![\w-])((?:(?:proxy-)?authorization|x-api-key|api-key|private-token)"?[ \t]{0,4}:[ \t]{0,4}"?(?:(?:basic|token)[ \t])?)[\w.~+/=:-]{12,}/gi,
    byPlace: true,
  },
  {
    kind: "url-password",
    hint: "://",
    pattern: /(?<![\w+.-])([a-z][a-z0-9+.-]{1,30}:\/\/[^\s/@:"'<>]{0,128}:)[^\s/@"'<>]{1,256}(?=@)/gi,
    byPlace: true,
  },
  {
    kind: "url-token",
    hint: "=",
    pattern: /([?&](?:access_token|auth_token|token|api_?key|key|secret|password|sig|signature)=)[^\s&#"'<>]{8,}/gi,
    byPlace: true,
  },
];

const KEY_BEGIN = "-----BEGIN ";
const KEY_TITLE = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;

/** What one of them needs; most texts hold none of it. */
const HINTS = new RegExp([...SHAPES.map(({ hint }) => hint), KEY_BEGIN].join("|"));

/** A text as logs, errors and reports may hold it: without known values, and without what has the shape of a key. */
export function redact(text: string): string {
  let rest = withoutKnown(text);
  if (!HINTS.test(rest)) return rest;
  for (const { hint, pattern } of SHAPES) if (rest.includes(hint)) rest = rest.replace(pattern, `$1${SHOWN}`);
  return rest.includes(KEY_BEGIN) ? withoutPrivateKeys(rest) : rest;
}

/** A key in a text. */
export interface FoundKey {
  readonly kind: string;
  readonly at: number;
  readonly length: number;
}

/** What in a text is a key by its own letters, whatever stands around it. At most so many. */
export function keysIn(text: string, most: number = 100): readonly FoundKey[] {
  const found: FoundKey[] = [];
  for (const { kind, hint, pattern, byPlace } of SHAPES) {
    if (byPlace || !text.includes(hint)) continue;
    for (const match of text.matchAll(pattern)) {
      if (found.length >= most) return found;
      found.push({ kind, at: match.index, length: match[0].length });
    }
  }
  for (let at = text.indexOf(KEY_BEGIN); at >= 0 && found.length < most; at = text.indexOf(KEY_BEGIN, at + 1)) {
    KEY_TITLE.lastIndex = at;
    if (!KEY_TITLE.test(text)) continue;
    const end = text.indexOf("-----END ", at);
    found.push({ kind: "private-key", at, length: (end < 0 ? text.length : end) - at });
  }
  return found;
}

function withoutPrivateKeys(text: string): string {
  let shown = "";
  let from = 0;
  for (let at = text.indexOf(KEY_BEGIN); at >= 0; at = text.indexOf(KEY_BEGIN, from)) {
    KEY_TITLE.lastIndex = at;
    const isKey = KEY_TITLE.test(text);
    const begin = isKey ? KEY_TITLE.lastIndex : at + KEY_BEGIN.length;
    const end = isKey ? text.indexOf("-----END ", begin) : begin;
    shown += text.slice(from, begin) + (isKey ? `\n${SHOWN}\n` : "");
    from = end < 0 ? text.length : end;
  }
  return shown + text.slice(from);
}
