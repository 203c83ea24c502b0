import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Globe, Mail, Phone, Plus, Tag, X } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import type { Contact } from '#contract/contacts.ts'
import type { Conversation } from '#contract/conversations.ts'
import { IconButton } from '#web/ui/icon-button.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { useLive } from '../live/live-context.ts'
import { contactQuery, conversationsOfQuery, readAgain } from '../live/queries.ts'
import { useVerbs } from '../live/verbs.ts'
import { tellIfRefused, type Refusal } from '../shell/notices.ts'
import { brief, exact } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { EditInPlace } from './edit-in-place.tsx'
import { EditPhone } from './edit-phone.tsx'
import { lastWords } from './last-words.ts'
import { useChangeContact } from './use-change-contact.ts'

interface Props { id: string; contactId: string; contactName: string; known: Contact | undefined; conversation: Conversation | undefined; onClose: () => void }

export function ContactPanel({ id, contactId, contactName, known, conversation, onClose }: Props) {
  const { lodge, queries } = useLive()
  const verbs = useVerbs()
  const now = useNow()
  const { data: contact = known } = useQuery({ ...contactQuery(lodge.call, contactId), ...(known && { placeholderData: known }) })
  const { data: conversations = [] } = useQuery(conversationsOfQuery(lodge.call, contactId))
  const change = useChangeContact(contactId)

  // A colleague's change to the same person is here at once; what changed between the first reading and the joining, too.
  useEffect(() => {
    const changed = (): void => void readAgain(queries, ['contact', contactId])
    return lodge.join(`contact:${contactId}`, { fresh: changed, entries: changed })
  }, [lodge, queries, contactId])

  const earlier = conversations.filter((c) => c.id !== id)
  return (
    <div className="flex flex-col px-4 pb-6">
      <div className="flex h-13 items-center gap-2">
        <div className="min-w-0 flex-1"><EditInPlace label={t('name')} value={contact?.name ?? contactName} onSave={(name) => change({ name })} className="text-16 font-semibold" required /></div>
        <IconButton label={t('closeDialog')} className="xl:hidden" onClick={onClose}><X size={16} /></IconButton>
      </div>
      {contact
        ? (
          <>
            <dl className="flex flex-col">
              <Line icon={<Mail size={14} />} label={t('email')}><EditInPlace label={t('email')} type="email" value={contact.email ?? ''} placeholder={t('addEmail')} onSave={(email) => change({ email: email || null })} /></Line>
              <Line icon={<Phone size={14} />} label={t('phone')}><EditPhone phone={contact.phone} onSave={(phone) => change({ phone })} /></Line>
              {conversation?.page && <Line icon={<Globe size={14} />} label={t('page')}><span dir="ltr" className="along block truncate py-1" title={conversation.page}>{conversation.page.replace(/^https?:\/\//, '')}</span></Line>}
            </dl>

            <Section title={t('attributes')}>
              <Attributes of={contact.attributes} onChange={(attributes) => change({ attributes })} />
            </Section>
          </>
        )
        : <div className="flex flex-col gap-3 py-2"><Skeleton className="h-4 w-3/4" /><Skeleton className="h-4 w-1/2" /></div>}

      <Section title={t('labels')}>
        <Labels of={conversation?.labels ?? []} onChange={(labels) => verbs.label(id, labels)} />
      </Section>

      {contact && (
        <Section title={t('contactNotes')}>
          <EditInPlace label={t('contactNotes')} value={contact.notes} placeholder={t('addContactNotes')} multiline onSave={(notes) => change({ notes })} />
        </Section>
      )}

      {earlier.length > 0 && (
        <Section title={t('earlierConversations', { n: earlier.length })}>
          <ul className="-mx-1.5">
            {earlier.map((c) => (
              <li key={c.id}>
                <Link to="/inbox/$conversation" params={{ conversation: c.id }} search className="flex items-baseline gap-2 rounded-control px-1.5 py-1 text-13 hover:bg-raised">
                  <bdi className="along min-w-0 flex-1 truncate">{lastWords(c)}</bdi><time dateTime={c.lastAt} title={exact(c.lastAt)} className="figures shrink-0 text-12 text-muted">{brief(c.lastAt, now)}</time>
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {contact && <p className="mt-6 text-12 text-muted" title={exact(contact.firstSeenAt)}>{t('firstSeen', { when: brief(contact.firstSeenAt, now) })}</p>}
    </div>
  )
}

const Line = ({ icon, label, children }: { icon: ReactNode; label: string; children: ReactNode }) => (
  <div className="flex items-center gap-1.5 text-13"><dt className="text-muted" title={label}>{icon}<span className="sr-only">{label}</span></dt><dd className="min-w-0 flex-1">{children}</dd></div>
)

const Section = ({ title, children }: { title: string; children: ReactNode }) => <section className="mt-5"><h3 className="mb-1 text-12 font-medium text-muted">{title}</h3>{children}</section>

function Labels({ of, onChange }: { of: readonly string[]; onChange: (labels: readonly string[]) => void }) {
  return (
    <div className="flex flex-wrap items-center gap-1">
      {of.map((label) => (
        <span key={label} className="flex h-6 max-w-full items-center gap-1 rounded-control border border-line bg-surface ps-2 text-12">
          <Tag aria-hidden size={11} className="shrink-0 text-muted" /><bdi className="truncate">{label}</bdi>
          <button type="button" aria-label={t('labelRemove', { label })} className="inline-flex size-6 items-center justify-center rounded-control text-muted hover:text-ink" onClick={() => onChange(of.filter((l) => l !== label))}><X size={12} /></button>
        </span>
      ))}
      <AddBox label={t('labelAdd')} maxLength={50} onAdd={(label) => { if (!of.includes(label)) onChange([...of, label]) }} />
    </div>
  )
}

function Attributes({ of, onChange }: { of: Readonly<Record<string, string>>; onChange: (attributes: Record<string, string>) => Promise<Refusal | undefined> }) {
  return (
    <>
      <dl className="flex flex-col">
        {Object.entries(of).map(([name, value]) => (
          <div key={name} className="group flex items-center gap-2 text-13">
            <dt className="w-24 shrink-0 truncate text-muted" title={name}><bdi>{name}</bdi></dt>
            <dd className="min-w-0 flex-1"><EditInPlace label={name} value={value} placeholder="—" onSave={(next) => onChange(next ? { ...of, [name]: next } : Object.fromEntries(Object.entries(of).filter(([n]) => n !== name)))} /></dd>
          </div>
        ))}
      </dl>
      <AddBox label={t('attributeAdd')} maxLength={50} onAdd={(name) => { if (!(name in of)) void tellIfRefused(async () => onChange({ ...of, [name]: '…' })) }} />
    </>
  )
}

function AddBox({ label, maxLength, onAdd }: { label: string; maxLength: number; onAdd: (words: string) => void }) {
  const [open, setOpen] = useState(false)
  const end = (words: string): void => {
    setOpen(false)
    if (words.trim()) onAdd(words.trim())
  }
  if (!open) return <button type="button" className="-ms-1 inline-flex h-6 items-center gap-1 rounded-control px-1 text-12 text-muted hover:bg-raised hover:text-ink" onClick={() => setOpen(true)}><Plus aria-hidden size={12} />{label}</button>
  return (
    // Opened by the person, for writing into it.
    // oxlint-disable-next-line jsx-a11y/no-autofocus
    <input autoFocus dir="auto" aria-label={label} maxLength={maxLength} className="h-6 w-32 rounded-control border border-accent-ink bg-surface px-1.5 text-12 outline-none" onBlur={(e) => end(e.target.value)}
      onKeyDown={(e) => {
        if (e.key === 'Enter') end(e.currentTarget.value)
        if (e.key === 'Escape') end('')
      }}
    />
  )
}
