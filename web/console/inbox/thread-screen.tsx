import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { Compass } from 'lucide-react'
import { idOf } from '#contract/ids.ts'
import { thread as toItems } from '#client/thread.ts'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { preferences, prefer } from '../kept/preferences.ts'
import { useLive } from '../live/live-context.ts'
import { usePeople, useRules } from '../live/queries.ts'
import { asAsked } from '../live/rows.ts'
import { useSelected, useStore } from '../live/store.ts'
import { WayBack } from '../way-back.tsx'
import { t } from '../words.ts'
import { canEdit } from './can-edit.ts'
import { Composer } from './composer.tsx'
import { ContactPanel } from './contact-panel.tsx'
import { Messages } from './messages.tsx'
import { RuleStrip } from './rule-strip.tsx'
import { ThreadHead } from './thread-head.tsx'

const route = getRouteApi('/inside/inbox/$conversation')

export function ThreadScreen() {
  const { conversation } = route.useParams()
  return <ThreadPane key={conversation} id={conversation} />
}

/** The state of the open conversation: the newer of row and thread, with own commands laid over it. */
export function useConversation(id: string) {
  const { rows, threads, outbox } = useLive()
  const row = useSelected(rows.store, (s) => s.rows.get(id))
  const thread = threads.get(id)
  const state = useStore(thread.store)
  const pending = useStore(outbox)
  return useMemo(() => {
    const { conversation, contact } = state
    const newer = conversation && (!row || conversation.head >= row.head) ? conversation : row
    const own = pending.filter((c) => c.state !== 'failed' && idOf(c.topic) === id)
    return { conversation: newer && own.reduce(asAsked, newer), contact, contactName: contact?.name ?? row?.contactName ?? '', contactId: conversation?.contact ?? row?.contact }
  }, [state, row, pending, id])
}

function ThreadPane({ id }: { id: string }) {
  const { threads, outbox, deletions, me } = useLive()
  useEffect(() => threads.hold(id), [threads, id])
  const thread = threads.get(id)
  const state = useStore(thread.store)
  const pending = useStore(outbox)
  const { conversation, contact, contactName, contactId } = useConversation(id)
  const { users, teams } = usePeople()
  const rules = useRules()
  const { panelOpen } = useStore(preferences)
  const [sheetOpen, setSheetOpen] = useState(false)
  const [editing, setEditing] = useState<string>()

  const items = useMemo(
    () => toItems({ entries: state.entries, pending: pending.filter((c) => idOf(c.topic) === id), me, kept: state.unstored, ...(state.marks && { marks: state.marks }) }),
    [state.entries, state.unstored, state.marks, pending, me, id],
  )
  const names = useMemo(() => new Map([...state.people, ...users.map((u) => [u.id, u.name] as const), ...teams.map((g) => [g.id, g.name] as const), ...rules.map((r) => [r.id, t('ruleNamed', { name: r.name })] as const)]), [state.people, users, teams, rules])
  const editLast = (): void => setEditing(items.findLast((item) => canEdit(item, { mine: item.actor === me, left: Boolean(conversation?.channel) }) && !deletions.going.get().has(item.id))?.id)

  if (state.phase === 'refused') return <EmptyState icon={<Compass size={28} strokeWidth={1.5} />} title={t('threadRefused')} text={t('threadRefusedText')} action={<WayBack to="/inbox" label={t('goInbox')} />} />
  return (
    <div className={panelOpen ? 'grid h-full min-h-0 grid-cols-1 xl:grid-cols-[minmax(0,1fr)_300px]' : 'grid h-full min-h-0 grid-cols-1'}>
      <section aria-label={t('threadOf', { who: contactName })} className="flex min-h-0 min-w-0 flex-col">
        <ThreadHead
          id={id} conversation={conversation} contact={contact} contactName={contactName}
          onPanel={() => {
            if (matchMedia('(min-width: 1280px)').matches) prefer({ panelOpen: !panelOpen })
            else setSheetOpen((open) => !open)
          }}
        />
        <Messages thread={thread} state={state} items={items} names={names} contactName={contactName} editing={editing} onEdit={setEditing} />
        <RuleStrip id={id} />
        <Composer id={id} conversation={conversation} contactName={contactName} onEditLast={editLast} />
      </section>
      {contactId && (
        <aside
          aria-label={t('panel')}
          className={`min-h-0 overflow-y-auto border-line bg-paper xl:border-s ${panelOpen ? '' : 'xl:hidden'} ${sheetOpen ? 'max-xl:absolute max-xl:inset-y-0 max-xl:end-0 max-xl:z-20 max-xl:w-full max-xl:border-s max-xl:shadow-2xl sm:max-xl:w-[320px]' : 'max-xl:hidden'}`}
        >
          <ContactPanel id={id} contactId={contactId} contactName={contactName} known={contact} conversation={conversation} onClose={() => setSheetOpen(false)} />
        </aside>
      )}
    </div>
  )
}
