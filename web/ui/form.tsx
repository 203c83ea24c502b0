import { useRef, type ReactNode } from 'react'
import { cx } from './cx.ts'

/** While what was submitted is on its way it is not submitted again: the second click of a double one would get the second answer, which may hold less (a secret is told once). */
export function Form({ onSubmit, className, children }: { onSubmit: (form: HTMLFormElement) => void | Promise<void>; className?: string; children: ReactNode }) {
  const busy = useRef(false)
  return (
    <form
      className={cx('flex flex-col gap-4', className)}
      onSubmit={(event) => {
        event.preventDefault()
        if (busy.current) return
        busy.current = true
        void Promise.resolve(onSubmit(event.currentTarget)).finally(() => { busy.current = false })
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
