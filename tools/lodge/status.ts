/** `lodge status …`: the status page from the command line. It works on the files alone, so also while server, database and the page's own process are dead. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { userInfo } from 'node:os'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { audiences, incidentStates, levels, remediationStates, type Affected, type Audience, type Incident, type IncidentState, type Level, type Remediation, type StatusComponent } from '#contract/status.ts'
import { readConfig } from '#server/config.ts'
import { publicOnly } from '#server/http/reach.ts'
import { CannotStart } from '#server/kernel/cannot-start.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { openBook, type Book } from '#server/status/book.ts'
import { componentsOf, pageOf, settled } from '#server/status/components.ts'
import { aheadOf, openIncidents, overall, presentOf } from '#server/status/current.ts'
import { draftPostmortem, lasted, minute } from '#server/status/draft.ts'
import { exported, importInto } from '#server/status/exchange.ts'
import { incidents, incidentIn } from '#server/status/incidents.ts'
import { maintenances, phaseOf } from '#server/status/maintenances.ts'
import { isAlive, readProcess, stopStatusProcess } from '#server/status/process.ts'
import { proposals } from '#server/status/proposals.ts'
import { publish } from '#server/status/publish.ts'
import { subscribers } from '#server/status/subscribers.ts'
import { durationMs } from '#server/status/uptime.ts'
import type { Command } from '../lodge.ts'
import { typed } from './command.ts'
import { instant } from './instant.ts'

const usage = `npm run lodge -- status VERB …

  list                                   what is so now; --all also what is over
  open TITLE --component ID=LEVEL …      opens an incident. --text WORDS, --state, --from TIME (when it was first felt), --audience WHO …,
                                         --account ID …, --recurrence-of INCIDENT …, --next-update TIME, --clean MINUTES, --id ID
  update INCIDENT --text WORDS           news. --state, --component ID=LEVEL …, --next-update TIME, --to TIME (no longer felt), --at TIME
  resolve INCIDENT --text WORDS          after a clean window of monitoring. --now REASON before it, said openly; --to TIME
  edit INCIDENT                          --title, --cause, --from TIME, --to TIME, --component ID=LEVEL …, --audience WHO …, --account ID …, --clean MINUTES,
                                         --timeline 'TIME WORDS' …, --remedy STATE:WORDS … (the same words again: another state), --recurrence-of
  postmortem INCIDENT                    shows a draft from the record; --file FILE keeps that text, --publish publishes it
  component ID                           --name, --group, --upstream PROVIDER, --page URL, --watched yes|no, --place N, --retired yes|no; without any: lists all
  maintenance TITLE --from TIME --to TIME   announces. --component ID …, --text, --audience; or: maintenance ID --text WORDS [--end | --cancel]
  proposals                              what watchdogs propose; --publish ID, --dismiss ID
  subscribe ADDRESS                      an e-mail address or https:// webhook; --component ID …, --remove
  page                                   --name, --url URL (where the public finds it), --auto yes|no, --clean MINUTES
  import FILE · export [FILE]            everything as JSON; import takes lines of other pages' incidents too
  publish FOLDER                         the page as files for any web server
  serve · stop                           the page's own process: in the foreground; ends the one that runs

LEVEL: ${levels.join(', ')}. STATE: ${incidentStates.join(', ')}; of a remedy ${remediationStates.join(', ')}. WHO: ${audiences.join(', ')}.
TIME: 2026-11-26T09:25Z, 09:25 (today, UTC), -10m, +30m, now. The files are in LODGE_DATA/status.`

/** The lines of one verb. */
const usageOf = (name: string): string => {
  const lines = usage.split('\n'), from = lines.findIndex((line) => new RegExp(`^  (?:\\S.* · )?${name}(?: |$)`).test(line))
  const more = lines.slice(from + 1).findIndex((line) => !line.startsWith('    '))
  return [`npm run lodge -- status ${name} …\n`, ...lines.slice(from, from + 1 + more), '', ...lines.slice(-2)].join('\n')
}

