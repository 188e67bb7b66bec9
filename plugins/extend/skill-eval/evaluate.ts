import { basename, dirname, join, resolve } from "node:path";
import type { KernelView } from "../../../core/types.js";
import { EXIT, UserError } from "../../../schemas/errors.js";
import type { Invocation } from "../../../schemas/front.js";
import { PartNames } from "../part-names.js";
import { readText } from "../read-text.js";
import { sayHeld } from "../say-held.js";
import { readSkillFile } from "../skill-file.js";
import { fittingSkills, triggerOf, type Trigger } from "../triggers.js";
import { readCases, type Case } from "./read-cases.js";
import { percent, scoreText } from "./score-text.js";
import { scoreOf, type Answered, type Score } from "./score.js";
import { jsonText } from "../../../schemas/json-text.js";

/** `nacre skill eval FILE`. Resolves with 1 when less is right than was asked for. */
export async function evaluate(kernel: KernelView, { flags, positionals, io }: Invocation): Promise<number> {
  const [given, ...others] = positionals;
  if (given === undefined || others.length > 0) {
    throw new UserError("nacre skill eval takes one file with labelled prompts; see docs/skills.md.", EXIT.usage);
  }
  const limits = { precision: limit(flags, "min-precision"), recall: limit(flags, "min-recall") };
  const file = resolve(kernel.cwd, given);
  const cases = readCases(file);
  const recorded = cases.every(({ chosen }) => chosen !== undefined);
  if (!recorded) sayHeld(kernel, io);
  const score = scoreOf(recorded ? (cases as readonly Answered[]) : await answered(kernel, cases, file));
  const missed = misses(score, limits);
  if (flags["json"] === true) {
    const { all, ...rest } = score;
    io.stdout.write(`${jsonText({ file, ...rest, ...all, passed: missed.length === 0 }, 2)}\n`);
  } else io.stdout.write(scoreText(score, given));
  for (const sentence of missed) io.stderr.write(`nacre: ${sentence}\n`);
  return missed.length > 0 ? EXIT.failed : EXIT.done;
}

/** Where no answer is recorded, the triggers of the skills that are there give one. */
async function answered(kernel: KernelView, cases: readonly Case[], file: string): Promise<readonly Answered[]> {
  const catalogue = await kernel.service("catalogue");
  const { all } = new PartNames((await catalogue?.parts("skill")) ?? []);
  const own = join(dirname(file), "SKILL.md");
  const more = all.some(({ part }) => part.file === own) ? undefined : await triggerIn(own);
  const triggers = [...all.flatMap((one) => triggerOf(one) ?? []), ...(more ? [more] : [])];
  return cases.map((one) => {
    return { ...one, chosen: one.chosen ?? fittingSkills(triggers, one.prompt).map(({ skill }) => skill) };
  });
}

/** A skill beside its cases counts even where nothing else of the folder is trusted, or known. */
async function triggerIn(file: string): Promise<Trigger | undefined> {
  const text = readText(file);
  if (typeof text !== "string") return undefined;
  const folder = basename(dirname(file));
  return triggerOf({ name: folder, part: await readSkillFile(text, { folder }) });
}

function limit(flags: Invocation["flags"], name: string): number | undefined {
  const value = flags[name];
  if (value === undefined) return undefined;
  if (typeof value === "number" && value <= 1) return value;
  throw new UserError(`--${name} must be a share from 0 to 1, not ${String(value)}.`, EXIT.usage);
}

function misses(
  { all }: Score,
  limits: { readonly precision: number | undefined; readonly recall: number | undefined },
): readonly string[] {
  return (["precision", "recall"] as const).flatMap((key) => {
    const [least, share] = [limits[key], all[key]];
    if (least === undefined || share === undefined || share >= least) return [];
    return [`The ${key} is ${percent(share)}, less than ${percent(least)} (--min-${key}).`];
  });
}
