/** What stands for a message in every load, and the rounds of a process that measures its own code. */

/** As JSON `{"text":"…"}` 200 bytes. */
export const text = 'Is the room free from Friday on, and may we arrive late? '.repeat(4).slice(0, 189)

/** @param round resolves with how many messages it was @returns processor time of this process for each of them, µs, round by round, without those to warm up */
export async function costsOf(warmRounds: number, rounds: number, round: () => Promise<number>): Promise<number[]> {
  const costsUs: number[] = []
  for (let i = 0; i < warmRounds + rounds; i++) {
    const before = process.cpuUsage()
    const messages = await round()
    const { user, system } = process.cpuUsage(before)
    if (i >= warmRounds) costsUs.push((user + system) / messages)
  }
  return costsUs
}
