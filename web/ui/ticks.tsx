import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react'
import { cx } from './cx.ts'

export type Tick = 'pending' | 'kept' | 'stored' | 'delivered' | 'read' | 'failed'

/** The same everywhere: clock, hollow ✓, ✓, ✓✓, filled ✓✓. */
export function Ticks({ state, label, className }: { state: Tick; label: string; className?: string }) {
  return <span role="img" aria-label={label} title={label} className={cx('inline-flex', state === 'read' && 'text-accent-ink', state === 'failed' && 'text-bad', className)}>{mark(state)}</span>
}

function mark(state: Tick) {
  switch (state) {
    case 'pending': return <Clock size={12} />
    case 'kept': return <svg width="14" height="14" viewBox="0 0 24 24" fill="none" stroke="currentColor"><path d="m4 12.500 5.500 5.500L20 7" strokeWidth="5" opacity=".9" /><path d="m4 12.500 5.500 5.500L20 7" stroke="var(--surface)" strokeWidth="2" /></svg>
    case 'stored': return <Check size={14} />
    case 'delivered': return <CheckCheck size={14} />
    case 'read': return <CheckCheck size={14} strokeWidth={3} />
    case 'failed': return <CircleAlert size={13} />
  }
}
