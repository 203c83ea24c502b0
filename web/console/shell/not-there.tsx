import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { t } from '../words.ts'

export function NotThere() {
  return <main className="h-dvh"><EmptyState isPage icon={<Compass size={28} strokeWidth={1.5} />} title={t('notThereTitle')} text={t('notThereText')} action={<Link to="/inbox" className="text-accent-ink underline">{t('goInbox')}</Link>} /></main>
}
