import { Printer } from 'lucide-react'
import { createPortal } from 'react-dom'
import type { Floor, Space } from '#contract/spaces.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { QrCode } from '../../visits/qr-code.tsx'
import { t } from '../../words.ts'

const addressOf = ({ code }: Space): string => `${location.origin}/checkin/${code}`

/** One sign for each desk and door, to print and cut. */
export function QrSheet({ floor, spaces, onClose }: { floor: Floor; spaces: readonly Space[]; onClose: () => void }) {
  const signs = spaces.map((space) => (
    <li key={space.id} className="sign">
      <QrCode code={addressOf(space)} label={t('qrOf', { name: space.name })} />
      <strong><bdi>{space.name}</bdi></strong>
      <span>{t('qrSign')}</span>
    </li>
  ))
  return (
    <Dialog open onClose={onClose} title={t('qrSheet')} closeLabel={t('closeDialog')} className="w-[min(720px,calc(100vw-24px))]! max-h-[88vh]! top-[6vh]!">
      <div className="flex items-center gap-3 pb-4"><p className="flex-1 text-13 text-muted">{t('qrSheetText')}</p><Button kind="primary" icon={<Printer aria-hidden size={16} />} onClick={() => print()}>{t('qrPrint')}</Button></div>
      <ul tabIndex={0} aria-label={t('qrSheet')} className="signs">{signs}</ul>
      {createPortal(<div className="printed" aria-hidden><h1>{floor.name}</h1><ul className="signs">{signs}</ul></div>, document.body)}
    </Dialog>
  )
}
