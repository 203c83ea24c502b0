/** `docs/alerts.md`: what wakes somebody, from where on, and what to do; made from what the server itself goes by. */
import { figures, type Figure, type Sources } from '#server/features/operations/figures.ts'
import { promiseNames, tellDuration, tellFigure } from '#server/features/operations/words.ts'

const budget = 'the budget'
/** Of limits that are the same on every machine; others are said to be the budget's. */
function from(f: Figure, of: ((s: Sources) => number) | undefined): string {
  if (!of) return '–'
  try { return tellDuration(of(undefined as unknown as Sources), f.unit) } catch { return `more than ${budget}` }
}

export function alertList(): string {
  const told = figures.filter((f) => f.whatToDo !== '')
  return `# Alerts and what to do

Every five seconds Lodge reads the figures of its operations page. One that is over its limit twice in a row is a finding; a finding that stands for 15 s
more wakes whoever is on call for its component (Operations › Who is on call). It is over when it was well for a minute, and whoever was told hears that two
minutes later. What is critical is also proposed to the status page. This list is made from \`server/features/operations/figures.ts\` by \`npm run docs\`.

| Promise | Component | What | Warning from | Critical from | What to do |
|---|---|---|---|---|---|
${told.map((f) => `| ${f.promise} ${promiseNames[f.promise]} | ${f.component} | ${tellFigure(f.id)} | ${from(f, f.warnFrom)} | ${from(f, f.badFrom)} | ${f.whatToDo} |`).join('\n')}

The watchdogs find more, each with its evidence and with what to do: connections that leak (component \`bookings\`, \`reports\` or \`database\`, with the stack of
who took them), books that do not add up, connections that PostgreSQL has and Lodge does not, or the other way round, sockets, timers and files that only
rise (\`sockets\`, \`timers\`, \`files\`), and a machine whose headroom is less than twice the peak of the last day (\`machine\`).
`
}
