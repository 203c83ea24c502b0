import type { ReactNode } from 'react'
import { cx } from './cx.ts'

export function Form({ onSubmit, className, children }: { onSubmit: (form: HTMLFormElement) => void | Promise<void>; className?: string; children: ReactNode }) {
  return (
    <form
      className={cx('flex flex-col gap-4', className)}
      onSubmit={(event) => {
        event.preventDefault()
        void onSubmit(event.currentTarget)
      }}
    >
      {children}
    </form>
  )
}

/** What a field holds, without blanks around it. */
export const field = (form: HTMLFormElement, name: string): string => written(form, name).trim()

/** As it was written: a password may begin with a blank. */
export function written(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name)
  return typeof value === 'string' ? value : ''
}
