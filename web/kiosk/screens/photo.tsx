/** @jsxImportSource preact */
import { useRef, useState } from 'preact/hooks'
import { useStore } from '#web/ui/preact-store.ts'
import { useCamera } from '../camera/camera.ts'
import { takePhoto } from '../camera/jpeg.ts'
import { Screen, useHouse } from '../frame.tsx'
import { useWords } from '../words.ts'

export function PhotoQuestion() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { draft } = useStore(flow.journey)
  const [photo, setPhoto] = useState(draft.photo)
  const videoRef = useRef<HTMLVideoElement>(null)
  const camera = useCamera(videoRef)
  const isNone = camera === 'none' && !photo
  return (
    <Screen name="photo" title={t('photoTitle')}>
      <output class="hint">{t(isNone ? 'photoNone' : 'photoHint')}</output>
      {!isNone && (
        <div class="viewer upright">
          {/* Stays while the photo is shown: once more is at once. */}
          <video ref={videoRef} muted playsInline hidden={photo !== undefined} />
          {photo && <img src={photo} alt={t('photoYours')} />}
        </div>
      )}
      <div class="actions">
        {isNone && <button type="button" class="main" data-primary onClick={() => flow.answer({ photo: undefined })}>{t('skip')}</button>}
        {!isNone && !photo && <button type="button" class="main" data-primary aria-disabled={camera !== 'on'} onClick={() => setPhoto(videoRef.current ? takePhoto(videoRef.current) : undefined)}>{t('photoTake')}</button>}
        {photo && <button type="button" class="main" data-primary onClick={() => flow.answer({ photo })}>{t('photoUse')}</button>}
        {photo && <button type="button" class="other" onClick={() => setPhoto(undefined)}>{t('photoAgain')}</button>}
      </div>
    </Screen>
  )
}
