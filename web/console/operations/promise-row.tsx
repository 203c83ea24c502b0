import { ChevronDown } from 'lucide-react'
import { lights, type FigureShown, type PromiseShown } from '#contract/operations.ts'
import type { ConsoleSentences } from '../catalogues/en.ts'
import { t } from '../words.ts'
import { Light } from './light.tsx'
import { Spark } from './spark.tsx'
import { inUnit } from './units.ts'

const nameOf = (id: string): string => { const key = `opsFig_${id}`; return key in figureKeys ? t(key as keyof typeof figureKeys) : id }
/** Which figures have a name here: one of a newer server is shown by its own. */
type FigureKeys = { [K in keyof ConsoleSentences as K extends `opsFig_${string}` ? K : never]: true }
const figureKeys: FigureKeys = {
  opsFig_acceptMs: true, opsFig_waitingCommands: true, opsFig_deliveryMs: true, opsFig_deliveryFailures: true, opsFig_databaseConnections: true, opsFig_waitingForDatabase: true, opsFig_longestHeldMs: true, opsFig_leaksTakenBack: true,
  opsFig_loopDelayMs: true, opsFig_returnWindowS: true, opsFig_gateInUse: true, opsFig_gateWaitMs: true, opsFig_databaseAwayS: true, opsFig_spoolCommands: true, opsFig_spoolOldestS: true, opsFig_spoolDead: true, opsFig_diskRoom: true, opsFig_backupAgeS: true, opsFig_linesDown: true, opsFig_setAside: true,
  opsFig_kiosksSilent: true, opsFig_kiosksUnsentS: true, opsFig_healthMs: true, opsFig_givenWay: true, opsFig_pausedWork: true, opsFig_reportsLagS: true, opsFig_olderScreens: true, opsFig_olderScreensS: true, opsFig_busiestShare: true, opsFig_refusedForLeaking: true,
}
const isBad = (light: PromiseShown['light']): boolean => light === 'warn' || light === 'bad'
/** The one that stands for all: the worst, else the first that is measured. */
const worstOf = (figures: readonly FigureShown[]): FigureShown | undefined =>
  figures.filter((f) => f.value !== null).toSorted((a, b) => lights.indexOf(b.light) - lights.indexOf(a.light))[0] ?? figures[0]

/** One promise: its light, its figure, its limit, its hour; beneath, what it means and what to do. */
export function PromiseRow({ of }: { of: PromiseShown }) {
  const first = worstOf(of.figures)
  return (
    <li>
      <details className="group" open={isBad(of.light) || undefined}>
        <summary className="grid cursor-pointer list-none grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-2.5 hover:bg-raised md:grid-cols-[200px_120px_minmax(0,1fr)_132px_20px]">
          <span className="flex min-w-0 items-baseline gap-2"><span className="figures w-7 shrink-0 text-12 text-muted">{of.promise}</span><span className="truncate font-medium">{t(`opsName_${of.promise}`)}</span></span>
          <span className="max-md:text-end"><Light light={of.light} /></span>
          <span className="figures min-w-0 truncate text-13 max-md:col-span-2">
            {first && first.value !== null
              ? <><span>{inUnit(first.value, first.unit)}</span> <span className="text-muted">{nameOf(first.id)}{first.limit !== null && ` · ${t('opsLimit', { value: inUnit(first.limit, first.unit) })}`}</span></>
              : null}
          </span>
          <span className="max-md:hidden">{first && <Spark line={first.line} limit={first.limit} write={(v) => inUnit(v, first.unit)} />}</span>
          <ChevronDown aria-hidden size={16} className="text-muted transition-transform group-open:rotate-180 max-md:hidden" />
        </summary>
        <div className="flex flex-col gap-3 px-4 pt-1 pb-4 md:ps-13">
          <p className="text-13"><span className="text-muted">{t('opsWhatItMeans')}: </span>{t(`opsText_${of.promise}`)}</p>
          {isBad(of.light) && <p className="text-13"><span className="font-medium">{t('opsWhatToDo')}: </span>{t(`opsDo_${of.promise}`)}</p>}
          {of.figures.length > 0 && (
            <ul className="divide-y divide-line border-y border-line">
              {of.figures.map((f) => (
                <li key={f.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-1.5 text-13">
                  <Light light={f.light} isBrief />
                  <span className="min-w-40 flex-1">{nameOf(f.id)}</span>
                  <span className="figures text-end">{f.value === null ? <span className="text-muted">{t('opsLight_unknown')}</span> : inUnit(f.value, f.unit)}</span>
                  <span className="figures min-w-28 text-end text-12 text-muted">{f.limit === null ? t('opsNoLimit') : t('opsLimit', { value: inUnit(f.limit, f.unit) })}</span>
                  <Spark line={f.line} limit={f.limit} write={(v) => inUnit(v, f.unit)} />
                </li>
              ))}
            </ul>
          )}
        </div>
      </details>
    </li>
  )
}
