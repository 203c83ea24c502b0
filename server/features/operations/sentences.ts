/** The page in sentences, for the command line: `lodge doctor` asks the running server for them. */
import type { HeadroomShown, OperationsBoard } from '#contract/operations.ts'
import { evidenceOf, figures } from './figures.ts'
import { promiseNames, tellDuration } from './words.ts'

/** `todo`: given unless all is well. */
export interface Sentence { level: 'ok' | 'warn' | 'bad'; about: string; text: string; todo?: string }

const roomNames: Readonly<Record<HeadroomShown['id'], string>> = { messages: 'messages', connections: 'connections', memory: 'memory', reconnects: 'reconnections' }

export function sentencesOf({ promises, findings, headroom, restart, isAnybodyOnCall }: Pick<OperationsBoard, 'promises' | 'findings' | 'headroom' | 'restart' | 'isAnybodyOnCall'>): Sentence[] {
  const told = promises.flatMap((p): Sentence[] => {
    if (p.light !== 'warn' && p.light !== 'bad') return []
    const own = p.figures.filter((f) => f.light === 'warn' || f.light === 'bad').map((f) => ({ text: evidenceOf(figures.find((k) => k.id === f.id)!, f.value!, f.limit ?? undefined), todo: figures.find((k) => k.id === f.id)!.whatToDo }))
    const found = findings.filter((f) => f.promise === p.promise && !f.id.startsWith('figure:')).map((f) => ({ text: f.evidence.split('\n', 1)[0]!, todo: f.whatToDo }))
    const all = [...own, ...found]
    return [{ level: p.light, about: `${p.promise} ${promiseNames[p.promise]}`, text: all.map((a) => a.text).join(' '), todo: [...new Set(all.map((a) => a.todo))].join(' ') }]
  })
  const named = (light: string): string => promises.filter((p) => p.light === light).map((p) => p.promise).join(', ')
  const [kept, unknown] = [named('ok'), named('unknown')]
  return [
    ...told,
    { level: 'ok', about: 'promises', text: `${kept === '' ? 'None is measured yet.' : `Kept: ${kept}.`}${unknown === '' ? '' : ` Not measured: ${unknown}.`}` },
    ...headroom.map((h): Sentence => {
      const peak = h.peak === null ? 'the peak of the last 24 hours is not known yet' : `at most ${tellDuration(h.peak, h.unit)} in the last 24 hours`
      const capacity = h.capacity === null ? 'what this machine carries is not known yet: it was never busy enough to tell' : `this machine carries ${h.basis === 'extrapolated' ? 'about ' : ''}${tellDuration(h.capacity, h.unit)}${h.basis === 'extrapolated' ? ' (an estimate)' : ''}`
      const text = `${roomNames[h.id]}: ${peak}; ${capacity}.`
      return h.light === 'warn' || h.light === 'bad' ? { level: 'warn', about: 'headroom', text, todo: 'That is less than twice. Give the machine more before a busier day comes.' } : { level: 'ok', about: 'headroom', text }
    }),
    restart.isBusyNow
      ? { level: 'warn', about: 'restart', text: 'This is a busy hour.', todo: `Do not restart now${restart.quietHour === null ? '' : `, but at ${restart.quietHour.slice(11, 16)} UTC`}.` }
      : { level: 'ok', about: 'restart', text: `${restart.isBusyNow === null ? 'When it is quiet is not known yet.' : 'A restart now meets few people.'}${restart.quietHour === null ? '' : ` The quietest of the next 24 hours begins at ${restart.quietHour.slice(11, 16)} UTC.`}` },
    isAnybodyOnCall ? { level: 'ok', about: 'on call', text: 'Somebody is told when something breaks.' } : { level: 'warn', about: 'on call', text: 'Nobody is told when something breaks.', todo: 'Say who is on call, on the operations page.' },
  ]
}
