import encodeQR from 'qr'

/** A film of a QR code, still, as a camera would bring it. */
export function framesOf(text: string): Buffer {
  const [width, height] = [640, 480]
  const modules = encodeQR(text, 'raw', { border: 4 })
  const px = Math.floor(400 / modules.length)
  const luma = Buffer.alloc(width * height, 210)
  const [left, top] = [Math.floor((width - modules.length * px) / 2), Math.floor((height - modules.length * px) / 2)]
  modules.forEach((row, y) => row.forEach((dark, x) => { for (let dy = 0; dy < px; dy++) luma.fill(dark ? 20 : 235, (top + y * px + dy) * width + left + x * px, (top + y * px + dy) * width + left + (x + 1) * px) }))
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, Buffer.alloc(width * height / 2, 128)])
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), ...Array.from({ length: 10 }, () => frame)])
}
