import { useState } from 'react'
import { TextField } from '#web/ui/field.tsx'

const wordsOf = (text: string): string[] => text.split(/[,،，、]/).map((one) => one.trim()).filter(Boolean)

/** Several words or labels in one line, separated by commas (also the Arabic and Chinese ones). */
export function ListField({ label, hint, of, onChange }: { label: string; hint?: string; of: readonly string[]; onChange: (of: string[]) => void }) {
  const [text, setText] = useState('')
  // As it was typed, blanks and last comma included, for as long as that is what the list says: when a line before this one goes, another list is here.
  const own = wordsOf(text).join() === of.join()
  return (
    <TextField
      label={label} hint={hint} value={own ? text : of.join(', ')} required onChange={(e) => {
        setText(e.target.value)
        onChange(wordsOf(e.target.value))
      }}
    />
  )
}
