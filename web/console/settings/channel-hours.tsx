import { useState } from 'react'
import type { Channel } from '#contract/channels.ts'
import { Check, control } from '#web/ui/field.tsx'
import { field } from '#web/ui/form.tsx'
import { weekdayName, weekdays } from '../visits/when.ts'
import { t } from '../words.ts'

type Hours = Channel['hours']
/** Monday first. */
const days = weekdays.map((one) => weekdayName(one))

export const hoursIn = (form: HTMLFormElement): Hours => field(form, 'always') ? null
  : days.map((_, i) => { const [from, to] = [field(form, `from${i}`), field(form, `to${i}`)]; return from && to ? { from, to } : null })

/** A day whose box is not ticked is closed all day. */
export function HoursFields({ hours }: { hours: Hours }) {
  const [always, setAlways] = useState(hours === null)
  const [open, setOpen] = useState<readonly boolean[]>(days.map((_, i) => hours === null ? i < 5 : hours[i] !== null))
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-13 font-medium">{t('channelHours')}</legend>
      <Check name="always" value="yes" label={t('channelAlways')} checked={always} onChange={(e) => setAlways(e.target.checked)} />
      {!always && days.map((day, i) => (
        <div key={day} className="grid grid-cols-[minmax(0,1fr)_126px_126px] items-center gap-2">
          <Check label={day} checked={open[i] ?? false} onChange={(e) => setOpen(open.with(i, e.target.checked))} />
          {open[i] && (
            <>
              <input type="time" name={`from${i}`} aria-label={t('channelFrom', { day })} defaultValue={hours?.[i]?.from ?? '08:00'} className={control} required />
              <input type="time" name={`to${i}`} aria-label={t('channelTo', { day })} defaultValue={hours?.[i]?.to ?? '20:00'} className={control} required />
            </>
          )}
        </div>
      ))}
    </fieldset>
  )
}
