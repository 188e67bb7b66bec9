import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtins } from "nacre:builtins";
import { afterAll, describe, expect, it } from "vitest";
import { createKernel } from "../../core/index.js";
import { corePoints } from "../../hooks/index.js";
import type { Kernel, KindName, Plugin, Point } from "../../core/types.js";

const KINDS = [...new Set(builtins.flatMap((plugin) => Object.keys(plugin.provides ?? {})))].filter(
  (kind) => kind !== "taps",
) as KindName[];
const POINTS = Object.keys(corePoints) as Point[];
const NAMES = builtins.map((plugin) => plugin.name);

const base = mkdtempSync(join(tmpdir(), "nacre-deletable-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A plugin and everyone who cannot be without it. */
function withDependants(name: string): ReadonlySet<string> {
  const gone = new Set([name]);
  for (const found of gone) {
    for (const { name: other, requires } of builtins) if (requires?.includes(found)) gone.add(other);
  }
  return gone;
}

async function loaded(plugins: readonly Plugin[]): Promise<Kernel> {
  const cwd = join(base, "work");
  mkdirSync(cwd, { recursive: true });
  const kernel = createKernel({ cwd, home: join(base, "home"), env: { PATH: process.env["PATH"] } });
  // Plugins that wait for a setting are to be there as well.
  for (const setting of plugins.flatMap((plugin) => plugin.enabledBy ?? []))
    kernel.set(setting, join(base, "set.jsonl"));
  await kernel.load(...plugins);
  return kernel;
}

/** Runs the code of every plugin that can run here; what cannot says so in `skipped`. */
async function activate(kernel: Kernel): Promise<void> {
  for (const kind of KINDS)
    for (const { name } of kernel.all(kind)) await kernel.get(kind, name).catch(() => undefined);
}

/** Everything that can be seen of the plugins in a kernel, their order included. */
async function inventory(kernel: Kernel): Promise<object> {
  const taps: Record<string, readonly string[]> = {};
  // Firing a point loads its listeners, and those may listen at another one too.
  for (const point of POINTS) await kernel.hook(point);
  for (const point of POINTS) taps[point] = (await kernel.hook(point)).taps.map((tap) => tap.name);
  return {
    plugins: kernel.plugins.map(({ plugin, state }) => `${plugin.name} ${state}`),
    skipped: [...kernel.skipped],
    // Items that only code adds carry their functions, which are others in every kernel.
    items: JSON.parse(JSON.stringify(Object.fromEntries(KINDS.map((kind) => [kind, kernel.all(kind)])))) as object,
    taps,
    warnings: kernel.warnings,
  };
}

describe.each([
  { state: "before any code has run", prepare: async () => {} },
  { state: "after all code has run", prepare: activate },
])("unloaded $state", ({ prepare }) => {
  it.each(NAMES)("%s leaves the shell as if its folder had been deleted", async (name) => {
    const gone = withDependants(name);
    await using hot = await loaded(builtins);
    await prepare(hot);
    await inventory(hot);
    expect(new Set(await hot.unload(name))).toEqual(gone);
    await using cold = await loaded(builtins.filter((plugin) => !gone.has(plugin.name)));
    await prepare(cold);
    expect(await inventory(hot)).toEqual(await inventory(cold));
  });
});

it("takes the settings it declared along when it is unloaded", async () => {
  await using kernel = await loaded(builtins);
  for (const name of NAMES) await kernel.unload(name);
  expect([...kernel.settings.declared().keys()]).toEqual([]);
});
