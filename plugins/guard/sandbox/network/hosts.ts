import { BlockList, isIP } from "node:net";
import { networkInterfaces } from "node:os";
import type { Hosts } from "../policy/policy.js";

/** This machine itself, and what answers only to it: never meant by a star. */
const OWN = new BlockList();
OWN.addSubnet("127.0.0.0", 8);
OWN.addSubnet("0.0.0.0", 8);
OWN.addSubnet("169.254.0.0", 16);
OWN.addAddress("::1", "ipv6");
OWN.addAddress("::", "ipv6");
OWN.addSubnet("fe80::", 10, "ipv6");
// Where clouds tell a machine its credentials, outside of those ranges.
for (const address of ["100.100.100.200", "168.63.129.16", "192.0.0.192"]) OWN.addAddress(address);
OWN.addSubnet("fd00:ec2::", 32, "ipv6");
for (const address of ["fd20:ce::254", "fd00:c1::a9fe:a9fe", "fd00:42::42"]) OWN.addAddress(address, "ipv6");
// IPv4 addresses in other clothes.
OWN.addSubnet("64:ff9b::", 96, "ipv6");
OWN.addSubnet("2002::", 16, "ipv6");

/**
 * Whether a host, in its canonical spelling, and a port fit an entry: label by label, `*.` for any number of labels in
 * front, another star inside one label, a port where one is given.
 */
export function hostFits(pattern: string, host: string, port: number): boolean {
  const [, name = "", wanted] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase().replace(/\.(?=$|:)/, "")) ?? [];
  if (wanted !== undefined && Number(wanted) !== port) return false;
  if (name === "*") return !isOwn(host);
  const plain = name.replace(/^\[(.*)\]$/, "$1");
  if (isIP(host) !== 0 || isIP(plain) !== 0) return plain === host;
  const labels = host.split(".").toReversed();
  const parts = plain.split(".").toReversed();
  const open = parts.at(-1) === "*";
  if (open ? labels.length < parts.length : labels.length !== parts.length) return false;
  return parts.every((part, place) => (open && place === parts.length - 1) || labelFits(part, labels[place]!));
}

function labelFits(part: string, label: string): boolean {
  const [before = "", after] = part.split("*");
  if (after === undefined) return part === label;
  return label.length >= before.length + after.length && label.startsWith(before) && label.endsWith(after);
}

function isOwn(host: string): boolean {
  const kind = isIP(host);
  if (kind === 0) return host === "localhost" || host.endsWith(".localhost");
  return OWN.check(host, kind === 6 ? "ipv6" : "ipv4") || addresses().includes(host);
}

/** What this machine is called on its networks: a server that listens everywhere answers there too. */
function addresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
}

/** What lists say of a host; undefined where they say nothing. */
export function listed({ allowed, denied, strict }: Hosts, host: string, port: number): boolean | undefined {
  if (denied.some((pattern) => fitsDenied(pattern, host, port))) return false;
  if (allowed.some((pattern) => hostFits(pattern, host, port))) return true;
  return strict ? false : undefined;
}

function fitsDenied(pattern: string, host: string, port: number): boolean {
  return /^\*(?::\d+)?$/.test(pattern)
    ? pattern === "*" || pattern.endsWith(`:${port}`)
    : hostFits(pattern, host, port);
}
