import { UserError } from "../../../../schemas/errors.js";
import type { Job } from "../job.js";
import { allMarkets, openMarket } from "../markets.js";
import { oneLine, printable } from "../../../../schemas/printable.js";
import { readInstalled } from "../state/installed-file.js";
import { answer } from "./answer.js";

interface Hit {
  readonly id: string;
  readonly description: string;
  readonly version?: string;
  readonly category?: string;
  readonly installed: boolean;
}

const MOST_SHOWN = 100;

/** `nacre plugin search [WORDS]`: plugins of all marketplaces that have all the words. */
export async function searchVerb(job: Job): Promise<number> {
  const words = job.words.flatMap((word) => word.toLowerCase().split(/\s+/)).filter((word) => word !== "");
  const hits: Hit[] = [];
  const names = Object.keys(allMarkets(job));
  if (names.length === 0) throw new UserError("No marketplace was added yet: nacre plugin marketplace add SOURCE.");
  const there = new Set(readInstalled(job.paths.installed).map(({ id }) => id));
  for (const name of names) {
    try {
      const { market } = await openMarket(job, name);
      for (const { name: plugin, value } of market.entries) {
        const id = `${plugin}@${name}`;
        const { description, version, category, keywords, tags, displayName } = value;
        const text = JSON.stringify([plugin, displayName, description, category, keywords, tags]).toLowerCase();
        if (!words.every((word) => text.includes(word))) continue;
        hits.push({
          id,
          description: typeof description === "string" ? description : "",
          ...(typeof version === "string" && { version }),
          ...(typeof category === "string" && { category }),
          installed: there.has(id),
        });
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      job.note(printable(error.message));
    }
  }
  hits.sort((a, b) => score(b, words) - score(a, words) || (a.id < b.id ? -1 : 1));
  return answer(job, { plugins: hits }, () => {
    if (hits.length === 0) job.print("No plugin has all of these words.");
    for (const { id, description, installed } of hits.slice(0, MOST_SHOWN)) {
      job.print(printable(id) + (installed ? " (installed)" : ""));
      if (description !== "") job.print(`  ${oneLine(description, 160)}`);
    }
    if (hits.length > MOST_SHOWN) job.note(`${hits.length - MOST_SHOWN} more; add words to find fewer.`);
  });
}

/** Words in the name count most. */
function score({ id }: Hit, words: readonly string[]): number {
  const name = id.slice(0, id.lastIndexOf("@")).toLowerCase();
  return words.reduce((sum, word) => sum + (name === word ? 3 : name.includes(word) ? 1 : 0), 0);
}
