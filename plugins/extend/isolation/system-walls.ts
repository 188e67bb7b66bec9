import type { KernelView } from "../../../core/types.js";
import type { Enclosed } from "../../../schemas/guards.js";
import { reachOf, type Bounds } from "./permission-flags.js";

/** Files of certificates that Node itself reads when it starts. */
const CERTIFICATES = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"];

interface Surroundings {
  readonly kernel: KernelView;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The operating system's walls around a plugin's Node, for what its own leave open: the network, native code, threads.
 * Undefined where there are none, and for code that may start programs, which are to work as they do elsewhere.
 */
export async function systemWalls(
  args: readonly string[],
  bounds: Bounds,
  { kernel, env }: Surroundings,
): Promise<Enclosed | undefined> {
  const { read, write, has } = reachOf(bounds);
  if (has("exec")) return undefined;
  const certificates = CERTIFICATES.flatMap((name) => env[name] ?? []);
  const sandbox = await kernel.service("sandbox");
  return sandbox?.enclose({
    file: process.execPath,
    args,
    cwd: kernel.cwd,
    read: [...read, ...certificates],
    write,
    network: has("network"),
  });
}
