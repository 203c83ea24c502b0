import { useState, type ReactNode } from 'react'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { MenuItem, MenuLine, MenuRoot, MenuSheet, MenuTrigger } from '#web/ui/menu.tsx'
import { moment } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'

const morningHour = 9
const hourMs = 3_600_000

function choices(now: Date): readonly (readonly [label: string, until: Date])[] {
  const at = (days: number, hour: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour)
  const toMonday = (8 - now.getDay()) % 7 || 7
  return [
    [t('snoozeHour'), new Date(now.getTime() + hourMs)],
    [t('snoozeLater'), new Date(now.getTime() + 3 * hourMs)],
    [t('snoozeTomorrow'), at(1, morningHour)],
    [t('snoozeWeek'), at(toMonday, morningHour)],
  ]
}

export function SnoozeMenu({ open, onOpen, onChoose, children }: { open: boolean; onOpen: (open: boolean) => void; onChoose: (until: Date) => void; children: ReactNode }) {
  const [own, setOwn] = useState(false)
  const now = new Date(useNow())
  return (
    <>
      <MenuRoot open={open} onOpenChange={onOpen}>
        <MenuTrigger asChild><IconButton label={t('snooze')} keys="H">{children}</IconButton></MenuTrigger>
        <MenuSheet className="w-64">
          {choices(now).map(([label, until]) => <MenuItem key={label} hint={moment(until.toISOString(), now.getTime())} onSelect={() => onChoose(until)}>{label}</MenuItem>)}
          <MenuLine />
          <MenuItem onSelect={() => setOwn(true)}>{t('snoozeOwn')}</MenuItem>
        </MenuSheet>
      </MenuRoot>
      <Dialog open={own} onClose={() => setOwn(false)} title={t('snoozeOwnTitle')} closeLabel={t('closeDialog')} className="max-w-80">
        <Form
          onSubmit={(form) => {
            const until = new Date(field(form, 'until'))
            if (Number.isNaN(until.getTime()) || until <= new Date()) return
            setOwn(false)
            onChoose(until)
          }}
        >
          <TextField type="datetime-local" name="until" label={t('snoozeOwnLabel')} min={local(now)} defaultValue={local(new Date(now.getTime() + 24 * hourMs))} required />
          <Button kind="primary" type="submit">{t('snooze')}</Button>
        </Form>
      </Dialog>
    </>
  )
}

const local = (date: Date): string => new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
