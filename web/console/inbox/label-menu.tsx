import { Command } from 'cmdk'
import { Check, Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Dialog } from '#web/ui/dialog.tsx'
import { control } from '#web/ui/field.tsx'
import { useLive } from '../live/live-context.ts'
import { useStore } from '../live/store.ts'
import { paletteRow } from '../shell/palette-row.ts'
import { t } from '../words.ts'

const longest = 50

/** Labels in use are offered; a new one is made by writing it. */
export function LabelMenu({ labels, onChange, onClose }: { labels: readonly string[]; onChange: (labels: readonly string[]) => void; onClose: () => void }) {
  const { rows } = useLive()
  const { rows: all } = useStore(rows.store)
  const [words, setWords] = useState('')
  const known = useMemo(() => [...new Set([...labels, ...[...all.values()].flatMap((row) => row.labels)])].toSorted((a, b) => a.localeCompare(b)), [all, labels])
  const own = words.trim().slice(0, longest)
  const toggle = (label: string): void => {
    onChange(labels.includes(label) ? labels.filter((l) => l !== label) : [...labels, label])
    setWords('')
  }
  return (
    <Dialog open onClose={onClose} title={t('label')} closeLabel={t('closeDialog')} className="max-w-90">
      <Command label={t('label')} loop>
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
        <Command.Input autoFocus value={words} onValueChange={setWords} placeholder={t('labelHint')} className={control} />
        <Command.List className="mt-2 max-h-64 overflow-y-auto">
          {known.map((label) => (
            <Command.Item key={label} value={label} className={paletteRow} onSelect={() => toggle(label)}>
              <span className="flex size-4 items-center justify-center rounded-[4px] border border-line">{labels.includes(label) && <Check aria-label={t('chosen')} size={12} />}</span><bdi className="truncate">{label}</bdi>
            </Command.Item>
          ))}
          {own && !known.includes(own) && <Command.Item value={own} className={paletteRow} onSelect={() => toggle(own)}><Plus aria-hidden size={16} />{t('labelNew', { label: own })}</Command.Item>}
          {known.length === 0 && !own && <p className="px-2 py-3 text-13 text-muted">{t('labelsNone')}</p>}
        </Command.List>
      </Command>
    </Dialog>
  )
}
