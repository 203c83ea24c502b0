import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'

const kinds = {
  primary: 'bg-accent text-on-accent font-medium hover:brightness-95 active:brightness-90',
  plain: 'border border-line bg-surface hover:bg-raised',
  quiet: 'hover:bg-raised',
  bad: 'border border-line bg-surface text-bad hover:bg-raised',
} as const

/** A link that looks like the button of a pane. */
export const primaryLink = 'inline-flex h-8 items-center rounded-control bg-accent px-3 text-13 font-medium text-on-accent'

export function Button({ kind = 'plain', icon, className, children, type = 'button', ...rest }: ComponentProps<'button'> & { kind?: keyof typeof kinds; icon?: ReactNode }) {
  return (
    <button
      type={type}
      className={cx('inline-flex h-8 shrink-0 items-center justify-center gap-1.5 rounded-control px-3 text-13 whitespace-nowrap transition-[background-color,filter] duration-100 disabled:opacity-50', kinds[kind], className)}
      {...rest}
    >
      {icon}
      {children}
    </button>
  )
}
