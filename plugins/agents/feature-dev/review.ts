import { isObject } from "../../../schemas/json.js";
import { textOf } from "../../../schemas/message.js";
import type { Session } from "../../../schemas/session.js";
import { findingsText, mergeFindings, type Finding } from "../findings.js";
import type { Run } from "./run.js";

/** What each of the three reviewers looks for. */
const AIMS: Readonly<Record<string, string>> = {
  simplicity: "simplicity: duplication, needless complexity, what can be left out, what is hard to read",
  correctness: "correctness: bugs, edge cases, errors, races, security, missing tests",
  conventions: "conventions: the guidelines of the project and the patterns of the code around it",
};

/** Lets three agents review the change at the same time, and gives what they are sure enough of as one list. */
export async function review(session: Session, run: Run, signal: AbortSignal | undefined): Promise<string> {
  const reviews = Object.entries(AIMS).map(async ([aim, words]) => {
    const prompt = `Review the changes of this feature for ${words}.\n\nThe feature: ${run.request}\n\nWhat was done:\n${run.results[5] ?? "(see the changed files)"}`;
    const input = { subagent_type: "code-reviewer", description: `Review ${aim}`, prompt, min_confidence: 0 };
    const used = await session.use({ name: "Agent", input }, signal ? { signal } : {});
    const { details } = used.output;
    const found = isObject(details) && Array.isArray(details["findings"]) ? (details["findings"] as Finding[]) : [];
    const failed = used.output.isError === true || !used.ran;
    const problem = failed ? [`The review for ${aim} failed: ${textOf(used.output.content)}`] : [];
    return { findings: found.map((finding) => ({ ...finding, sources: [aim] })), problem };
  });
  const done = await Promise.all(reviews);
  const list = findingsText(mergeFindings(done.flatMap(({ findings }) => findings)));
  return [list, ...done.flatMap(({ problem }) => problem)].join("\n\n");
}
