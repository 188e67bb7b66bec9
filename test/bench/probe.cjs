// Loaded into a measured process before its program: writes what the process used, at its end, to $NACRE_BENCH_REPORT.
const { readFileSync, writeFileSync } = require("node:fs");

const file = process.env.NACRE_BENCH_REPORT;
process.on("exit", () => {
  const peak = /VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const { user, system } = process.cpuUsage();
  writeFileSync(
    file,
    JSON.stringify({
      peakMb: Number(peak?.[1] ?? 0) / 1024,
      cpuMs: (user + system) / 1000,
      // Page faults of children that ended: no program runs without one.
      childFaults: Number(fields[8]),
    }),
  );
});
