import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

const nearPx = 40

/**
 * A thread hangs from its end: whoever is at the end stays there when something comes or an image unfolds; whoever reads
 * further up keeps the line under the eye, also when earlier messages come in above it.
 */
export function useScroll(items: readonly { id: string }[], ready: boolean): { pane: RefObject<HTMLDivElement | null>; atEnd: boolean; toEnd: () => void } {
  const pane = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const was = useRef({ atEnd: true, heightPx: 0, first: '' })

  const toEnd = useCallback(() => {
    const el = pane.current
    if (!el) return
    el.scrollTop = el.scrollHeight
    was.current.atEnd = true
    setAtEnd(true)
  }, [])

  useLayoutEffect(() => {
    const el = pane.current
    if (!el) return
    const first = items[0]?.id ?? ''
    if (was.current.atEnd) el.scrollTop = el.scrollHeight
    else if (first !== was.current.first) el.scrollTop += el.scrollHeight - was.current.heightPx
    was.current = { ...was.current, heightPx: el.scrollHeight, first }
  }, [items, ready])

  useEffect(() => {
    const el = pane.current
    const inner = el?.firstElementChild
    if (!el || !inner) return
    const onScroll = (): void => {
      const end = el.scrollHeight - el.scrollTop - el.clientHeight < nearPx
      was.current.atEnd = end
      setAtEnd(end)
    }
    const grows = new ResizeObserver(() => {
      if (was.current.atEnd) el.scrollTop = el.scrollHeight
      was.current.heightPx = el.scrollHeight
    })
    grows.observe(inner)
    grows.observe(el)
    el.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      grows.disconnect()
      el.removeEventListener('scroll', onScroll)
    }
  }, [])
  return { pane, atEnd, toEnd }
}
