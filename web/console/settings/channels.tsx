import { useQuery } from '@tanstack/react-query'
import { Copy, MessageSquareText, Plus, Send } from 'lucide-react'
import { useState } from 'react'
import type { Channel } from '#contract/channels.ts'
import { Button } from '#web/ui/button.tsx'
import { IconButton } from '#web/ui/icon-button.tsx'
import { useLive } from '../live/live-context.ts'
import { channelsQuery, useInboxes } from '../live/queries.ts'
import { copy } from '../shell/copy.ts'
import { useSecond } from '../use-now.ts'
import { t } from '../words.ts'
import { ChannelForm } from './channel-form.tsx'
import { Health } from './channel-health.tsx'
import { ChannelTest } from './channel-test.tsx'
import { Lines, Page } from './page.tsx'

export function Channels() {
  const { lodge } = useLive()
  const query = useQuery(channelsQuery(lodge.call))
  const inboxes = useInboxes()
  const now = useSecond(true)
  const [open, setOpen] = useState<Channel | 'new'>()
  const [testing, setTesting] = useState<Channel>()
  const inboxOf = (id: string): string => inboxes.find((i) => i.id === id)?.name ?? ''

  return (
    <Page title={t('settingsChannels')} text={t('settingsChannelsText')} action={<Button kind="primary" icon={<Plus size={16} />} onClick={() => setOpen('new')}>{t('channelNew')}</Button>}>
      <Lines query={query} lines={query.data} empty={t('channelsEmpty')}>
        {(channel) => (
          <div className="flex flex-col gap-2 p-4">
            <div className="flex items-start gap-3 max-sm:flex-wrap">
              <MessageSquareText aria-hidden size={20} className="mt-0.5 shrink-0 text-muted" />
              <div className="min-w-0 flex-1">
                <h3 className="truncate font-medium"><bdi>{channel.name}</bdi></h3>
                <p className="figures text-12 text-muted"><bdi dir="ltr">{channel.numbers.join(', ')}</bdi> · {t(`kind_${channel.kind}`)} · <bdi>{inboxOf(channel.inbox)}</bdi></p>
              </div>
              <div className="flex flex-wrap justify-end gap-2 max-sm:order-last max-sm:w-full max-sm:justify-start max-sm:ps-8">
                {channel.active && <Button icon={<Send size={14} />} onClick={() => setTesting(channel)}>{t('channelTest')}</Button>}
                <Button onClick={() => setOpen(channel)}>{t('change')}</Button>
              </div>
            </div>
            <div className="ps-8">
              <Health health={channel.health} now={now} />
              {channel.waiting > 0 && <p className="mt-0.5 text-12 text-muted">{t('channelWaits', { n: channel.waiting })}</p>}
              {channel.webhooks.map((url) => (
                <p key={url} className="mt-2 flex items-center gap-1 text-12 text-muted">
                  <span className="min-w-0">{t('channelWebhook')} <code className="break-all text-ink">{url}</code></span>
                  <IconButton label={t('copy')} onClick={() => void copy(url)}><Copy size={14} /></IconButton>
                </p>
              ))}
            </div>
          </div>
        )}
      </Lines>
      {open && <ChannelForm channel={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} />}
      {testing && <ChannelTest channel={testing} onClose={() => setTesting(undefined)} />}
    </Page>
  )
}
