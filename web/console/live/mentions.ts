import { useNavigate } from '@tanstack/react-router'
import { useEffect, useEffectEvent } from 'react'
import type { ColleagueNotice, NoticesView } from '#contract/people.ts'
import { t } from '../words.ts'
import { announce } from './announce.ts'
import { useLive } from './live-context.ts'

/** A colleague mentioned me in a note, or gave me a conversation. Not when it is what I look at. */
export function useMentions(): void {
  const { lodge, session } = useLive()
  const navigate = useNavigate()
  const hear = useEffectEvent(({ id, what, conversation, by, contact, text }: ColleagueNotice) => {
    if (document.hasFocus() && location.pathname.endsWith(conversation)) return
    const said = t(what === 'mentioned' ? 'mentionedYou' : 'assignedYou', { name: by ?? t('ruleUnnamed'), contact })
    announce(said, { tag: id, open: () => void navigate({ to: '/inbox/$conversation', params: { conversation } }), ...(text && { body: text }) })
  })
  useEffect(() => lodge.watch(`notices:${session.user.id}`, (body) => {
    const { notice } = body as NoticesView
    if (notice) hear(notice)
  }), [lodge, session.user.id])
}
