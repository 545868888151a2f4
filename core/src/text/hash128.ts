/**
 * A 128-bit hash of a text in hexadecimal, for identities of bounded length; not meant to withstand attackers. Four 32-bit lanes of
 * multiply-and-xor with different odd multipliers, each stirred at the end.
 */
export function hash128(text: string): string {
  const multipliers = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f];
  const lanes = [text.length ^ 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    for (let lane = 0; lane < 4; lane++) {
      const mixed = Math.imul((lanes[lane] ?? 0) ^ code, multipliers[lane] ?? 1);
      lanes[lane] = (mixed << 13) | (mixed >>> 19);
    }
  }
  return lanes
    .map((lane, index) => {
      let stirred = lane ^ (lanes[(index + 1) % 4] ?? 0);
      stirred = Math.imul(stirred ^ (stirred >>> 16), 0x85ebca6b);
      stirred = Math.imul(stirred ^ (stirred >>> 13), 0xc2b2ae35);
      return ((stirred ^ (stirred >>> 16)) >>> 0).toString(16).padStart(8, '0');
    })
    .join('');
}
