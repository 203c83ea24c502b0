import { t } from '../words.ts'

const width = 120, height = 28, pad = 2

/** The last hour of a figure. Where nothing was measured there is no line. Time runs from left to right in every language. */
export function Spark({ line, limit, write }: { line: readonly (number | null)[]; limit: number | null; write: (value: number) => string }) {
  const known = line.filter((v) => v !== null)
  const most = Math.max(0, ...known)
  // The limit is shown when the line comes near it; far away it would press the line flat.
  const isNear = limit !== null && limit > 0 && most > limit / 3
  const top = Math.max(most, isNear ? limit : 0) || 1
  const x = (i: number): number => pad + i / Math.max(1, line.length - 1) * (width - 2 * pad)
  const y = (v: number): number => height - pad - v / top * (height - 2 * pad)
  let path = ''
  line.forEach((v, i) => { if (v !== null) path += `${line[i - 1] == null ? 'M' : 'L'}${x(i).toFixed(1)} ${y(v).toFixed(1)}${line[i - 1] == null && line[i + 1] == null ? 'h0.1' : ''}` })
  const last = line.findLastIndex((v) => v !== null)
  return (
    <svg role="img" aria-label={known.length > 0 ? t('opsLine', { most: write(most) }) : t('opsLineEmpty')} viewBox={`0 0 ${width} ${height}`} width={width} height={height} className="shrink-0 text-accent-ink">
      <path d={`M${pad} ${height - pad}H${width - pad}`} className="stroke-line" strokeWidth="1" fill="none" />
      {isNear && <path d={`M${pad} ${y(limit).toFixed(1)}H${width - pad}`} className="stroke-muted" strokeWidth="1" strokeDasharray="3 3" fill="none" />}
      <path d={path} stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" fill="none" />
      {last >= 0 && <circle cx={x(last)} cy={y(line[last]!)} r="2" fill="currentColor" />}
    </svg>
  )
}
