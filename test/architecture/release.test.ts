import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "./sources.js";

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}

interface Package {
  readonly scripts: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const read = <T>(name: string): T => JSON.parse(readFileSync(join(ROOT, name), "utf8")) as T;
const own = read<Package>("package.json");
const { "": _self, ...locked } = read<{ readonly packages: Readonly<Record<string, Locked>> }>(
  "package-lock.json",
).packages;

it("what a release is made of is pinned by version and hash (advisory 72)", () => {
  const wanted = { ...own.dependencies, ...own.devDependencies };
  expect(Object.values(wanted).filter((version) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  // The build tools' own parts for systems other than the one that releases are built on.
  const isForeign = ([path, { optional }]: readonly [string, Locked]): boolean =>
    optional === true && /(?:^|\/)node_modules\/@(?:oxfmt|oxlint|rolldown)\/binding-(?!linux-x64-gnu)/.test(path);
  const loose = Object.entries(locked).filter(([, { integrity }]) => integrity === undefined);
  expect(loose.filter((entry) => !isForeign(entry)).map(([path]) => path)).toEqual([]);
  expect(Object.values(locked).filter(({ integrity }) => integrity && !/^sha(?:512|256)-/.test(integrity))).toEqual([]);
});

it("nothing runs where a release is installed, and it holds what was built and nothing else (advisories 72, 75)", () => {
  for (const name of ["preinstall", "install", "postinstall"]) expect(own.scripts).not.toHaveProperty(name);
  const shipped = Object.entries(locked).filter(([, { dev, devOptional }]) => !dev && !devOptional);
  expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
  expect(own.files).toEqual(["docs", "dist", "plugin.json", "skills"]);
});

it("no automation of the repository can publish, or is told what strangers write (advisory 72)", () => {
  const files = [".ci", ".github/workflows"].flatMap((dir) =>
    existsSync(join(ROOT, dir)) ? readdirSync(join(ROOT, dir)).map((name) => join(ROOT, dir, name)) : [],
  );
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    expect(text).not.toMatch(/npm publish|_authToken|NPM_TOKEN|NODE_AUTH_TOKEN|id-token: *write/);
    expect(text).not.toMatch(/\$\{\{ *github\.event\.(?:issue|pull_request|comment|review)/);
  }
});
