import { useState } from 'react'
import { TextField } from '#web/ui/field.tsx'

/** Several words or labels in one line, separated by commas (also the Arabic and Chinese ones). */
export function ListField({ label, hint, of, onChange }: { label: string; hint?: string; of: readonly string[]; onChange: (of: string[]) => void }) {
  const [text, setText] = useState(of.join(', '))
  return (
    <TextField
      label={label} hint={hint} value={text} required onChange={(e) => {
        setText(e.target.value)
        onChange(e.target.value.split(/[,،，、]/).map((one) => one.trim()).filter(Boolean))
      }}
    />
  )
}
