import { basename, dirname, resolve } from "node:path";
import { UserError } from "../../../schemas/errors.js";
import { readAgentFile } from "../agent-file.js";
import { readCommandFile } from "../command-file.js";
import type { FileRead } from "../front-fields.js";
import { readOutputStyleFile } from "../output-style-file.js";
import { readText } from "../read-text.js";
import { readSkillFile } from "../skill-file.js";
import { cut } from "../split-front-matter.js";
import { sha8 } from "./sha8.js";

/** What the front matter of one file says, as it is written. */
export interface FileReport {
  readonly kind: string;
  readonly hasFrontmatter: boolean;
  readonly strictYamlParses: boolean;
  readonly crlf: boolean;
  readonly name: string | null;
  /** Only where YAML takes the text. */
  readonly keys?: readonly string[];
  readonly description: { readonly sha256_8: string; readonly length: number } | { readonly startsWith: string } | null;
  readonly tools?: unknown;
  readonly argumentHint?: unknown;
  /** A skill's file that is not called SKILL.md. */
  readonly fileNameCase?: string;
}

const READERS: Readonly<Record<string, (text: string, file: string) => Promise<FileRead>>> = {
  skill: (text, file) => readSkillFile(text, { folder: basename(dirname(file)) }),
  command: (text, file) => readCommandFile(text, nameOf(file)),
  agent: (text, file) => readAgentFile(text, nameOf(file)),
  "output-style": (text, file) => readOutputStyleFile(text, nameOf(file)),
};

/** Reads one file. Its kind is guessed from where it stands when nobody says it. Throws a UserError. */
export async function fileReport(path: string, kind: string | undefined, cwd: string): Promise<FileReport> {
  const file = resolve(cwd, path);
  const what = kind ?? guess(file);
  if (what === undefined || !Object.hasOwn(READERS, what)) {
    throw new UserError(`Say what ${file} is: --kind ${Object.keys(READERS).join(", ")}.`);
  }
  const text = readText(file);
  if (typeof text !== "string") throw new UserError(text.message);
  const { matter } = await READERS[what]!(text, file);
  const { data, present, recovered } = matter;
  const tools = data["tools"] ?? data["allowed-tools"];
  const hint = data["argument-hint"];
  return {
    kind: what,
    hasFrontmatter: present,
    strictYamlParses: !recovered && !matter.problems.some(({ severity }) => severity === "error"),
    crlf: text.includes("\r\n"),
    name: typeof data["name"] === "string" ? data["name"] : null,
    ...(!recovered && { keys: Object.keys(data) }),
    description: descriptionOf(data["description"], recovered),
    ...(tools !== undefined && { tools }),
    ...(hint !== undefined && { argumentHint: hint }),
    ...(what === "skill" && basename(file) !== "SKILL.md" && { fileNameCase: basename(file) }),
  };
}

/** The same for people. */
export function fileText(report: FileReport): string {
  const lines = Object.entries(report).map(
    ([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return `${lines.join("\n").replaceAll(/[^\P{C}\n]/gu, "?")}\n`;
}

/** Whether a file has front matter at all. */
export function hasFrontMatter(file: string): boolean {
  const text = readText(file);
  return typeof text === "string" && cut(text).block !== undefined;
}

const START = 60;

function descriptionOf(value: unknown, recovered: boolean): FileReport["description"] {
  if (typeof value !== "string") return null;
  const text = value.trim();
  return recovered ? { startsWith: text.slice(0, START) } : { sha256_8: sha8(text), length: text.length };
}

const FOLDERS: Readonly<Record<string, string>> = {
  skills: "skill",
  commands: "command",
  agents: "agent",
  "output-styles": "output-style",
};

function guess(file: string): string | undefined {
  if (/^skill\.md$/i.test(basename(file))) return "skill";
  const folder = dirname(file)
    .split(/[/\\]/)
    .findLast((name) => Object.hasOwn(FOLDERS, name));
  return folder === undefined ? undefined : FOLDERS[folder];
}

function nameOf(file: string): string {
  return basename(file).replace(/\.\w+$/, "");
}
