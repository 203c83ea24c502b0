import { Link } from '@tanstack/react-router'
import { AlarmClock, ArrowLeft, Check, Ellipsis, Mail, PanelRight, RotateCcw, UserRoundPlus } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import type { Contact } from '#contract/contacts.ts'
import type { Conversation } from '#contract/conversations.ts'
import { Avatar } from '#web/ui/avatar.tsx'
import { cx } from '#web/ui/cx.ts'
import { IconButton } from '#web/ui/icon-button.tsx'
import { MenuItem, MenuLine, MenuRoot, MenuSheet, MenuTrigger, sheet as surface } from '#web/ui/menu.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { Tooltip } from '#web/ui/tooltip.tsx'
import { useLive } from '../live/live-context.ts'
import { useInboxes, usePeople } from '../live/queries.ts'
import { useVerbs } from '../live/verbs.ts'
import { useKeys } from '../shell/keys.ts'
import { part } from '../shell/part.tsx'
import { moment } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { ChannelChip } from './channel-chip.tsx'
import { focusComposer, sendAndClose } from './composer-focus.ts'
import { SnoozeMenu } from './snooze-menu.tsx'

const AssignMenu = part(async () => (await import('./assign-menu.tsx')).AssignMenu)
const LabelMenu = part(async () => (await import('./label-menu.tsx')).LabelMenu)
const Transcript = part(async () => (await import('./transcript.tsx')).Transcript)

type Sheet = 'assign' | 'snooze' | 'label' | 'transcript'

