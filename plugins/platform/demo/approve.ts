import type { Answer, Question } from "../../../schemas/decision.js";
import { NEW_TEST } from "./project.js";
import { TEST_COMMAND } from "./script.js";

const EDITED: ReadonlySet<unknown> = new Set(["src/basket.js", NEW_TEST.path]);

/** Stands in for the person: approves edits of the two files at hand and the test run, and nothing else. */
export function approve({ call: { name, input }, confirm }: Question): Answer {
  const isEdit = (name === "Edit" || name === "Write") && EDITED.has(input["file_path"]);
  const isTest = name === "Bash" && input["command"] === TEST_COMMAND;
  if (confirm === undefined && (isEdit || isTest)) return { behavior: "allow" };
  return { behavior: "deny", message: "The person in front of the demo does not want this to run." };
}
