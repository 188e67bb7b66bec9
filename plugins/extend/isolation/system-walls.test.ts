import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, say } from "../../../test/boot.js";
import { guest, tool, type Guest } from "./testing.js";

const ONCE = [call("T", {}), say("done")];

let server: Server;
let reached = 0;
beforeAll(async () => {
  server = createServer((socket) => {
    reached++;
    socket.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(() => void server.close());

/** Says how a connection to the server went. */
function connecting(): string {
  const { port } = server.address() as AddressInfo;
  return `const { connect } = await import("node:net");
    return { content: await new Promise((done) => {
      const socket = connect(${port}, "127.0.0.1", () => { socket.destroy(); done("connected"); });
      socket.on("error", (error) => done(error.code));
    }) };`;
}

/** Runs code in a thread, which Node's own walls do not hold. */
function inThread(code: string): string {
  return `const { Worker } = await import("node:worker_threads");
    const worker = new Worker(${JSON.stringify(`
      const { parentPort } = require("node:worker_threads"); const fs = require("node:fs");
      try { parentPort.postMessage(String((() => { ${code} })())); } catch (error) { parentPort.postMessage(error.code); }`)}, { eval: true });
    return { content: await new Promise((done) => worker.once("message", done).once("error", (error) => done(error.code))) };`;
}

async function said(run: string, options: Guest = {}): Promise<unknown> {
  await using shell = await guest(tool(run), { script: ONCE, ...options });
  await shell.send("go");
  return shell.result(0).content;
}

function granted(...grants: readonly string[]): Guest {
  return { settings: { "plugins.guest.grants": grants } };
}

describe("around a plugin's process the system's walls", () => {
  it("keep it off the network, whatever version of Node it is", async () => {
    const before = reached;
    expect(await said(connecting())).not.toBe("connected");
    expect(reached).toBe(before);
  });

  it("are named where a connection that was not granted fails", async () => {
    const run = `await fetch("http://127.0.0.1:${(server.address() as AddressInfo).port}/"); return { content: "fetched" };`;
    expect(await said(run)).toMatch(/fetch failed \(the network is not granted to this plugin; see "capabilities"/);
  });

  it("keep it from the sockets of other programs also where the network was granted", async () => {
    const name = `\0nacre-test-${process.pid}`;
    const local = createServer((socket) => socket.end());
    await new Promise<void>((done) => local.listen({ path: name }, done));
    const run = `const { connect } = await import("node:net");
      return { content: await new Promise((done) => {
        try { connect({ path: ${JSON.stringify(name)} }, () => done("connected")).on("error", (error) => done(error.code)); }
        catch (error) { done(error.code); }
      }) };`;
    expect(await said(run, { ...granted("network"), sandbox: false })).toBe("connected");
    expect(await said(run, granted("network"))).toBe("EPERM");
    local.close();
  });

  it("let it use the network when it was granted", async () => {
    expect(await said(connecting(), granted("network"))).toBe("connected");
  });

  it.each([
    [
      "read a key",
      `return fs.readFileSync(process.env.HOME + "/.ssh/id_rsa", "utf8");`,
      /^(ENOENT|ERR_ACCESS_DENIED)$/,
    ],
    ["write outside", `fs.writeFileSync("/usr/nacre-test", ""); return "wrote";`, /^(EROFS|EACCES|ERR_ACCESS_DENIED)$/],
    [
      "see other processes",
      `return fs.readdirSync("/proc").includes("${process.pid}");`,
      /^(false|ERR_ACCESS_DENIED)$/,
    ],
    ["signal nacre", `process.kill(${process.pid}, 0); return "sent";`, /^ESRCH$/],
  ])("hold what Node's do not: a thread cannot %s", async (_what, code, answer) => {
    const options = { ...granted("workers"), files: { "~/.ssh/id_rsa": "key" } };
    expect(await said(inThread(code), options)).toMatch(answer);
  });

  it("leave it its own folders and what it was granted", async () => {
    const code = `const fs = await import("node:fs"); const { cwd } = context.session;
      fs.writeFileSync(process.env.PLUGIN_DATA + "/kept", "kept ");
      fs.writeFileSync(cwd + "/new/made.txt", "made ");
      return { content: fs.readFileSync(process.env.PLUGIN_DATA + "/kept", "utf8") + fs.readFileSync(cwd + "/new/made.txt", "utf8") + fs.readFileSync(cwd + "/read.txt", "utf8") + (process.cwd() === cwd) };`;
    const options = { ...granted("read:workspace", "write:workspace"), files: { "read.txt": "read ", "new/x": "" } };
    expect(await said(code, options)).toBe("kept made read true");
  });

  it("do not hold code that may start programs", async () => {
    expect(await said(connecting(), granted("exec"))).toBe("connected");
  });

  it("leave its memory and its process known", async () => {
    await using shell = await guest(tool("return { content: String(process.memoryUsage.rss()) };"), { script: ONCE });
    await shell.send("go");
    const [account] = (await shell.kernel.service("isolation"))!.report();
    const { memory = 0, pid = 0 } = account ?? {};
    expect(Math.abs(memory - Number(shell.result(0).content))).toBeLessThan(40e6);
    process.kill(pid, "SIGKILL");
    await expect
      .poll(async () => (await shell.kernel.service("isolation"))!.report()[0]?.endings.join())
      .toMatch(/SIGKILL/);
  });

  it.each([
    ["bubblewrap is not there", { "sandbox.bwrapPath": "/nowhere/bwrap" }],
    ["it does not work", { "sandbox.bwrapPath": "/usr/bin/false" }],
  ])("are done without where %s, and Node's stand", async (_why, settings) => {
    expect(await said(connecting(), { settings })).toBe("connected");
    const denied = `const fs = await import("node:fs"); return { content: fs.readFileSync("/etc/hostname", "utf8") };`;
    expect(await said(denied, { settings })).toMatch(/restricted/);
  });
});
