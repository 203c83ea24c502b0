import { useState, type PointerEvent } from 'react'

/** Moving lines of a list: by dragging, with a mouse, a pen or a finger; keys move by calling `move`. The order is told once, when the hand is off. */
export function useOrder(ids: readonly string[], onOrder: (ids: readonly string[]) => void) {
  const [drag, setDrag] = useState<{ id: string; ids: readonly string[] }>()
  const shown = drag?.ids ?? ids
  const placed = (of: readonly string[], id: string, to: number): string[] => {
    const rest = of.filter((one) => one !== id)
    return [...rest.slice(0, to), id, ...rest.slice(to)]
  }
  return {
    shown, dragged: drag?.id,
    move(id: string, by: number): number | undefined {
      const to = ids.indexOf(id) + by
      if (to < 0 || to >= ids.length) return undefined
      onOrder(placed(ids, id, to))
      return to
    },
    handle: (id: string) => ({
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag({ id, ids })
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        const list = event.currentTarget.closest('ul')
        if (drag?.id !== id || !list) return
        const boxes = Array.from(list.children, (line) => line.getBoundingClientRect())
        const to = boxes.filter((box, at) => shown[at] !== id && event.clientY > box.top + box.height / 2).length
        if (shown.indexOf(id) !== to) setDrag({ id, ids: placed(shown, id, to) })
      },
      onPointerUp() {
        if (drag?.id === id && drag.ids.some((one, at) => one !== ids[at])) onOrder(drag.ids)
        setDrag(undefined)
      },
      onPointerCancel() { setDrag(undefined) },
    }),
  }
}
