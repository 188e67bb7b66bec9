import { EXIT, UserError } from "../../../schemas/errors.js";
import { isObject } from "../../../schemas/json.js";
import { textOf } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import { isSecretName } from "./secret-files.js";

/** Characters of one diff, and of each other answer. */
const MOST_OF_DIFF = 30_000;
const MOST = 8_000;
/** Files that are named one by one, where others are not to be shown. */
const MOST_NAMES = 200;

/** What there is to commit, as the model is shown it. */
export interface Changes {
  readonly isEmpty: boolean;
  readonly text: string;
}

/**
 * Reads status, staged and unstaged changes and recent messages through the tool Git and its gates. Nothing that is
 * named like a secret is shown. Throws a UserError where there is no repository, or the tool may not be used.
 */
export async function describeChanges(session: Session, signal: AbortSignal): Promise<Changes> {
  const git = async (...args: readonly string[]): Promise<string> => {
    const used = await session.use({ name: "Git", input: { args } }, { ask: false, signal });
    const said = textOf(used.output.content);
    if (!used.ran)
      throw new UserError(`/commit cannot look at the repository: ${used.refused?.reason ?? said}`, EXIT.denied);
    if (used.output.isError) throw new UserError(`/commit cannot go on: ${said.replaceAll("\n", " ")}`, EXIT.failed);
    const { details } = used.output;
    return isObject(details) && typeof details["stdout"] === "string" ? details["stdout"] : said;
  };
  const status = await git("status", "--short", "--branch");
  const changes = status.split("\n").filter((line) => line !== "" && !line.startsWith("##"));
  if (changes.length === 0) return { isEmpty: true, text: "" };
  const diff = async (...flags: readonly string[]): Promise<string> => {
    const names = (await git("diff", ...flags, "--name-only")).split("\n").filter((name) => name !== "");
    const shown = names.filter((name) => !isSecretName(name));
    if (shown.length === 0) return names.length === 0 ? "" : "(only files that may hold secrets)";
    const few = shown.length === names.length ? [] : shown.slice(0, MOST_NAMES);
    return git("diff", ...flags, ...(few.length > 0 ? ["--", ...few.map((name) => `:(top,literal)${name}`)] : []));
  };
  const parts = [
    part("Status", status, MOST),
    part("Staged", await diff("--cached"), MOST_OF_DIFF),
    part("Not staged", await diff(), MOST_OF_DIFF),
    part("Recent messages", await messages(git), MOST),
  ];
  return { isEmpty: false, text: parts.join("\n\n") };
}

async function messages(git: (...args: readonly string[]) => Promise<string>): Promise<string> {
  try {
    return await git("log", "-n", "12", "--no-merges", "--format=%B%x2d%x2d");
  } catch {
    return "(no commit yet)";
  }
}

function part(title: string, text: string, most: number): string {
  const trimmed = text.trimEnd();
  const cut =
    trimmed.length > most ? `${trimmed.slice(0, most)}\n[... ${trimmed.length - most} characters more]` : trimmed;
  return `<${title.toLowerCase().replaceAll(" ", "-")}>\n${cut === "" ? "(nothing)" : cut}\n</${title.toLowerCase().replaceAll(" ", "-")}>`;
}
