/** `docs/alerts.md`: what wakes somebody, from where on, and what to do; made from what the server itself goes by. */
import { watchdogAdvice } from '#server/db/watchdog.ts'
import { resourceAdvice } from '#server/features/health/resources.ts'
import { figures, type Figure, type Sources } from '#server/features/operations/figures.ts'
import { headroomAdvice } from '#server/features/operations/headroom.ts'
import { promiseNames, tellDuration, tellFigure } from '#server/features/operations/words.ts'

const budget = 'the budget'
/** Of limits that are the same on every machine; others are said to be the budget's. */
function from(f: Figure, of: ((s: Sources) => number) | undefined): string {
  if (!of) return '–'
  try { return tellDuration(of(undefined as unknown as Sources), f.unit) } catch { return `more than ${budget}` }
}

/** What watchdogs find, beside the figures. */
const found: readonly (readonly [id: string, component: string, what: string, severity: string, todo: string])[] = [
  ['leak:LABEL', '`bookings`, `reports` or `database`', 'A function did not give its connection back in time, and it was taken back', 'warning; critical from three in a minute', watchdogAdvice.leak],
  ['database.books', '`database`', 'Idle and lent connections do not add up to those that are open', 'critical', watchdogAdvice['database.books']],
  ['database.rising', '`database`', 'More and more connections are held; at this rate none is left within an hour', 'warning', watchdogAdvice['database.rising']],
  ['database.exhausted', '`database`', 'All connections are in use, and nobody gets one to look', 'critical', watchdogAdvice['database.exhausted']],
  ['database.surplus', '`database`', 'PostgreSQL has connections of this node that it does not know; idle ones are ended', 'warning', watchdogAdvice['database.surplus']],
  ['database.missing', '`database`', 'This node has connections that PostgreSQL does not know; idle ones are closed', 'warning', watchdogAdvice['database.missing']],
  ...(['sockets', 'files', 'timers'] as const).flatMap((kind) => [
    [`${kind}.rising`, kind === 'timers' ? '`machine`' : '`sockets`', `${kind} that belong to nobody only rise; at this rate none is left within an hour`, 'warning', resourceAdvice[kind]] as const,
    [`${kind}.many`, kind === 'timers' ? '`machine`' : '`sockets`', `Nine tenths of all ${kind} that there may be are in use`, 'critical', resourceAdvice[kind]] as const,
  ]),
  ['headroom:FIGURE', '`machine`', 'This machine carries less than twice the peak of the last 24 hours', 'warning', headroomAdvice],
]

export function alertList(): string {
  const told = figures.filter((f) => f.whatToDo !== '')
  return `# Alerts and what to do

Every five seconds Lodge reads the figures of its operations page. One that is over its limit twice in a row is a finding; a finding that stands for 15 s
more wakes whoever is on call for its component (Operations › Who is on call). It is over when it was well for a minute, and whoever was told hears that two
minutes later. What is critical is also proposed to the status page. This list is made from \`server/features/operations/figures.ts\` by \`npm run docs\`.

| Promise | Component | What | Warning from | Critical from | What to do |
|---|---|---|---|---|---|
${told.map((f) => `| ${f.promise} ${promiseNames[f.promise]} | ${f.component} | ${tellFigure(f.id)} | ${from(f, f.warnFrom)} | ${from(f, f.badFrom)} | ${f.whatToDo} |`).join('\n')}

The watchdogs find more, each with its evidence:

| Finding | Component | What | How bad | What to do |
|---|---|---|---|---|
${found.map(([id, component, what, severity, todo]) => `| \`${id}\` | ${component} | ${what} | ${severity} | ${todo} |`).join('\n')}
`
}
