import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

/** `color`: the token's name. `values`: one for each name; null where there is nothing to say. */
export interface Line { label: string; values: readonly (number | null)[]; color: '--accent' | '--accent-ink' | '--info' | '--muted'; kind: 'bars' | 'line'; isDashed?: boolean }

/** Drawn anew when the theme changes: a canvas knows no tokens. */
export function Canvas({ lines, names, write }: { lines: readonly Line[]; names: readonly string[]; write: (value: number) => string }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const at = place.current
    if (!at) return
    let plot: uPlot | undefined
    const draw = (): void => {
      plot?.destroy()
      plot = new uPlot(options(at, lines, names, write), [names.map((_, i) => i), ...lines.map((l) => [...l.values])], at)
    }
    draw()
    const resized = new ResizeObserver(() => plot?.setSize({ width: at.clientWidth, height: at.clientHeight }))
    resized.observe(at)
    const theme = matchMedia('(prefers-color-scheme: dark)'), dressed = new MutationObserver(draw)
    theme.addEventListener('change', draw)
    dressed.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    return () => {
      resized.disconnect()
      dressed.disconnect()
      theme.removeEventListener('change', draw)
      plot?.destroy()
    }
  }, [lines, names, write])
  return <div ref={place} className="size-full overflow-hidden" />
}

/** Most labels that stand beside each other without touching. */
const labelPx = 56

function options(at: HTMLElement, lines: readonly Line[], names: readonly string[], write: (value: number) => string): uPlot.Options {
  // light-dark() is resolved where it is used as a colour, not where it is defined.
  const probe = document.createElement('span')
  at.append(probe)
  const color = (token: string): string => { probe.style.color = `var(${token})`; return getComputedStyle(probe).color }
  const [line, muted] = [color('--line'), color('--muted')]
  const colors = lines.map((l) => color(l.color))
  probe.remove()
  const font = '12px "Inter Variable", system-ui, sans-serif'
  const axis = { stroke: muted, font, ticks: { show: false }, grid: { stroke: line, width: 1 } }
  return {
    width: at.clientWidth, height: at.clientHeight, legend: { show: false }, cursor: { show: false }, padding: [12, 12, 0, 0],
    scales: { x: { time: false, range: [-0.6, names.length - 0.4] }, y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, gap: 10, splits: () => every(names, Math.max(1, Math.floor(at.clientWidth / labelPx))), values: (_plot, splits) => splits.map((i) => names[i] ?? '') },
      { ...axis, size: (_plot, labels) => 16 + 7 * Math.max(1, ...(labels ?? []).map((label) => label.length)), space: 36, incrs: steps, values: (_plot, splits) => splits.map(write) },
    ],
    series: [{}, ...lines.map((l, i): uPlot.Series => ({
      stroke: colors[i]!, width: 2, points: { show: l.kind === 'line' && l.values.filter((v) => v !== null).length < 15, size: 6, fill: colors[i]! }, spanGaps: false, ...(l.isDashed && { dash: [6, 4] }),
      ...(l.kind === 'bars' && { fill: colors[i]!, width: 0, paths: uPlot.paths.bars!({ size: [0.7, 32], radius: 0.15 }) }),
    }))],
  }
}

function every(names: readonly string[], most: number): number[] {
  const step = Math.ceil(names.length / most)
  return names.flatMap((_, i) => i % step === 0 ? [i] : [])
}

/** Whole numbers; of times in ms whole seconds, minutes, hours. */
const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000]
