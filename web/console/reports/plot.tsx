import { ChartNoAxesColumn, Table } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { IconButton } from '#web/ui/icon-button.tsx'
import { t } from '../words.ts'
import { Canvas, type Line } from './canvas.tsx'

interface Props { title: string; lines: readonly Line[]; names: readonly string[]; write: (value: number) => string; table: ReactNode }

/** A plot for the eyes, and the same as a table for everybody. */
export function Plot({ title, lines, names, write, table }: Props) {
  const [isTable, setIsTable] = useState(false)
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-2">
      <div className="flex items-center gap-3">
        <h4 className="text-14 font-medium">{title}</h4>
        <span className="flex-1" />
        {!isTable && lines.map((line) => (
          <span key={line.label} className="inline-flex items-center gap-1.5 text-12 text-muted max-sm:hidden">
            <svg aria-hidden width="16" height="8"><line x1="0" x2="16" y1="4" y2="4" strokeWidth={line.kind === 'bars' ? 8 : 2} strokeDasharray={line.isDashed ? '4 3' : undefined} style={{ stroke: `var(${line.color})` }} /></svg>{line.label}
          </span>
        ))}
        <IconButton label={isTable ? t('plotAsPlot') : t('plotAsTable')} aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>{isTable ? <ChartNoAxesColumn size={16} /> : <Table size={16} />}</IconButton>
      </div>
      {isTable ? table : <div role="img" aria-label={t('plotSays', { title })} className="h-56 rounded-card border border-line bg-surface p-2" dir="ltr"><Canvas lines={lines} names={names} write={write} /></div>}
    </section>
  )
}
