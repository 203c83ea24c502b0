import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { Avatar } from '#web/ui/avatar.tsx'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { Skeleton } from '#web/ui/skeleton.tsx'
import { EditInPlace } from '../inbox/edit-in-place.tsx'
import { EditPhone } from '../inbox/edit-phone.tsx'
import { useChangeContact } from '../inbox/use-change-contact.ts'
import { useLive } from '../live/live-context.ts'
import { contactQuery, conversationsOfQuery, Failed } from '../live/queries.ts'
import { lastWords } from '../inbox/last-words.ts'
import { ReadFailed } from '../read-failed.tsx'
import { brief, exact } from '../times.ts'
import { useNow } from '../use-now.ts'
import { WayBack } from '../way-back.tsx'
import { t } from '../words.ts'

const route = getRouteApi('/inside/contacts/$contact')

export function ContactCard() {
  const { contact } = route.useParams()
  return <Card key={contact} id={contact} />
}

function Card({ id }: { id: string }) {
  const { lodge } = useLive()
  const now = useNow()
  const { data: contact, error, refetch } = useQuery(contactQuery(lodge.call, id))
  const { data: conversations = [] } = useQuery(conversationsOfQuery(lodge.call, id))
  const change = useChangeContact(id)
  const back = <WayBack to="/contacts" label={t('goContacts')} />
  if (!contact && error instanceof Failed && (error.code === 'not_found' || error.code === 'invalid')) return (
    <EmptyState icon={<Compass size={28} strokeWidth={1.5} />} title={t('contactAway')} text={t('contactAwayText')} action={back} />
  )
  if (!contact && error) return <ReadFailed title={t('contactFailed')} onRetry={() => void refetch()} back={back} />
  if (!contact) return <div className="mx-auto flex max-w-[640px] flex-col gap-4 p-8">{back}<Skeleton className="h-8 w-1/2" /><Skeleton className="h-4 w-1/3" /></div>
  return (
    <div className="mx-auto max-w-[640px] px-6 py-8">
      <div className="mb-4 md:hidden">{back}</div>
      <header className="flex items-center gap-3"><Avatar name={contact.name} size="lg" /><div className="flex-1"><EditInPlace label={t('name')} value={contact.name} onSave={(name) => change({ name })} className="text-20 font-semibold" required /></div></header>
      <dl className="mt-6 grid grid-cols-[120px_minmax(0,1fr)] items-center gap-y-1 text-13">
        <Line label={t('email')}><EditInPlace label={t('email')} type="email" value={contact.email ?? ''} placeholder={t('addEmail')} onSave={(email) => change({ email: email || null })} /></Line>
        <Line label={t('phone')}><EditPhone phone={contact.phone} onSave={(phone) => change({ phone })} /></Line>
        {Object.entries(contact.attributes).map(([name, value]) => <Line key={name} label={name}><EditInPlace label={name} value={value} onSave={(next) => change({ attributes: { ...contact.attributes, [name]: next } })} /></Line>)}
        <Line label={t('contactNotes')}><EditInPlace label={t('contactNotes')} value={contact.notes} placeholder={t('addContactNotes')} multiline onSave={(notes) => change({ notes })} /></Line>
        <Line label={t('firstSeenLabel')}><time dateTime={contact.firstSeenAt}>{exact(contact.firstSeenAt)}</time></Line>
      </dl>
      <h3 className="mt-8 mb-2 text-14 font-semibold">{t('conversations')}</h3>
      {conversations.length === 0 && <p className="text-13 text-muted">{t('conversationsNone')}</p>}
      <ul className="divide-y divide-line border-y border-line empty:hidden">
        {conversations.map((row) => (
          <li key={row.id}>
            <Link to="/inbox/$conversation" params={{ conversation: row.id }} className="flex items-baseline gap-3 py-2.5 hover:text-accent-ink"><bdi className="along min-w-0 flex-1 truncate">{lastWords(row)}</bdi><span className="text-12 text-muted">{t(`status_${row.status}`)}</span><time dateTime={row.lastAt} title={exact(row.lastAt)} className="figures text-12 text-muted">{brief(row.lastAt, now)}</time></Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

const Line = ({ label, children }: { label: string; children: React.ReactNode }) => <><dt className="truncate text-muted"><bdi>{label}</bdi></dt><dd className="min-w-0">{children}</dd></>
