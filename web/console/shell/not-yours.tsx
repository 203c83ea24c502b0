import { Lock } from 'lucide-react'
import { EmptyState } from '#web/ui/empty-state.tsx'
import { t } from '../words.ts'

/** A page that somebody was sent and may not see: it says so, instead of trying again for ever. */
export const NotYours = () => <EmptyState icon={<Lock size={28} strokeWidth={1.5} />} title={t('notYours')} text={t('error_forbidden')} />
