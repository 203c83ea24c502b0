import type { ReactNode } from 'react'

/** An empty or failed pane: what it is, and the one thing to do next. */
export function EmptyState({ icon, title, text, action, isPage = false }: { icon?: ReactNode; title: string; text?: string; action?: ReactNode; isPage?: boolean }) {
  const Title = isPage ? 'h1' : 'p'
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-8 text-center">
      {icon && <span className="mb-1 text-muted">{icon}</span>}
      <Title className="text-14 font-medium">{title}</Title>
      {text && <p className="max-w-72 text-13 text-muted">{text}</p>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  )
}
