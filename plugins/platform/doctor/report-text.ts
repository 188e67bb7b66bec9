import { printable } from "../../../schemas/printable.js";
import { table, wrap } from "../table.js";
import type { Report } from "./report.js";

const MOST_FILES = 20;

/** The report for people, in lines of about so many characters. */
export function reportText(report: Report, width: number): string {
  const { skipped, warnings, files, broken } = report;
  return [
    `nacre ${report.version}\n${machine(report)}`,
    block("Model", model(report)),
    block("Settings files", settings(report)),
    block("Programs", programs(report)),
    block("Plugins", plugins(report, width)),
    block("Skipped plugins", skipped.map(({ name, why }) => item(`${name}: ${why}`, width)).join("")),
    block("Warnings", warnings.map((warning) => item(warning, width)).join("")),
    block(
      "Files of plugins",
      files
        .slice(0, MOST_FILES)
        .map((one) => item(one, width))
        .join("") + rest(files, width),
    ),
    broken.length === 0
      ? "Everything that is needed works.\n"
      : block("Broken", broken.map((sentence) => item(sentence, width)).join("")),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function rest({ length }: readonly string[], width: number): string {
  return length <= MOST_FILES ? "" : item(`and ${length - MOST_FILES} more: nacre doctor --json`, width);
}

function machine({ node, platform, home, project, terminal, sandbox }: Report): string {
  const { root, trusted, heldBack } = project;
  const held = heldBack.length === 0 ? "" : `; held back: ${heldBack.join(", ")}`;
  const { input, output, columns, type, colours, unicode } = terminal;
  const streams =
    input && output ? "" : `, ${input ? "output" : output ? "input" : "input and output"} not from a terminal`;
  const size = columns === undefined ? "" : `, ${columns} columns`;
  return table(
    [
      ["Node", node],
      ["Platform", platform],
      ["Home", `${home.path} (${home.writable ? "writable" : "not writable"})`],
      ["Project", `${root} (${trusted ? "trusted" : "not trusted"}${held})`],
      ["Terminal", `${type ?? "unknown"}${size}, colours: ${colours}, ${unicode ? "UTF-8" : "not UTF-8"}${streams}`],
      ...(sandbox ? [["Sandbox", `${sandbox.active ? "on" : "not on"}: ${sandbox.reason}`]] : []),
    ],
    { indent: "  " },
  );
}

function model({ provider, providers }: Report): string {
  const name = provider.name === undefined ? "none" : `${provider.name}${provider.model ? `, ${provider.model}` : ""}`;
  const rows = providers.map((one) => [one.name, one.usable ? "usable" : "not usable", one.why]);
  return item(`${name} (${provider.why})`, Infinity) + table(rows, { indent: "  " });
}

function settings({ settings }: Report): string {
  if (settings.length === 0) return "  none\n";
  return table(
    settings.map(({ layer, file, problem }) => [layer, file, ...(problem === undefined ? [] : ["broken"])]),
    { indent: "  " },
  );
}

function programs({ programs }: Report): string {
  const rows = programs.map(({ name, use, path, version, needed }) => {
    if (path !== undefined) return [name, version ?? "no version said", path];
    return [name, "not found", needed ? `needed: ${use}` : `only needed for: ${use}`];
  });
  return table(rows, { indent: "  " });
}

/** Names by origin and state: a table of all would hide what matters. `nacre plugin list` has it. */
function plugins({ plugins }: Report, width: number): string {
  const groups = new Map<string, string[]>();
  for (const { name, origin, state } of plugins) {
    const title = `${origin}, ${state}`;
    groups.set(title, [...(groups.get(title) ?? []), name]);
  }
  return [...groups]
    .map(([title, names]) => item(`${title} (${names.length}): ${names.toSorted().join(", ")}`, width))
    .join("");
}

function item(text: string, width: number): string {
  const [first = "", ...more] = wrap(text, width - 4);
  return [`  ${first}`, ...more.map((line) => `    ${line}`)].join("\n") + "\n";
}

function block(title: string, text: string): string {
  return text === "" ? "" : `${printable(title)}\n${text}`;
}
