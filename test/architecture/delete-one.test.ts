import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "nacre:builtins";
import { createKernel } from "../../core/index.js";
import type { Kernel, Plugin, Point } from "../../core/types.js";

const POINTS: readonly Point[] = [
  "SessionStart",
  "UserPromptSubmit",
  "PreModel",
  "PreToolUse",
  "PostToolUse",
  "Stop",
  "Event",
];
const KINDS = [...new Set(builtins.flatMap((plugin) => Object.keys(plugin.provides ?? {})))].filter(
  (kind) => kind !== "taps",
);

describe.each(builtins.map((plugin) => plugin.name))("without the plugin %s", (name) => {
  it.each([
    ["as it was listed", false],
    ["after its code has run", true],
  ])("a shell that never had it equals one that let it go, %s", async (_, active) => {
    const gone = new Set(withDependants(name));
    const cold = await inventory(
      builtins.filter((plugin) => !gone.has(plugin.name)),
      active,
    );
    const hot = await inventory(builtins, active, name);
    expect(hot).toEqual(cold);
  });
});

function withDependants(name: string): readonly string[] {
  const direct = builtins.filter((plugin) => plugin.requires?.includes(name)).map((plugin) => plugin.name);
  return [name, ...direct.flatMap(withDependants)];
}

/** Everything that can be seen of a kernel: plugins, items by kind, who listens where, declared settings. */
async function inventory(plugins: readonly Plugin[], active: boolean, leaving?: string): Promise<object> {
  const home = mkdtempSync(join(tmpdir(), "nacre-inventory-"));
  try {
    await using kernel = createKernel({ cwd: home, home, env: {} });
    await kernel.load(...plugins);
    if (active) await activate(kernel);
    if (leaving !== undefined) await kernel.unload(leaving);
    const taps: Record<string, readonly string[]> = {};
    for (const point of POINTS) taps[point] = (await kernel.hook(point)).taps.map((tap) => tap.name).toSorted();
    return {
      plugins: kernel.plugins.map(({ plugin }) => plugin.name),
      skipped: [...kernel.skipped].toSorted(),
      items: KINDS.map((kind) => [kind, kernel.all(kind as "tool").map((item) => item.name)]),
      taps,
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function activate(kernel: Kernel): Promise<void> {
  for (const kind of KINDS) {
    for (const { name } of kernel.all(kind as "tool")) await kernel.get(kind as "tool", name).catch(() => undefined);
  }
}
