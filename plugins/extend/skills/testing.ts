import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "../../../core/types.js";
import { textOf } from "../../../schemas/message.js";
import { boot, say, type BootOptions, type Shell, type Turn } from "../../../test/boot.js";
import { testCatalogue, type TestCatalogue } from "../testing.js";

/** A shell with skills out of folders of a project, a user, a plugin, and what ships. */
export interface Skilled extends Shell {
  readonly catalogue: TestCatalogue;
  /** Writes a file and lets the catalogue notice. */
  write(path: string, text: string): void;
}

/** Files are below `.claude` (the project's), `user`, `demo` (a plugin) and `shipped`. */
export async function start(
  files: Record<string, string>,
  options: Partial<Omit<BootOptions, "files">> = {},
): Promise<Skilled> {
  const catalogue = testCatalogue(() => [
    { dir: join(shell.dir, ".claude"), name: "project", origin: "project" },
    { dir: join(shell.dir, "user"), name: "user", origin: "user" },
    { dir: join(shell.dir, "demo"), name: "demo" },
    { dir: join(shell.dir, "shipped"), name: "nacre", origin: "built in" },
  ]);
  const holder: Plugin = { name: "holder", holds: ["skill"] };
  const named = ["commands", "skills", "bash", "read", "permissions", "trust"];
  const plugins = [...named, catalogue.plugin, holder, ...(options.plugins ?? [])];
  const script = options.script ?? Array<Turn>(9).fill(say("done"));
  const settings = { "trust.workspace": true, ...options.settings };
  const shell: Shell = await boot({ ...options, settings, script, plugins, files });
  return Object.assign(shell, {
    catalogue,
    write(path: string, text: string) {
      const file = join(shell.dir, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      catalogue.generation += "+";
    },
  });
}

/** The text of a SKILL.md. */
export const skill = (description: string, rest = "", body = "Do it."): string =>
  `---\ndescription: ${description}\n${rest}---\n${body}`;

/** Every list of skills in the conversation. */
export function lists(shell: Shell): readonly string[] {
  return (shell.requests.at(-1)?.messages ?? [])
    .flatMap(({ content }) => content)
    .flatMap((block) =>
      block.type === "text" && block.text.startsWith("<system-reminder>\nSkills") ? [block.text] : [],
    );
}

/** The texts of the last prompt. */
export function lastPrompt(shell: Shell): readonly string[] {
  return shell.requests
    .at(-1)!
    .messages.at(-1)!
    .content.map((block) => textOf([block]));
}

/** The list as the first prompt brings it. */
export const list = (...lines: readonly string[]): string =>
  `<system-reminder>\nSkills for the Skill tool:\n${lines.map((line) => `- ${line}\n`).join("")}</system-reminder>`;
