import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'
import { Tooltip } from './tooltip.tsx'

/** An icon is never alone: its label is its name for screen readers and its tooltip for everybody else. */
export function IconButton({ label, keys, side = 'bottom', className, type = 'button', children, ...rest }: ComponentProps<'button'> & { label: string; keys?: string; side?: 'top' | 'bottom' | 'left' | 'right'; children: ReactNode }) {
  return (
    <Tooltip label={label} keys={keys} side={side}>
      <button
        type={type}
        aria-label={label}
        className={cx('inline-flex size-8 shrink-0 items-center justify-center rounded-control text-muted transition-colors duration-100 hover:bg-raised hover:text-ink disabled:opacity-40 data-[state=open]:bg-raised data-[state=open]:text-ink', className)}
        {...rest}
      >
        {children}
      </button>
    </Tooltip>
  )
}
