import type { KernelView } from "../../../core/types.js";
import type { Flag, FrontSpec, SubcommandSpec } from "../../../schemas/front.js";
import type { ProviderSpec } from "../../../schemas/provider.js";
import { printable } from "../../../schemas/printable.js";
import { wrap } from "../table.js";
import { flagGroups } from "./flag-groups.js";

/** Left columns wider than this put their text on the next line. */
const LEFT = 34;

const CHOICE = "The first that is usable answers; --provider NAME picks one, --model NAME the model.";

interface Entry {
  readonly left: string;
  readonly text: string;
}

/** The whole help, in lines of at most `width` characters where words allow it. */
export function helpPage(
  kernel: KernelView,
  { width, docs }: { readonly width: number; readonly docs: string },
): string {
  const subcommands = (kernel.all("subcommand") as readonly SubcommandSpec[]).toSorted(byName);
  const groups = flagGroups(kernel).map(({ title, flags }) => section(title, flags.map(flagEntry), width));
  return [
    `nacre ${kernel.version}: an agent shell made of plugins\n`,
    section("Usage", usages(kernel), width),
    section("Subcommands (nacre help NAME says more)", subcommands.map(subcommandEntry), width),
    ...groups,
    section("Connecting a model", providers(kernel), width) + paragraph(CHOICE, width),
    section("More", [], width) + paragraph(`nacre doctor checks this installation. ${docs}`, width),
  ].join("\n");
}

/** The help of one subcommand, and the names of those that begin with its word. */
export function subcommandPage(
  asked: SubcommandSpec | undefined,
  below: readonly SubcommandSpec[],
  width: number,
): string {
  const list = below.length === 0 ? "" : section("Subcommands", below.toSorted(byName).map(subcommandEntry), width);
  if (!asked) return list;
  const { name, usage, description, aliases } = asked;
  const ways = waysOf(usage ?? "").map((way) => printable(`  nacre ${name} ${way}`).trimEnd());
  const also = aliases && aliases.length > 0 ? `\nAlso called ${printable(aliases.join(", "))}.\n` : "";
  return `Usage\n${ways.join("\n")}\n\n${wrap(`${description.replace(/\.$/, "")}.`, width).join("\n")}\n${also}${list && `\n${list}`}`;
}

/** Ways stand between ` | `; one inside of brackets belongs to its way. */
function waysOf(usage: string): readonly string[] {
  const ways: string[] = [""];
  let depth = 0;
  for (const piece of usage.split(/( \| |[[\]])/)) {
    if (piece === " | " && depth === 0) ways.push("");
    else ways[ways.length - 1] += piece;
    depth += piece === "[" ? 1 : piece === "]" ? -1 : 0;
  }
  return ways;
}

/** One way of starting for each front: by its flags, by a prompt, or by where it runs. */
function usages(kernel: KernelView): readonly Entry[] {
  const fronts = (kernel.all("front") as readonly FrontSpec[]).toSorted((a, b) => a.order - b.order);
  const entries = fronts.map(({ positional, flags, description, name }) => {
    const flag = flags?.[0];
    const how = positional ? "PROMPT" : flag === undefined ? "" : `--${flag}`;
    return { left: `nacre [FLAGS] ${how}`.trimEnd(), text: description ?? name };
  });
  return [...entries, { left: "nacre SUBCOMMAND ...", text: "One of those below" }];
}

/** How to connect a model, in the providers' own words. */
function providers(kernel: KernelView): readonly Entry[] {
  const all = (kernel.all("provider") as readonly ProviderSpec[]).filter((one) => one.auto);
  const ways = all.toSorted((a, b) => (a.auto?.order ?? 0) - (b.auto?.order ?? 0));
  return ways.map(({ name, auto }) => ({ left: name, text: auto?.hint ?? "" }));
}

function flagEntry({ name, short, type, value, description, aliases }: Flag): Entry {
  const letter = short === undefined ? "    " : `-${short}, `;
  const given = type === "boolean" ? "" : type === "optional" ? `[=${value ?? "VALUE"}]` : ` ${value ?? "VALUE"}`;
  const also = aliases && aliases.length > 0 ? ` (also --${aliases.join(", --")})` : "";
  return { left: `${letter}--${name}${given}`, text: `${description.replace(/\.$/, "")}${also}` };
}

function subcommandEntry({ name, description }: SubcommandSpec): Entry {
  return { left: name, text: description.replace(/\.$/, "") };
}

function section(title: string, entries: readonly Entry[], width: number): string {
  const shown = entries.map(({ left, text }) => ({ left: printable(left), text }));
  const left = Math.min(LEFT, Math.max(0, ...shown.map((entry) => entry.left.length)));
  const gap = " ".repeat(left + 4);
  const lines = shown.flatMap((entry) => {
    const text = wrap(entry.text, Math.max(20, width - gap.length));
    const [first = "", ...more] = entry.left.length > left ? ["", ...text] : text;
    return [`  ${entry.left.padEnd(left)}  ${first}`.trimEnd(), ...more.map((line) => gap + line)];
  });
  return [printable(title), ...lines].join("\n") + "\n";
}

function paragraph(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((part) => wrap(part, width - 2))
    .map((line) => `  ${line}\n`)
    .join("");
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
