import { ArrowDown } from 'lucide-react'
import { Fragment, useEffect, useEffectEvent, useRef, useState } from 'react'
import { isMessage, type ThreadItem } from '#client/thread.ts'
import { Button } from '#web/ui/button.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import type { Thread, ThreadState } from '../live/threads.ts'
import { day, sameDay } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { Bubble } from './bubble.tsx'
import { SystemLine } from './system-line.tsx'
import { useScroll } from './use-scroll.ts'

interface Props { thread: Thread; state: ThreadState; items: readonly ThreadItem[]; names: ReadonlyMap<string, string>; contactName: string; editing: string | undefined; onEdit: (message: string | undefined) => void }

const togetherMs = 5 * 60_000
/** One turn: same person, same kind, minutes apart. */
const together = (a: ThreadItem | undefined, b: ThreadItem | undefined): boolean =>
  a !== undefined && b !== undefined && isMessage(a) && isMessage(b) && !a.deleted && !b.deleted && a.kind === b.kind && a.actor === b.actor && Date.parse(b.at) - Date.parse(a.at) < togetherMs && sameDay(a.at, b.at)

export function Messages({ thread, state, items, names, contactName, editing, onEdit }: Props) {
  const { rows, lodge, me } = useLive()
  const now = useNow()
  const topic = `conversation:${thread.id}`
  const head = state.entries.at(-1)?.offset ?? 0
  const { pane, atEnd, toEnd } = useScroll(items, state.phase !== 'loading')

  // Where reading had stopped when the conversation was opened: the line stays until one leaves.
  const [readAtOpen, setReadAtOpen] = useState<number>()
  if (state.phase === 'live' && readAtOpen === undefined) setReadAtOpen(rows.store.get().marks.get(thread.id) ?? 0)

  // Read is what was in front of somebody: the end in sight, in a window that has the focus.
  useEffect(() => {
    if (state.phase !== 'live' || head === 0) return
    lodge.mark(topic, { delivered: head })
    if (!atEnd) return
    const read = (): void => {
      if (document.visibilityState !== 'visible' || !document.hasFocus()) return
      lodge.mark(topic, { read: head })
      rows.mark(thread.id, head)
    }
    read()
    addEventListener('focus', read)
    document.addEventListener('visibilitychange', read)
    return () => {
      removeEventListener('focus', read)
      document.removeEventListener('visibilitychange', read)
    }
  }, [state.phase, head, atEnd, lodge, rows, topic, thread.id])

  const firstNew = readAtOpen === undefined || readAtOpen === 0 ? undefined : items.find((item) => (item.offset ?? 0) > readAtOpen && isMessage(item) && item.actor !== me)?.id
  const [seenHead, setSeenHead] = useState(head)
  if (atEnd && seenHead !== head) setSeenHead(head)
  const below = atEnd ? 0 : items.filter((item) => isMessage(item) && (item.offset ?? 0) > seenHead).length
  const typing = [...state.typing.keys()].filter((actor) => actor !== me)
  const nameOf = (actor: string): string => actor.startsWith('contact:') ? contactName : actor === 'system' ? 'Lodge' : names.get(actor.slice(5)) ?? t(actor.startsWith('rule:') ? 'ruleUnnamed' : 'somebody')

  return (
    <div className="relative min-h-0 flex-1">
      <div ref={pane} tabIndex={0} role="log" aria-label={t('messages')} aria-busy={state.phase === 'loading'} className="h-full overflow-y-auto overscroll-contain -outline-offset-2! [overflow-anchor:none]">
        <div className="mx-auto flex min-h-full max-w-[752px] flex-col justify-end px-4 pt-4 pb-2">
          <Earlier state={state} onMore={() => void thread.loadEarlier()} />
          {state.phase === 'loading' && items.length === 0 && <Loading />}
          {items.map((item, at) => {
            const [before, after] = [items[at - 1], items[at + 1]]
            return (
              <Fragment key={item.id}>
                {(!before || !sameDay(before.at, item.at)) && <Divider>{day(item.at, now)}</Divider>}
                {item.id === firstNew && <Divider strong>{t('newHere')}</Divider>}
                {isMessage(item)
                  ? (
                    <Bubble
                      message={item} topic={topic} conversation={thread.id} left={Boolean(state.conversation?.channel)} mine={item.actor === me} outside={item.actor.startsWith('contact:')} name={nameOf(item.actor)}
                      first={!together(before, item) || item.id === firstNew} last={!together(item, after) || after?.id === firstNew} names={names} editing={editing === item.id} onEdit={onEdit}
                    />
                  )
                  : <SystemLine item={item} nameOf={nameOf} names={names} me={me} />}
              </Fragment>
            )
          })}
          <p role="status" className="h-5 text-12 text-muted">{typing.length > 0 && <span className="rise">{t('typing', { who: typing.map(nameOf).join(', ') })}</span>}</p>
        </div>
      </div>
      {!atEnd && (
        <button type="button" className="rise absolute inset-x-0 bottom-2 mx-auto flex h-7 w-fit items-center gap-1 rounded-full border border-line bg-surface px-3 text-12 font-medium shadow-sm" onClick={toEnd}>
          <ArrowDown aria-hidden size={14} />{below > 0 ? t('listNews', { n: below }) : t('toEnd')}
        </button>
      )}
    </div>
  )
}

function Earlier({ state, onMore }: { state: ThreadState; onMore: () => void }) {
  const edge = useRef<HTMLDivElement>(null)
  const more = useEffectEvent(onMore)
  useEffect(() => {
    if (state.earlier !== 'some' || !edge.current) return
    const near = new IntersectionObserver(([seen]) => { if (seen?.isIntersecting) more() }, { rootMargin: '600px 0px 0px' })
    near.observe(edge.current)
    return () => near.disconnect()
  }, [state.earlier, state.entries])
  if (state.earlier === 'none') return null
  return (
    <div ref={edge} className="flex h-9 shrink-0 items-center justify-center text-12 text-muted">
      {state.earlier === 'loading' && <span className="late">{t('earlierLoading')}</span>}
      {state.earlier === 'failed' && <span className="flex items-center gap-2">{t('earlierFailed')}<Button kind="quiet" className="h-7" onClick={onMore}>{t('tryAgain')}</Button></span>}
    </div>
  )
}

const Divider = ({ strong, children }: { strong?: boolean; children: string }) => (
  <p className={`my-3 flex items-center gap-3 text-12 ${strong ? 'text-accent-ink' : 'text-muted'} before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line`}>{children}</p>
)

const Loading = () => <div className="flex flex-col gap-4"><Skeleton className="h-9 w-1/2" /><Skeleton className="h-9 w-2/5 self-end" /><Skeleton className="h-14 w-3/5" /></div>
