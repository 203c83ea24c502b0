/** @jsxImportSource preact */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { translator, type Translate } from '#web/ui/catalogue.ts'
import type { MessengerSentences } from './catalogues/en.ts'
import { unread, type Chat } from './chat.ts'
import { Down, Lantern } from './icons.tsx'
import type { Invitation } from './invitation.ts'
import { loadPanel, type PanelModule } from './load-panel.ts'
import { Safe } from './safe.tsx'
import type { Speech } from './speech.ts'
import { useStore, type Store } from '#web/ui/preact-store.ts'

export interface Shown {
  readonly open: boolean
  /** An open panel that comes back with the next page of a site leaves the focus where it is. */
  readonly focus: boolean
  readonly speech: Speech
  readonly invitation: Invitation | undefined
}

interface Props { chat: Chat; shown: Store<Shown>; theme: string | undefined; addStyle: (css: string) => void; open: () => void; close: () => void; unreachable: () => void }

/** The round button and what stands beside it; the panel once it was asked for. Nothing until it is known where to stand, or that nobody can tell. */
export function Launcher({ chat, shown, theme, addStyle, open, close, unreachable }: Props) {
  const { open: isOpen, focus, speech, invitation } = useStore(shown)
  const state = useStore(chat.state)
  const button = useRef<HTMLButtonElement>(null)
  const [accepted, setAccepted] = useState<Invitation>()
  const t: Translate<MessengerSentences> = useMemo(() => translator(speech), [speech])
  const { panel, isUnreachable } = usePanel(isOpen, addStyle, unreachable)
  const { door, conversation } = state
  // It is answered once: the next conversation that is begun is not about it.
  useEffect(() => { if (conversation) setAccepted(undefined) }, [conversation])
  if (!door && !state.offline) return null

  const count = unread(state)
  const accept = (): void => {
    setAccepted(invitation)
    // What was closed is not about this: the answer opens a conversation of its own.
    if (conversation) chat.turnTo(undefined)
    open()
  }
  const dismiss = (): void => {
    if (invitation) chat.device.remember({ dismissed: [...chat.device.memory.dismissed, invitation.id] })
    shown.set({ invitation: undefined })
    button.current?.focus()
  }
  const away = (): void => {
    close()
    button.current?.focus()
  }
  return (
    <div class="lodge" lang={speech.language} dir={speech.direction} data-theme={theme} data-side={door?.inbox.side ?? 'right'} style={`--offset: ${door?.inbox.offsetPx ?? 20}px`}>
      {panel && (
        <Safe>
          <panel.Panel chat={chat} speech={speech} t={t} isOpen={isOpen} focus={focus} close={away} invitation={accepted} />
        </Safe>
      )}
      <section class="launcher" aria-label={t('openPanel')} data-open={isOpen && panel !== undefined}>
        {invitation && !isOpen && (
          <output class="card">
            <p dir="auto">{invitation.text}</p>
            <div class="choices">
              <button type="button" onClick={dismiss}>{t('dismissInvitation')}</button>
              <button type="button" class="primary" onClick={accept}>{t('acceptInvitation')}</button>
            </div>
          </output>
        )}
        {isOpen && isUnreachable && <output class="card">{t('panelUnreachable')}</output>}
        <button ref={button} type="button" class="bubble" aria-haspopup="dialog" aria-expanded={isOpen} onClick={isOpen ? away : open} onPointerEnter={warm}
          aria-label={isOpen ? t('closePanel') : count > 0 ? t('openPanelUnread', { n: count }) : t('openPanel')}>
          {isOpen ? <Down sizePx={26} /> : <Lantern sizePx={34} />}
          {count > 0 && !isOpen && <span class="badge" aria-hidden="true">{new Intl.NumberFormat(speech.language).format(count)}</span>}
        </button>
      </section>
    </div>
  )
}

/** The panel's code, fetched when it is first wanted, and again and again while it cannot be reached. */
function usePanel(wanted: boolean, addStyle: (css: string) => void, unreachable: () => void): { panel: PanelModule | undefined; isUnreachable: boolean } {
  const [panel, setPanel] = useState<PanelModule>()
  const [isUnreachable, setUnreachable] = useState(false)
  useEffect(() => {
    if (!wanted || panel) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const attempt = (n: number): void => {
      loadPanel(n).then((module) => {
        addStyle(module.style)
        setPanel(module)
      }, () => {
        setUnreachable(true)
        unreachable()
        timer = setTimeout(attempt, Math.min(1000 * 2 ** n, 15_000), n + 1)
      })
    }
    attempt(0)
    return () => clearTimeout(timer)
  }, [wanted, panel, addStyle, unreachable])
  return { panel, isUnreachable: isUnreachable && !panel }
}

/** The pointer is on its way to the button: the panel may be as well. */
function warm(): void {
  loadPanel(0).catch(() => {})
}
