import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "./testing.js";

describe("Much output", () => {
  it("shows both ends and keeps the whole in a private file", async () => {
    await using shell = await run("seq 20000; echo the end");
    const text = String(shell.result(0).content);
    const path = /everything is in (\S+) \.\.\.\]/.exec(text)?.[1] ?? "";
    expect(text.length).toBeLessThan(31_000);
    expect(text).toMatch(/^1\n2\n[^]*characters left out[^]*20000\nthe end$/);
    expect(readFileSync(path, "utf8")).toMatch(/^1\n2\n[^]*\n10000\n[^]*the end\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(path.startsWith(join(shell.home, "tmp", shell.session.id))).toBe(true);
  });

  it("shows less of a failure", async () => {
    await using shell = await run("seq 5000; false");
    const text = String(shell.result(0).content);
    expect(text).toMatch(/^Exit code 1\n1\n[^]*left out; everything is in [^]*\n5000$/);
    expect(text.length).toBeLessThan(10_400);
  });

  it("is shown whole up to the limit", async () => {
    await using shell = await run("head -c 30000 /dev/zero | tr '\\0' x");
    expect(shell.result(0).content).toBe("x".repeat(30_000));
  });

  it("takes no memory and at most 10 MB of disk", async () => {
    const before = process.memoryUsage.rss();
    await using shell = await run("yes 0123456789 | head -c 50000000; echo; echo last words");
    const text = String(shell.result(0).content);
    const path = /the first 10 MB of 50000012 bytes are in (\S+) /.exec(text)?.[1] ?? "";
    expect(text.endsWith("last words")).toBe(true);
    expect(statSync(path).size).toBe(10 * 1024 * 1024);
    expect(process.memoryUsage.rss() - before).toBeLessThan(80 * 1024 * 1024);
  });

  it("keeps the order of the two streams where they do not come at once", async () => {
    await using shell = await run("for i in 1 2 3; do echo o$i; sleep 0.02; echo e$i >&2; sleep 0.02; done");
    expect(shell.result(0).content).toBe("o1\ne1\no2\ne2\no3\ne3");
  });

  it("never holds half a character where it was cut", async () => {
    await using shell = await run("printf a; yes 😀 | tr -d '\\n' | head -c 200000");
    expect(JSON.stringify(shell.result(0).content)).not.toMatch(/\\ud[89a-f]/);
  });

  it("is told to screens while it comes, a few times a second", async () => {
    await using shell = await run("for i in 1 2 3 4 5 6 7; do echo line $i; sleep 0.1; done");
    const progress = shell.events.filter((event) => event.type === "progress");
    expect(progress.length).toBeGreaterThanOrEqual(1);
    expect(progress.length).toBeLessThanOrEqual(4);
    expect(progress[0]!.text).toMatch(/^line 1\nline 2/);
  });
});
