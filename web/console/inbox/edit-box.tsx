import { useEffect, useRef, useState } from 'react'
import { Button } from '#web/ui/button.tsx'
import { control } from '#web/ui/field.tsx'
import { preferences } from '../kept/preferences.ts'
import { useStore } from '../live/store.ts'
import { t } from '../words.ts'
import { CharsLeft, isTooLong } from './chars-left.tsx'

/** @param isGone its message was deleted meanwhile: the words stay for as long as somebody wants them, or the next letters would be keys of the page */
export function EditBox({ text, isGone, onSave, onCancel }: { text: string; isGone: boolean; onSave: (text: string) => void; onCancel: () => void }) {
  const { enterSends } = useStore(preferences)
  const [words, setWords] = useState(text)
  const box = useRef<HTMLTextAreaElement>(null)
  // Once: another tab may change or delete the message, and the caret stays where one writes.
  useEffect(() => {
    const here = box.current
    here?.focus()
    here?.setSelectionRange(here.value.length, here.value.length)
  }, [])
  const canSave = !isGone && words.trim() !== '' && !isTooLong(words)
  return (
    <div className="flex w-[min(560px,100%)] flex-col gap-2">
      <textarea
        ref={box} dir="auto" rows={2} aria-label={t('edit')} value={words} className={`${control} field-sizing-content max-h-80 resize-none`}
        onChange={(e) => setWords(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') onCancel()
          if (e.key !== 'Enter' || e.nativeEvent.isComposing || !(e.metaKey || e.ctrlKey || (enterSends && !e.shiftKey))) return
          e.preventDefault()
          if (canSave) onSave(words)
        }}
      />
      {isGone && <p role="alert" className="px-1 text-13 text-warn">{t('editGone')}</p>}
      <div className="flex items-center justify-end gap-2"><CharsLeft text={words} /><Button kind="quiet" onClick={onCancel}>{t('cancel')}</Button><Button kind="primary" disabled={!canSave} onClick={() => onSave(words)}>{t('save')}</Button></div>
    </div>
  )
}
