import type { Socket } from "node:net";
import { createHttpProxyServer } from "@anthropic-ai/sandbox-runtime/dist/sandbox/http-proxy.js";
import {
  canonicalizeHost,
  isValidHost,
  resolveParentProxy,
} from "@anthropic-ai/sandbox-runtime/dist/sandbox/parent-proxy.js";
import { createResolvedAddressGuard } from "@anthropic-ai/sandbox-runtime/dist/sandbox/resolved-address-guard.js";
import { createSocksProxyServer } from "@anthropic-ai/sandbox-runtime/dist/sandbox/socks-proxy.js";
import type { Hosts } from "../policy/policy.js";

/** The sandbox runtime's proxies, handed connections one by one. */
export interface Proxies {
  http(socket: Socket): void;
  socks(socket: Socket): void;
}

/**
 * The proxies behind one door. A name is looked up once, and what it leads to must not be this machine or another
 * address that only answers from here, unless that very address is on the list.
 */
export function startProxies(
  { allowed, denied }: Hosts,
  judge: (host: string, port: number) => Promise<boolean>,
  token: string | undefined,
): Proxies {
  const guard = createResolvedAddressGuard({
    allowedDomains: allowed.filter((one) => one !== "*"),
    deniedDomains: denied,
  });
  const parent = resolveParentProxy();
  const common = {
    ...(parent && { parentProxy: parent }),
    ...(token !== undefined && { proxyAuthToken: token }),
    lookupFor: (port: number) => guard.lookupFor(port),
  };
  const filter = async (port: number, host: string): Promise<boolean> => {
    // Compared and connected to in the spelling that the system would end up with.
    const plain = isValidHost(host) ? canonicalizeHost(host) : undefined;
    return plain !== undefined && judge(plain, port);
  };
  const http = createHttpProxyServer({ ...common, filter });
  const socks = createSocksProxyServer({ ...common, filter });
  return {
    http: (socket) => void http.emit("connection", socket),
    socks: (socket) => socks.handleConnection(socket),
  };
}
