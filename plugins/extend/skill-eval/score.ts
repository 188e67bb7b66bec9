/** A case whose answer is known. */
export interface Answered {
  readonly prompt: string;
  readonly line: number;
  readonly wanted: readonly string[];
  readonly chosen: readonly string[];
}

/** How well one skill, or all, are chosen. A share of nothing is undefined. */
export interface Figures {
  /** How often it was wanted, chosen, and both. */
  readonly wanted: number;
  readonly chosen: number;
  readonly right: number;
  readonly precision?: number;
  readonly recall?: number;
}

export interface Score {
  readonly prompts: number;
  /** Prompts of which exactly the wanted skills were chosen. */
  readonly correct: number;
  readonly all: Figures;
  readonly skills: readonly (Figures & { readonly name: string })[];
  /** What was chosen where something else was wanted; "none" stands for no skill. The most frequent first. */
  readonly confusion: readonly { readonly wanted: string; readonly chosen: string; readonly count: number }[];
  readonly wrong: readonly Answered[];
}

/** Compares what was wanted with what was chosen. */
export function scoreOf(cases: readonly Answered[]): Score {
  const names = new Set(cases.flatMap(({ wanted, chosen }) => [...wanted, ...chosen]));
  const skills = [...names].sort().map((name) => {
    const count = (list: "wanted" | "chosen"): number => cases.filter((one) => one[list].includes(name)).length;
    const right = cases.filter(({ wanted, chosen }) => wanted.includes(name) && chosen.includes(name)).length;
    return { name, ...figures(count("wanted"), count("chosen"), right) };
  });
  const sum = (key: "wanted" | "chosen" | "right"): number => skills.reduce((total, one) => total + one[key], 0);
  const wrong = cases.filter(({ wanted, chosen }) => differ(wanted, chosen));
  return {
    prompts: cases.length,
    correct: cases.length - wrong.length,
    all: figures(sum("wanted"), sum("chosen"), sum("right")),
    skills,
    confusion: confusionOf(wrong),
    wrong,
  };
}

function figures(wanted: number, chosen: number, right: number): Figures {
  return {
    wanted,
    chosen,
    right,
    ...(chosen > 0 && { precision: right / chosen }),
    ...(wanted > 0 && { recall: right / wanted }),
  };
}

function differ(one: readonly string[], other: readonly string[]): boolean {
  return one.length !== other.length || one.some((name) => !other.includes(name));
}

function confusionOf(wrong: readonly Answered[]): Score["confusion"] {
  const pairs = new Map<string, { readonly wanted: string; readonly chosen: string; count: number }>();
  for (const { wanted, chosen } of wrong) {
    const missed = wanted.filter((name) => !chosen.includes(name));
    const extra = chosen.filter((name) => !wanted.includes(name));
    for (const from of missed.length > 0 ? missed : ["none"]) {
      for (const to of extra.length > 0 ? extra : ["none"]) {
        const key = JSON.stringify([from, to]);
        const pair = pairs.get(key) ?? { wanted: from, chosen: to, count: 0 };
        pair.count++;
        pairs.set(key, pair);
      }
    }
  }
  return [...pairs.values()].sort((a, b) => b.count - a.count);
}
