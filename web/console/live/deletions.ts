/**
 * Messages that are deleted as soon as the time to undo is over: the server cannot take a deletion back. They stand on the device
 * until then, so that a tab that goes meanwhile takes no deletion along: it asks for it as it goes, and the next tab does it where that was in vain.
 */
import { deleteMessage } from '#contract/conversations.ts'
import { newId, type Lodge } from '#client/lodge.ts'
import { read, write } from '../kept/preferences.ts'
import { sendOrTell } from './send-or-tell.ts'
import { createStore, type Store } from './store.ts'

const undoMs = 6000
/** After its time nobody lives who does it. */
const graceMs = 2000

interface Condemned { conversation: string; message: string; /** Of the command: asked for twice, it is done once. */ id: string; dueMs: number }
export interface Deletions {
  /** Shown as going. */
  readonly going: Store<ReadonlySet<string>>
  /** @param over it cannot be undone any more */
  add(conversation: string, message: string, over: () => void): void
  spare(message: string): void
  /** Without waiting for an undo: nobody is there any more who could want one. */
  now(): Promise<void>
  close(): void
}

export function openDeletions(lodge: Lodge, user: string): Deletions {
  const key = `lodge:deletions:${user}`
  const going = createStore<ReadonlySet<string>>(new Set())
  const waiting = new Map<string, { one: Condemned; timer: ReturnType<typeof setTimeout>; over?: (() => void) | undefined }>()
  const kept = (): Condemned[] => read<Condemned[]>(key) ?? []
  const keep = (all: Condemned[]): void => void write(key, all.length > 0 ? all : undefined)
  const show = (message: string, isGoing: boolean): void => {
    const next = new Set(going.get())
    if (isGoing) next.add(message)
    else next.delete(message)
    going.set(next)
  }
  const drop = (message: string): void => {
    const here = waiting.get(message)
    clearTimeout(here?.timer)
    waiting.delete(message)
    show(message, false)
    here?.over?.()
  }
  const forget = (message: string): void => {
    keep(kept().filter((one) => one.message !== message))
    drop(message)
  }
  /** @param over of one that was condemned in this tab */
  const wait = (one: Condemned, ms: number, over?: () => void): void => {
    show(one.message, true)
    const timer = setTimeout(() => {
      const goes = over !== undefined || kept().some(({ id }) => id === one.id)   // else the tab that it is of did it, or spared it
      forget(one.message)
      if (goes) sendOrTell(lodge, { id: one.id, type: 'message.delete', topic: `conversation:${one.conversation}`, body: { message: one.message } })
    }, ms)
    waiting.set(one.message, { one, timer, over })
  }
  for (const one of kept()) wait(one, Math.max(0, one.dueMs - Date.now()) + graceMs)

  const leave = async (): Promise<void> => {
    const own = [...waiting.values()].flatMap(({ one, over }) => over ? one : [])
    const asked = own.map(async ({ conversation, message, id }) => {
      const { ok } = await lodge.call(deleteMessage, { params: { conversation, message }, query: { id } }, { keepalive: true })
      if (ok) forget(message)
    })
    for (const { message } of own) drop(message)
    await Promise.all(asked)
  }
  const onHide = (): void => void leave()
  addEventListener('pagehide', onHide)
  return {
    going,
    add(conversation, message, over) {
      const one = { conversation, message, id: newId(), dueMs: Date.now() + undoMs }
      keep([...kept(), one])
      wait(one, undoMs, over)
    },
    spare: forget,
    now: leave,
    close() {
      removeEventListener('pagehide', onHide)
      for (const message of waiting.keys()) drop(message)
    },
  }
}
