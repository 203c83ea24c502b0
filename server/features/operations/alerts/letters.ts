/** What stands in an alert, in the words of whoever has to get up for it. */
import type { Message, What } from '#server/kernel/alerting.ts'

export interface Words { subject: string; text: string; /** For a telephone. */ brief: string }

const began: Record<What, string> = { raised: 'New', worse: 'Worse', escalated: 'Nobody has acknowledged this yet', cleared: 'Over' }
const firstLine = (text: string): string => text.split('\n', 1)[0]!
const cut = (text: string, most: number): string => text.length <= most ? text : `${text.slice(0, most - 1)}…`

/** @param ackUrl opens a page with one button @param pageUrl the operations page */
export function wordsOf({ items, more }: Pick<Message, 'items' | 'more'>, { house, ackUrl, pageUrl }: { house: string; ackUrl: string; pageUrl: string }): Words {
  const standing = items.filter((i) => i.what !== 'cleared')
  const [first] = standing.length > 0 ? standing : items
  const others = items.length - 1 + more
  const head = `${first!.what === 'cleared' ? 'Over' : first!.alert.severity === 'critical' ? 'Critical' : 'Warning'}: ${first!.alert.component}${others > 0 ? ` and ${others} more` : ''}`
  const sections = items.map(({ what, alert }) => [
    `${began[what]} (${alert.component}, ${alert.severity}), since ${new Date(alert.raisedMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    what === 'cleared' ? firstLine(alert.evidence) : alert.evidence,
    ...(what === 'cleared' ? [] : [`What to do: ${alert.whatToDo}`]),
  ].join('\n'))
  return {
    subject: cut(`${house}: ${head}`, 150),
    text: `${[
      ...sections, ...(more > 0 ? [`${more} more changes are not listed here.`] : []),
      ...(standing.length > 0 ? [`I look after it (nobody else is woken): ${ackUrl}`] : []), `All of it: ${pageUrl}`,
    ].join('\n\n')}\n`,
    brief: cut(`${house}: ${head}. ${firstLine(first!.alert.evidence)}`, 240) + (standing.length > 0 ? ` Acknowledge: ${ackUrl}` : ''),
  }
}

export const trialOf = (house: string, name: string): Words => ({
  subject: `${house}: a trial`, text: `This is a trial, ${name}. When something is wrong with ${house}, it is told to you like this.\n`, brief: `${house}: a trial. When something is wrong, it is told to you like this.`,
})
