/**
 * Tells subscribers, without the database. What is due follows from the journal of the page and from what was told already, which stands in a
 * file of its own: a process that dies in between goes on where it was, and at worst one mail leaves twice under one Message-ID.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Subscriber } from '#contract/status.ts'
import type { Reach } from '#server/http/reach.ts'
import { postSigned } from '#server/http/webhook.ts'
import { derivedId } from '#server/kernel/derived-id.ts'
import type { Book } from './book.ts'
import { openJournal, type Line } from './journal.ts'
import { letterOf, type Letter } from './letters.ts'
import { newsIn, type News } from './news.ts'

export type Outcome = { state: 'sent' } | { state: 'later' | 'never'; why: string }
export interface TellOptions { book: Book; folder: string; now: () => number; baseUrl: () => string; /** undefined: no mail server. */ mail: ((letter: Letter) => Promise<Outcome>) | undefined; reach: Reach; log: { info(o: object, m: string): void; warn(o: object, m: string): void } }
interface Told extends Line { readonly key: string; readonly state: 'sent' | 'later' | 'dead'; readonly attempts: number; readonly at: string; readonly why?: string }
interface Due { readonly news: News; readonly subscriber: string; attempts: number; nextMs: number; isOnItsWay: boolean }

/** News that nobody could be told for so long is news no more. */
const freshMs = 24 * 3_600_000
const retryMs = [20_000, 60_000, 180_000, 600_000, 1_800_000, 3_600_000]
const atOnce = 4

export async function openTeller({ book, folder, now, baseUrl, mail, reach, log }: TellOptions) {
  const journal = openJournal<Told>(join(folder, 'told.jsonl'))
  const { lines } = await journal.read()
  let n = lines.at(-1)?.n ?? 0
  const before = new Map(lines.map((line) => [line.key, line]))
  const due = new Map<string, Due>()
  const off = book.onChange((change, state) => {
    if (now() - Date.parse(change.at) > freshMs) return
    for (const news of newsIn(change, state)) {
      for (const s of book.state.subscriber.values()) enqueue(news, s, change.at)
      // Whoever has just come is not among them yet.
      for (const put of change.puts) if (put.kind === 'subscriber' && put.value) enqueue(news, put.value, change.at)
    }
  })
  function enqueue(news: News, s: Subscriber, at: string): void {
    if (s.since > at || (news.to === undefined ? !s.confirmed : news.to !== s.id)) return
    if (s.components.length > 0 && news.to === undefined && !news.components.some((c) => s.components.includes(c))) return
    const key = `${news.key} ${s.id}`
    const known = before.get(key)
    if (due.has(key) || (known && known.state !== 'later')) return
    due.set(key, { news, subscriber: s.id, attempts: known?.attempts ?? 0, nextMs: known ? now() : 0, isOnItsWay: false })
  }

  async function send({ news }: Due, s: Subscriber, id: string): Promise<Outcome> {
    if (s.kind === 'webhook') {
      const url = `${baseUrl()}${news.kind === 'maintenance' ? 'maintenances' : 'incidents'}/${news.of}/`
      const body = JSON.stringify({ type: news.kind, id: news.of, title: news.title, state: news.state, text: news.text, at: news.at, components: news.components, url })
      return postSigned({ id, url: s.to, body, key: Buffer.from(s.key.replace(/^whsec_/, ''), 'base64') }, reach, now())
    }
    if (!mail) return { state: 'later', why: 'There is no mail server (SMTP_URL).' }
    return mail(letterOf(news, s, book.state, baseUrl(), id))
  }

  async function one(key: string, item: Due): Promise<void> {
    const s = book.state.subscriber.get(item.subscriber)
    item.isOnItsWay = true
    const outcome: Outcome = s ? await send(item, s, derivedId('status news', key)) : { state: 'never', why: 'Subscribes no more.' }
    item.attempts++
    const isOver = outcome.state !== 'later' || now() - Date.parse(item.news.at) > freshMs
    const state = outcome.state === 'sent' ? 'sent' : isOver ? 'dead' : 'later'
    const told: Told = { n: ++n, token: randomUUID(), key, state, attempts: item.attempts, at: new Date(now()).toISOString(), ...(outcome.state !== 'sent' && { why: outcome.why }) }
    before.set(key, told)   // should the page's journal be read anew
    // A disk that takes nothing keeps nobody from being told: at worst once more after a restart.
    await journal.append(told).catch((error: unknown) => { log.warn({ err: error, subscriber: item.subscriber }, 'What became of a notice could not be kept') })
    if (outcome.state !== 'sent') log.warn({ subscriber: item.subscriber, state, why: outcome.why }, 'A subscriber could not be told')
    if (state !== 'later') due.delete(key)
    item.nextMs = now() + retryMs[Math.min(item.attempts - 1, retryMs.length - 1)]!
    item.isOnItsWay = false
  }

  return {
    get waiting() { return due.size },
    /** Tells whoever is due now. */
    async round(): Promise<void> {
      for (;;) {
        const next = [...due].filter(([, d]) => !d.isOnItsWay && d.nextMs <= now()).slice(0, atOnce)
        if (next.length === 0) return
        await Promise.all(next.map(async ([key, item]) => one(key, item)))
      }
    },
    close: off,
  }
}
