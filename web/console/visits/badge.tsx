import './badge.css'
import { FileDown, Printer } from 'lucide-react'
import { useState } from 'react'
import { createPortal } from 'react-dom'
import { badgeLanguages, badgeSizes, getBadge, type BadgeSize } from '#contract/badges.ts'
import type { Visit } from '#contract/visits.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select } from '#web/ui/field.tsx'
import { prefer, preferences } from '../kept/preferences.ts'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { tell, why } from '../shell/notices.ts'
import { offer } from '../shell/offer.ts'
import { language, t } from '../words.ts'
import { BadgeFace } from './badge-face.tsx'
import { useNames } from './use-names.ts'
import { useVisitImage } from './visit-image.tsx'

export function BadgeButton({ visit }: { visit: Visit }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button icon={<Printer aria-hidden size={16} />} className="pointer-coarse:h-11" onClick={() => setOpen(true)}>{t('badgePrint')}</Button>
      {open && <Badge visit={visit} onClose={() => setOpen(false)} />}
    </>
  )
}

function Badge({ visit, onClose }: { visit: Visit; onClose: () => void }) {
  const { badge: size } = useStore(preferences)
  const { src: photo, failed } = useVisitImage(visit.id, 'photo', visit.hasPhoto)
  const host = useNames().get(visit.host ?? '')
  const face = <BadgeFace visit={visit} host={host} photo={photo} size={size} />
  const { lodge } = useLive()
  const [isMaking, setIsMaking] = useState(false)
  const save = async (): Promise<void> => {
    setIsMaking(true)
    const made = await lodge.call(getBadge, { params: { visit: visit.id }, query: { size, language: badgeLanguages.find((one) => one === language) ?? 'en' } })
    setIsMaking(false)
    if (made.ok) offer(`${t('badgeFile', { name: visit.name })}.pdf`, made.value)
    else tell(why(made.code), { failed: true })
  }
  // Without its picture the badge would come out of the printer as if there were none.
  const isReady = !visit.hasPhoto || photo !== undefined || failed
  return (
    <Dialog open onClose={onClose} title={t('badgeTitle', { name: visit.name })} closeLabel={t('closeDialog')} className="max-h-[88vh]! top-[6vh]!">
      <Select
        label={t('badgeSize')} value={size} options={badgeSizes.map((one) => [one, t(`badgeSize_${one}`)] as const)}
        onChange={(e) => prefer({ badge: e.target.value as BadgeSize })}
      />
      <p className="mt-1 text-12 text-muted">{t('badgeSizeHint')}</p>
      <div role="group" aria-label={t('badgePreview')} className="mt-4 flex justify-center rounded-card bg-raised p-3 max-md:[zoom:0.7]">{face}</div>
      {failed && <p role="alert" className="mt-3 text-13 text-bad">{t('visitImageAway')}</p>}
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button kind="quiet" className="pointer-coarse:h-11" onClick={onClose}>{t('back')}</Button>
        <Button icon={<FileDown aria-hidden size={16} />} className="pointer-coarse:h-11" disabled={isMaking} onClick={() => void save()}>{t('badgeSave')}</Button>
        <Button kind="primary" className="pointer-coarse:h-11" disabled={!isReady} onClick={() => print()}>{t('print')}</Button>
      </div>
      {createPortal(
        <div className="printed printed-badge">
          <style>{`@page { size: ${size.replace('x', 'mm ')}mm; margin: 0 }`}</style>
          {face}
        </div>,
        document.body,
      )}
    </Dialog>
  )
}
