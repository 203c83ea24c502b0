import { useQuery } from '@tanstack/react-query'
import { CalendarSync, Plus } from 'lucide-react'
import { useState } from 'react'
import { createFeed, revokeFeed, type Feed } from '#contract/bookings.ts'
import { newId } from '#client/lodge.ts'
import { Button } from '#web/ui/button.tsx'
import { Dialog } from '#web/ui/dialog.tsx'
import { Select } from '#web/ui/field.tsx'
import { Form, field } from '#web/ui/form.tsx'
import { useLive } from '../live/live-context.ts'
import { feedsQuery, useSpaces } from '../live/queries.ts'
import { Confirm } from '../shell/confirm.tsx'
import { why } from '../shell/notices.ts'
import { brief, exact } from '../times.ts'
import { useNow } from '../use-now.ts'
import { t } from '../words.ts'
import { FormFoot } from './form-foot.tsx'
import { Lines, Page, went } from './page.tsx'
import { ToldOnce } from './told-once.tsx'

/** Addresses to which one's calendar subscribes. Each is told once: only its hash is kept. */
export function Calendars() {
  const { lodge, queries } = useLive()
  const query = useQuery(feedsQuery(lodge.call))
  const now = useNow()
  const [making, setMaking] = useState<{ id: string; feed?: Feed }>()
  const [revoking, setRevoking] = useState<Feed>()
  const again = async (): Promise<void> => queries.invalidateQueries({ queryKey: ['feeds'] })
  const revoke = async (feed: Feed): Promise<void> => {
    went(await lodge.call(revokeFeed, { params: { feed: feed.id } }), t('didRevoke'))
    await again()
  }
  return (
    <Page title={t('feeds')} text={t('feedsText')} action={<Button kind="primary" icon={<Plus aria-hidden size={16} />} onClick={() => setMaking({ id: newId() })}>{t('feedNew')}</Button>}>
      <Lines query={query} lines={query.data} empty={t('feedsNone')}>
        {(feed) => (
          <div className="flex flex-wrap items-center gap-3 px-4 py-3">
            <CalendarSync aria-hidden size={16} className="text-muted" />
            <div className="min-w-40 flex-1">
              <p className="font-medium"><bdi>{feed.space ? feed.spaceName : t('feedMine')}</bdi></p>
              <p className="text-12 text-muted"><span title={exact(feed.createdAt)}>{t('feedMade', { when: brief(feed.createdAt, now) })}</span>{' · '}{feed.readAt ? <span title={exact(feed.readAt)}>{t('feedRead', { when: brief(feed.readAt, now) })}</span> : t('feedUnread')}</p>
            </div>
            <Button onClick={() => setMaking({ id: feed.id, feed })}>{t('feedAnew')}</Button>
            <Button onClick={() => setRevoking(feed)}>{t('revoke')}</Button>
          </div>
        )}
      </Lines>
      {making && <FeedForm {...making} onMade={again} onClose={() => setMaking(undefined)} />}
      {revoking && <Confirm title={t('feedRevokeTitle')} text={t('feedRevokeText')} verb={t('revoke')} onYes={() => void revoke(revoking)} onClose={() => setRevoking(undefined)} />}
    </Page>
  )
}

function FeedForm({ id, feed, onMade, onClose }: { id: string; feed?: Feed; onMade: () => Promise<void>; onClose: () => void }) {
  const { lodge } = useLive()
  const spaces = useSpaces()
  const [address, setAddress] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const make = async (form: HTMLFormElement): Promise<void> => {
    const space = feed ? feed.space : field(form, 'space') || null
    const outcome = await lodge.call(createFeed, { params: { feed: id }, body: { space } })
    if (!outcome.ok) return setWrong(why(outcome.code))
    setAddress(new URL(outcome.value.url, location.origin).href)
    await onMade()
  }
  return (
    <Dialog open onClose={onClose} title={feed ? t('feedAnewTitle') : t('feedNew')} closeLabel={t('closeDialog')}>
      {address
        ? <ToldOnce text={t('feedOnce')} secret={address} label={t('feedAddress')} onClose={onClose} />
        : (
          <Form onSubmit={make}>
            {feed
              ? <p className="text-14">{t('feedAnewText')}</p>
              : <Select name="space" label={t('feedOf')} options={[['', t('feedMine')], ...spaces.filter((s) => s.active).map((s) => [s.id, s.name] as const)]} />}
            <FormFoot wrong={wrong} onClose={onClose} action={t('feedMake')} />
          </Form>
        )}
    </Dialog>
  )
}
