import { UserError } from "../../../../schemas/errors.js";
import { isObject, type JsonObject } from "../../../../schemas/json.js";
import { know } from "../../../../schemas/redact.js";
import type { PluginOptions } from "../../../../schemas/installed.js";
import type { Job } from "../job.js";
import { readSecrets } from "../state/read-secrets.js";

/** One question that a manifest asks. */
interface Question {
  readonly type: string;
  readonly title: string;
  readonly required: boolean;
  readonly sensitive: boolean;
  readonly multiple: boolean;
  readonly fallback: unknown;
  readonly choices: readonly string[] | undefined;
  readonly min: number;
  readonly max: number;
}

/** Throws a UserError for answers on the command line that no question fits. */
export function checkAnswers(job: Job, id: string, config: JsonObject): void {
  given(job, id, config);
}

/** Keeps the answers given on the command line: in the user's settings, sensitive ones in a file of their own. */
export async function saveAnswers(job: Job, id: string, config: JsonObject): Promise<void> {
  const answers = given(job, id, config);
  const questions = questionsIn(config);
  const writer = await job.kernel.service("settingsWriter");
  for (const [key, value] of Object.entries(answers)) {
    if (questions[key]?.sensitive) {
      const { changeJson } = await import("../state/json-file.js");
      await changeJson(job.paths.secrets, 0o600, (now) => ({ ...now, [id]: { ...tableOf(now?.[id]), [key]: value } }));
    } else if (writer) await writer.set(`pluginConfigs.${JSON.stringify(id)}.options.${key}`, value, "user");
    else throw new UserError("The plugin that writes settings files is not there; switch config on.");
  }
  const kept = {
    ...tableOf(readSecrets(job.paths.secrets)?.[id]),
    ...saved(job.kernel.settings.get("pluginConfigs"), id),
    ...answers,
  };
  const open = Object.entries(questions).filter(
    ([key, { required, fallback }]) => required && fallback === undefined && kept[key] === undefined,
  );
  for (const [key, { title }] of open) {
    job.note(`"${id}" needs a value for ${key} (${title}): nacre plugin configure ${id} --config ${key}=VALUE`);
  }
}

/** Answers and defaults of a plugin. */
export function optionsOf(
  config: JsonObject,
  settings: unknown,
  secrets: JsonObject | undefined,
  id: string,
): PluginOptions {
  const questions = questionsIn(config);
  const said = { ...saved(settings, id), ...tableOf(secrets?.[id]) };
  const values: Record<string, unknown> = {};
  for (const [key, { fallback }] of Object.entries(questions)) {
    const value = Object.hasOwn(said, key) ? said[key] : fallback;
    if (value !== undefined) values[key] = value;
  }
  const sensitive = Object.keys(questions).filter((key) => questions[key]?.sensitive);
  for (const key of sensitive) know(String(values[key] ?? ""));
  return { values, sensitive };
}

/** Forgets what was answered in secret. */
export async function forgetSecrets(job: Job, id: string): Promise<void> {
  if (!Object.hasOwn(readSecrets(job.paths.secrets) ?? {}, id)) return;
  const { changeJson } = await import("../state/json-file.js");
  await changeJson(job.paths.secrets, 0o600, (now = {}) => {
    return Object.fromEntries(Object.entries(now).filter(([key]) => key !== id));
  });
}

function given(job: Job, id: string, config: JsonObject): Readonly<Record<string, unknown>> {
  const flags = job.flags["config"];
  const questions = questionsIn(config);
  const answers: Record<string, unknown> = {};
  for (const pair of Array.isArray(flags) ? (flags as readonly string[]) : []) {
    const at = pair.indexOf("=");
    const key = at > 0 ? pair.slice(0, at) : pair;
    if (at <= 0) throw new UserError(`--config takes KEY=VALUE, not ${JSON.stringify(pair)}.`);
    const question = Object.hasOwn(questions, key) ? questions[key] : undefined;
    if (!question)
      throw new UserError(
        `"${id}" asks for no "${key}"; it asks for: ${Object.keys(questions).join(", ") || "nothing"}.`,
      );
    answers[key] = question.multiple
      ? [...((answers[key] as unknown[]) ?? []), read(key, question, pair.slice(at + 1))]
      : read(key, question, pair.slice(at + 1));
  }
  return answers;
}

function read(key: string, { type, choices, min, max }: Question, text: string): unknown {
  const wrong = (what: string): UserError =>
    new UserError(`--config ${key} must be ${what}, not ${JSON.stringify(text)}.`);
  if (type === "number") {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value)) throw wrong("a number");
    if (value < min || value > max) throw wrong(`between ${min} and ${max}`);
    return value;
  }
  if (type === "boolean") {
    if (text !== "true" && text !== "false") throw wrong("true or false");
    return text === "true";
  }
  if (choices && !choices.includes(text)) throw wrong(`one of ${choices.join(", ")}`);
  return text;
}

function questionsIn(config: JsonObject): Readonly<Record<string, Question>> {
  const questions: Record<string, Question> = {};
  for (const [key, one] of Object.entries(config)) {
    if (!/^[A-Za-z_]\w{0,63}$/.test(key) || key === "__proto__" || !isObject(one)) continue;
    const { type, title, description, required, sensitive, multiple, default: fallback, options, min, max } = one;
    questions[key] = {
      type: typeof type === "string" ? type : "string",
      title: [title, description, key].find((text): text is string => typeof text === "string") ?? key,
      required: required === true,
      sensitive: sensitive === true,
      multiple: multiple === true,
      fallback,
      choices: Array.isArray(options)
        ? options.map((each) => String(isObject(each) ? each["value"] : each))
        : undefined,
      min: typeof min === "number" ? min : -Infinity,
      max: typeof max === "number" ? max : Infinity,
    };
  }
  return questions;
}

function saved(settings: unknown, id: string): JsonObject {
  const all = isObject(settings) ? settings : {};
  const own = Object.hasOwn(all, id) ? all[id] : undefined;
  return isObject(own) ? tableOf(own["options"]) : {};
}

function tableOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
