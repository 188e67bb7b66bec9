import { messageOf } from "../../../schemas/errors.js";
import type { SandboxedProgram } from "../../../schemas/guards.js";
import { Box, type Wanted } from "./linux/box.js";
import { probe } from "./linux/probe.js";
import { findPrograms } from "./linux/programs.js";
import type { SocketFolder } from "./linux/socket-folder.js";
import { MacBox } from "./mac/box.js";
import type { Policy } from "./policy/policy.js";
import type { SandboxSettings } from "./policy/settings.js";

/** What every system's walls can do. */
export interface AnyBox {
  /** Not every protected file could be looked for. */
  readonly isPartial: boolean;
  wrap(wanted: Wanted): Promise<SandboxedProgram>;
  accept(paths: Iterable<string>): void;
  aside(): () => readonly string[];
  /** Resolves when no command runs any more; after a while with false. */
  idle(): Promise<boolean>;
}

export interface BoxNeeds {
  readonly settings: SandboxSettings;
  readonly policy: Policy;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sockets: SocketFolder;
  readonly notes: string;
}

/** The walls of this system, tried before they are relied on; or one sentence why there are none. */
export async function boxFor(needs: BoxNeeds): Promise<{ readonly box?: AnyBox; readonly problem?: string }> {
  const { settings, policy, env, sockets, notes } = needs;
  try {
    if (process.platform === "darwin") return { box: new MacBox(policy, settings.ignored) };
    if (process.platform !== "linux") return { problem: "It works on Linux and macOS only." };
    const allSockets = policy.unixSockets === "all";
    const programs = findPrograms({ bwrap: settings.bwrap, socat: settings.socat, allSockets, env });
    const missing = await probe(programs, policy.weakerNested);
    if (missing !== undefined) return { problem: `A trial failed: ${missing}.` };
    return { box: new Box({ policy, programs, sockets, notes, ignored: settings.ignored }) };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
