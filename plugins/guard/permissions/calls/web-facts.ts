import type { Circumstance } from "./circumstance.js";

export interface WebFacts {
  /** The host's name as a browser reads it, without a closing dot. Absent when there is none to fetch from. */
  readonly host?: string;
  readonly circumstances: readonly Circumstance[];
}

/** Judges an address that is to be fetched. */
export function webFacts(url: unknown): WebFacts {
  const parsed = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.hostname === "") {
    const reason = `${JSON.stringify(url)} is no address that can be fetched over http`;
    return { circumstances: [{ situation: "unresolved", reason }] };
  }
  const host = plainHost(parsed.hostname);
  return { host, circumstances: [{ situation: "network", reason: `Fetching from ${host}` }] };
}

/** A host without closing dots; an IPv4 address also where it is written as one of IPv6. */
export function plainHost(name: string): string {
  const parts = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/.exec(name)?.slice(1);
  const bytes = parts?.flatMap((part) => [parseInt(part, 16) >> 8, parseInt(part, 16) & 255]);
  return bytes?.join(".") ?? name.replace(/\.+$/, "");
}

/** Whether a host belongs to a pattern: `*` any host, `*.a.com` any below it, elsewhere `*` within one label. */
export function hostMatches(pattern: string, host: string): boolean {
  if (pattern === "*") return true;
  const wanted = pattern.split(".");
  const labels = host.toLowerCase().split(".");
  if (wanted[0] === "*" && wanted.length > 1) {
    wanted.shift();
    if (labels.length <= wanted.length) return false;
    labels.splice(0, labels.length - wanted.length);
  }
  return wanted.length === labels.length && wanted.every((label, place) => labelMatches(label, labels[place]!));
}

function labelMatches(pattern: string, label: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return label === pattern;
  if (!label.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest.slice(0, -1)) {
    const at = label.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  const last = rest.at(-1)!;
  return label.endsWith(last) && label.length - last.length >= from;
}
