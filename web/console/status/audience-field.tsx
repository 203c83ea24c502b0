import { audiences, type Audience } from '#contract/status-words.ts'
import { Check } from '#web/ui/field.tsx'
import { t } from '../words.ts'

/** Whom it concerns. */
export function AudienceField({ chosen = [] }: { chosen?: readonly Audience[] }) {
  return (
    <fieldset>
      <legend className="mb-1 text-13 font-medium">{t('spWho')}</legend>
      <div className="flex flex-wrap gap-x-5">{audiences.map((a) => <Check key={a} name="audience" value={a} label={t(`spAudience_${a}`)} defaultChecked={chosen.includes(a)} />)}</div>
      <p className="text-12 text-muted">{t('spWhoHint')}</p>
    </fieldset>
  )
}
