/**
 * Arguments that let ripgrep leave out files whose name cannot fit a pattern. Its own filter by pattern would list
 * ignored files again, so this one only saves time: whoever uses it still has to match the whole path.
 */
export function nameFilter(pattern: string): readonly string[] {
  const name = pattern.slice(pattern.lastIndexOf("/") + 1);
  return /^[\w.*?-]+$/.test(name) && !/^\*+$/.test(name) ? [`--type-add=nacre:${name}`, "--type=nacre"] : [];
}
