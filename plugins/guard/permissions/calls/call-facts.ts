import type { PendingCall } from "../../../../schemas/decision.js";
import type { JsonObject } from "../../../../schemas/json.js";
import type { Effect, ToolSpec } from "../../../../schemas/tool.js";
import { judgePath, type Place } from "../paths/judge-path.js";
import { loadGrammar } from "../shell/grammar.js";
import { TOOL_WORDS } from "../rules/vocabulary.js";
import type { Circumstance } from "./circumstance.js";
import { argumentFacts, commandFacts, type CommandFacts } from "./command-facts.js";
import { withoutSecret } from "./judge-run.js";
import { pathCircumstances, pathsOf, type PathFact } from "./path-facts.js";
import { webFacts } from "./web-facts.js";

/** All that rules and modes look at. */
export interface CallFacts {
  readonly tool: ToolSpec;
  readonly input: JsonObject;
  readonly circumstances: readonly Circumstance[];
  readonly paths: readonly PathFact[];
  readonly command?: CommandFacts;
  readonly host?: string;
}

/** Finds out what a call would do, without doing any of it. */
export async function callFacts(pending: PendingCall, place: Place): Promise<CallFacts> {
  if (TOOL_WORDS.get(pending.tool.name)?.grammar === "command") await loadGrammar();
  return factsOf(pending, place);
}

function factsOf({ tool, call, effect }: PendingCall, place: Place): CallFacts {
  const { input } = call;
  const words = TOOL_WORDS.get(tool.name);
  const command = commandOf(tool.name, input, effect, place);
  if (command) return { tool, input, command, paths: command.paths, circumstances: command.circumstances };
  if (words?.grammar === "command") return { tool, input, paths: [], circumstances: [unreadable(tool)] };
  if (words?.grammar === "domain") {
    const { host, circumstances } = webFacts(input["url"]);
    return { tool, input, paths: [], circumstances, ...(host !== undefined && { host }) };
  }
  if (tool.name.startsWith("mcp__"))
    return { tool, input, paths: [], circumstances: [ofEffect(tool, mcpEffect(effect))] };
  if (effect !== "read" && effect !== "write")
    return { tool, input, paths: [], circumstances: [ofEffect(tool, effect)] };
  const paths = pathsOf(tool.name, input, effect, place);
  const isLost = paths?.length === 0 && words?.grammar === "path";
  if (!paths || isLost) return { tool, input, paths: [], circumstances: [unreadable(tool)] };
  const all = paths.flatMap((fact) => pathCircumstances(fact, place.folders));
  // A list of names, from which the tool leaves out what it may not show.
  const found = tool.name === "Glob" ? all.map(withoutSecret) : all;
  return { tool, input, paths, circumstances: found.length > 0 ? found : [ofEffect(tool, effect)] };
}

function commandOf(tool: string, input: JsonObject, effect: Effect, place: Place): CommandFacts | undefined {
  const words = TOOL_WORDS.get(tool);
  if (words?.program !== undefined) {
    const args = input["args"];
    const texts = typeof args === "string" ? args.split(/\s+/).filter((one) => one !== "") : args;
    if (!Array.isArray(texts) || !texts.every((one) => typeof one === "string")) return undefined;
    return inFolder(input["cwd"], place, (there) => argumentFacts([words.program!, ...texts], effect, there));
  }
  const line = input["command"];
  return words?.grammar === "command" && typeof line === "string"
    ? commandFacts(line, place, BASH.has(tool))
    : undefined;
}

/** Tools that hand their command line to bash and nothing else. */
const BASH: ReadonlySet<string> = new Set(["Bash", "Monitor"]);

/** Judges a program that is started in a folder of the call's choice. */
function inFolder(cwd: unknown, place: Place, judge: (there: Place) => CommandFacts): CommandFacts | undefined {
  if (cwd === undefined) return judge(place);
  if (typeof cwd !== "string") return undefined;
  const judged = judgePath(cwd, place);
  const facts = judge({ ...place, cwd: judged.candidates.at(-1)! });
  if (judged.inside) return facts;
  const reason = `${cwd}, where it is to run, is not in the workspace`;
  return { ...facts, circumstances: [...facts.circumstances, { situation: "unresolved", reason }] };
}

/** What a server says about its own tools is no promise. */
function mcpEffect(effect: Effect): Effect {
  return effect === "network" ? "network" : "exec";
}

function unreadable(tool: ToolSpec): Circumstance {
  return { situation: "unresolved", reason: `What ${tool.name} is to do cannot be read from its input` };
}

function ofEffect({ name }: ToolSpec, effect: Effect): Circumstance {
  switch (effect) {
    case "read":
      return { situation: "read", reason: `${name} only reads` };
    case "write":
      // Where it writes is not known, so it is treated as anywhere.
      return { situation: "writeOutside", reason: `${name} changes something` };
    case "exec":
      return { situation: "shell", reason: `${name} runs something` };
    case "network":
      return { situation: "network", reason: `${name} reaches the network` };
    case "ui":
      return { situation: "talk", reason: `${name} talks to the person` };
  }
}
