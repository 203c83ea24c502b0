/**
 * No account sees or changes another's rows, over every endpoint and every topic. The Harbour Office has one of everything;
 * the hotel's administrator and a visitor of hers try all endpoints with its ids. A new endpoint fails here until it is listed.
 */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints, type AnyEndpoint } from '#contract/api.ts'
import { announceBlob, uploadBytes } from '#contract/blobs.ts'
import { createBooking, createBookingSeries, createClosure, createFeed } from '#contract/bookings.ts'
import { saveChannel } from '#contract/channels.ts'
import { addNote, openConversation, sendMessage } from '#contract/conversations.ts'
import { saveKiosk } from '#contract/kiosks.ts'
import { saveWatched } from '#contract/watchlist.ts'
import { createToken } from '#contract/people.ts'
import { saveVisitorType } from '#contract/places.ts'
import { savePushSubscription } from '#contract/pushes.ts'
import { createSeries } from '#contract/visit-series.ts'
import { saveFloor, saveFloorPlan, saveSpace } from '#contract/spaces.ts'
import { saveRule, setRuleActive } from '#contract/rules.ts'
import { createVisit } from '#contract/visits.ts'
import { saveCanned, saveInvitation } from '#contract/inboxes.ts'
import { newId } from '#client/lodge.ts'
import { sql } from '#server/db/sql.ts'
import { startTestServer, type TestServer } from './server.ts'
import { ada, ben, frontDoor, harbour, hosts, iris, lobby, mara, otto, quay, website } from './world.ts'

const secret = 'harbour-secret'
const theirs = {
  conversation: newId(), message: newId(), note: newId(), canned: newId(), invitation: newId(), token: newId(), delivery: newId(), blob: newId(),
  location: quay.id, visitorType: newId(), visit: newId(), kiosk: newId(), operation: newId(), watched: newId(), push: newId(), series: newId(), channel: newId(), rule: newId(), run: newId(), refusal: newId(),
  floor: newId(), space: newId(), booking: newId(), bookingSeries: newId(), closure: newId(), feed: newId(), code: 'HarbourDk1',
}
/** What must appear in no answer to the hotel. */
const marks = [secret, Buffer.from(secret).toString('base64'), harbour.name, otto.name, iris.name, iris.email, otto.email, ben.name, frontDoor.name, hosts.name, quay.name]
const bytes = new TextEncoder().encode(secret)
const theirRule = { name: 'Mine', trigger: { kind: 'conversation_closed' as const }, timing: { from: 'event' as const, minutes: 0 }, lateMaxMinutes: 5, conditions: [], actions: [{ do: 'note' as const, text: secret }], mode: 'do' as const, once: 'conversation' as const, stopAfter: false }

