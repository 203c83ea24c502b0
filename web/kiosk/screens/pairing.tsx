/** @jsxImportSource preact */
import { useLong, usePairing } from '#web/ui/preact-pairing.ts'
import { Screen, useHouse } from '../frame.tsx'
import { Lantern } from '../icons.tsx'
import { useWords } from '../words.ts'

export function Pairing({ done, leave }: { done?: () => void; leave?: () => void }) {
  const { t } = useWords()
  const { kiosk } = useHouse()
  const { field, problem, isBusy, onSubmit } = usePairing({ pair: kiosk.pair, t, done })
  return (
    <Screen name="pairing" title={t('pairTitle')} labels="code" focus="field">
      <form class="question" noValidate onSubmit={onSubmit}>
        <p class="hint" id="hint">{t('pairHint')}</p>
        <input class="digits" {...field} />
        <p class="problem" id="problem" role="alert">{problem}</p>
        <div class="actions">
          <button type="submit" class="main" data-primary aria-disabled={isBusy}>{t('pair')}</button>
          {leave && <button type="button" class="other" onClick={leave}>{t('back')}</button>}
        </div>
      </form>
    </Screen>
  )
}

export function Fetching() {
  const { t } = useWords()
  const isLong = useLong()
  return <Screen name="fetching" title={t('fetching')}><output class="lead">{isLong && t('fetchingLong')}</output><Lantern /></Screen>
}

export function Broken() {
  const { t } = useWords()
  return <Screen name="broken" title={t('brokenTitle')}><p class="lead">{t('brokenHint')}</p></Screen>
}
