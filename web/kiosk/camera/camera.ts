import { useEffect, useState } from 'preact/hooks'

/** Browsers give the camera to pages of HTTPS or of the own machine only. */
export async function hasCamera(): Promise<boolean> {
  try {
    return isSecureContext && (await navigator.mediaDevices.enumerateDevices()).some(({ kind }) => kind === 'videoinput')
  } catch {
    return false
  }
}

/** The camera in a video element for as long as the screen is there. */
export function useCamera(videoRef: { current: HTMLVideoElement | null }): 'opening' | 'on' | 'none' {
  const [state, setState] = useState<'opening' | 'on' | 'none'>('opening')
  useEffect(() => {
    let stream: MediaStream | undefined
    let isOn = true
    const stop = (): void => { for (const track of stream?.getTracks() ?? []) track.stop() }
    const open = async (): Promise<void> => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 720 } } })
      const video = videoRef.current
      if (!isOn || !video) return stop()
      video.srcObject = stream
      await video.play()
      if (isOn) setState('on')
    }
    open().catch(() => { if (isOn) setState('none') })
    return () => {
      isOn = false
      stop()
    }
  }, [videoRef])
  return state
}
