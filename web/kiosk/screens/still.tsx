/** @jsxImportSource preact */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { useWords } from '../words.ts'

export function StillThere({ left, stay }: { left: number; stay: () => void }) {
  const { t } = useWords()
  const dialogRef = useRef<HTMLDialogElement>(null)
  // Before anything is painted: a dialog that stands there and is not open is nothing to press.
  useLayoutEffect(() => { dialogRef.current?.showModal() }, [])
  return (
    <dialog ref={dialogRef} class="still" data-screen="still" aria-labelledby="still" onCancel={(event) => { event.preventDefault(); stay() }}>
      <h2 id="still">{t('stillTitle')}</h2>
      <p class="lead">{t('stillHint', { n: left })}</p>
      <div class="actions"><button type="button" class="main" onClick={stay}>{t('stillYes')}</button></div>
    </dialog>
  )
}
