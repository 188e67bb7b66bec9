import { closeSync, existsSync, mkdtempSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filterFor, openFilter, type UnixSockets } from "./filter.js";

const X64 = 0xc000003e;
const ARM64 = 0xc00000b7;

/** What a filter answers to a call, as the kernel works it out. */
function answer(filter: Buffer, call: { machine: number; number: number; args?: readonly number[] }): string {
  const facts = new Map([
    [0, call.number],
    [4, call.machine],
    ...(call.args ?? []).map((value, place): [number, number] => [16 + place * 8, value]),
  ]);
  let value = 0;
  for (let place = 0; ; place++) {
    const [code, yes, no] = [filter.readUInt16LE(place * 8), filter[place * 8 + 2]!, filter[place * 8 + 3]!];
    const given = filter.readUInt32LE(place * 8 + 4);
    if (code === 0x20) value = facts.get(given) ?? 0;
    else if (code === 0x54) value &= given;
    else if (code === 0x15) place += value === given ? yes : no;
    else if (code === 0x35) place += value >= given ? yes : no;
    else return { 0x7fff0000: "allow", 0x00050001: "refuse", 0x80000000: "kill" }[given] ?? String(given);
  }
}

describe("The filter of system calls", () => {
  it.each([
    ["x64", X64, { keyctl: 250, ioctl: 16, socketpair: 53, read: 0 }],
    ["arm64", ARM64, { keyctl: 219, ioctl: 29, socketpair: 199, read: 63 }],
  ])("refuses on %s what namespaces do not confine, and nothing else", (arch, machine, numbers) => {
    const filter = filterFor(arch, "helped")!;
    const of = (name: keyof typeof numbers, ...args: readonly number[]): string =>
      answer(filter, { machine, number: numbers[name], args });
    expect(of("keyctl", 11)).toBe("refuse");
    expect(of("read")).toBe("allow");
    expect([0x5412, 0x541c, 0x5413].map((request) => of("ioctl", 0, request))).toEqual(["refuse", "refuse", "allow"]);
    // With SOCK_CLOEXEC: streams pass, datagrams and what the kernel takes for them do not.
    const kinds = [1, 2, 3, 5].map((kind) => of("socketpair", 1, kind | 0o2000000));
    expect(kinds).toEqual(["allow", "refuse", "refuse", "allow"]);
    expect(of("socketpair", 2, 2)).toBe("allow");
    expect(answer(filterFor(arch, "all")!, { machine, number: numbers.socketpair, args: [1, 2] })).toBe("allow");
    expect(answer(filter, { machine: 0x40000003, number: 3 })).toBe("kill");
    expect(answer(filter, { machine, number: 0x40000000 + numbers.socketpair })).toBe("kill");
  });

  it.each([
    ["x64", X64, 41, 53],
    ["arm64", ARM64, 198, 199],
  ])("refuses on %s every Unix socket but pairs of streams where no helper does", (arch, machine, socket, pair) => {
    const answers = (unix: UnixSockets, number: number, ...args: readonly number[]): string =>
      answer(filterFor(arch, unix)!, { machine, number, args });
    expect([1, 2, 10, 16].map((family) => answers("pairs", socket, family, 1))).toEqual([
      "refuse",
      "allow",
      "allow",
      "allow",
    ]);
    expect([425, 426, 427].map((number) => answers("pairs", number))).toEqual(["refuse", "refuse", "refuse"]);
    expect([1, 2].map((kind) => answers("pairs", pair, 1, kind))).toEqual(["allow", "refuse"]);
    expect(answers("helped", socket, 1, 1)).toBe("allow");
  });

  it("is not there for other processors", () => expect(filterFor("riscv64", "helped")).toBeUndefined());

  it("is read from an open file that has no name", () => {
    const folder = mkdtempSync(join(tmpdir(), "nacre-filter-"));
    const filter = filterFor("x64", "helped")!;
    const file = openFilter(filter, join(folder, "f"));
    expect(existsSync(join(folder, "f"))).toBe(false);
    const bytes = Buffer.alloc(1_000);
    // As the next program reads it: from where it is.
    expect(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, null))).toEqual(filter);
    closeSync(file);
    rmSync(folder, { recursive: true });
  });
});
