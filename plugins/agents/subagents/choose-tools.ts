import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Session, SessionInit } from "../../../schemas/session.js";
import type { AgentType } from "./agent-type.js";

/** Agents below agents below the main conversation; deeper ones cannot start any. */
export const DEEPEST = 3;

/** For the main conversation alone: they talk to the person, or change how it goes on. */
const NEVER: readonly string[] = [
  ..."AskUserQuestion AskUser EndConversation EnterPlanMode ExitPlanMode EnterPlan ExitPlan ScheduleWakeup".split(" "),
  ..."TaskOutput WaitForMcpServers Workflow StructuredOutput".split(" "),
];

const AGENT = "Agent";

/** The types of agent that `Agent(a, b)` in a list of tools names; undefined where every one may be started. */
export function spawnable(tools: readonly string[] | undefined): readonly string[] | undefined {
  const named = tools?.flatMap((tool) => /^(?:Agent|Task)\((.*)\)$/.exec(tool)?.[1]?.split(",") ?? []);
  return named && named.length > 0 ? named.map((name) => name.trim()) : undefined;
}

interface Circumstances {
  readonly parent: Session;
  /** How many sessions stand above it. */
  readonly depth: number;
  readonly background: boolean;
}

/** How many agents a session works below, itself included. */
export function depthOf(session: Session): number {
  let depth = 0;
  for (let one: Session | undefined = session; one?.agent; one = one.agent.of) depth++;
  return depth;
}

/**
 * The tools of an agent: never more than whoever starts it has. First the forbidden ones go, then the list of its own
 * counts. Throws a UserError where that list names only tools that are not there.
 */
export function toolsFor(
  kernel: KernelView,
  type: AgentType,
  { parent, depth, background }: Circumstances,
): Pick<SessionInit, "tools" | "withoutTools"> {
  const all = kernel.all("tool");
  const named = (pattern: string): readonly string[] => toolsNamed(all, pattern);
  const planning = type.permissionMode === "plan" ? ["ExitPlanMode"] : [];
  const without = new Set([
    ...NEVER.filter((name) => !planning.includes(name)),
    ...(depth >= DEEPEST || background ? [AGENT] : []),
    ...type.disallowedTools.flatMap(named),
    ...all.map(({ name }) => name).filter((name) => !parent.offers(name)),
  ]);
  const own = type.tools?.flatMap(named).filter((name) => !without.has(name));
  if (type.tools && type.tools.length > 0 && own?.length === 0) {
    const names = type.tools.join(", ");
    throw new UserError(`The agent ${type.name} cannot work: none of its tools is there (${names}).`, EXIT.usage);
  }
  if (own) return { tools: [...new Set(own)] };
  // An agent that itself was given a list hands down that list; tools that come later are not on it.
  if (!parent.agent) return { withoutTools: [...without] };
  return { tools: all.map(({ name }) => name).filter((name) => !without.has(name)) };
}

interface Named {
  readonly name: string;
  readonly aliases?: readonly string[];
}

/** Tools by name, alias, or for those of servers by `mcp__server` and with `*`. What stands in parentheses is for rules. */
export function toolsNamed(all: readonly Named[], given: string): readonly string[] {
  const pattern = given.replace(/\(.*$/, "");
  if (pattern === "*") return all.map(({ name }) => name);
  const exact = all.find(({ name, aliases }) => name === pattern || aliases?.includes(pattern));
  if (exact) return [exact.name];
  if (!pattern.startsWith("mcp__")) return [];
  const beginning = pattern.endsWith("*") ? pattern.slice(0, -1) : `${pattern}__`;
  return all.map(({ name }) => name).filter((name) => name.startsWith(beginning));
}
