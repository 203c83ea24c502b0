import { useEffect, useRef, useState } from 'react'
import { Button } from '#web/ui/button.tsx'
import { control } from '#web/ui/field.tsx'
import { t } from '../words.ts'

export function EditBox({ text, onSave, onCancel }: { text: string; onSave: (text: string) => void; onCancel: () => void }) {
  const [words, setWords] = useState(text)
  const box = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    box.current?.focus()
    box.current?.setSelectionRange(text.length, text.length)
  }, [text])
  return (
    <div className="flex w-[min(560px,100%)] flex-col gap-2">
      <textarea
        ref={box} dir="auto" rows={2} aria-label={t('edit')} value={words} className={`${control} field-sizing-content max-h-80 resize-none`}
        onChange={(e) => setWords(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Escape') onCancel()
          if (e.key !== 'Enter' || e.shiftKey || e.nativeEvent.isComposing) return
          e.preventDefault()
          if (words.trim()) onSave(words)
        }}
      />
      <div className="flex justify-end gap-2"><Button kind="quiet" onClick={onCancel}>{t('cancel')}</Button><Button kind="primary" disabled={!words.trim()} onClick={() => onSave(words)}>{t('save')}</Button></div>
    </div>
  )
}
