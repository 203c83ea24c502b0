/** What a report over five million messages takes from those that are being sent meanwhile (P10, RP5). */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { caller, valueOf } from '#client/call.ts'
import { getConversationReport, type ConversationReport } from '#contract/reports.ts'
import { openConnection } from '#server/db/connection.ts'
import { prepareHome } from '#server/db/home.ts'
import { superuser } from '#server/db/postmaster.ts'
import { cleanEnvironment, type OwnServer } from '#tools/replay/own-server.ts'
import type { Lab } from '../lab.ts'
import { interleave, median, of, round, type Experiment } from '../run.ts'

/** Fewer to see whether it works at all. */
const messages = Number(process.env['BENCH_MESSAGES'] ?? 5_000_000)
const messagesEach = 10, conversations = Math.round(messages / messagesEach)
const talks = 200, perSecond = 1000
const time = { warmSeconds: 1, seconds: 8 }
const rounds = 5
const dayMs = 86_400_000
/** All of it: the past is spread over a year. */
const range = (): { from: string; to: string; zone: string } => ({ from: day(Date.now() - 365 * dayMs), to: day(Date.now()), zone: 'Europe/Stockholm' })
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export const reportBesideLive: Experiment = {
  ids: ['report-beside-live', 'report-beside-live-alone', 'report-time', 'recount'],
  async run(lab) {
    const own = await lab.ownLodge()
    await fill(lab, own)
    const call = caller({ url: own.url, bearer: async () => own.token })
    const report = async (): Promise<ConversationReport> => valueOf(await call(getConversationReport, { query: range() }, { timeoutMs: 120_000 }))
    const { total } = await report()
    if (total.messagesIn !== messages / 2 || total.answered !== conversations || !total.firstResponse) throw new Error(`The report does not count what was written: ${JSON.stringify(total)}`)

    await lab.load({ do: 'open', of: { name: 'lodge', at: { url: own.url, token: own.token, inbox: own.inbox } }, talks })
    const live = async (): Promise<number> => (await lab.load({ do: 'steady', name: 'lodge', perSecond, ...time })).p99Ms!
    const reportTimes: number[] = []
    const found = await interleave(rounds, {
      alone: live,
      async beside() {
        let isOver = false
        const reporting = (async () => {
          while (!isOver) {
            const startMs = performance.now()
            await report()
            reportTimes.push((performance.now() - startMs) / 1000)
          }
        })()
        try { return await live() } finally { isOver = true; await reporting }
      },
    }, (what) => lab.tell(`${perSecond} messages/s, reports: ${what}`), true)
    await lab.load({ do: 'close', name: 'lodge' })

    lab.tell('counting anew')
    const startMs = performance.now()
    await promisify(execFile)(process.execPath, ['tools/recount.ts'], { env: { ...cleanEnvironment(), LODGE_DATA: join(own.folder, 'data') } })
    const recountSeconds = (performance.now() - startMs) / 1000

    const ratio = median(found.beside.map((value, i) => value / found.alone[i]!)), more = median(found.beside.map((value, i) => value - found.alone[i]!))
    const much = messages.toLocaleString('en')
    return [
      { id: 'report-beside-live', what: `99th percentile from due to received, at ${perSecond} messages/s while reports over ${much} messages run without a pause`, ...of(found.beside, 1), unit: 'ms',
        bar: `< 1.5 × or < 5 ms more than without; is ${round(ratio, 2)} ×, ${round(more, 1)} ms`, met: ratio < 1.5 || more < 5 },
      { id: 'report-beside-live-alone', what: 'the same without a report', ...of(found.alone, 1), unit: 'ms' },
      { id: 'report-time', what: `one of those reports, of ${conversations.toLocaleString('en')} conversations by day, hour, person, channel and inbox`, ...of(reportTimes, 1), unit: 's' },
      { id: 'recount', what: `counting all of it anew, with ${much} messages; no difference`, value: round(recountSeconds), unit: 's' },
    ]
  },
}

const atOnce = 10_000

/**
 * Into the journal, and into what is kept for reports, as the projection would have: it would take an hour. The recount at the
 * end says whether that is so. A conversation: opened, ten messages by turns, closed; each waits for its first answer another time.
 */
