import { PORT } from "../linux/command.js";

/** Reached without the proxy: what listens inside, and addresses that no proxy of ours would reach. */
const DIRECT = ["localhost", "127.0.0.1", "::1"];

/** What tells programs of the proxy. Nothing in it is secret. `allowed` hosts are never left out. */
export function proxyEnv(allowed: readonly string[], socat: string): Readonly<Record<string, string>> {
  const url = `http://localhost:${PORT}`;
  const direct = DIRECT.filter(
    (host) => !allowed.some((one) => one.replace(/:\d+$/, "").replace(/[[\]]/g, "") === host),
  );
  const env: Record<string, string> = {
    GIT_SSH_COMMAND: `ssh -o ControlMaster=no -o ControlPath=none -o ProxyCommand='${socat} - PROXY:localhost:%h:%p,proxyport=${PORT}'`,
    RSYNC_PROXY: `localhost:${PORT}`,
    CLOUDSDK_PROXY_TYPE: "http",
    CLOUDSDK_PROXY_ADDRESS: "localhost",
    CLOUDSDK_PROXY_PORT: String(PORT),
  };
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "GRPC_PROXY"]) {
    env[name] = url;
    env[name.toLowerCase()] = url;
  }
  env["FTP_PROXY"] = env["ftp_proxy"] = `socks5h://localhost:${PORT}`;
  env["NO_PROXY"] = env["no_proxy"] = direct.join(",");
  return env;
}

const NAMES = /^(?:https?|all|grpc|ftp|no)_proxy$/i;

/** An environment without any proxy: where there is no network, the machine's own would only mislead. */
export function withoutProxies(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !NAMES.test(name)));
}
