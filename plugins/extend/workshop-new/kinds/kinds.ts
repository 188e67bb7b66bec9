import type { Facts, Scaffold } from "../scaffold.js";
import { agent } from "./agent.js";
import { alias } from "./alias.js";
import { command } from "./command.js";
import { hook } from "./hook.js";
import { mcp } from "./mcp.js";
import { rule } from "./rule.js";
import { skill } from "./skill.js";
import { style } from "./style.js";
import { tool } from "./tool.js";

/** What a new plugin can hold, by the word that asks for it. */
export const KINDS: Readonly<Record<string, (facts: Facts) => Scaffold>> = {
  tool,
  skill,
  command,
  agent,
  hook,
  mcp,
  style,
  alias,
  rule,
};
