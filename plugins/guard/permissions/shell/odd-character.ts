const ODD_CLASSES = "Cc Cf Cs Co Zl Zp Default_Ignorable_Code_Point";
let odd: RegExp | undefined;

/** Characters that show nothing, or show something else than what they are. Costly even to parse: made when needed. */
function oddCharacters(): RegExp {
  const classes = ODD_CLASSES.split(" ").map((name) => `\\p{${name}}`);
  return (odd ??= new RegExp(`[${classes.join("")}]|(?! )\\p{Zs}`, "u"));
}

/** Says which odd character stands in a text, if one does; `lines` lets line feeds pass, as tabs always do. */
export function oddCharacter(text: string, lines = false): string | undefined {
  const rest = text.replaceAll(lines ? /[\t\n]/g : /\t/g, " ");
  if (/^[ -~]*$/.test(rest)) return undefined;
  const found = oddCharacters().exec(rest);
  return found?.[0] && `U+${found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}
