import type { PluginContext } from "../../../core/types.js";
import type { Decision } from "../../../schemas/decision.js";
import type { JsonObject, JsonSchema } from "../../../schemas/json.js";
import type { Session } from "../../../schemas/session.js";
import type { Tool } from "../../../schemas/tool.js";
import { withoutFormat } from "./json-schema.js";

const NAME = "StructuredOutput";
/** How often a model that forgets the tool, or misses the schema, is told so. */
const REMINDERS = 5;
const DESCRIPTION =
  "Hands over your final answer in the form that was asked for. Call it exactly once, when the work is done: what you " +
  "write as text is not read.";
const REMINDER = `Your answer is missing. Call the tool ${NAME} now, with the final answer as its input.`;

const HARMLESS: Decision = { behavior: "allow", reason: "It only hands over the answer." };

/** The answer a run owes in the form of a schema. */
export interface StructuredOutput {
  /** The tool by which the model hands it over. */
  readonly tool: string;
  /** What was handed over last in this run. */
  value(): unknown;
  /** Forgets it, for the next run. */
  reset(): void;
}

/** Offers the model a tool with this schema and reminds it until it has used it. `giveUp` is called when it does not. */
export async function offerStructuredOutput(
  { kernel }: PluginContext,
  schema: JsonObject,
  giveUp: (reason: string) => void,
): Promise<StructuredOutput> {
  const { inputSchema, unwrap } = asInput(schema);
  let main: Session | undefined;
  let value: unknown;
  let reminders = 0;
  const miss = (): boolean => ++reminders > REMINDERS;
  const tool: Tool = {
    name: NAME,
    description: DESCRIPTION,
    inputSchema,
    effect: "read",
    async run(input) {
      value = unwrap(input);
      return { content: "The answer was taken. End your turn." };
    },
  };
  await kernel.load({
    name: "structured-output",
    setup(own) {
      own.add("tool", tool);
      own.tap("PreToolUse", async (pending) =>
        pending.call.name === NAME ? { ...pending, decision: HARMLESS } : undefined,
      );
      own.tap("Event", (event, session) => {
        main ??= session;
        if (event.type !== "result" || event.name !== NAME || !event.isError || !miss()) return;
        giveUp(`The model's answer did not fit the schema ${REMINDERS + 1} times.`);
      });
      own.tap("Stop", async (_, session) =>
        session === main && value === undefined && !miss() ? REMINDER : undefined,
      );
    },
  });
  return {
    tool: NAME,
    value: () => value,
    reset() {
      value = undefined;
      reminders = 0;
    },
  };
}

/** A tool's input is an object; an answer of another type is put into one. */
function asInput(schema: JsonObject): {
  readonly inputSchema: JsonSchema;
  readonly unwrap: (input: JsonObject) => unknown;
} {
  const { $schema: _, ...clean } = withoutFormat(schema) as JsonObject;
  const isObjectSchema = clean["type"] === "object";
  if (isObjectSchema) return { inputSchema: clean, unwrap: (input) => input };
  const { $defs, definitions, ...value } = clean;
  const shared = { ...($defs !== undefined && { $defs }), ...(definitions !== undefined && { definitions }) };
  const inputSchema = { type: "object", properties: { value }, required: ["value"], ...shared };
  return { inputSchema, unwrap: (input) => input["value"] };
}
