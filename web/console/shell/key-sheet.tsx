import { Dialog } from '#web/ui/dialog.tsx'
import { Keys } from '#web/ui/keys.tsx'
import { useStore } from '../live/store.ts'
import { t } from '../words.ts'
import { keyGroups } from './keys.ts'

/** The keys of the page that is open; what is not possible here is not listed. */
export function KeySheet({ onClose }: { onClose: () => void }) {
  // Several parts of a screen may add keys under one title.
  const groups = Map.groupBy(useStore(keyGroups).toReversed().flatMap(({ title, bindings }) => bindings.filter((b) => b.label).map((b) => ({ title, ...b }))), (b) => b.title)
  return (
    <Dialog open onClose={onClose} title={t('keysShow')} closeLabel={t('closeDialog')}>
      <div tabIndex={0} role="group" aria-label={t('keysShow')} className="flex flex-col gap-4 outline-none">
        {[...groups].map(([title, bindings]) => (
          <section key={title}>
            <h3 className="mb-1 text-12 font-medium text-muted">{title}</h3>
            <dl>
              {bindings.map(({ keys, label }) => (
                <div key={keys} className="flex h-7 items-center justify-between">
                  <dt className="text-13">{label}</dt>
                  <dd className="flex gap-1.5">{keys.split(', ').filter((k) => k !== 'Shift+?').map((k) => <Keys key={k} of={k} />)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
