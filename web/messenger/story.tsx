/** @jsxImportSource preact */
/** Scenes for looking at, without a server: `npx vite --config web/messenger/vite.config.ts`, then /story.html. It is not part of the build. */
import { render } from 'preact'
import type { Entry } from '#contract/entries.ts'
import { newId, type PendingCommand } from '#client/lodge.ts'
import tokens from '#web/ui/tokens.css?inline'
import { ar } from './catalogues/ar.ts'
import { en } from './catalogues/en.ts'
import type { Chat, ChatState } from './chat.ts'
import style from './launcher.css?inline'
import { Launcher, type Shown } from './launcher.tsx'
import { shelter } from './shelter.ts'
import { createStore } from '#web/ui/preact-store.ts'

const query = new URLSearchParams(location.search)
const scene = query.get('scene') ?? 'talk'
const isArabic = query.get('language') === 'ar'
const say = (english: string, arabic: string): string => isArabic ? arabic : english
const me = newId()
const [ada, kit] = [newId(), newId()]
const conversation = newId()
const topic = `conversation:${conversation}`
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()

const entries: Entry[] = []
const write = (actor: string, minutes: number, text: string, more: object = {}): string => {
  const id = newId()
  entries.push({ topic, offset: entries.length + 1, id, type: 'message.sent', actor, at: ago(minutes), body: { text, ...more } })
  return id
}
const push = (entry: object, minutes: number, actor = `user:${ada}`): void => {
  entries.push({ topic, offset: entries.length + 1, id: newId(), actor, at: ago(minutes), ...entry } as Entry)
}
const mine = `contact:${me}`
const adas = `user:${ada}`
if (scene !== 'empty' && scene !== 'invited') {
  push({ type: 'conversation.opened', body: { inbox: newId(), contact: me } }, 1500, mine)
  write(mine, 1499, say('Good evening. Is the rooftop open tonight?', 'مساء الخير. هل السطح مفتوح الليلة؟'))
  write(adas, 1490, say('Good evening Mara! Yes, until eleven. The menu: https://hotel-lantern.example/rooftop (no booking needed).', 'مساء الخير يا مارا! نعم، حتى الحادية عشرة. القائمة: https://hotel-lantern.example/rooftop'))
  write(mine, 30, say('One more thing.', 'شيء آخر.'))
  write(mine, 29, say('Could we check out at one tomorrow? Our train leaves late, and <b>the children</b> would love to swim once more.', 'هل يمكننا المغادرة في الواحدة غدًا؟ قطارنا متأخر.'))
  const edited = write(adas, 27, 'Of course.')
  push({ type: 'message.edited', body: { message: edited, text: say('Of course. I have noted 13:00 for room 412.', 'بالطبع. سجّلت الساعة 13:00 للغرفة 412.') } }, 26)
  const gone = write(adas, 25, 'x')
  push({ type: 'message.deleted', body: { message: gone } }, 24)
  write(`user:${kit}`, 20, say('And I have put two pool towels aside for you.', 'وقد وضعت لكم منشفتين للمسبح.'), { attachments: [{ blob: newId(), name: 'pool-hours.pdf', mediaType: 'application/pdf', sizeBytes: 184_000 }] })
  write(mine, 3, say('You are wonderful, thank you 🏮', 'أنتم رائعون، شكرًا 🏮'))
  write(mine, 2, say('See you at breakfast', 'نراكم عند الفطور'))
}
if (scene === 'closed') push({ type: 'conversation.closed', body: {} }, 1)
const command = (text: string, state: PendingCommand['state'], code?: string): PendingCommand =>
  ({ id: newId(), type: 'message.send', topic, body: { text }, madeAt: ago(0), state, ...(code && { code }) })
const pending = scene === 'offline'
  ? [command(say('This one was refused.', 'رُفضت هذه الرسالة.'), 'failed', 'rate_limited'), command(say('Kept by the server.', 'محفوظة لدى الخادم.'), 'kept'), command(say('And this one waits for the connection.', 'وهذه تنتظر الاتصال.'), 'pending')]
  : []

const state = createStore<ChatState>({
  door: {
    account: 'x', inbox: {
      id: newId(), name: say('Hotel Lantern', 'فندق الفانوس'), origins: [], side: query.get('side') === 'left' ? 'left' : 'right', offsetPx: 20, language: 'auto',
      greeting: say('Welcome to Hotel Lantern.\nAsk us anything about your stay; a person answers.', 'أهلًا بكم في فندق الفانوس.\nاسألونا عن إقامتكم، ويجيبكم شخص.'), replyTime: say('Usually answers within five minutes', 'نرد عادةً خلال خمس دقائق'),
    },
    online: scene === 'away' ? [] : [{ id: ada, name: say('Ada Byron', 'آدا بايرون') }, { id: kit, name: say('Kit Marlowe', 'كيت مارلو') }],
    invitations: [],
  },
  conversation: entries.length > 0 ? conversation : undefined,
  conversations: [{ id: newId(), status: 'closed', lastAt: ago(40_000), assignee: null }],
  entries, kept: [], pending, readUpTo: scene === 'unread' ? 2 : 99, typing: scene === 'talk' ? adas : undefined,
  marks: { contact: { delivered: 99, read: 0 }, agent: { delivered: 99, read: entries.length - 1 }, mine: 0 },
  names: { [ada]: say('Ada', 'آدا'), [kit]: say('Kit', 'كيت') }, offline: scene === 'offline', ended: false, isKept: true,
})
const nothing = (): void => {}
const chat = {
  url: location.origin, state, turnTo: nothing, retry: nothing, typing: nothing, read: nothing, loadEarlier: async () => {}, ready: async () => conversation,
  identify: async (who: object) => { Object.assign(memory, who); return { ok: true, value: undefined } },
  say: (text: string) => state.set({ pending: [...state.now.pending, command(text, 'pending')] }),
  lodge: { outbox: { discard: nothing }, call: async () => ({ ok: true, value: {} }) },
} as unknown as Chat
const memory = { contact: me, secret: '', dismissed: [] as string[] }
Object.assign(chat, { device: { memory, remember: (change: object) => Object.assign(memory, change), startOver: nothing, onElsewhere: () => nothing } })

const isClosed = scene === 'invited' || scene === 'unread'
const shown = createStore<Shown>({
  open: !isClosed, focus: false, speech: isArabic ? ar : en,
  invitation: scene === 'invited' ? { id: newId(), address: '', afterSeconds: 0, text: say('Looking for a room with a view of the lake? We know which ones.', 'هل تبحث عن غرفة تطل على البحيرة؟ نحن نعرفها.') } : undefined,
})
const { root, addStyle } = shelter()
addStyle(tokens + style)
render(<Launcher chat={chat} shown={shown} theme={query.get('theme') ?? undefined} addStyle={addStyle} open={() => shown.set({ open: true, focus: true })} close={() => shown.set({ open: false })} unreachable={nothing} />, root)
