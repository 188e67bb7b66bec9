/** `12`, `$`, `1~2`, `/regex/`, `/regex/I`; a bracket in the expression has to be closed, so that its end is certain. */
const ADDRESS = String.raw`(?:\d+(?:~\d+)?|\$|/(?:\\[^\n]|\[\^?\]?[^\]/\n]*\]|[^\[/\\\n])+/[IM]*)`;
const COMMAND = new RegExp(
  String.raw`^\s*(?:${ADDRESS}\s*(?:,\s*(?:${ADDRESS}|[+~]\d+)\s*)?!?\s*)?(?:[p=d]|[qQ]\d*)?\s*$`,
);

/** True for a sed program that only prints, deletes from its output or quits: it cannot write, run or read anything. */
export function onlyPrints(program: string): boolean {
  return program.length <= 1000 && !program.includes("\n") && commands(program).every((one) => COMMAND.test(one));
}

/** Split at semicolons outside of regular expressions; a piece that was cut wrongly matches nothing. */
function commands(program: string): readonly string[] {
  const found: string[] = [];
  let start = 0;
  let inside = false;
  for (let place = 0; place < program.length; place++) {
    if (program[place] === "\\") place++;
    else if (program[place] === "/") inside = !inside;
    else if (program[place] === ";" && !inside) {
      found.push(program.slice(start, place));
      start = place + 1;
    }
  }
  return [...found, program.slice(start)];
}
