import { watch } from "node:fs";

const QUIET = 150;

/** Resolves when files below a folder have changed and then been left alone for a moment. */
export function changed(dir: string, signal: AbortSignal): Promise<void> {
  return new Promise((done, fail) => {
    let timer: NodeJS.Timeout | undefined;
    const watcher = watch(dir, { recursive: true, signal }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        watcher.close();
        done();
      }, QUIET);
    });
    watcher.once("error", fail);
    signal.addEventListener("abort", () => done(), { once: true });
  });
}
