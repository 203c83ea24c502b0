import { useEffect, useEffectEvent, useRef, useState } from 'react'

interface Given { value: string; required?: boolean | undefined; away?: boolean | undefined; onSave: (value: string) => void }

/**
 * The words of a field that is saved when one leaves it. What is left while the line is away is kept in the field, and saved when it is back,
 * unless somebody else wrote there meanwhile. A field in which somebody writes is never closed: the next letters would go to whatever has the focus then.
 */
export function useInPlace({ value, required, away = false, onSave }: Given) {
  const [words, setWords] = useState(value)
  const [isWriting, setWriting] = useState(false)
  /** What stood there when it was left while the line was away. */
  const [left, setLeft] = useState<string>()
  const focused = useRef(false)
  const given = useRef(value)
  const isNew = (): boolean => words.trim() !== given.current && !(required && !words.trim())
  const reset = (): void => {
    setLeft(undefined)
    setWords(given.current)
  }
  const end = (): void => {
    focused.current = false
    setWriting(false)
    if (!isNew()) reset()
    else if (away) setLeft((before) => before ?? given.current)
    else {
      setLeft(undefined)
      onSave(words.trim())
    }
  }
  const take = useEffectEvent((next: string) => {
    given.current = next
    if (!focused.current && left === undefined) setWords(next)
  })
  useEffect(() => take(value), [value])
  const comeBack = useEffectEvent(() => { if (left === given.current && !focused.current) end() })
  useEffect(() => { if (!away) comeBack() }, [away])
  const leave = useEffectEvent(() => { if ((focused.current || left === given.current) && isNew()) onSave(words.trim()) })
  // Whoever goes back has left the field, too, and no blur tells it.
  useEffect(() => () => leave(), [])
  return {
    words, reset, readOnly: away && !isWriting && left === undefined,
    kept: left === undefined ? undefined : left === value ? 'waiting' as const : 'overtaken' as const,
    write(next: string): void {
      setWriting(true)
      setWords(next)
    },
    hands: {
      onFocus(): void {
        focused.current = true
        setWriting(!away)
      },
      onBlur: end,
    },
  }
}
