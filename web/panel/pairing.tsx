/** @jsxImportSource preact */
import type { ComponentChildren } from 'preact'
import { useLong, usePairing } from '#web/ui/preact-pairing.ts'
import type { Panel } from './panel.ts'
import { useWords } from './words.ts'

export function Pairing({ panel, children }: { panel: Panel; children: ComponentChildren }) {
  const { t } = useWords()
  const { field, problem, isBusy, onSubmit } = usePairing({ pair: panel.pair, t })
  return (
    <main class="pairing" data-screen="pairing">
      <h1><label for="code">{t('pairTitle')}</label></h1>
      <p id="hint">{t('pairHint')}</p>
      <form noValidate onSubmit={onSubmit}>
        <input {...field} />
        <p class="problem" id="problem" role="alert">{problem}</p>
        <button type="submit" class="main" aria-disabled={isBusy}>{t('pair')}</button>
      </form>
      {children}
    </main>
  )
}

export function Fetching() {
  const { t } = useWords()
  const isLong = useLong()
  return <main class="pairing" data-screen="fetching"><h1>{t('fetching')}</h1><output>{isLong && t('fetchingLong')}</output></main>
}
