/**
 * What is wrong with the address of a remote server by Agent Plugins 1.0, section 7.2.1, or undefined. Judges the text as
 * it is written: a URL parser would mend blanks, backslashes, missing slashes and odd spellings of loopback addresses.
 */
export function urlFault(url: unknown): string | undefined {
  if (typeof url !== "string" || url === "") return '"url" has to be a text';
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0020\u007F\\]/.test(url)) return "the URL holds a blank, a control character or a backslash";
  const match = /^(https?):\/\/([^/?#]*)([^#]*)(#.*)?$/is.exec(url);
  if (!match || match[2] === "") return "the URL is no absolute HTTP or HTTPS URL";
  const [, scheme = "", authority = "", , fragment] = match;
  if (fragment !== undefined) return "the URL has a fragment";
  if (authority.includes("@")) return "the URL names a user";
  const host = /^(\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::\d*)?$/i.exec(authority)?.[1];
  if (host === undefined || !URL.canParse(url)) return "the URL's host or port is not valid";
  if (scheme.toLowerCase() === "http" && !isLoopback(host)) return "HTTP is for loopback addresses; use HTTPS";
  return undefined;
}

/** `localhost`, or an address in a loopback range written out in full. */
function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  if (host.startsWith("[")) return new URL(`http://${host}/`).hostname === "[::1]";
  const parts = host.split(".");
  return (
    parts.length === 4 && parts[0] === "127" && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && +part < 256)
  );
}

/** What is wrong with fixed headers by the same section, or undefined. */
export function headersFault(headers: Readonly<Record<string, unknown>>): string | undefined {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return `"${name}" is no name of an HTTP header`;
    if (typeof value !== "string") return `the header "${name}" has to be a text`;
    if (!isFieldValue(value)) return `the header "${name}" holds what no HTTP header may hold`;
    if (seen.has(name.toLowerCase())) return `the header "${name}" is given twice`;
    seen.add(name.toLowerCase());
  }
  return undefined;
}

/** Visible characters with blanks and tabs between them, in one byte each. */
function isFieldValue(value: string): boolean {
  return value === "" || /^[\x21-\x7E\x80-\xFF](?:[\t\x20-\x7E\x80-\xFF]*[\x21-\x7E\x80-\xFF])?$/.test(value);
}