const inTwoHours = { startsAt: new Date(Date.now() + 7_200_000).toISOString(), endsAt: new Date(Date.now() + 10_800_000).toISOString() }
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
const [nextWeek, nextMonth] = [inDays(7), inDays(30)]

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  const done = async (outcome: Promise<{ ok: boolean }>) => { const o = await outcome; if (!o.ok) throw new Error(JSON.stringify(o)) }
  const [visitor, agent, admin] = [server.callAs(ben), server.callAs(otto), server.callAs(iris)]
  const { conversation } = theirs
  await done(visitor(openConversation, { body: { id: newId(), conversation, inbox: frontDoor.id } }))
  await done(visitor(sendMessage, { params: { conversation }, body: { id: theirs.message, text: secret } }))
  await done(agent(addNote, { params: { conversation }, body: { id: theirs.note, text: secret } }))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const file = { id: theirs.blob, conversation, name: `${secret}.txt`, mediaType: 'text/plain', sizeBytes: bytes.length, sha256 }
  await done(visitor(announceBlob, { body: file }))
  await done(visitor(uploadBytes, { params: { blob: theirs.blob }, query: { offset: 0 }, body: bytes }))
  await done(agent(saveCanned, { params: { canned: theirs.canned }, body: { shortcut: 'secret', text: secret } }))
  const rule = { inbox: frontDoor.id, address: '/', afterSeconds: 0, text: secret, active: true }
  await done(agent(saveInvitation, { params: { invitation: theirs.invitation }, body: rule }))
  await done(admin(createToken, { body: { id: theirs.token, name: secret } }))
  await done(admin(saveVisitorType, { params: { visitorType: theirs.visitorType }, body: { location: quay.id, name: secret } }))
  await done(agent(createVisit, { body: { id: theirs.visit, location: quay.id, visitorType: theirs.visitorType, name: secret, expectedAt: new Date().toISOString() } }))
  await done(agent(createSeries, { body: { id: theirs.series, location: quay.id, visitorType: theirs.visitorType, name: secret, rule: 'FREQ=DAILY;COUNT=3', startsAt: `${new Date().toISOString().slice(0, 10)}T23:59` } }))
  await server.database.db.tx('photo', 1000, (tx) => tx.run(sql`
    insert into visit_images (account_id, visit_id, kind, media_type, bytes) values (${harbour.id}, ${theirs.visit}, 'photo', 'image/png', ${Buffer.from(secret)})`))
  await done(admin(saveWatched, { params: { watched: theirs.watched }, body: { name: secret, action: 'alert', reason: secret } }))
  await done(admin(saveFloor, { params: { floor: theirs.floor }, body: { location: quay.id, name: secret } }))
  await done(admin(saveFloorPlan, { params: { floor: theirs.floor }, body: { base64: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>${secret}</text></svg>`).toString('base64') } }))
  await done(admin(saveSpace, { params: { space: theirs.space }, body: { floor: theirs.floor, name: secret, kind: 'desk' } }))
  await server.database.db.tx('code', 1000, (tx) => tx.run(sql`update spaces set code = ${theirs.code} where account_id = ${harbour.id}`))
  await done(agent(createBooking, { body: { id: theirs.booking, space: theirs.space, when: inTwoHours, title: secret } }))
  await done(agent(createBookingSeries, { body: { id: theirs.bookingSeries, space: theirs.space, recurrence: { rrule: 'FREQ=DAILY;COUNT=2', day: nextWeek, time: '09:00', minutes: 60 }, title: secret, onConflict: 'skip' } }))
  await done(admin(createClosure, { body: { id: theirs.closure, location: quay.id, when: { day: nextMonth }, text: secret, cancelBookings: true } }))
  await done(agent(createFeed, { params: { feed: theirs.feed }, body: {} }))
  const settings = { host: '203.0.113.1', port: 2775, tls: false, systemId: secret, systemType: '' }
  await done(admin(saveChannel, { params: { channel: theirs.channel }, body: { kind: 'smpp', name: secret, inbox: frontDoor.id, numbers: ['+46850009999'], settings, secret, active: false } }))
  await done(admin(saveKiosk, { params: { kiosk: theirs.kiosk }, body: { name: secret, location: quay.id } }))
  await server.database.db.tx('operation', 1000, (tx) => tx.run(sql`
    insert into kiosk_operations (account_id, id, kiosk_id, log_id, seq, type, state, reason, raw)
    values (${harbour.id}, ${theirs.operation}, ${theirs.kiosk}, ${newId()}, 1, 'dance', 'quarantined', ${secret}, '{}')`))
  await server.database.db.tx('kept', 1000, (tx) => tx.run(sql`
    insert into kept_refusals (account_id, id, kind, type, topic, actor, kept_at, code, reason, command)
    values (${harbour.id}, ${theirs.refusal}, 'command', 'message.send', ${`conversation:${theirs.conversation}`}, ${`contact:${ben.id}`}, now(), 'not_found', ${secret}, ${JSON.stringify({ body: { text: secret } })}::jsonb)`))
  await server.database.db.tx('delivery', 1000, (tx) => tx.run(sql`
    insert into deliveries (account_id, id, kind, recipient, subject, body, message_id, state)
    values (${harbour.id}, ${theirs.delivery}, 'notice', ${ben.email}, ${secret}, ${secret}, ${secret}, 'dead')`))
  await done(agent(savePushSubscription, { params: { subscription: theirs.push }, body: { endpoint: 'https://push.example/theirs', p256dh: 'p'.repeat(87), auth: 'a'.repeat(22), device: secret } }))
  await done(admin(saveRule, { params: { rule: theirs.rule }, body: { ...theirRule, name: secret } }))
  await done(admin(setRuleActive, { params: { rule: theirs.rule }, body: { active: true } }))
  await server.database.db.tx('run', 1000, (tx) => tx.run(sql`
    insert into rule_runs (account_id, id, rule_id, subject_kind, subject_id, scope_id, conversation_id, entry_id, happened_at, hops, due_at, expires_at, state, acts_as)
    values (${harbour.id}, ${theirs.run}, ${theirs.rule}, 'conversation', ${conversation}, ${conversation}, ${conversation}, ${theirs.message}, now(), 0, now(), now() + interval '1 day', 'suggested', ${`rule:${theirs.rule}`})`))
  await server.app.feed.settled()
})
afterAll(() => server.close())

type Input = { params?: object; query?: object; body?: object | Uint8Array }
/** `refused`: as if it did not exist. `blind`: answered, without anything of theirs. `own`: the same id here is a thing of the hotel's own. */
type Try = { expect: 'refused' | 'blind' | 'own'; input: Input }
const refused = (input: Input): Try => ({ expect: 'refused', input })
const blind = (input: Input = {}): Try => ({ expect: 'blind', input })
const own = (input: Input): Try => ({ expect: 'own', input })

const inConversation = { params: { conversation: theirs.conversation } }
const atMessage = { params: { conversation: theirs.conversation, message: theirs.message } }
const command = (body: object = {}): Input => ({ ...inConversation, body: { id: newId(), ...body } })
const atSeries = { params: { series: theirs.series } }
const atVisit = { params: { visit: theirs.visit } }
const smpp = { host: '203.0.113.1', port: 2775, tls: false, systemId: 'mine', systemType: '' }
const today = new Date().toISOString().slice(0, 10)
const reported = { from: today, to: today, zone: 'UTC' }
const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
const atBooking = { params: { booking: theirs.booking } }
const onTheirSpace = { space: theirs.space, when: { startsAt: new Date(Date.now() + 60_000).toISOString(), endsAt: inAnHour } }
const recurrence = { rrule: 'FREQ=DAILY;COUNT=2', day: nextWeek, time: '12:00', minutes: 60 }
const minePlain = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect/></svg>').toString('base64')

const tries: Record<string, readonly Try[] | 'knows no account: whoever has the password, cookie or secret is the person'> = {
  signIn: 'knows no account: whoever has the password, cookie or secret is the person',
  renewTicket: 'knows no account: whoever has the password, cookie or secret is the person',
  signOut: 'knows no account: whoever has the password, cookie or secret is the person',
  acceptLink: 'knows no account: whoever has the password, cookie or secret is the person',
  getLink: 'knows no account: whoever has the password, cookie or secret is the person',
  followLink: [refused({ params: { blob: theirs.blob, link: 'x'.repeat(43) } })],
  getAbout: [blind()],
  // The house is run by its first account, which here is the hotel. What it sees of the house names no other account's people or rows.
  getOperations: [blind()],
  pauseWork: [own({ params: { kind: 'reports' }, body: { isPaused: false } })],
  withdrawInvitations: [own({ body: { isWithdrawn: false } })],
  endHolder: [refused({ params: { holder: 'none' } })],
  takeBackup: [refused({})],
  stopServer: [refused({ body: { node: 'none' } })],
  getOnCall: [blind()],
  saveOnCall: [own({ body: { people: [], duties: [], escalateAfterMinutes: 10 } })],
  tryOnCall: [refused({ params: { person: newId() } })],
  listAlerts: [blind()],
  acknowledgeAlert: [refused({ params: { alert: 'none' } })],

  listKeptRefusals: [blind()],
  resolveKeptRefusal: [refused({ params: { refusal: theirs.refusal }, body: { how: 'retry' } }), refused({ params: { refusal: theirs.refusal }, body: { how: 'dismiss' } })],

  listPeople: [blind()],
  inviteUser: [refused({ body: { id: newId(), name: 'Otto', email: otto.email, role: 'agent' } })],
  changeUser: [refused({ params: { user: otto.id }, body: { active: false } })],
  renewLink: [refused({ params: { user: otto.id } })],
  saveTeam: [
    own({ params: { team: hosts.id }, body: { name: 'Mine', members: [ada.id] } }),
    refused({ params: { team: newId() }, body: { name: 'Theirs', members: [otto.id] } }),
  ],
  listTokens: [blind()],
  createToken: [own({ body: { id: theirs.token, name: 'Mine' } })],
  revokeToken: [own({ params: { token: theirs.token } }), refused({ params: { token: theirs.token } })],   // the first ends the one just made

  listInboxes: [blind()],
  saveInbox: [refused({ params: { inbox: frontDoor.id }, body: { name: 'Mine' } })],
  listCanned: [blind()],
  deleteCanned: [refused({ params: { canned: theirs.canned } })],
  saveCanned: [own({ params: { canned: theirs.canned }, body: { shortcut: 'mine', text: 'Mine' } })],
  listInvitations: [blind()],
  saveInvitation: [
    own({ params: { invitation: theirs.invitation }, body: { inbox: website.id, address: '/', afterSeconds: 1, text: 'Mine', active: true } }),
    refused({ params: { invitation: newId() }, body: { inbox: frontDoor.id, address: '/', afterSeconds: 1, text: 'Mine', active: true } }),
  ],
  mayInvite: [blind({ params: { inbox: frontDoor.id } })],
  // Public on purpose: whoever stands at the door sees the door. Nobody gets in as somebody who is there already.
  openVisitorSession: [refused({ params: { inbox: frontDoor.id }, body: { contact: ben.id, secret: mara.secret } })],

  listContacts: [blind(), blind({ query: { search: ben.name } })],
  getContact: [refused({ params: { contact: ben.id } })],
  createContact: [own({ body: { id: ben.id, name: 'Mine' } })],
  changeContact: [refused({ params: { contact: otto.id }, body: { id: newId(), name: 'Mine' } })],
  eraseContact: [refused({ params: { contact: otto.id } })],

  listConversations: [blind(), ...[{ search: secret }, { contact: ben.id }, { inbox: frontDoor.id }, { assignee: otto.id }].map((query) => blind({ query }))],
  getConversation: [refused(inConversation)],
  listEntries: [refused(inConversation)],
  openConversation: [
    refused({ body: { id: newId(), conversation: newId(), inbox: frontDoor.id, contact: mara.id } }),
    refused({ body: { id: newId(), conversation: newId(), inbox: website.id, contact: otto.id } }),
  ],
  sendMessage: [refused(command({ text: 'Mine' }))],
  addNote: [refused(command({ text: 'Mine' }))],
  editMessage: [refused({ ...atMessage, body: { id: newId(), text: 'Mine' } })],
  editNote: [refused({ params: { conversation: theirs.conversation, note: theirs.note }, body: { id: newId(), text: 'Mine' } })],
  deleteMessage: [refused({ ...atMessage, query: { id: newId() } })],
  assignConversation: [refused(command({ assignee: ada.id }))],
  closeConversation: [refused(command())],
  reopenConversation: [refused({ ...inConversation, query: { id: newId() } })],
  snoozeConversation: [refused(command({ until: inAnHour }))],
  labelConversation: [refused(command({ labels: ['mine'] }))],
  sendTranscript: [refused(command({ to: ada.email }))],

  listChannels: [blind()],
  saveChannel: [
    refused({ params: { channel: theirs.channel }, body: { kind: 'smpp', name: 'Mine', inbox: website.id, numbers: ['1234'], settings: smpp, active: false } }),
    refused({ params: { channel: newId() }, body: { kind: 'smpp', name: 'Mine', inbox: frontDoor.id, numbers: ['1234'], settings: smpp, active: false } }),
  ],
  testChannel: [refused({ params: { channel: theirs.channel }, body: { id: newId(), to: '+46701234567' } })],
  retryMessage: [refused({ ...atMessage, body: { id: newId() } })],

  announceBlob: [
    refused({ body: { id: newId(), conversation: theirs.conversation, name: 'x', mediaType: 'text/plain', sizeBytes: 1, sha256: '0'.repeat(64) } }),
    refused({ body: { id: theirs.blob, conversation: theirs.conversation, name: 'x', mediaType: 'text/plain', sizeBytes: 1, sha256: '0'.repeat(64) } }),
  ],
  getUpload: [refused({ params: { blob: theirs.blob } })],
  uploadBytes: [refused({ params: { blob: theirs.blob }, query: { offset: 0 }, body: bytes })],
  linkBlob: [refused({ params: { blob: theirs.blob } })],

  listLocations: [blind()],
  listVisitorTypes: [blind()],
  saveVisitorType: [
    own({ params: { visitorType: theirs.visitorType }, body: { location: lobby.id, name: 'Mine' } }),
    refused({ params: { visitorType: newId() }, body: { location: theirs.location, name: 'Mine' } }),
  ],
  listHosts: [blind()],
  saveHost: [refused({ params: { user: otto.id }, body: { mail: false, delegates: [] } }), own({ params: { user: ada.id }, body: { mail: true, delegates: [otto.id] } })],
  listVisits: [blind(), ...[{ search: secret }, { location: theirs.location }].map((query) => blind({ query }))],
  getVisit: [refused(atVisit)],
  listVisitLog: [refused(atVisit)],
  getBadge: [refused(atVisit)],
  getVisitImage: [refused({ params: { visit: theirs.visit, kind: 'photo' } })],
  createVisit: [
    refused({ body: { id: newId(), location: theirs.location, name: 'Mine', expectedAt: inAnHour } }),
    own({ body: { id: newId(), location: lobby.id, name: 'Mine', expectedAt: inAnHour, host: otto.id, visitorType: theirs.visitorType } }),
  ],
  changeVisit: [refused({ ...atVisit, body: { id: newId(), name: 'Mine' } })],
  checkInVisit: [refused({ ...atVisit, body: { id: newId() } })],
  checkOutVisit: [refused({ ...atVisit, body: { id: newId() } })],
  confirmVisit: [refused({ ...atVisit, body: { id: newId() } })],
  decideVisit: [refused({ ...atVisit, body: { id: newId(), approved: true } })],
  cancelVisit: [refused({ ...atVisit, body: { id: newId() } })],
  restoreVisit: [refused({ ...atVisit, query: { id: newId() } })],
  eraseVisit: [refused({ ...atVisit, query: { id: newId() } })],
  previewSeries: [refused({ query: { location: theirs.location, rule: 'FREQ=DAILY', startsAt: '2030-01-01T09:00' } })],
  createSeries: [
    refused({ body: { id: newId(), location: theirs.location, name: 'Mine', rule: 'FREQ=DAILY;COUNT=2', startsAt: '2030-01-01T09:00' } }),
    own({ body: { id: newId(), location: lobby.id, name: 'Mine', rule: 'FREQ=DAILY;COUNT=2', startsAt: '2030-01-01T09:00', host: otto.id, visitorType: theirs.visitorType } }),
  ],
  getSeries: [refused(atSeries)],
  changeSeries: [refused({ ...atSeries, body: { id: newId(), name: 'Mine' } })],
  cancelSeries: [refused({ ...atSeries, body: { id: newId() } })],
  getInvited: 'knows no account: whoever has the password, cookie or secret is the person',
  fillInvited: 'knows no account: whoever has the password, cookie or secret is the person',
  leaveInvited: 'knows no account: whoever has the password, cookie or secret is the person',

  // The page is the house's own: its operator is the first account, which here is the hotel. What it may not do by it is reach others' conversations.
  getStatus: [blind()],
  openStatusIncident: [own({ body: { id: 'mine', title: 'Mine', text: 'Mine', affected: [{ component: 'inbox', level: 'slow' }] } })],
  updateStatusIncident: [own({ params: { incident: 'mine' }, body: { text: 'Mine' } }), refused({ params: { incident: 'none' }, body: { text: 'Mine' } })],
  editStatusIncident: [own({ params: { incident: 'mine' }, body: { cause: 'Mine' } })],
  draftStatusPostmortem: [blind({ params: { incident: 'mine' } })],
  countAffected: [blind({ params: { incident: 'mine' } })],
  replyToAffected: [own({ params: { incident: 'mine' }, body: { id: newId(), text: 'Mine' } })],
  resolveStatusIncident: [own({ params: { incident: 'mine' }, body: { text: 'Mine', early: 'Mine' } })],
  saveStatusComponent: [own({ params: { component: 'mine' }, body: { name: 'Mine', group: '', text: '', place: 1, upstream: null, watched: false, retired: false } })],
  saveStatusMaintenance: [own({ params: { maintenance: 'mine' }, body: { title: 'Mine', text: '', from: inAnHour, to: new Date(Date.now() + 7_200_000).toISOString(), components: [] } })],
  updateStatusMaintenance: [own({ params: { maintenance: 'mine' }, body: { text: 'Mine', cancel: true } })],
  addStatusSubscriber: [own({ body: { kind: 'email', to: ada.email } })],
  removeStatusSubscriber: [refused({ params: { subscriber: 'none' } })],
  decideStatusProposal: [refused({ params: { proposal: 'none' }, body: { how: 'publish' } })],
  saveStatusPage: [own({ body: { name: 'Mine', url: null, auto: false, cleanMinutes: 10 } })],

  listKiosks: [blind()],
  saveKiosk: [own({ params: { kiosk: theirs.kiosk }, body: { name: 'Mine', location: lobby.id } }), refused({ params: { kiosk: newId() }, body: { name: 'Mine', location: theirs.location } })],
  unpairKiosk: [own({ params: { kiosk: theirs.kiosk } }), refused({ params: { kiosk: newId() } })],   // the one just made
  pairKiosk: 'knows no account: whoever has the password, cookie or secret is the person',
  // What a kiosk may do, and to whom, its own tests say; people may do none of it.
  sendOperations: [refused({ body: { log: newId(), operations: [{}] } })],
  beatKiosk: [refused({ body: { log: newId(), now: inAnHour, app: 'x', unsent: 0, oldestUnsentMs: null, fromSeq: 1, uptoSeq: 0, count: 0, digest: '0'.repeat(16) } })],
  getSnapshot: [refused({})],
  getKioskVisit: [refused(atVisit)],
  listQuarantine: [blind()],
  resolveOperation: [refused({ params: { operation: theirs.operation }, body: { id: newId(), how: 'dismiss' } })],
  findPerson: [blind({ query: { name: secret } }), blind({ query: { email: ben.email! } })],
  exportPerson: [blind({ query: { name: secret } }), blind({ query: { email: ben.email! } })],
  erasePerson: [refused({ body: { id: newId(), visits: [theirs.visit], series: [theirs.series] } })],
  readVisitFile: [
    refused({ body: { location: theirs.location, text: 'name,date\nMine,2030-01-01' } }),
    blind({ body: { location: lobby.id, text: `name,date,host,type,location\nMine,2030-01-01,${otto.email.slice(0, 3)},x,y` } }),
  ],
  listWatched: [blind()],
  listMatches: [refused(atVisit)],
  saveWatched: [own({ params: { watched: theirs.watched }, body: { name: 'Mine', action: 'alert', reason: 'Mine' } })],
  deleteWatched: [own({ params: { watched: theirs.watched } }), refused({ params: { watched: theirs.watched } })],

  listFloors: [blind(), blind({ query: { location: theirs.location } })],
  saveFloor: [refused({ params: { floor: newId() }, body: { location: theirs.location, name: 'Mine' } }), own({ params: { floor: newId() }, body: { location: lobby.id, name: 'Mine' } })],
  saveFloorPlan: [refused({ params: { floor: theirs.floor }, body: { base64: minePlain } })],
  getFloorPlan: [refused({ params: { floor: theirs.floor } })],
  removeFloorPlan: [refused({ params: { floor: theirs.floor } })],
  listSpaces: [blind(), ...[{ location: theirs.location }, { floor: theirs.floor, inactive: true }].map((query) => blind({ query }))],
  saveSpace: [refused({ params: { space: theirs.space }, body: { floor: theirs.floor, name: 'Mine', kind: 'desk' } })],
  placeSpace: [refused({ params: { space: theirs.space }, body: { position: null } })],
  pairSpacePanel: [refused({ params: { space: theirs.space } })],
  unpairSpacePanel: [refused({ params: { space: theirs.space } })],
  createBooking: [refused({ body: { id: newId(), ...onTheirSpace } }), refused({ body: { id: theirs.booking, ...onTheirSpace } })],
  listBookings: [blind(), ...[{ location: theirs.location }, { floor: theirs.floor }, { space: theirs.space }, { user: otto.id }, { series: theirs.bookingSeries }].map((query) => blind({ query }))],
  getBooking: [refused(atBooking)],
  changeBooking: [refused({ ...atBooking, body: { id: newId(), title: 'Mine' } })],
  cancelBooking: [refused({ ...atBooking, body: { id: newId() } })],
  checkInBooking: [refused({ ...atBooking, body: { id: newId() } })],
  endBooking: [refused({ ...atBooking, body: { id: newId() } })],
  createBookingSeries: [refused({ body: { id: newId(), space: theirs.space, recurrence, onConflict: 'skip' } })],
  getBookingSeries: [refused({ params: { series: theirs.bookingSeries } })],
  cancelBookingSeries: [refused({ params: { series: theirs.bookingSeries }, body: { id: newId() } })],
  getAvailability: [blind({ params: { floor: theirs.floor }, query: { startsAt: new Date().toISOString(), endsAt: inAnHour } })],
  listClosures: [blind(), blind({ query: { location: theirs.location } })],
  createClosure: [
    refused({ body: { id: newId(), location: theirs.location, when: { day: nextWeek }, text: 'Mine', cancelBookings: true } }),
    refused({ body: { id: newId(), location: lobby.id, space: theirs.space, when: { day: nextWeek }, text: 'Mine', cancelBookings: true } }),
    refused({ body: { id: newId(), location: lobby.id, floor: theirs.floor, when: { day: nextWeek }, text: 'Mine', cancelBookings: true } }),
  ],
  liftClosure: [refused({ params: { closure: theirs.closure }, query: { id: newId() } })],
  listPresent: [refused({ params: { location: theirs.location } })],
  getAtSpace: [refused({ params: { code: theirs.code } })],
  listFeeds: [blind()],
  createFeed: [own({ params: { feed: theirs.feed }, body: {} }), refused({ params: { feed: newId() }, body: { space: theirs.space } })],
  revokeFeed: [own({ params: { feed: theirs.feed } }), refused({ params: { feed: theirs.feed } })],   // the one just made
  readFeed: 'knows no account: whoever has the password, cookie or secret is the person',
  pairPanel: 'knows no account: whoever has the password, cookie or secret is the person',
  // What a panel may do, and to which space, its own tests say; people may do none of it.
  getPanel: [refused({})],
  bookAtPanel: [refused({ body: { id: newId(), minutes: 15 } })],
  checkInAtPanel: [refused({ ...atBooking, body: { id: newId() } })],
  endAtPanel: [refused({ ...atBooking, body: { id: newId() } })],
  listRules: [blind()],
  saveRule: [
    own({ params: { rule: theirs.rule }, body: { ...theirRule, actions: [{ do: 'note', text: 'Mine' }] } }),
    refused({ params: { rule: newId() }, body: { ...theirRule, conditions: [{ kind: 'inbox', is: [frontDoor.id] }], actions: [{ do: 'note', text: 'Mine' }] } }),
    refused({ params: { rule: newId() }, body: { ...theirRule, actions: [{ do: 'assign', user: otto.id, team: null }] } }),
  ],
  setRuleActive: [own({ params: { rule: theirs.rule }, body: { active: true } })],   // the one just made
  renewRuleSecret: [own({ params: { rule: theirs.rule } })],
  listRuleRuns: [blind({ params: { rule: theirs.rule } })],
  listRuns: [blind({ query: { conversation: theirs.conversation } })],
  stopRun: [refused({ params: { run: theirs.run } })],
  acceptRun: [refused({ params: { run: theirs.run }, body: { text: 'Mine' } })],
  dismissRun: [refused({ params: { run: theirs.run } })],
  orderRules: [own({ body: { rules: [theirs.rule] } })],
  dryRunRule: [blind({ body: { ...theirRule, actions: [{ do: 'note', text: 'Mine' }] } })],
  deleteRule: [own({ params: { rule: theirs.rule } }), refused({ params: { rule: theirs.rule } })],   // the first puts away the one just made

  getConversationReport: [blind({ query: reported }), ...[{ inbox: frontDoor.id }, { agent: otto.id }].map((query) => blind({ query: { ...reported, ...query } }))],
  exportReport: (['time', 'agent', 'inbox', 'conversations'] as const).map((table) => blind({ query: { ...reported, table } })),
  listDeliveries: [blind()],
  // Last: from here on the hotel has a place of the same id.
  saveLocation: [own({ params: { location: quay.id }, body: { name: 'Mine' } })],
  getPushKey: [blind()],
  listPushSubscriptions: [blind()],
  savePushSubscription: [own({ params: { subscription: theirs.push }, body: { endpoint: 'https://push.example/theirs', p256dh: 'p'.repeat(87), auth: 'a'.repeat(22), device: 'Mine' } })],
  deletePushSubscription: [own({ params: { subscription: theirs.push } }), refused({ params: { subscription: theirs.push } })],   // the first ends the one just made
  retryDelivery: [refused({ params: { delivery: theirs.delivery } })],
}

/** Every row of the Harbour Office, whatever the table. */
async function everythingOfTheirs(): Promise<Record<string, string>> {
  return server.database.db.read('everything', 10_000, async (tx) => {
    const tables = await tx.all<{ name: string }>(sql`
      select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'account_id' order by 1`)
    const dump: Record<string, string> = {}
    for (const { name } of tables) {
      const text = `select coalesce(string_agg(t::text, e'\n' order by t::text), '') as rows from ${name} t where account_id = $1`
      dump[name] = (await tx.one<{ rows: string }>({ text, values: [harbour.id] })).rows
    }
    return dump
  })
}

it('lists every endpoint', () => {
  expect(Object.keys(tries).sort()).toEqual(endpoints.map(({ name }) => name).sort())
})

describe.each([['the administrator', ada], ['a visitor', mara]] as const)('%s of another account', (_who, caller) => {
  const mayCall = (endpoint: AnyEndpoint) => caller === ada || endpoint.access === 'visitor' || endpoint.access === 'public'
  // In the order of `tries`: some make what a later one would otherwise not find.
  const rows = Object.entries(tries).flatMap(([name, list]) => {
    const endpoint = endpoints.find((e) => e.name === name)?.endpoint
    return endpoint && typeof list !== 'string' && mayCall(endpoint) ? list.map((one) => ({ name, endpoint, one })) : []
  })

  it.each(rows)('[ID1] $name: $one.expect', async ({ endpoint, one }) => {
    const before = await everythingOfTheirs()
    const outcome = await server.callAs(caller)(endpoint, one.input as never)
    await server.app.feed.settled()
    expect(await everythingOfTheirs()).toEqual(before)
    const said = outcome.ok && outcome.value instanceof Blob ? await outcome.value.text() : JSON.stringify(outcome)
    for (const mark of marks) expect(said).not.toContain(mark)
    if (one.expect !== 'refused') expect(outcome, said).toMatchObject({ ok: true })
    else expect(outcome).toMatchObject({ ok: false, code: expect.stringMatching(/^(not_found|forbidden|taken|invalid)$/) })
  })
})

describe.each([['the administrator', ada], ['a visitor', mara]] as const)('%s of another account, live', (_who, caller) => {
  it('[ID1] hears nothing of topics and views', async () => {
    const heard: string[] = []
    const lodge = server.connectAs(caller)
    const hear = (x: unknown) => void heard.push(JSON.stringify(x))
    for (const topic of [`conversation:${theirs.conversation}`, `contact:${ben.id}`, `visits:${quay.id}`, `bookings:${quay.id}`, 'settings', 'canary']) {
      lodge.join(topic, { fresh: hear, entries: hear, marks: hear, typing: hear, refused: hear })
    }
    for (const view of [`inbox:${frontDoor.id}`, `door:${frontDoor.id}`, `runs:${theirs.conversation}`, 'people', 'board', 'status:managers', 'status:visitors', 'operations']) lodge.watch(view, hear)
    await expect(lodge.send({ type: 'message.send', topic: `conversation:${theirs.conversation}`, body: { text: 'Mine' } }).stored)
      .rejects.toMatchObject({ code: 'not_found' })
    const said = newId()
    expect(await server.callAs(ben)(sendMessage, { params: { conversation: theirs.conversation }, body: { id: said, text: `${secret} again` } }))
      .toMatchObject({ ok: true })
    expect(await server.callAs(otto)(saveCanned, { params: { canned: theirs.canned }, body: { shortcut: 'secret', text: `${secret} again` } }))
      .toMatchObject({ ok: true })
    expect(await server.callAs(otto)(createVisit, { body: { id: newId(), location: quay.id, name: secret, expectedAt: inAnHour } })).toMatchObject({ ok: true })
    lodge.presence('online')
    await new Promise((done) => { setTimeout(done, 500) })   // what is pushed is pushed within 250 ms
    for (const mark of [...marks, said, theirs.message]) expect(heard.join('\n')).not.toContain(mark)
  })
})
