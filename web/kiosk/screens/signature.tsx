/** @jsxImportSource preact */
import { useEffect, useRef } from 'preact/hooks'

export interface Pad { image(): string; clear(): void }
const [width, height] = [800, 280]
const [ink, paper] = ['#1c1917', '#ffffff']

function blank(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  canvas.width = width
  canvas.height = height
  const pen = canvas.getContext('2d')!
  pen.fillStyle = paper
  pen.fillRect(0, 0, width, height)
  Object.assign(pen, { strokeStyle: ink, fillStyle: ink, lineWidth: 5, lineCap: 'round', lineJoin: 'round' })
  return pen
}

/** Somebody who cannot or will not draw signs by typing the name. */
export function typedSignature(name: string): string {
  const canvas = document.createElement('canvas')
  const pen = blank(canvas)
  Object.assign(pen, { textAlign: 'center', textBaseline: 'middle' })
  for (let px = 96; px > 20; px -= 8) {
    pen.font = `italic ${px}px Georgia, serif`
    if (pen.measureText(name).width < width - 60) break
  }
  pen.fillText(name, width / 2, height / 2, width - 40)
  return canvas.toDataURL('image/png')
}

/** Drawn with a finger, a pen or a mouse. */
export function SignaturePad({ padRef, label, changed }: { padRef: { current: Pad | null }; label: string; changed: (isSigned: boolean) => void }) {
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const changedRef = useRef(changed)
  useEffect(() => { changedRef.current = changed })
  useEffect(() => {
    const canvas = canvasRef.current!
    let pen = blank(canvas)
    let length = 0
    let last: { x: number; y: number } | undefined
    const at = (event: PointerEvent): { x: number; y: number } => {
      const box = canvas.getBoundingClientRect()
      return { x: (event.clientX - box.left) / box.width * width, y: (event.clientY - box.top) / box.height * height }
    }
    const line = (to: { x: number; y: number }): void => {
      if (!last) return
      pen.beginPath()
      pen.moveTo(last.x, last.y)
      pen.lineTo(to.x, to.y)
      pen.stroke()
      length += Math.hypot(to.x - last.x, to.y - last.y)
      last = to
      // A dot from a sleeve is no signature.
      if (length > 60) changedRef.current(true)
    }
    const down = (event: PointerEvent): void => {
      event.preventDefault()
      canvas.setPointerCapture(event.pointerId)
      last = at(event)
      line({ x: last.x + 0.1, y: last.y })
    }
    const move = (event: PointerEvent): void => { for (const step of event.getCoalescedEvents?.() ?? [event]) line(at(step)) }
    const up = (): void => { last = undefined }
    canvas.addEventListener('pointerdown', down)
    canvas.addEventListener('pointermove', move)
    canvas.addEventListener('pointerup', up)
    canvas.addEventListener('pointercancel', up)
    padRef.current = {
      image: () => canvas.toDataURL('image/png'),
      clear() {
        pen = blank(canvas)
        length = 0
        changedRef.current(false)
      },
    }
    changedRef.current(false)
    return () => { padRef.current = null }
  }, [padRef])
  return <div class="pad"><canvas ref={canvasRef} width={width} height={height} /><span>{label}</span></div>
}
