import { basename, normalize } from "node:path";
import { printable } from "../../../schemas/printable.js";
import type { Walls } from "./linux/ground.js";
import { isWithin } from "../../../schemas/is-within.js";
import { futureRealPath } from "../../../schemas/real-path.js";

/** Lines that a model is told of one command. */
const MOST = 10;

/** What is known of a command that has ended. */
export interface Ended {
  readonly command: string;
  readonly code: number | undefined;
  readonly output: string;
  /** Paths it wanted to write. */
  readonly writes: Iterable<string>;
  /** `host:port` it was not let through to. */
  readonly hosts: Iterable<string>;
  /** There was a way out at all. */
  readonly network: boolean;
  readonly walls: Walls;
  /** Refusals not to be told of: part of a command (or `*`) to parts of what was refused. */
  readonly ignored: Readonly<Record<string, readonly string[]>>;
}

const REFUSED =
  /Read-only file system|Permission denied|Operation not permitted|EROFS|EACCES|EPERM|Device or resource busy/i;

/** Failures that have a wall behind them although no path or host names it. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\bmount: .*(?:permission denied|must be superuser|not permitted)/i, "Mounting is refused"],
  [
    /socket[^\n]*(?:Operation not permitted|PermissionError|EPERM)|docker daemon[^\n]*socket/i,
    "Unix sockets are refused",
  ],
  [
    /ECONNREFUSED[^\n]*(?:127\.0\.0\.1|::1|localhost)|(?:localhost|127\.0\.0\.1|::1)[^\n]*(?:refused|couldn't connect|could not connect)/i,
    "A command has a loopback of its own here: servers of the machine and of other commands are not reached",
  ],
];

const ABSENT = /No such file|ENOENT|not found|does not exist|cannot open|can't open/i;

const NO_NETWORK =
  /Could not resolve|Name or service not known|name resolution|Network is unreachable|ENOTFOUND|EAI_AGAIN|getaddrinfo/i;

/** What the sandbox refused a command, one sentence each; nothing where it went well all the same. */
export function refusals(ended: Ended): readonly string[] {
  const failed = ended.code !== 0 || REFUSED.test(ended.output);
  const hosts = hostsRefused(ended.hosts);
  if (!failed) return told(hosts, ended);
  const found = [...writeRefusals(ended), ...readRefusals(ended), ...hosts];
  for (const [sign, text] of SIGNS) if (sign.test(ended.output)) found.push({ about: text, text });
  if (!ended.network && NO_NETWORK.test(ended.output))
    found.push({ about: "network", text: "There is no network here" });
  return told(found, ended);
}

/** The same where nothing but connections is known of. */
export function hostRefusals(hosts: Iterable<string>, command: string, ignored: Ended["ignored"]): readonly string[] {
  return told(hostsRefused(hosts), { command, ignored });
}

function hostsRefused(hosts: Iterable<string>): Refusal[] {
  return [...hosts].map((host) => ({
    about: host,
    text: `Connecting to ${host} was refused: it is not an allowed host`,
  }));
}

interface Refusal {
  readonly about: string;
  readonly text: string;
}

function writeRefusals({ writes, walls }: Ended): Refusal[] {
  const found: Refusal[] = [];
  for (const path of writes) {
    const real = futureRealPath(path);
    const wall = wallAt(real, walls);
    if (wall === undefined) continue;
    const place = real === normalize(path) ? real : `${path}, which is ${real},`;
    found.push({ about: path, text: `Writing ${place} was refused: ${wall}` });
  }
  return found;
}

function wallAt(path: string, walls: Walls): string | undefined {
  const within = (one: string): boolean => isWithin(one, path);
  if (!walls.writable.some(within)) return "it lies outside the folders that may be written";
  const reopened = (wall: string): boolean => walls.writable.some((root) => isWithin(wall, root) && within(root));
  if (walls.readOnly.some((wall) => within(wall) && !reopened(wall)) || walls.taken.some(within))
    return "it decides over what runs later, or a setting forbids it";
  return walls.hidden.some((one) => within(one.path)) ? "it may not be read or written" : undefined;
}

/** What is hidden and named in a line of its complaints; by its last name where the command says that too. */
function readRefusals({ walls, output, command }: Ended): Refusal[] {
  const complaints = output.split("\n").filter((line) => REFUSED.test(line) || ABSENT.test(line));
  const names = (path: string): boolean =>
    complaints.some(
      (line) => line.includes(path) || (command.includes(basename(path)) && line.includes(basename(path))),
    );
  return walls.hidden
    .filter(({ path }) => names(path))
    .map(({ path }) => ({ about: path, text: `Reading ${path} was refused` }));
}

function told(found: readonly Refusal[], { command, ignored }: Pick<Ended, "command" | "ignored">): readonly string[] {
  const silent = Object.entries(ignored)
    .filter(([part]) => part === "*" || command.includes(part))
    .flatMap(([, paths]) => paths);
  const texts = found.filter(({ about }) => !silent.some((part) => about.includes(part))).map(({ text }) => text);
  const all = [...new Set(texts)];
  const shown = all.slice(0, MOST).map((text) => `Sandbox: ${printable(text)}.`);
  return all.length > MOST ? [...shown, `Sandbox: ${all.length - MOST} more were refused.`] : shown;
}
