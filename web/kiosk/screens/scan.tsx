/** @jsxImportSource preact */
import { useEffect, useRef } from 'preact/hooks'
import { decodeQR } from 'qr/decode.js'
import { useStore } from '#web/ui/preact-store.ts'
import { useCamera } from '../camera/camera.ts'
import { Screen, useHouse } from '../frame.tsx'
import { useWords } from '../words.ts'

const everyMs = 150
const width = 640

export function ScanQuestion() {
  const { t } = useWords()
  const { flow } = useHouse()
  const { isWrong } = useStore(flow.journey)
  const videoRef = useRef<HTMLVideoElement>(null)
  const camera = useCamera(videoRef)
  useEffect(() => {
    if (camera !== 'on') return undefined
    const canvas = document.createElement('canvas')
    let unknown = ''
    const timer = setInterval(() => {
      const text = read(videoRef.current, canvas)
      // The same code is shown to the camera for seconds.
      if (!text || text === unknown) return
      unknown = text
      flow.code(text)
    }, everyMs)
    return () => clearInterval(timer)
  }, [camera, flow])
  return (
    <Screen name="scan" title={t('scanTitle')}>
      <p class="hint">{t(camera === 'none' ? 'scanNone' : 'scanHint')}</p>
      {camera !== 'none' && <div class="viewer"><video ref={videoRef} muted playsInline /></div>}
      <p class="problem" role="alert">{isWrong && t('scanUnknown')}</p>
      <div class="actions"><button type="button" class="other" onClick={flow.back}>{t('scanName')}</button></div>
    </Screen>
  )
}

function read(video: HTMLVideoElement | null, canvas: HTMLCanvasElement): string | undefined {
  if (!video?.videoWidth) return undefined
  canvas.width = width
  canvas.height = Math.round(width * video.videoHeight / video.videoWidth)
  const pen = canvas.getContext('2d', { willReadFrequently: true })!
  pen.drawImage(video, 0, 0, canvas.width, canvas.height)
  try {
    return decodeQR({ width: canvas.width, height: canvas.height, data: pen.getImageData(0, 0, canvas.width, canvas.height).data })
  } catch {
    return undefined   // nothing to read in this frame
  }
}
