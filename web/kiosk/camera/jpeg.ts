import { photoMaxBytes } from '#contract/kiosks.ts'

const [width, height] = [480, 600]
const bytesOf = (dataUrl: string): number => (dataUrl.length - dataUrl.indexOf(',')) * 0.75

/** The middle of the picture, upright, as a JPEG that is small enough to be kept a thousand times. */
export function takePhoto(video: HTMLVideoElement): string | undefined {
  const { videoWidth, videoHeight } = video
  if (!videoWidth || !videoHeight) return undefined
  const scale = Math.min(videoWidth / width, videoHeight / height)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const [w, h] = [width * scale, height * scale]
  canvas.getContext('2d')!.drawImage(video, (videoWidth - w) / 2, (videoHeight - h) / 2, w, h, 0, 0, width, height)
  for (let quality = 0.85; quality > 0.1; quality -= 0.15) {
    const image = canvas.toDataURL('image/jpeg', quality)
    if (bytesOf(image) <= photoMaxBytes) return image
  }
  return undefined
}
