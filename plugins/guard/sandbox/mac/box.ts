import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { SandboxedProgram } from "../../../../schemas/guards.js";
import type { Wanted } from "../linux/box.js";
import { Door } from "../network/door.js";
import type { Policy } from "../policy/policy.js";
import { hostRefusals } from "../refusals.js";

/** The walls of one session's commands on macOS. They know names by pattern, so that nothing has to be looked for. */
export class MacBox {
  readonly isPartial = false;
  readonly #policy: Policy;
  readonly #ignored: Readonly<Record<string, readonly string[]>>;

  constructor(policy: Policy, ignored: Readonly<Record<string, readonly string[]>>) {
    this.#policy = policy;
    this.#ignored = ignored;
  }

  async wrap({ file, args, command, env, judge }: Wanted): Promise<SandboxedProgram> {
    const { scratch, hosts } = this.#policy;
    mkdirSync(scratch, { recursive: true, mode: 0o700 });
    const { macLine } = await import("./profile.js");
    const token = randomBytes(24).toString("base64url");
    const door = judge && (await Door.open({ token }, hosts, judge));
    // The profile is handed a line; the words of the command follow it as they are.
    const inner = macLine(this.#policy, {
      line: [file, ...args].map(quoted).join(" "),
      shell: "/bin/bash",
      ...(door && { proxy: { port: door.port!, token } }),
    });
    const own = { TMPDIR: scratch, TMP: scratch, TEMP: scratch };
    return {
      file: "/bin/bash",
      args: [
        "--noprofile",
        "--norc",
        "-p",
        "-c",
        `TMPDIR=${quoted(scratch)} CLAUDE_CODE_TMPDIR=${quoted(scratch)} exec ${inner}`,
      ],
      env: { ...env, ...own },
      finished: async () => {
        door?.close();
        return hostRefusals(door?.refused ?? [], command, this.#ignored);
      },
    };
  }

  accept(): void {}

  async idle(): Promise<boolean> {
    return true;
  }

  aside(): () => readonly string[] {
    return () => [];
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
