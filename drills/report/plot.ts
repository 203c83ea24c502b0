/** A plot over time as SVG: with the protections, and beside it the control. Colours are the page's. */
export interface Plot {
  readonly title: string
  readonly unit: string
  /** Of the axis at least; more when a value is larger. */
  readonly max: number
  readonly isLogarithmic?: boolean
  readonly lines: readonly { readonly name: 'protected' | 'control'; readonly values: readonly (number | null)[] }[]
  readonly marks: readonly { readonly second: number; readonly label: string }[]
}

const size = { width: 720, height: 190, left: 52, right: 12, top: 14, bottom: 26 }

export function svgOf({ title, unit, max: least, isLogarithmic = false, lines, marks }: Plot): string {
  const known = lines.flatMap(({ values }) => values.filter((v) => v !== null))
  const max = round(Math.max(least, ...known)), seconds = Math.max(1, ...lines.map(({ values }) => values.length - 1))
  const inner = { width: size.width - size.left - size.right, height: size.height - size.top - size.bottom }
  const x = (second: number): number => Math.round((size.left + second / seconds * inner.width) * 10) / 10
  const share = (value: number): number => isLogarithmic ? Math.log10(Math.max(1, value)) / Math.log10(max) : value / max
  const y = (value: number): number => Math.round((size.top + (1 - share(value)) * inner.height) * 10) / 10
  const grid = (isLogarithmic ? [1, 10, 100, 1_000, 10_000, 100_000].filter((v) => v <= max) : [0, 0.25, 0.5, 0.75, 1].map((s) => s * max))
    .map((v) => `<line class="grid" x1="${size.left}" x2="${size.width - size.right}" y1="${y(v)}" y2="${y(v)}"/><text x="${size.left - 6}" y="${y(v) + 4}" text-anchor="end">${short(v)}</text>`)
  const stepSeconds = [5, 10, 15, 30, 60, 120, 300, 600].find((s) => seconds / s <= 10) ?? 600
  const ticks = Array.from({ length: Math.floor(seconds / stepSeconds) + 1 }, (_, i) => i * stepSeconds)
    .map((s) => `<text x="${x(s)}" y="${size.height - 8}" text-anchor="middle">${s} s</text>`)
  let free = 0   // what comes soon after another is written beside it, not over it
  const noted = marks.filter(({ second }) => second <= seconds).map(({ second, label }) => {
    const at = Math.max(x(second), free)
    free = at + 8 + 6 * label.length
    return `<line class="mark" x1="${x(second)}" x2="${x(second)}" y1="${size.top}" y2="${size.height - size.bottom}"/><text class="mark" x="${at}" y="${size.top - 3}" text-anchor="middle">${label}</text>`
  })
  const drawn = lines.map(({ name, values }) => `<path class="${name}" d="${path(values, x, y)}"/>`)
  return `<figure><figcaption>${title}${unit && `, <span>${unit}</span>`}</figcaption>
<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${title} over time">${[...grid, ...ticks, ...noted, ...drawn].join('')}</svg></figure>`
}

/** A gap is a gap. */
function path(values: readonly (number | null)[], x: (second: number) => number, y: (value: number) => number): string {
  let isDown = false
  return values.map((v, second) => {
    const step = v === null ? '' : `${isDown ? 'L' : 'M'}${x(second)} ${y(v)}`
    isDown = v !== null
    return step
  }).join('')
}

/** To a number whose quarters can be read. */
function round(max: number): number {
  const step = 10 ** Math.floor(Math.log10(max))
  return [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10].map((n) => n * step).find((n) => n >= max - 1e-9) ?? max
}

const short = (n: number): string => n >= 1_000 ? `${Math.round(n / 100) / 10}k` : String(Math.round(n * 10) / 10)
