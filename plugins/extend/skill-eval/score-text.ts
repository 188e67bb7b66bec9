import { printable } from "../../../schemas/printable.js";
import type { Figures, Score } from "./score.js";

const MOST_WRONG = 50;

/** The figures for people. */
export function scoreText({ prompts, correct, all, skills, confusion, wrong }: Score, file: string): string {
  const rows = [...skills.map((one) => row(one.name, one)), row("all", all)];
  const head = ["skill", "wanted", "chosen", "right", "precision", "recall"];
  const parts = [`${correct} of ${prompts} prompts got the skills they want.\n`, columns([head, ...rows])];
  if (confusion.length > 0) {
    const lines = confusion.map(({ wanted, chosen, count }) => [
      `${printable(wanted)} -> ${printable(chosen)}`,
      String(count),
    ]);
    parts.push(columns([["wanted -> chosen", "times"], ...lines]));
  }
  const shown = wrong.slice(0, MOST_WRONG).map(({ prompt, line, wanted, chosen }) => {
    const said = `wanted ${list(wanted)}, got ${list(chosen)}`;
    return `${file}:${line}: ${printable(prompt).slice(0, 80)}: ${said}\n`;
  });
  if (wrong.length > shown.length) shown.push(`and ${wrong.length - shown.length} more\n`);
  if (shown.length > 0) parts.push(shown.join(""));
  return parts.join("\n");
}

function row(name: string, { wanted, chosen, right, precision, recall }: Figures): readonly string[] {
  return [printable(name), String(wanted), String(chosen), String(right), percent(precision), percent(recall)];
}

export function percent(share: number | undefined): string {
  return share === undefined ? "-" : `${Math.round(share * 1000) / 10} %`;
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((cells) => cells[at]!.length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join("  ");
  return rows.map((cells) => `${line(cells)}\n`).join("");
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map(printable).join(" and ");
}
