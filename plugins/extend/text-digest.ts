/** A short fingerprint of a text, to tell one state from another: quick to make, and no protection against anybody. */
export function textDigest(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul((b << 5) ^ (b >>> 27) ^ code, 0x85ebca6b);
  }
  return half(a ^ (b >>> 13)) + half(b ^ (a >>> 16));
}

function half(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
