import { useRef, useState, useEffect } from 'react'
import { pairSpacePanel, type Space } from '#contract/spaces.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { useLive } from '../../live/live-context.ts'
import { why } from '../../shell/notices.ts'
import { t } from '../../words.ts'
import { PairingCode } from '../pairing-code.tsx'

/** A code by which a tablet becomes the panel at this space's door. */
export function PanelCode({ space, onClose }: { space: Space; onClose: () => void }) {
  const { lodge, queries } = useLive()
  const [made, setMade] = useState<{ code: string; expiresAt: string }>()
  const [wrong, setWrong] = useState<string>()
  const isAsked = useRef(false)
  useEffect(() => {
    if (isAsked.current) return
    isAsked.current = true
    void lodge.call(pairSpacePanel, { params: { space: space.id } }).then((outcome) => {
      if (outcome.ok) setMade(outcome.value)
      else setWrong(why(outcome.code))
      return queries.invalidateQueries({ queryKey: ['spaces'] })
    })
  }, [lodge, queries, space.id])
  const hasOne = space.panel === 'online' || space.panel === 'silent'
  return (
    <Dialog open onClose={onClose} title={t('panelCodeTitle', { name: space.name })} closeLabel={t('closeDialog')}>
      <div className="flex flex-col gap-4">
        {made && <PairingCode {...made} text={t('panelCodeText', { address: `${location.origin}/panel/${space.id}` })} />}
        {wrong && <p role="alert" className="text-13 text-bad">{wrong}</p>}
        {hasOne && <p className="text-13 text-muted">{t('kioskOldGoesOn')}</p>}
        <div className="flex justify-end"><Button kind="primary" onClick={onClose}>{t('done')}</Button></div>
      </div>
    </Dialog>
  )
}
