/** Waits for it, not for ever; leaves no timer behind. */
export async function atMost(ms: number, what: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([what, new Promise((done) => { timer = setTimeout(done, ms) })])
  clearTimeout(timer)
}
