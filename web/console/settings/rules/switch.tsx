import { Switch as Radix } from 'radix-ui'

export const Switch = ({ label, on, disabled, onTurn }: { label: string; on: boolean; disabled?: boolean; onTurn: (on: boolean) => void }) => (
  <Radix.Root aria-label={label} checked={on} disabled={disabled} onCheckedChange={onTurn} className="mt-1 h-5 w-9 shrink-0 rounded-full border border-muted bg-raised p-px transition-colors duration-100 disabled:opacity-60 data-[state=checked]:border-accent-ink data-[state=checked]:bg-accent">
    <Radix.Thumb className="block size-4 rounded-full bg-muted transition-transform duration-100 data-[state=checked]:translate-x-4 data-[state=checked]:bg-on-accent rtl:data-[state=checked]:-translate-x-4" />
  </Radix.Root>
)
