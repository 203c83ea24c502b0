/** What the server tells of the drills, line by line. When it is killed this page hears nothing, says so, and asks again until it is back. */
import { isRunning, type DemoDrill, type DrillNews, type DrillRun } from '#contract/demo-drills.ts'
import { renewTicket } from '#contract/people.ts'
import { caller } from '#client/call.ts'
import { createStore } from '#web/ui/preact-store.ts'

interface State {
  /** Undefined until the server has spoken. */
  news: DrillNews | undefined
  line: 'open' | 'lost' | 'stranger'
  /** A button was pressed, and no word of it came yet. */
  pressed: DemoDrill | undefined
  problem: string | undefined
}
export const drills = createStore<State>({ news: undefined, line: 'open', pressed: undefined, problem: undefined })
export const runningOf = ({ news }: State): DrillRun | undefined => news?.runs.find(isRunning)
export const latestOf = ({ news }: State): DrillRun | undefined => news?.runs.at(-1)

const call = caller({ url: location.origin })
const againMs = 250, silenceMs = 3_000, ticketMs = 5 * 60_000
let ticket = { text: '', atMs: -ticketMs }

/** The session's cookie is all this page has; while the server is away the old ticket is not asked for. */
async function bearer(): Promise<string | undefined> {
  if (performance.now() - ticket.atMs < ticketMs) return ticket.text
  const outcome = await call(renewTicket, {})
  if (outcome.ok) ticket = { text: outcome.value.ticket, atMs: performance.now() }
  else if (outcome.code === 'unauthenticated') return undefined
  return ticket.text
}

/** @returns whether it is worth asking again */
async function listen(): Promise<boolean> {
  const stop = new AbortController()
  let late = setTimeout(() => { stop.abort() }, silenceMs)
  try {
    const token = await bearer()
    if (token === undefined) return false
    const response = await fetch('/demo/drills/news', { headers: { authorization: `Bearer ${token}` }, signal: stop.signal })
    if (response.status === 401) { ticket.atMs = -ticketMs; return true }
    if (response.status === 403 || response.status === 404) return false
    if (!response.ok || !response.body) return true
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let text = ''; ;) {
      const { value, done } = await reader.read()
      if (done) return true
      clearTimeout(late)
      late = setTimeout(() => { stop.abort() }, silenceMs)
      const lines = (text + value).split('\n')
      text = lines.pop()!
      const last = lines.at(-1)
      if (last) hear(JSON.parse(last) as DrillNews)
    }
  } catch { return true }
  finally { clearTimeout(late); stop.abort() }
}
function hear(news: DrillNews): void {
  drills.set({ news, line: 'open', ...(news.runs.some(isRunning) && { pressed: undefined }) })
}

export async function follow(): Promise<void> {
  while (await listen()) {
    drills.set({ line: 'lost' })
    await new Promise((done) => { setTimeout(done, againMs) })
  }
  drills.set({ line: 'stranger' })
}

/** @param conversation of the guest on this page: a colleague writes there as well */
export async function press(drill: DemoDrill, conversation: string | undefined): Promise<void> {
  drills.set({ pressed: drill, problem: undefined })
  try {
    const response = await fetch(`/demo/drills/${drill}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${await bearer() ?? ''}` }, body: JSON.stringify({ conversation }) })
    if (response.ok) return void setTimeout(() => { drills.set({ pressed: undefined }) }, silenceMs)   // by then there is word of it
    const { detail } = await response.json() as { detail?: string }
    drills.set({ pressed: undefined, problem: detail ?? '' })
  } catch { drills.set({ pressed: undefined, problem: '' }) }
}
