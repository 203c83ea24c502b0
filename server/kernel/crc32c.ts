/** CRC-32C (Castagnoli), which finds every burst of up to 32 bits. Node has the other polynomial only, and the kernel sees no machine. */
const table = new Int32Array(256)
for (let n = 0; n < 256; n++) {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0x82f63b78 ^ (c >>> 1) : c >>> 1
  table[n] = c
}

/** @param before the checksum of what stands in front of `bytes`, to go on from it */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let c = ~before
  for (let i = 0; i < bytes.length; i++) c = table[(c ^ bytes[i]!) & 0xff]! ^ (c >>> 8)
  return ~c >>> 0
}
