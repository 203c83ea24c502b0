import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Keys } from './keys.tsx'

export const TooltipProvider = ({ children }: { children: ReactNode }) => <Radix.Provider delayDuration={350} skipDelayDuration={200}>{children}</Radix.Provider>

export function Tooltip({ label, keys, side = 'bottom', children }: { label: string; keys?: string | undefined; side?: 'top' | 'bottom' | 'left' | 'right'; children: ReactNode }) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content side={side} sideOffset={6} collisionPadding={8} className="rise z-50 flex items-center gap-2 rounded-control border border-line bg-surface px-2 py-1 text-12 shadow-sm">
          {label}
          {keys && <Keys of={keys} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