async function fill(lab: Lab, own: OwnServer): Promise<void> {
  const { run } = await prepareHome(join(own.folder, 'data', 'postgres'))
  const { client } = await openConnection({ host: run, port: 5432, user: superuser, database: 'lodge' }, 'lodge bench')
  try {
    await client.query(`set statement_timeout = 0; set synchronous_commit = off`)
    await client.query(`insert into users (account_id, id, name, email, role) select a.id, ${uuid(`'agent' || n`)}, 'Agent ' || n, n || '@bench.example', 'agent' from accounts a, generate_series(1, 20) n`)
    await client.query(`insert into inboxes (account_id, id, name) select a.id, ${uuid(`'inbox' || n`)}, 'Inbox ' || n from accounts a, generate_series(1, 3) n`)
    await client.query(`insert into contacts (account_id, id, name) select a.id, ${uuid(`'contact' || n`)}, 'Guest ' || n from accounts a, generate_series(0, 999) n`)
    const { rows: [writer] } = await client.query<{ id: number }>(`insert into writers (node) values ('bench') returning id`)
    // Whoever follows has read it already.
    await client.query(`insert into cursors (subscriber, writer, n) select distinct subscriber, $1::int, $2::bigint from cursors`, [writer!.id, conversations * 12])
    for (let from = 0; from < conversations; from += atOnce) {
      await client.query(batch, [from, Math.min(conversations, from + atOnce), conversations, writer!.id])
      lab.tell(`writing messages of the past: ${Math.min(messages, (from + atOnce) * messagesEach).toLocaleString('en')}`)
    }
    lab.tell('vacuum analyze')
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

/** Version and variant as in any other id. */
function uuid(of: string): string { return `overlay(overlay(md5(${of}) placing '7' from 13 for 1) placing '8' from 17 for 1)::uuid` }

const batch = `
  with c as (
    select a.id as account, n, ${uuid(`'conversation' || n`)} as id, ${uuid(`'contact' || n % 1000`)} as contact, ${uuid(`'agent' || 1 + n % 20`)} as agent, ${uuid(`'inbox' || 1 + n % 3`)} as inbox,
      date_trunc('second', now()) - interval '364 days' * (1 - n / $3::float8) - interval '1 hour' as opened, interval '1 second' * (30 + n::bigint * 7919 % 1200) as wait
    from accounts a, generate_series($1::int, $2::int - 1) n
  ), d as (select *, date_trunc('milliseconds', opened) + interval '1 second' as first, date_trunc('milliseconds', opened) as at from c
  ), e as (
    select d.*, o, case when o = 1 then d.at when o = 2 then first when o = 12 then first + wait + interval '10 minutes' else first + wait + interval '1 minute' * (o - 3) end as t,
      case when o = 1 then 'conversation.opened' when o = 12 then 'conversation.closed' else 'message.sent' end as type, o <= 2 or (o % 2 = 0 and o < 12) as is_theirs
    from d cross join generate_series(1, 12) o
  ), j as (
    insert into journal (account_id, topic, "offset", id, type, actor, at, body, writer, n)
    select account, 'conversation:' || id, o, gen_random_uuid(), type, case when is_theirs then 'contact:' || contact else 'user:' || agent end, t,
      case when o = 1 then jsonb_build_object('inbox', inbox, 'contact', contact) when o = 12 then '{}' else jsonb_build_object('text', 'Is the room free from Friday on, and may we arrive late?') end, $4::int, n::bigint * 12 + o from e order by n, o
  ), s as (
    insert into conversations (account_id, id, inbox_id, contact_id, status, opened_at, last_at, folded_offset, status_offset) select account, id, inbox, contact, 'closed', at, first + wait, 12, 12 from d
  ), f as (
    insert into report_conversations (account_id, conversation_id, folded_offset, inbox_id, channel, opened_at, open_since, first_contact_at, answered_at, answered_by, answered_ms, closed_at, closed_by, closures, reopenings, messages_in, messages_out)
    select account, id, 12, inbox, 'web', at, null, first, first + wait, agent, extract(epoch from wait) * 1000, first + wait + interval '10 minutes', agent, 1, 0, 5, 5 from d
  ), l as (
    insert into report_closures (account_id, conversation_id, "offset", at, agent_id, open_ms, inbox_id, channel)
    select account, id, 12, first + wait + interval '10 minutes', agent, extract(epoch from first + wait + interval '10 minutes' - at) * 1000, inbox, 'web' from d
  )
  insert into report_quarters as q (account_id, quarter, inbox_id, channel, agent_id, opened, reopened, messages_in, messages_out)
  select account, date_bin('15 minutes', t, '2000-01-01'), inbox, 'web', case when is_theirs then '00000000-0000-0000-0000-000000000000' else agent end,
    count(*) filter (where o = 1), 0, count(*) filter (where is_theirs and o > 1), count(*) filter (where not is_theirs and o < 12)
  from e where o < 12 group by 1, 2, 3, 5
  on conflict (account_id, quarter, inbox_id, channel, agent_id) do update set opened = q.opened + excluded.opened, messages_in = q.messages_in + excluded.messages_in, messages_out = q.messages_out + excluded.messages_out`
