import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "../../../core/types.js";
import type { FlagValue } from "../../../schemas/front.js";
import type { Transcripts } from "../../../schemas/kinds.js";
import { textOf } from "../../../schemas/message.js";
import type { SessionInit } from "../../../schemas/session.js";
import { boot, say, type BootOptions, type Shell } from "../../../test/boot.js";
import type { Opener } from "./opening.js";
import { fileOf, projectFolder } from "./place.js";
import { temporary } from "./samples.js";

/** Two tools, one that reads and one that writes, and a gate that lets both through. */
export const echo: Plugin = {
  name: "echo",
  setup(ctx) {
    const inputSchema = { type: "object" };
    for (const effect of ["read", "write"] as const) {
      const name = effect === "read" ? "Look" : "Do";
      const run = async (): Promise<{ content: string; details: object }> => ({
        content: `${name} done`,
        details: { a: 1 },
      });
      ctx.add("tool", { name, description: name, inputSchema, effect, run });
    }
    ctx.tap("PreToolUse", async (pending) => ({
      ...pending,
      decision: { behavior: "allow" as const, reason: "test" },
    }));
  },
};

export interface House extends Disposable {
  readonly dir: string;
  readonly home: string;
  boot(options: Partial<BootOptions>): Promise<Shell>;
}

/** A working folder and a home that several runs share. */
export function house(): House {
  const base = temporary();
  const [dir, home] = [join(base.path, "work"), join(base.path, "home")];
  mkdirSync(dir);
  mkdirSync(home);
  return {
    dir,
    home,
    boot: (options) => boot({ plugins: ["transcript", echo], script: [say("ok")], dir, home, ...options }),
    [Symbol.dispose]: () => base[Symbol.dispose](),
  };
}

export async function transcripts(shell: Shell): Promise<Transcripts & Opener> {
  return (await shell.kernel.service("transcripts")) as Transcripts & Opener;
}

/** Opens what a command line asks for, as a front does. */
export async function open(
  shell: Shell,
  flags: Record<string, FlagValue>,
  init: SessionInit = {},
): ReturnType<Shell["kernel"]["open"]> {
  const opening = await (await transcripts(shell)).opening(flags, { headless: true });
  return shell.kernel.open({ provider: "test-script", ...init, ...opening });
}

export function texts(messages: Shell["session"]["messages"]): string[] {
  return messages.map((message) => textOf(message.content));
}

export function pathOf(shell: Shell, id: string = shell.session.id): string {
  return fileOf(projectFolder(shell.home, shell.session.root), id);
}
