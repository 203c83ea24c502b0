import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useRef, type ReactNode } from 'react'
import { cx } from './cx.ts'
import { IconButton } from './icon-button.tsx'

export function Dialog({ open, onClose, title, closeLabel, className, children }: { open: boolean; onClose: () => void; title: string; closeLabel: string; className?: string; children: ReactNode }) {
  const isWritten = useRef(false)
  const sheet = useRef<HTMLDivElement>(null)
  return (
    <Radix.Root open={open} onOpenChange={(now) => { if (!now) onClose() }}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-[rgb(20_17_15/0.32)]" />
        <Radix.Content
          ref={sheet} aria-describedby={undefined} onOpenAutoFocus={focusFirstField}
          onInput={() => { isWritten.current = true }}
          // A click beside the sheet closes it, but not what somebody has begun to fill in, or what is shown once.
          onInteractOutside={(event) => { if (isWritten.current || sheet.current?.querySelector('[data-keeps]')) event.preventDefault() }}
          className={cx('rise fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] w-[min(480px,calc(100vw-24px))] -translate-x-1/2 flex-col overflow-hidden rounded-sheet outline-none border border-line bg-surface shadow-[0_24px_64px_-16px_rgb(0_0_0/0.35)]', className)}
        >
          <div className="flex items-center justify-between py-2 ps-5 pe-2">
            <Radix.Title className="text-16 font-semibold">{title}</Radix.Title>
            <Radix.Close asChild><IconButton label={closeLabel}><X size={16} /></IconButton></Radix.Close>
          </div>
          <div tabIndex={-1} className="overflow-y-auto px-5 pb-5 outline-none">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** What one came to fill in; without any, the sheet itself, never its ×. */
function focusFirstField(event: Event): void {
  const sheet = event.currentTarget as HTMLElement
  const field = sheet.querySelector<HTMLElement>('input:not([type=hidden]), textarea, select')
  event.preventDefault()
  ;(field ?? sheet).focus()
}
