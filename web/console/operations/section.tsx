import { useId, type ReactNode } from 'react'

export function Section({ title, text, action, children }: { title: string; text?: string; action?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="flex flex-col gap-2">
      <div className="flex items-end gap-3">
        <div className="min-w-0 flex-1"><h3 id={id} className="text-16 font-semibold">{title}</h3>{text && <p className="max-w-[640px] text-13 text-muted">{text}</p>}</div>
        {action}
      </div>
      {children}
    </section>
  )
}
export const card = 'divide-y divide-line rounded-card border border-line bg-surface'
