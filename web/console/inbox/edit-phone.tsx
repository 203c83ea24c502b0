import { t } from '../words.ts'
import { EditInPlace } from './edit-in-place.tsx'
import type { Saved } from './use-in-place.ts'

/** The number of a contact. Whoever may not see it is given it masked, and what is masked must not be saved. */
export function EditPhone({ phone, onSave }: { phone: string | null; onSave: (phone: string | null) => Saved }) {
  if (phone?.includes('•')) return <bdi className="block py-1" dir="ltr">{phone}</bdi>
  return <EditInPlace label={t('phone')} type="tel" value={phone ?? ''} placeholder={t('addPhone')} onSave={(words) => onSave(words || null)} />
}