interface Given { values: Record<string, string | boolean | (string | boolean)[] | undefined>; positionals: string[] }
type Verb = (book: Book, given: Given) => Promise<string>
const now = Date.now
const by = `${userInfo().username} (command line)`
const text = { type: 'string' } as const, many = { type: 'string', multiple: true } as const, flag = { type: 'boolean' } as const

const one = ({ values }: Given, name: string): string | undefined => typeof values[name] === 'string' ? values[name] : undefined
const all = ({ values }: Given, name: string): string[] | undefined => Array.isArray(values[name]) ? values[name] as string[] : undefined
const wrong = (sentence: string): never => { throw new Refusal('invalid', sentence) }
const needed = (given: Given, at: number, what: string): string => given.positionals[at] ?? wrong(`Say ${what}.`)
const choice = <T extends string>(of: readonly T[], value: string, what: string): T => of.includes(value as T) ? value as T : wrong(`"${value}" is no ${what}. There are: ${of.join(', ')}.`)
const time = (given: Given, name: string): string | undefined => { const said = one(given, name); return said === undefined ? undefined : instant(said, now()) }
const yes = (given: Given, name: string): boolean | undefined => { const said = one(given, name); return said === undefined ? undefined : choice(['yes', 'no'], said, 'answer') === 'yes' }
const affected = (given: Given): Affected[] | undefined => all(given, 'component')?.map((said) => {
  const [component = '', level = 'disrupted'] = said.split('=')
  return { component, level: choice<Level>(levels, level, 'level') }
})
const whole = (given: Given, name: string): number | undefined => { const said = one(given, name); return said === undefined ? undefined : /^\d+$/.test(said) ? Number(said) : wrong(`--${name} is a number of minutes.`) }
/** Only what was said. */
const said = <T extends object>(of: T): { [K in keyof T]?: Exclude<T[K], undefined> } => Object.fromEntries(Object.entries(of).filter(([, v]) => v !== undefined)) as never

const ofIncident = { text, state: text, component: many, from: text, to: text, at: text, audience: many, account: many, 'recurrence-of': many, 'next-update': text, clean: text, id: text, now: text, title: text, cause: text, timeline: many, remedy: many } as const

