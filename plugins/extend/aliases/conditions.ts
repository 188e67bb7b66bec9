import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { statOf } from "../../../schemas/stat-of.js";
import type { Condition, Fact } from "./language/syntax.js";

/** Where conditions are asked. */
export interface Circumstances {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface FactKind {
  /** Whether it has an argument in parentheses. */
  readonly takes: boolean;
  /** A text; "" counts as no. */
  read(argument: string, where: Circumstances): string;
}

const FACTS: Readonly<Record<string, FactKind>> = {
  branch: { takes: false, read: (_, { cwd }) => branchOf(cwd) },
  git: { takes: false, read: (_, { cwd }) => gitFolder(cwd) ?? "" },
  os: { takes: false, read: () => process.platform },
  exists: { takes: true, read: (path, { cwd }) => (existsSync(resolve(cwd, path)) ? path : "") },
  env: { takes: true, read: (name, { env }) => (Object.hasOwn(env, name) ? (env[name] ?? "") : "") },
};

/** Why a condition can never be asked. */
export function factProblem({ name, called, argument }: Fact): string | undefined {
  if (!Object.hasOwn(FACTS, name))
    return `There is no condition "${name}"; there are branch, git, os, exists(...) and env(...).`;
  const { takes } = FACTS[name]!;
  if (takes && (argument ?? "") === "")
    return `${name} needs a text, as in ${name}("${name === "env" ? "CI" : "package.json"}").`;
  return !takes && called ? `${name} stands without parentheses.` : undefined;
}

export function holds(condition: Condition, where: Circumstances): boolean {
  switch (condition.is) {
    case "or":
      return condition.parts.some((part) => holds(part, where));
    case "and":
      return condition.parts.every((part) => holds(part, where));
    case "not":
      return !holds(condition.part, where);
    case "fact": {
      const { name, argument = "", compare } = condition;
      const text = FACTS[name]?.read(argument, where) ?? "";
      if (!compare) return text !== "";
      return (text === compare.with) === (compare.by === "==");
    }
  }
}

/** The part that does not hold, or the whole where several together do not. */
export function failing(condition: Condition, where: Circumstances): Condition {
  if (condition.is !== "and") return condition;
  return condition.parts.find((part) => !holds(part, where)) ?? condition;
}

/** A condition as it is written. */
export function conditionText(condition: Condition, isInner = false): string {
  switch (condition.is) {
    case "or":
    case "and": {
      const text = condition.parts.map((part) => conditionText(part, true)).join(` ${condition.is} `);
      return isInner ? `(${text})` : text;
    }
    case "not":
      return `not ${conditionText(condition.part, true)}`;
    case "fact": {
      const argument = condition.argument === undefined ? "" : `(${JSON.stringify(condition.argument)})`;
      const { compare } = condition;
      return `${condition.name}${argument}${compare ? ` ${compare.by} ${JSON.stringify(compare.with)}` : ""}`;
    }
  }
}

/** The branch that is checked out; "" when none is, or there is no repository. Reads a file and starts no program. */
function branchOf(cwd: string): string {
  const git = gitFolder(cwd);
  if (git === undefined) return "";
  const head = firstLine(join(git, "HEAD"));
  return head.startsWith("ref: refs/heads/") ? head.slice("ref: refs/heads/".length) : "";
}

/** Where the repository around a folder keeps its own files. */
function gitFolder(cwd: string): string | undefined {
  for (let dir = cwd; ; dir = dirname(dir)) {
    const git = join(dir, ".git");
    const stats = statOf(git);
    if (stats?.isDirectory()) return git;
    if (stats?.isFile()) {
      const [, path] = /^gitdir: (.+)$/.exec(firstLine(git)) ?? [];
      if (path !== undefined) return resolve(dir, path);
    }
    if (dirname(dir) === dir) return undefined;
  }
}

function firstLine(file: string): string {
  const stats = statOf(file);
  if (!stats?.isFile() || stats.size > 10_000) return "";
  return readFileSync(file, "utf8").split(/\r?\n/, 1)[0] ?? "";
}
