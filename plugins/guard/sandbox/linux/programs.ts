import { readFileSync } from "node:fs";
import { join } from "node:path";
import arm64 from "nacre:asset/@anthropic-ai/sandbox-runtime/vendor/seccomp/arm64/apply-seccomp";
import x64 from "nacre:asset/@anthropic-ai/sandbox-runtime/vendor/seccomp/x64/apply-seccomp";
import { UserError } from "../../../../schemas/errors.js";
import { isProgram, safePath } from "../../../../schemas/find-program.js";
import { filterFor } from "./filter.js";

/** What stands between a command and the machine, as absolute paths. */
export interface Programs {
  readonly bwrap: string;
  readonly socat: string;
  readonly bash: string;
  /** Refuses Unix sockets and new namespaces to what it starts; undefined where every socket is allowed. */
  readonly helper?: string;
  /** More that is refused to it, for the kernel. */
  readonly filter: Buffer;
}

export interface Wanted {
  readonly bwrap?: string | undefined;
  readonly socat?: string | undefined;
  /** Every Unix socket may be used, so no helper is needed. */
  readonly allSockets: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const HELPERS: Readonly<Record<string, string>> = { arm64, x64 };

const PLACES: readonly string[] = ["/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin"];

/** Finds the programs, or throws a UserError that says which is missing and how to get it. */
export function findPrograms({ bwrap, socat, allSockets, env }: Wanted): Programs {
  for (const [key, path] of [
    ["bwrapPath", bwrap],
    ["socatPath", socat],
  ] as const)
    if (path !== undefined && !isProgram(path))
      throw new UserError(`sandbox.${key} names ${path}, which is no program.`);
  const found = { bwrap: bwrap ?? find("bwrap", env), socat: socat ?? find("socat", env), bash: find("bash", env) };
  const missing = [
    ...(found.bwrap !== undefined ? [] : ["bubblewrap"]),
    ...(found.socat !== undefined ? [] : ["socat"]),
    ...(found.bash !== undefined ? [] : ["bash"]),
  ];
  if (missing.length > 0) {
    throw new UserError(
      `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not installed: install ${missing.length > 1 ? "them" : "it"} (${howTo(missing)}).`,
    );
  }
  const filter = filterFor(process.arch, allSockets ? "all" : "helped");
  if (!filter) throw new UserError(`It does not know this processor (${process.arch}).`);
  const programs = { bwrap: found.bwrap!, socat: found.socat!, bash: found.bash!, filter };
  if (allSockets) return programs;
  const helper = helperPath();
  if (helper !== undefined) return { ...programs, helper };
  throw new UserError(
    "What refuses Unix sockets is missing: install nacre again; sandbox.network.allowAllUnixSockets = true does without.",
  );
}

function howTo(missing: readonly string[]): string {
  const names = missing.join(" ");
  const ways: readonly (readonly [string, string])[] = [
    ["apt-get", `apt install ${names}`],
    ["dnf", `dnf install ${names}`],
    ["pacman", `pacman -S ${names}`],
    ["apk", `apk add ${names}`],
    ["zypper", `zypper install ${names}`],
  ];
  const way = ways.find(([program]) => PLACES.some((dir) => isProgram(join(dir, program))));
  return way?.[1] ?? `the packages are called ${names}`;
}

/** Never by a relative folder, nor where a project puts its own programs. */
function find(name: string, env: Wanted["env"]): string | undefined {
  return [...PLACES, ...safePath(env)].map((dir) => join(dir, name)).find(isProgram);
}

/** A program by name, as a person would start it. */
export function findProgramFor(name: string, env: Wanted["env"]): string | undefined {
  return name.includes("/") ? name : find(name, env);
}

/** It comes with the sandbox runtime. */
function helperPath(): string | undefined {
  const file = HELPERS[process.arch];
  return file !== undefined && isProgram(file) ? file : undefined;
}

const CAP_SETFCAP = 31n;

/**
 * Whether what is started as root gets the right to map root once more, which the helper needs. False for others, who
 * do not need it.
 */
export function canMapRoot(): boolean {
  if (process.geteuid?.() !== 0) return false;
  try {
    const status = readFileSync("/proc/self/status", "latin1");
    const of = (name: string): bigint =>
      BigInt(`0x${new RegExp(`^${name}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1] ?? "0"}`);
    return (((of("CapBnd") | of("CapInh")) >> CAP_SETFCAP) & 1n) === 1n;
  } catch {
    return false;
  }
}
