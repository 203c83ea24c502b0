import { useState, type ReactNode } from 'react'

/** Controls that are closed for a while, but never under the hands of whoever is in them: the next letters would be keys of the page. */
export function Held({ disabled, className, children }: { disabled: boolean; className: string; children: ReactNode }) {
  const [isHeld, setHeld] = useState(false)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- it looks where the focus is, and takes no hands
    <fieldset
      disabled={disabled && !isHeld} className={className}
      onFocus={() => setHeld(true)} onBlur={(e) => { if (!e.currentTarget.contains(e.relatedTarget)) setHeld(false) }}
    >
      {children}
    </fieldset>
  )
}
