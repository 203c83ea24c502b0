import { useEffect, useState } from 'react'
import type { Board } from '#contract/reports.ts'
import { useLive } from '../live/live-context.ts'

/** The last that was pushed. It stays while the line is cut. */
export function useBoard(): Board | undefined {
  const { lodge } = useLive()
  const [board, setBoard] = useState<Board>()
  useEffect(() => lodge.watch('board', (body) => setBoard(body as Board)), [lodge])
  return board
}
