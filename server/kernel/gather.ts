/**
 * Many small questions become one: what is asked while one round is on its way waits for the next. No timer: alone, a question
 * leaves at once; in a storm, rounds grow by themselves.
 */
interface Options<Q, A> { /** Answers in the order of the questions. */ run: (questions: readonly Q[]) => Promise<readonly A[]>; maxItems: number; /** Only in drills: each asks by itself. */ isOff?: boolean | undefined }

export function gather<Q, A>({ run, maxItems, isOff = false }: Options<Q, A>): (question: Q) => Promise<A> {
  if (isOff) return async (question) => (await run([question]))[0]!
  let waiting: { question: Q; resolve: (answer: A) => void; reject: (error: unknown) => void }[] = []
  let running = false

  async function rounds(): Promise<void> {
    await Promise.resolve()   // what is asked in the same tick goes together
    while (waiting.length > 0) {
      const round = waiting.splice(0, maxItems)
      try {
        const answers = await run(round.map((w) => w.question))
        round.forEach((w, i) => w.resolve(answers[i]!))
      } catch (error) {
        for (const w of round) w.reject(error)
      }
    }
    running = false
  }

  return (question) => new Promise<A>((resolve, reject) => {
    waiting.push({ question, resolve, reject })
    if (!running) { running = true; void rounds() }
  })
}
