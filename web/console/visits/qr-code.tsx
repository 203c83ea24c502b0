import encodeQr from 'qr'

/** What a kiosk's camera reads; on white, whatever the theme. */
export function QrCode({ code, label, className }: { code: string; label: string; className?: string }) {
  const svg = encodeQr(code, 'svg', { border: 2 })
  return <img src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={label} className={className} style={{ background: '#ffffff' }} />
}
