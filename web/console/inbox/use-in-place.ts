import { useEffect, useEffectEvent, useRef, useState, type ChangeEvent, type KeyboardEvent } from 'react'
import { tellIfRefused, type Refusal } from '../shell/notices.ts'

type Box = HTMLInputElement | HTMLTextAreaElement
/** May resolve to why it was refused. */
export type Saved = void | Promise<Refusal | undefined>
interface Given { value: string; required?: boolean | undefined; away?: boolean | undefined; onSave: (value: string) => Saved }

/**
 * The words of a field that is saved when one leaves it. What is left while the line is away is kept in the field, and saved when it is back,
 * unless somebody else wrote there meanwhile. What was refused stays in the field, too, with the reason; a field that is gone leaves a notice.
 * A field in which somebody writes is never closed: the next letters would go to whatever has the focus then.
 */
export function useInPlace({ value, required, away = false, onSave }: Given) {
  const [words, setWords] = useState(value)
  const [isWriting, setWriting] = useState(false)
  /** What stood there when it was left while the line was away. */
  const [left, setLeft] = useState<string>()
  const [refusal, setRefusal] = useState<Refusal>()
  const refused = useRef(false)
  const focused = useRef(false)
  const gone = useRef(false)
  const saves = useRef(0)
  const given = useRef(value)
  const isNew = (): boolean => words.trim() !== given.current && !(required && !words.trim())
  const reset = (): void => {
    setLeft(undefined)
    setWords(given.current)
  }
  const save = (next: string): void => void tellIfRefused(async () => {
    const mine = ++saves.current
    refused.current = false
    setRefusal(undefined)
    const why = await onSave(next) ?? undefined
    if (!why || mine !== saves.current) return undefined   // of words that were written over since, the later ones tell
    if (gone.current) return why
    refused.current = true
    setRefusal(why)
    if (!focused.current) setWords(next)
    return undefined
  })
  const end = (): void => {
    focused.current = refused.current = false
    setRefusal(undefined)
    setWriting(false)
    if (!isNew()) reset()
    else if (away) setLeft((before) => before ?? given.current)
    else {
      setLeft(undefined)
      save(words.trim())
    }
  }
  const take = useEffectEvent((next: string) => {
    given.current = next
    if (!focused.current && left === undefined && !refused.current) setWords(next)
  })
  useEffect(() => take(value), [value])
  const comeBack = useEffectEvent(() => { if (left === given.current && !focused.current) end() })
  useEffect(() => { if (!away) comeBack() }, [away])
  const leave = useEffectEvent(() => { if ((focused.current || left === given.current) && isNew()) save(words.trim()) })
  // Whoever goes back has left the field, too, and no blur tells it.
  useEffect(() => {
    gone.current = false
    return () => {
      gone.current = true
      leave()
    }
  }, [])
  return {
    refusal, onRetry: () => save(words.trim()),
    kept: left === undefined ? undefined : left === value ? 'waiting' as const : 'overtaken' as const,
    /** For the field: its words, and what is done to them. Escape puts them back, Enter in a line leaves it. */
    field: {
      value: words, readOnly: away && !isWriting && left === undefined,
      onFocus(): void {
        focused.current = true
        setWriting(!away)
      },
      onBlur: end,
      onChange({ target }: ChangeEvent<Box>): void {
        setWriting(true)
        setWords(target.value)
      },
      onKeyDown({ key, currentTarget: box }: KeyboardEvent<Box>): void {
        if (key === 'Escape') reset()
        if (key === 'Escape' || (key === 'Enter' && box instanceof HTMLInputElement)) requestAnimationFrame(() => box.blur())
      },
    },
  }
}
