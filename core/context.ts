import type { Engine } from "./engine.js";
import type { Scope } from "../hooks/scope.js";
import type { Plugin, PluginContext } from "./types.js";

/** The handle a plugin gets. Everything that goes in through it is written down in its scope. */
export function pluginContext(kernel: Engine, scope: Scope<Plugin>): PluginContext {
  const { plugin } = scope;
  return {
    plugin,
    kernel,
    settings: Object.freeze(kernel.settings.slice(plugin.settings, plugin.name)),
    get signal() {
      return scope.signal;
    },
    get: (kind, name) => kernel.get(kind, name),
    all: (kind) => kernel.all(kind),
    add: (kind, item) => kernel.add(scope, kind, item),
    tap(point, fn, options = {}) {
      scope.taps.push({ point, fn, options });
      kernel.points.changed();
    },
    point(name, make) {
      kernel.points.declare(name, make);
      scope.points.push(name);
      return () => kernel.hook(name);
    },
    onDispose(fn) {
      scope.disposers.push(fn);
    },
  };
}