/** `most`: how many words without an option it takes; 1 unless said. */
const verbs: Record<string, { options: ParseArgsOptionsConfig; most?: number; run: Verb }> = {
  list: { options: { all: flag }, most: 0, run: async (book, given) => listed(book, given.values['all'] === true) },

  open: { options: ofIncident, async run(book, g) {
    const from = time(g, 'from'), at = time(g, 'at') ?? new Date(now()).toISOString()
    const incident = await incidents({ book, now }).open(by, {
      title: needed(g, 0, 'a title'), text: one(g, 'text') ?? '', affected: affected(g) ?? [], impact: [{ from: from ?? at, to: time(g, 'to') ?? null }], at,
      ...said({ id: one(g, 'id'), state: state(g), audience: audience(g), accounts: all(g, 'account'), recurrenceOf: all(g, 'recurrence-of'), nextUpdateAt: time(g, 'next-update'), cleanMinutes: whole(g, 'clean') }),
    })
    return `Opened ${incident.id}`
  } },

  update: { options: ofIncident, async run(book, g) {
    const incident = await incidents({ book, now }).update(by, needed(g, 0, 'which incident'), { text: one(g, 'text') ?? wrong('Say with --text what is new.'), state: state(g), at: time(g, 'at'), nextUpdateAt: time(g, 'next-update'), affected: affected(g), impactTo: time(g, 'to') })
    return `${incident.id} is ${incident.state}; ${incident.updates.length} updates`
  } },

  resolve: { options: ofIncident, async run(book, g) {
    const incident = await incidents({ book, now }).resolve(by, needed(g, 0, 'which incident'), { text: one(g, 'text') ?? '', at: time(g, 'at'), impactTo: time(g, 'to'), early: one(g, 'now') })
    return `${incident.id} is resolved; it lasted ${lasted(durationMs(incident.impact, now()))}${incident.early === null ? '' : '. The page says that it was called resolved before its time'}`
  } },

  edit: { options: ofIncident, async run(book, g) {
    const id = needed(g, 0, 'which incident')
    await book.refresh()
    const { impact, timeline, remediation } = incidentIn(book.state, id)
    const [from, to] = [time(g, 'from'), time(g, 'to')]
    await incidents({ book, now }).edit(by, id, said({
      title: one(g, 'title'), cause: one(g, 'cause'), affected: affected(g), audience: audience(g), accounts: all(g, 'account'), recurrenceOf: all(g, 'recurrence-of'), nextUpdateAt: time(g, 'next-update'), cleanMinutes: whole(g, 'clean'),
      impact: from === undefined && to === undefined ? undefined : [...impact.slice(0, -1), { from: from ?? impact.at(-1)?.from ?? wrong('Say with --from when it was first felt.'), to: to ?? impact.at(-1)?.to ?? null }],
      timeline: all(g, 'timeline') && [...timeline, ...all(g, 'timeline')!.map((line) => { const [, at = '', words = ''] = /^(\S+)\s+([\s\S]+)$/.exec(line) ?? wrong(`"${line}" is not a time and words.`); return { at: instant(at, now()), text: words } })],
      remediation: all(g, 'remedy') && withRemedies(remediation, all(g, 'remedy')!.map((line) => { const [, of = '', words = ''] = /^(\w+):\s*([\s\S]+)$/.exec(line) ?? wrong(`"${line}" is not STATE:WORDS.`); return { state: choice(remediationStates, of, 'state of a remedy'), text: words } })),
    }))
    return `Changed ${id}`
  } },

  postmortem: { options: { file: text, publish: flag }, async run(book, g) {
    const id = needed(g, 0, 'which incident'), file = one(g, 'file')
    await book.refresh()
    const incident = incidentIn(book.state, id)
    const words = file === undefined ? incident.postmortem?.text ?? draftPostmortem(incident, book.state, now()) : await readFile(typed(file), 'utf8')
    if (file === undefined && g.values['publish'] !== true) return words
    await incidents({ book, now }).edit(by, id, { postmortem: { text: words, published: g.values['publish'] === true ? new Date(now()).toISOString() : incident.postmortem?.published ?? null } })
    return g.values['publish'] === true ? `Published the post-mortem of ${id}` : `Kept as a draft`
  } },

  component: { options: { name: text, group: text, upstream: text, page: text, text, watched: text, place: text, retired: text, retire: flag }, async run(book, g) {
    await book.refresh()
    if (g.positionals.length === 0) return componentsOf(book.state).map((c) => `${c.id.padEnd(18)} ${c.group.padEnd(16)} ${c.name}${c.upstream ? ` (by ${c.upstream.provider})` : ''}${c.retired ? ' (retired)' : ''}`).join('\n')
    const id = needed(g, 0, 'which component')
    if (!/^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/.test(id)) wrong(`"${id}" is no id: small letters, digits, and in between - _ .`)
    return book.change(by, 'component', (state) => {
      const known = state.component.get(id) ?? componentsOf(state).find((c) => c.id === id)
      const upstream = one(g, 'upstream')
      const value: StatusComponent = {
        ...(known ?? { id, name: one(g, 'name') ?? wrong('A new component needs a --name.'), group: '', text: '', place: 10 * state.component.size, upstream: null, watched: false, retired: false }),
        ...said({ name: one(g, 'name'), group: one(g, 'group'), text: one(g, 'text'), watched: yes(g, 'watched'), place: whole(g, 'place'), retired: g.values['retire'] === true ? true : yes(g, 'retired'), upstream: upstream === undefined ? undefined : { provider: upstream, page: one(g, 'page') ?? null } }),
      }
      return { puts: [...settled(state), { kind: 'component', id, value }], result: `${known ? 'Changed' : 'Made'} ${id}` }
    })
  } },

  maintenance: { options: { ...ofIncident, end: flag, cancel: flag }, async run(book, g) {
    const title = needed(g, 0, 'a title, or which maintenance'), [from, to] = [time(g, 'from'), time(g, 'to')]
    await book.refresh()
    if (book.state.maintenance.has(title) && from === undefined) {
      const m = await maintenances({ book }).update(by, title, { text: one(g, 'text') ?? '', end: g.values['end'] === true, cancel: g.values['cancel'] === true })
      return `${m.id} is ${phaseOf(m, now())}`
    }
    if (from === undefined || to === undefined) return wrong('Say with --from and --to when it begins and ends.')
    const known = book.state.maintenance.get(title)
    const m = await maintenances({ book }).announce(by, { id: known?.id ?? one(g, 'id'), title: one(g, 'title') ?? known?.title ?? title, text: one(g, 'text') ?? known?.text ?? '', from, to, components: all(g, 'component') ?? known?.components ?? [], audience: audience(g) })
    return `Announced ${m.id}`
  } },

  proposals: { options: { publish: text, dismiss: text, text, title: text }, most: 0, async run(book, g) {
    const [wanted, unwanted] = [one(g, 'publish'), one(g, 'dismiss')]
    if (wanted !== undefined) return `Opened ${(await proposals({ book }).publish(by, wanted, said({ text: one(g, 'text'), title: one(g, 'title') }))).id}`
    if (unwanted !== undefined) return `Dismissed ${(await proposals({ book }).dismiss(by, unwanted)).id}`
    const open = [...(await book.refresh()).proposal.values()].filter((p) => p.state === 'open')
    return open.length === 0 ? 'Nothing is proposed.' : open.map((p) => `${p.id}  ${p.title} (${p.affected.map((a) => `${a.component} ${a.level}`).join(', ')}), ${p.times} times since ${minute(p.at)}, by ${p.by}\n${p.evidence.slice(-3).map((e) => `    ${minute(e.at)}  ${e.text}`).join('\n')}`).join('\n')
  } },

  subscribe: { options: { component: many, remove: flag }, async run(book, g) {
    const to = needed(g, 0, 'an address')
    const all_ = subscribers({ book, reach: publicOnly })
    if (g.values['remove'] === true) {
      const known = [...(await book.refresh()).subscriber.values()].find((s) => s.to === to || s.id === to) ?? wrong(`${to} does not subscribe.`)
      await all_.unsubscribe(by, known.id)
      return `${to} is told no more`
    }
    const s = await all_.subscribe(by, { kind: /^https?:/.test(to) ? 'webhook' : 'email', to, components: all(g, 'component') ?? [], confirmed: true })
    return s.kind === 'webhook' ? `${to} is told. It is signed with ${s.key}` : `${to} is told`
  } },

  page: { options: { name: text, url: text, auto: text, clean: text }, most: 0, async run(book, g) {
    const url = one(g, 'url')
    if (url !== undefined && !/^https?:\/\//.test(url)) wrong('--url begins with https:// or http://')
    return book.change(by, 'page', (state) => {
      const value = { ...pageOf(state), ...said({ name: one(g, 'name'), url, auto: yes(g, 'auto'), cleanMinutes: whole(g, 'clean') }) }
      return { puts: Object.keys(g.values).length > 0 ? [{ kind: 'page', id: 'page', value }] : [], result: `${value.name}, ${value.url ?? 'no public address'}; proposals are published ${value.auto ? 'at once' : 'by hand'}; ${value.cleanMinutes} clean minutes before "resolved"` }
    })
  } },

  import: { options: {}, async run(book, g) {
    const { added, known, differ } = await importInto(book, by, await readFile(typed(needed(g, 0, 'which file')), 'utf8'))
    return `${added} taken in, ${known} were here already${differ.length > 0 ? `, ${differ.length} are here with other content and were left: ${differ.join(', ')}` : ''}`
  } },
  export: { options: {}, async run(book, g) {
    const out = JSON.stringify(exported(await book.refresh()), undefined, 2)
    if (g.positionals[0] === undefined) return out
    const file = typed(g.positionals[0])
    await writeFile(file, `${out}\n`, { mode: 0o600 })   // it holds the keys of subscribers
    return `Written to ${file}`
  } },
  publish: { options: {}, async run(book, g) {
    await book.refresh()
    const folder = typed(needed(g, 0, 'which folder'))
    const files = `${await publish(book, folder, now)} files in ${folder}`
    return pageOf(book.state).url === null ? `${files}\nThe feed’s links lead nowhere before the page’s public address is known: npm run lodge -- status page --url https://…` : files
  } },
}

/** The same words are the same remedy, in another state by now. */
const withRemedies = (known: readonly Remediation[], said_: readonly Remediation[]): Remediation[] => [...new Map([...known, ...said_].map((r) => [r.text, r])).values()]
const state = (g: Given): IncidentState | undefined => { const of = one(g, 'state'); return of === undefined ? undefined : choice<IncidentState>(incidentStates, of, 'state') }
const audience = (g: Given): Audience[] | undefined => all(g, 'audience')?.map((of) => choice<Audience>(audiences, of, 'audience'))

function listed(book: Book, isAll: boolean): string {
  const { state: s } = book
  const line = (i: Incident): string => `  ${i.id}\n      ${i.title}: ${i.state}, ${lasted(durationMs(i.impact, now()))}${i.nextUpdateAt === null ? '' : `, next update ${minute(i.nextUpdateAt)}`}; ${i.affected.map((a) => `${a.component} ${a.level}`).join(', ') || 'no component'}`
  const bad = presentOf(s, now()).filter((p) => p.level !== 'works')
  const incidentLines = (isAll ? [...s.incident.values()] : openIncidents(s)).map(line)
  const works = (isAll ? [...s.maintenance.values()] : aheadOf(s, now())).map((m) => `  ${m.id}\n      ${m.title}: ${phaseOf(m, now())}, ${minute(m.from)} to ${minute(m.to)}`)
  const waiting = [...s.proposal.values()].filter((p) => p.state === 'open').length
  return [
    `Overall: ${overall(s, now())}${bad.length > 0 ? ` (${bad.map((p) => `${p.component.id} ${p.level}`).join(', ')})` : ''}`,
    ...(incidentLines.length > 0 ? ['Incidents:', ...incidentLines] : ['No incident is open.']), ...(works.length > 0 ? ['Maintenance:', ...works] : []),
    ...(waiting > 0 ? [`${waiting === 1 ? '1 proposal waits' : `${waiting} proposals wait`}: npm run lodge -- status proposals`] : []), ...(book.broken > 0 ? [`${book.broken} lines of the journal cannot be read.`] : []),
  ].join('\n')
}

/** `--from -10m`: a time, and no option. */
const withTimes = (args: readonly string[]): string[] => args.flatMap((arg, i) => {
  const isTime = (of: string | undefined): boolean => of !== undefined && /^-\d+[smhd]$/.test(of)
  if (isTime(arg) && args[i - 1]?.startsWith('--')) return []
  return arg.startsWith('--') && isTime(args[i + 1]) ? [`${arg}=${args[i + 1]}`] : [arg]
})

export const command: Command = {
  about: 'the status page: incidents, maintenance, components, subscribers',
  async run([name = 'help', ...args]) {
    const config = readConfig(process.env)
    const folder = join(config.folder, 'status')
    if (name === 'serve') {
      await import('#server/status/main.ts')
      return new Promise(() => {})
    }
    if (name === 'stop') {
      const running = await readProcess(folder)
      console.log(await stopStatusProcess(folder) ? `Stopped the status page at ${running?.url}` : 'No status page is running here.')
      return 0
    }
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined
    if (!verb || args.includes('--help')) {
      const isAsked = name.includes('help') || args.includes('--help')
      if (!isAsked) console.error(`There is no "status ${name}".\n`)
      console.log(verb ? usageOf(name) : usage)
      return isAsked ? 0 : 2
    }
    const book = openBook({ folder, now })
    await book.refresh()
    try {
      const given = parseArgs({ args: withTimes(args), options: verb.options, allowPositionals: true })
      // A title without quotes would be its first word, for all to read.
      if (given.positionals.length > (verb.most ?? 1)) wrong(`"${given.positionals[verb.most ?? 1]}" is too much. Words with spaces between them stand in quotes.`)
      console.log(await verb.run(book, given))
    } catch (error) {
      if (error instanceof Refusal && error.code === 'invalid' || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')) throw new CannotStart(`${(error as Error).message}\n\n${usageOf(name)}`)
      throw error
    }
    const running = await readProcess(folder)
    if (name === 'list' && running) console.log(await isAlive(running) ? `The page is open at ${running.url}` : 'The page’s own process does not answer; Lodge starts it, or: npm run lodge -- status serve')
    return 0
  },
}