export function ThreadHead({ id, conversation, contact, contactName, onPanel }: { id: string; conversation: Conversation | undefined; contact: Contact | undefined; contactName: string; onPanel: () => void }) {
  const verbs = useVerbs()
  const { session } = useLive()
  const { users, teams } = usePeople()
  const inboxes = useInboxes()
  const now = useNow()
  const [sheet, setSheet] = useState<Sheet>()
  const toggle = (of: Sheet) => (open: boolean): void => setSheet(open ? of : undefined)

  const status = conversation?.status ?? 'open'
  const assignee = users.find((u) => u.id === conversation?.assignee)
  const team = teams.find((g) => g.id === conversation?.team)
  const holder = assignee?.name ?? team?.name
  const place = contact && Object.entries(contact.attributes)[0]?.join(' ') || inboxes.find((i) => i.id === conversation?.inbox)?.name

  useKeys(t('keysThread'), [
    { keys: 'R', label: t('keyReply'), run: () => focusComposer('reply') },
    { keys: 'N', label: t('keyNote'), run: () => focusComposer('note') },
    { keys: '/', label: t('keyCanned'), run: () => focusComposer('reply', '/') },
    { keys: '@', label: t('keyMention'), run: () => focusComposer('note', '@') },
    // A quick hand must not change what has not come yet.
    ...(conversation ? [
      status === 'open' ? { keys: 'E', label: t('close'), run: () => verbs.close(id) } : { keys: 'E', label: t('reopen'), run: () => verbs.reopen(id) },
      { keys: 'Shift+E', label: t('replyAndClose'), run: () => sendAndClose() },
      { keys: 'A', label: t('assign'), run: () => setSheet('assign') },
      { keys: 'Shift+A', label: t('assignMe'), run: () => verbs.assign(id, { assignee: session.user.id }) },
      { keys: 'L', label: t('label'), run: () => setSheet('label') },
      { keys: 'H', label: t('snooze'), run: () => setSheet('snooze') },
    ] : []),
    { keys: 'P', label: t('panelFold'), run: onPanel },
  ])

  return (
    <header className="flex h-13 shrink-0 items-center gap-1 border-b border-line ps-4 pe-2 max-md:ps-1">
      <Link to="/inbox" search aria-label={t('back')} className="inline-flex size-10 items-center justify-center rounded-control text-muted md:hidden"><ArrowLeft size={20} className="rtl:rotate-180" /></Link>
      <div className="flex min-w-0 flex-1 items-baseline gap-2">
        <h2 dir="auto" className="along max-w-full truncate text-16 font-semibold">{contactName ? <bdi>{contactName}</bdi> : <Skeleton className="my-1 h-4 w-40" />}</h2>
        <ChannelChip channel={conversation?.channel} folds />
        {place && <span className="max-w-[40%] min-w-0 shrink-[99] truncate text-13 text-muted max-sm:hidden">· <bdi>{place}</bdi></span>}
        {status === 'snoozed' && conversation?.snoozedUntil && <span className="figures shrink-0 text-12 text-muted">{t('snoozedUntil', { until: moment(conversation.snoozedUntil, now) })}</span>}
        {status === 'closed' && <span className="shrink-0 text-12 text-muted">{t('isClosed')}</span>}
      </div>

      <Popover.Root open={sheet === 'assign'} onOpenChange={toggle('assign')}>
        <Tooltip label={t('assign')} keys="A">
          <Popover.Trigger className="flex h-8 max-w-44 shrink-0 items-center gap-1.5 rounded-control px-2 text-13 hover:bg-raised data-[state=open]:bg-raised">
            {assignee ? <Avatar name={assignee.name} size="sm" /> : <UserRoundPlus aria-hidden size={16} className="text-muted" />}
            <span className="sr-only">{holder ? t('assignedTo', { who: holder }) : t('assign')}</span>
            <span aria-hidden className={cx('truncate max-sm:hidden', !holder && 'text-muted')}>{holder ?? t('assign')}</span>
          </Popover.Trigger>
        </Tooltip>
        <Popover.Portal>
          <Popover.Content align="end" sideOffset={4} collisionPadding={8} aria-label={t('assign')} className={`${surface} w-72 p-0! outline-none`}>
            <AssignMenu id={id} assignee={conversation?.assignee ?? null} team={conversation?.team ?? null} onClose={() => setSheet(undefined)} />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
      {status === 'open' && <SnoozeMenu open={sheet === 'snooze'} onOpen={toggle('snooze')} onChoose={(until) => verbs.snooze(id, until)}><AlarmClock size={16} /></SnoozeMenu>}
      {status === 'open'
        ? <IconButton label={t('close')} keys="E" onClick={() => verbs.close(id)}><Check size={18} /></IconButton>
        : <IconButton label={t('reopen')} keys="E" onClick={() => verbs.reopen(id)}><RotateCcw size={16} /></IconButton>}
      <MenuRoot>
        <MenuTrigger asChild><button type="button" aria-label={t('more')} className="inline-flex size-8 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-ink"><Ellipsis size={18} /></button></MenuTrigger>
        <MenuSheet className="w-60">
          <MenuItem keys="Shift+A" disabled={conversation?.assignee === session.user.id} onSelect={() => verbs.assign(id, { assignee: session.user.id })}>{t('assignMe')}</MenuItem>
          <MenuItem keys="L" onSelect={() => setTimeout(() => setSheet('label'))}>{t('label')}</MenuItem>
          <MenuItem keys="Shift+E" onSelect={() => sendAndClose()}>{t('replyAndClose')}</MenuItem>
          <MenuLine />
          <MenuItem icon={<Mail size={16} />} onSelect={() => setSheet('transcript')}>{t('transcript')}</MenuItem>
        </MenuSheet>
      </MenuRoot>
      <IconButton label={t('panelFold')} keys="P" onClick={onPanel}><PanelRight size={16} className="rtl:-scale-x-100" /></IconButton>
      {sheet === 'label' && <LabelMenu labels={conversation?.labels ?? []} onChange={(labels) => verbs.label(id, labels)} onClose={() => setSheet(undefined)} />}
      {sheet === 'transcript' && <Transcript id={id} email={contact?.email ?? ''} onClose={() => setSheet(undefined)} />}
    </header>
  )
}
