import { CircleAlert } from 'lucide-react'
import { useStore } from '../live/store.ts'
import { notices } from './notices.ts'
import { useKeys } from './keys.ts'
import { t } from '../words.ts'

export function Notices() {
  const list = useStore(notices)
  useKeys(t('keysEverywhere'), [{ keys: 'Z', label: t('undo'), run: () => list.findLast((n) => n.action?.isUndo)?.action?.run() }])
  // At the desk above the list of the inbox, and so wide: whatever is sent or saved stands further along.
  return (
    <div role="log" aria-label={t('notices')} className="pointer-events-none fixed z-40 flex flex-col gap-2 max-md:items-end md:items-start max-md:inset-x-3 max-md:top-16 md:start-[68px] md:bottom-10 md:w-[calc(clamp(300px,26vw,350px)-24px)]">
      {list.map((notice) => (
        <div key={notice.id} className="rise pointer-events-auto flex max-w-full items-center gap-3 rounded-card bg-ink py-2 ps-3 pe-3 text-13 text-paper shadow-[0_8px_24px_-8px_rgb(0_0_0/0.4)]">
          {notice.failed && <CircleAlert aria-hidden size={16} className="shrink-0" />}
          <span className="words">{notice.text}</span>
          {notice.action && <button type="button" className="shrink-0 rounded-[4px] font-semibold underline underline-offset-2 hover:no-underline" onClick={notice.action.run}>{notice.action.label}</button>}
        </div>
      ))}
    </div>
  )
}
