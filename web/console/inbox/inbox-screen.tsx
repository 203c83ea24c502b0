import { Outlet, useParams } from '@tanstack/react-router'
import { cx } from '#web/ui/cx.ts'
import { ListPane } from './list-pane.tsx'

/** Two panes at the desk, one at a time on a phone; going back is the browser's. */
export function InboxScreen() {
  const { conversation } = useParams({ strict: false })
  return (
    <div className="grid h-full min-h-0 grid-cols-1 md:grid-cols-[clamp(300px,26vw,350px)_minmax(0,1fr)]">
      <div className={cx('min-h-0 border-line md:border-e', conversation && 'max-md:hidden')}><ListPane open={conversation} /></div>
      <div className={cx('min-h-0 min-w-0 bg-surface', !conversation && 'max-md:hidden')}><Outlet /></div>
    </div>
  )
}
