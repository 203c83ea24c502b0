/** @jsxImportSource preact */
import { render } from 'preact'
import tokens from '#web/ui/tokens.css?inline'
import { en } from './catalogues/en.ts'
import { isClosed, startChat, type Chat } from './chat.ts'
import { openDevice } from './device.ts'
import { dueInvitation, inviteOnlyIf, pageWatch } from './invitation.ts'
import style from './launcher.css?inline'
import { Launcher, type Shown } from './launcher.tsx'
import { Safe } from './safe.tsx'
import { containErrors, shelter, whisper } from './shelter.ts'
import { speech } from './speech.ts'
import { createStore, type Store } from '#web/ui/preact-store.ts'

export interface Messenger {
  open(): void
  close(): void
  identify(who: { name?: string; email?: string }): void
}

/** Called once by the loader, with the script tag of the host page; the server is where the script came from. */
export function start(script: HTMLScriptElement): Messenger {
  const inbox = script.dataset['inbox'] ?? ''
  const url = new URL('.', script.src).href.replace(/\/$/, '')
  containErrors(url)
  const chat = startChat({ url, inbox, device: openDevice(inbox) })
  const shown = createStore<Shown>({ open: wasOpen() && !isNarrow(), focus: false, speech: en, invitation: undefined })
  const { root, addStyle, remove } = shelter()
  addStyle(tokens + style)
  speak(chat, shown)
  const stopInviting = invite(chat, shown)
  const open = (): void => {
    shown.set({ open: true, focus: true })
    rememberOpen(true)
  }
  const close = (): void => {
    shown.set({ open: false })
    rememberOpen(false)
  }
  const leave = (): void => {
    stopInviting()
    render(null, root)
    remove()
    chat.close()
  }
  const unreachable = (): void => { makeRoom(script, leave).catch(whisper) }
  render(<Safe><Launcher chat={chat} shown={shown} theme={script.dataset['theme']} addStyle={addStyle} open={open} close={close} unreachable={unreachable} /></Safe>, root)
  return {
    open, close,
    identify({ name, email }) {
      chat.identify({ ...(typeof name === 'string' && { name: name.slice(0, 200) }), ...(typeof email === 'string' && { email: email.slice(0, 254) }) }).catch(whisper)
    },
  }
}

/**
 * The panel cannot be had. If that is because the server was upgraded while the page stood open, and has another build now,
 * this messenger leaves and the new one takes its place, with the panel open. Otherwise nothing happens.
 */
async function makeRoom(script: HTMLScriptElement, leave: () => void): Promise<void> {
  const response = await fetch(script.src, { cache: 'no-cache' })
  if (!response.ok || (await response.text()).includes(ownFile)) return
  leave()
  Reflect.deleteProperty(window, 'Lodge')
  rememberOpen(true)
  const next = document.createElement('script')
  Object.assign(next.dataset, script.dataset)
  next.src = script.src
  document.head.append(next)
}
const ownFile = new URL(import.meta.url).pathname.split('/').at(-1) ?? ''

/** Speaks the inbox's language as soon as it is known and whenever it is changed. */
function speak(chat: Chat, shown: Store<Shown>): void {
  let wanted: string | undefined
  const look = (): void => {
    const now = chat.state.now.door?.inbox.language ?? 'auto'
    if (now === wanted) return
    wanted = now
    speech(now, shown.now.speech).then((found) => shown.set({ speech: found })).catch(whisper)
  }
  look()
  chat.state.follow(look)
}

/**
 * Keeps the invitation what it should be: looked at every second, and at once when the team changes or withdraws a rule. What is
 * remembered of the door may have been withdrawn since: a page that is out of touch asks first, and without an answer it does not
 * invite.
 */
function invite(chat: Chat, shown: Store<Shown>): () => void {
  const page = pageWatch(() => performance.now())
  const mayInvite = inviteOnlyIf(() => chat.mayInvite(), () => performance.now())
  let wasOpen = false
  const look = (): void => {
    const { door, conversation, offline } = chat.state.now
    const isTalking = conversation !== undefined && !isClosed(chat.state.now)
    const wanted = isTalking || shown.now.open ? undefined : dueInvitation(door?.invitations ?? [], page(), chat.device.memory.dismissed)
    const { state } = chat.lodge.status
    wasOpen ||= state === 'open'
    const isInTouch = state === 'open' || wasOpen && !offline   // a blink is not worth hiding it
    if (offline) wasOpen = false
    const due = wanted && mayInvite(isInTouch, look) ? wanted : undefined
    if (due?.id !== shown.now.invitation?.id || due?.text !== shown.now.invitation?.text) shown.set({ invitation: due })
  }
  const timer = setInterval(look, 1000)
  const off = chat.state.follow(look)
  return () => {
    clearInterval(timer)
    off()
  }
}

const isNarrow = (): boolean => matchMedia('(max-width: 480px), (max-height: 440px)').matches

/** An open panel stays open from page to page of a site, on screens where it does not cover the page. */
const openKey = 'lodge:open'
function wasOpen(): boolean {
  try {
    return sessionStorage.getItem(openKey) === 'yes'
  } catch {
    return false
  }
}
function rememberOpen(is: boolean): void {
  try {
    sessionStorage.setItem(openKey, is ? 'yes' : 'no')
  } catch {
    // Storage is forbidden: the next page starts with the panel closed.
  }
}
