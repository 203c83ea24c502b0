import type { ReactNode } from 'react'

/** Part of the status settings, with what can be begun in it. */
export function Part({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section className="mt-8">
      <div className="mb-2 flex min-h-8 items-center justify-between gap-3"><h3 className="text-14 font-semibold">{title}</h3>{action}</div>
      {children}
    </section>
  )
}
export const Nothing = ({ children }: { children: ReactNode }) => <p className="rounded-card border border-dashed border-line p-5 text-center text-13 text-muted">{children}</p>
