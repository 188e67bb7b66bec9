/** What one plugin cost at one place. */
export interface BillRow {
  readonly plugin: string;
  /** A hook point, "load", "tool:Name", "model", "middleware". */
  readonly place: string;
  readonly calls: number;
  readonly ms: number;
  readonly p50: number;
  readonly p95: number;
  readonly failures: number;
  /** Failures because the deadline was over. */
  readonly late: number;
}

const SAMPLES = 256;

/** What the calls into one plugin at one place took. */
export class Line {
  calls = 0;
  ms = 0;
  failures = 0;
  late = 0;
  /** The last 256 durations: enough for percentiles, bounded for long runs. */
  readonly samples: number[] = [];

  add(ms: number): void {
    this.samples[this.calls++ % SAMPLES] = ms;
    this.ms += ms;
  }

  percentile(share: number): number {
    const sorted = [...this.samples].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  }
}

/** Times and counts every call into a plugin. */
export class Bill {
  readonly #plugins = new Map<string, Map<string, Line>>();

  add(plugin: string, place: string, ms: number, failed: boolean | "late" = false): void {
    const line = this.line(plugin, place);
    line.add(ms);
    if (failed !== false) line.failures++;
    if (failed === "late") line.late++;
  }

  /** Where the calls into a plugin at one place are counted. */
  line(plugin: string, place: string): Line {
    let places = this.#plugins.get(plugin);
    if (!places) this.#plugins.set(plugin, (places = new Map<string, Line>()));
    let line = places.get(place);
    if (!line) places.set(place, (line = new Line()));
    return line;
  }

  rows(): BillRow[] {
    const rows: BillRow[] = [];
    for (const [plugin, places] of this.#plugins) {
      for (const [place, line] of places) {
        const { calls, ms, failures, late } = line;
        rows.push({
          plugin,
          place,
          calls,
          ms,
          failures,
          late,
          p50: line.percentile(0.5),
          p95: line.percentile(0.95),
        });
      }
    }
    return rows;
  }
}
