import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Keys } from './keys.tsx'

export const MenuRoot = DropdownMenu.Root
export const MenuTrigger = DropdownMenu.Trigger
export const sheet = 'rise z-50 rounded-card border border-line bg-surface p-1 shadow-[0_8px_24px_-8px_rgb(0_0_0/0.18)]'
const row = 'flex h-8 cursor-default items-center gap-2 rounded-control px-2 text-13 outline-none select-none data-[disabled]:opacity-50 data-[highlighted]:bg-raised'

export function MenuSheet({ align = 'end', side = 'bottom', className, children }: { align?: 'start' | 'end'; side?: 'top' | 'bottom' | 'right'; className?: string; children: ReactNode }) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content align={align} side={side} sideOffset={4} collisionPadding={8} className={cx(sheet, 'min-w-48', className)} onCloseAutoFocus={(e) => e.preventDefault()}>{children}</DropdownMenu.Content>
    </DropdownMenu.Portal>
  )
}

export function MenuItem({ icon, keys, hint, bad, disabled, onSelect, children }: { icon?: ReactNode; keys?: string; hint?: string; bad?: boolean; disabled?: boolean; onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.Item className={cx(row, bad && 'text-bad')} disabled={disabled ?? false} onSelect={onSelect}>
      {icon && <span className="text-muted">{icon}</span>}
      <span className="flex-1 truncate">{children}</span>
      {hint && <span className="figures text-12 text-muted">{hint}</span>}
      {keys && <Keys of={keys} />}
    </DropdownMenu.Item>
  )
}

export function MenuChoice({ value, options, onChange }: { value: string; options: readonly (readonly [value: string, label: string])[]; onChange: (value: string) => void }) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={onChange}>
      {options.map(([v, label]) => (
        <DropdownMenu.RadioItem key={v} value={v} className={row}>
          <span className="flex-1 truncate">{label}</span>
          <DropdownMenu.ItemIndicator aria-hidden className="size-1.5 rounded-full bg-accent-ink" />
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

export const MenuLine = () => <DropdownMenu.Separator className="mx-2 my-1 h-px bg-line" />
export const MenuTitle = ({ children }: { children: ReactNode }) => <DropdownMenu.Label className="px-2 pt-1.5 pb-1 text-12 text-muted">{children}</DropdownMenu.Label>
