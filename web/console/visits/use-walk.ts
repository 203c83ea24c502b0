import { useNavigate } from '@tanstack/react-router'
import { useRef, useState, type RefObject } from 'react'

export interface Walk {
  /** The list; its links carry the visit's id. */
  readonly pane: RefObject<HTMLDivElement | null>
  /** The visit that keys act upon. */
  readonly current: string | undefined
  select(id: string): void
  focus(id: string): void
  show(id: string): void
  step(by: 1 | -1): void
}

/** Walks the list by keyboard: the focus goes along, and an open panel with it. */
export function useWalk(order: readonly string[], open: string | undefined): Walk {
  const navigate = useNavigate()
  const [selected, select] = useState<string>()
  const pane = useRef<HTMLDivElement>(null)
  const current = open ?? selected
  const focus = (id: string): void => {
    select(id)
    requestAnimationFrame(() => {
      const link = pane.current?.querySelector<HTMLElement>(`[data-visit="${id}"]`)
      link?.focus({ preventScroll: true })
      link?.closest('li')?.scrollIntoView({ block: 'nearest' })
    })
  }
  const show = (id: string): void => {
    void navigate({ to: '/visits/$visit', params: { visit: id }, search: true, ...(open && { replace: true }) })
    focus(id)
  }
  return {
    pane, current, select, focus, show,
    step(by) {
      const at = order.indexOf(current ?? '')
      const to = order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))]
      if (to) (open ? show : focus)(to)
    },
  }
}
