import type { ReactNode } from 'react'

/** An empty or failed pane: what it is, and the one thing to do next. */
export function EmptyState({ icon, title, text, action }: { icon?: ReactNode; title: string; text?: string; action?: ReactNode }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-8 text-center">
      {icon && <span className="mb-1 text-muted">{icon}</span>}
      <p className="text-14 font-medium">{title}</p>
      {text && <p className="max-w-72 text-13 text-muted">{text}</p>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  )
}
