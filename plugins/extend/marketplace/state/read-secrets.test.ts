import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readSecrets } from "./read-secrets.js";

it("takes nothing from a file of secrets that others can read", () => {
  const dir = mkdtempSync(join(tmpdir(), "nacre-secrets-"));
  const file = join(dir, "secrets.json");
  expect(readSecrets(file)).toBeUndefined();
  writeFileSync(file, '{"a":1}', { mode: 0o600 });
  expect(readSecrets(file)).toEqual({ a: 1 });
  chmodSync(file, 0o640);
  expect(() => readSecrets(file)).toThrow(/can be read by others.*chmod 600/);
  rmSync(dir, { recursive: true });
});
