import * as z from "zod/mini";
import { patternOf } from "../../../schemas/text-pattern.js";
import { FAULTS, type FaultKind, type Turn } from "./turn.js";

type Schema = z.ZodMiniType;
const maybe = z.optional;
const STOPS = ["end_turn", "tool_use", "max_tokens", "stop_sequence", "refusal", "pause_turn"] as const;

const text = (): Schema => z.string("must be a text");
const texts = (): Schema => z.union([z.string(), z.array(z.string())], "must be a text or a list of texts");
const amount = (): Schema => z.number("must be a number, 0 or more").check(z.minimum(0, "must be a number, 0 or more"));
const count = (): Schema =>
  z.int("must be a whole number, 1 or more").check(z.minimum(1, "must be a whole number, 1 or more"));
const names = (): Schema => z.array(z.string(), "must be a list of tool names");

function pattern(): Schema {
  return z.string("must be a text or a /regex/").check((found) => {
    try {
      patternOf(found.value);
    } catch (error) {
      found.issues.push({
        code: "custom",
        message: `is no regular expression: ${String(error)}`,
        input: found.value,
      });
    }
  });
}

function object(shape: Record<string, Schema>, says: string): Schema {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? `has an unknown key \`${issue.keys[0]}\` (known: ${known})` : says,
  });
}

/** A short spelling or an object; complains about the one that was used. */
function either(short: Schema, long: Schema): Schema {
  return z.unknown().check((found) => {
    const used = typeof found.value === "object" && found.value !== null ? long : short;
    for (const { path, message } of z.safeParse(used, found.value).error?.issues ?? [])
      found.issues.push({ code: "custom", path, message, input: found.value });
  });
}

const call = (): Schema =>
  object(
    {
      name: text(),
      input: maybe(z.record(z.string(), z.unknown(), "must be an object: the tool's input")),
      raw: maybe(text()),
      id: maybe(text()),
    },
    "must be an object such as { name: Read, input: { file_path: a.txt } }",
  );

function fault(): Schema {
  const kind = (): Schema => z.enum(Object.keys(FAULTS), `must be one of ${Object.keys(FAULTS).join(", ")}`);
  const long = object(
    { kind: kind(), times: maybe(count()), message: maybe(text()), delay: maybe(amount()) },
    "must be the name of a fault or an object with its kind",
  );
  const senseless = ({ kind, times }: { kind: FaultKind; times?: number }): boolean =>
    times !== undefined && FAULTS[kind]?.retried === false;
  return either(
    kind(),
    long.check((found) => {
      if (senseless(found.value as { kind: FaultKind; times?: number }))
        found.issues.push({
          code: "custom",
          path: ["times"],
          message: "has no meaning for a fault that nobody retries",
          input: found.value,
        });
    }),
  );
}

function condition(kind: "when" | "expect"): Schema {
  const both = { prompt: maybe(pattern()), system: maybe(pattern()), model: maybe(pattern()) };
  const result = either(pattern(), z.array(pattern(), "must be a text, a /regex/ or a list of them"));
  const more = {
    result: maybe(result),
    error: maybe(z.boolean("must be true or false")),
    tools: maybe(names()),
  };
  return either(
    pattern(),
    object(kind === "when" ? both : { ...both, ...more }, "must be a text, a /regex/ or an object of them"),
  );
}

/** What a script's list of turns must look like. Made anew by each call: only the scripted provider needs it. */
export function turnsSchema(): z.ZodMiniType<readonly Turn[]> {
  const tokens = {
    input: maybe(amount()),
    output: maybe(amount()),
    cache_read: maybe(amount()),
    cache_write: maybe(amount()),
  };
  const turn = object(
    {
      text: maybe(texts()),
      thinking: maybe(texts()),
      call: maybe(call()),
      calls: maybe(z.array(call(), "must be a list of calls")),
      delay: maybe(amount()),
      pace: maybe(amount()),
      usage: maybe(object(tokens, "must be an object with input and output")),
      stop: maybe(z.enum(STOPS, `must be one of ${STOPS.join(", ")}`)),
      fault: maybe(fault()),
      expect: maybe(condition("expect")),
      when: maybe(condition("when")),
      repeat: maybe(z.union([count(), z.literal(true)], "must be true or a whole number, 1 or more")),
    },
    "must be an object with text, call, calls, thinking or fault",
  );
  return z.array(turn, "must be a list of turns") as z.ZodMiniType<readonly Turn[]>;
}
