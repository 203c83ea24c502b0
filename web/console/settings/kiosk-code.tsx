import { useState } from 'react'
import { saveKiosk, type Kiosk } from '#contract/kiosks.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select, TextField } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { useLocations } from '../live/queries.ts'
import { whyNot } from '../shell/notices.ts'
import { t } from '../words.ts'
import { PairingCode } from './pairing-code.tsx'

/** Makes a code that is typed at the device, and shows it until that has happened. */
export function KioskCode({ id: given, kiosk, onClose }: { id: string; kiosk: Kiosk | undefined; onClose: () => void }) {
  const { lodge, queries } = useLive()
  const locations = useLocations()
  const [id] = useState(given)
  const [made, setMade] = useState<{ code: string; expiresAt: string; name: string }>()
  const [wrong, setWrong] = useState<string>()
  const save = async (form: HTMLFormElement): Promise<void> => {
    const name = field(form, 'name')
    const outcome = await lodge.call(saveKiosk, { params: { kiosk: id }, body: { name, location: field(form, 'location') || (locations[0]?.id ?? '') } })
    if (!outcome.ok) return setWrong(whyNot(outcome))
    setMade({ code: outcome.value.code, expiresAt: outcome.value.expiresAt, name })
    void queries.invalidateQueries({ queryKey: ['kiosks'] })
  }
  return (
    <Dialog
      open onClose={onClose} title={made ? t('kioskCodeTitle', { name: made.name }) : kiosk ? t('kioskPairAnew') : t('kioskNew')} closeLabel={t('closeDialog')}
    >
      {made
        ? (
          <div className="flex flex-col gap-4">
            <PairingCode {...made} text={t('kioskCodeText', { address: `${location.origin}/kiosk` })} />
            {kiosk && <p className="text-13 text-muted">{t('kioskOldGoesOn')}</p>}
            <div className="flex justify-end"><Button kind="primary" onClick={onClose}>{t('done')}</Button></div>
          </div>
        )
        : (
          <Form onSubmit={save}>
            <TextField
              name="name" label={t('name')} hint={t('kioskNameHint')} defaultValue={kiosk?.name ?? ''} maxLength={100} placeholder={t('kioskExample')}
              wrong={wrong} required
            />
            {locations.length > 1 && (
              <Select
                name="location" label={t('location')} defaultValue={kiosk?.location ?? locations[0]?.id} options={locations.map((l) => [l.id, l.name] as const)}
              />
            )}
            <div className="flex justify-end gap-2">
              <Button kind="quiet" onClick={onClose}>{t('cancel')}</Button><Button kind="primary" type="submit">{t('kioskMakeCode')}</Button>
            </div>
          </Form>
        )}
    </Dialog>
  )
}
