/** @jsxImportSource preact */
import type { Tick as State } from '#client/thread.ts'

/** Drawn in a box of `widthPx` × 16, told apart by shape before colour: `line` is stroked, `solid` filled, `cut` stroked over it in the colour of the ground. */
interface Shape { readonly widthPx: number; readonly line?: string; readonly solid?: string; readonly cut?: string }

const shapes: Record<State, Shape> = {
  pending: { widthPx: 16, line: 'M8 2.6a5.4 5.4 0 1 1 0 10.8A5.4 5.4 0 0 1 8 2.6M8 5.2V8l1.9 1.2' },
  kept: { widthPx: 16, line: 'M2.3 8.6 4.1 6.8 6.5 9.2 11.9 3.8 13.7 5.6 6.5 12.8Z' },
  stored: { widthPx: 16, line: 'M3 8.6 6.4 12 13 4.6' },
  delivered: { widthPx: 20, line: 'M2 8.6 5.4 12 12 4.6M10.2 11.6 10.6 12 17.2 4.6' },
  read: { widthPx: 24, solid: 'M5 1.5h14a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4H5a4 4 0 0 1-4-4v-5a4 4 0 0 1 4-4Z', cut: 'M4.4 8.4 7.2 11.2 12.6 5M11.4 10.8 11.8 11.2 17.2 5' },
  failed: { widthPx: 16, line: 'M8 2.6a5.4 5.4 0 1 1 0 10.8A5.4 5.4 0 0 1 8 2.6M8 5.2v3.2M8 10.6v.1' },
}

/** Clock, hollow ✓, ✓, ✓✓, filled ✓✓: what became of an own message. */
export function Tick({ state, label }: { state: State; label?: string }) {
  const { widthPx, line, solid, cut } = shapes[state]
  return (
    <svg class="tick" data-state={state} {...(label ? { role: 'img' as const, 'aria-label': label } : { 'aria-hidden': true })} width={widthPx} height={16} viewBox={`0 0 ${widthPx} 16`}>
      {label && <title>{label}</title>}
      {solid && <path class="solid" d={solid} />}
      {line && <path class="stroke" d={line} />}
      {cut && <path class="cut" d={cut} />}
    </svg>
  )
}
