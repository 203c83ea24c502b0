import { MessagesSquare, PenLine } from 'lucide-react'
import { useState } from 'react'
import type { StatusBoard } from '#contract/status-endpoints.ts'
import type { Level } from '#contract/status.ts'
import { Button } from '#web/ui/button.tsx'
import { cx } from '#web/ui/cx.ts'
import { moment } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { RecordForm } from './record-form.tsx'
import { ReplyForm } from './reply-form.tsx'
import { ReplyLine } from './reply-line.tsx'
import { UpdateForm } from './update-form.tsx'

export type BoardIncident = StatusBoard['incidents'][number]
export const levelColours: Record<Level, string> = { works: 'text-info', slow: 'text-warn', disrupted: 'text-warn', down: 'text-bad' }
const shownUpdates = 3

export function IncidentCard({ incident: i, board, again }: { incident: BoardIncident; board: StatusBoard; again: () => void }) {
  const nowMs = useNow()
  const [sheet, setSheet] = useState<'update' | 'resolve' | 'reopen' | 'record' | 'reply'>()
  const name = (id: string): string => board.components.find((c) => c.id === id)?.name ?? id
  const isOver = i.state === 'resolved'
  const [first, last] = [i.impact[0], i.impact.at(-1)]
  const replies = board.replies.filter((r) => r.incident === i.id)
  const close = (): void => setSheet(undefined)
  return (
    <article aria-label={i.title} className="mb-3 rounded-card border border-line p-4">
      <div className="flex items-start justify-between gap-3">
        <h4 className="words text-14 font-semibold"><bdi>{i.title}</bdi></h4>
        <span className={cx('shrink-0 rounded-full border border-current px-2 text-12', isOver ? 'text-good' : 'text-warn')}>{t(`spState_${i.state}`)}</span>
      </div>
      <p className="mt-1 flex flex-wrap gap-x-3 text-13">{i.affected.map((a) => <span key={a.component}><bdi>{name(a.component)}</bdi>: <span className={levelColours[a.level]}>{t(`spLevel_${a.level}`)}</span></span>)}</p>
      <p className="figures mt-0.5 flex flex-wrap gap-x-3 text-12 text-muted">
        {first && <span>{last?.to ? t('spFelt', { from: moment(first.from, nowMs), to: moment(last.to, nowMs) }) : t('spFeltFrom', { from: moment(first.from, nowMs) })}</span>}
        {!isOver && i.nextUpdateAt && <span className={Date.parse(i.nextUpdateAt) < nowMs ? 'text-warn' : ''}>{t(Date.parse(i.nextUpdateAt) < nowMs ? 'spNextUpdateLate' : 'spNextUpdate', { time: moment(i.nextUpdateAt, nowMs) })}</span>}
        {i.cleanAt && <span>{Date.parse(i.cleanAt) > nowMs ? t('spCleanAt', { time: moment(i.cleanAt, nowMs) }) : t('spCleanNow')}</span>}
        {i.early && <span>{t('spEarly', { reason: i.early })}</span>}
      </p>
      <ol className="mt-3 flex flex-col gap-2 border-s-2 border-line ps-3">
        {i.updates.slice(isOver ? -1 : -shownUpdates).toReversed().map((u) => (
          <li key={u.id}>
            <p className="figures text-12 text-muted"><span className="font-medium text-ink">{t(u.state ? `spState_${u.state}` : 'spUpdate')}</span> {moment(u.at, nowMs)}</p>
            {u.text && <p className="words line-clamp-4 text-13" dir="auto">{u.text}</p>}
          </li>
        ))}
      </ol>
      {replies.map((r) => <ReplyLine key={r.id} reply={r} />)}
      <div className="mt-3 flex flex-wrap gap-2">
        {board.isOperator && !isOver && <><Button kind="primary" icon={<PenLine size={15} />} onClick={() => setSheet('update')}>{t('spUpdate')}</Button><Button onClick={() => setSheet('resolve')}>{t('spResolve')}</Button></>}
        <Button icon={<MessagesSquare size={15} />} onClick={() => setSheet('reply')}>{t('spReplyAll')}</Button>
        {board.isOperator && isOver && <Button kind="quiet" onClick={() => setSheet('reopen')}>{t('spReopen')}</Button>}
        {board.isOperator && <Button kind="quiet" onClick={() => setSheet('record')}>{t('spEdit')}</Button>}
      </div>
      {(sheet === 'update' || sheet === 'resolve' || sheet === 'reopen') && <UpdateForm incident={i} board={board} how={sheet} onClose={close} onDone={again} />}
      {sheet === 'record' && <RecordForm incident={i} onClose={close} onDone={again} />}
      {sheet === 'reply' && <ReplyForm incident={i} onClose={close} onDone={again} />}
    </article>
  )
}
