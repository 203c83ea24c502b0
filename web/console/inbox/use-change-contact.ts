import { changeContact, type Contact } from '#contract/contacts.ts'
import type { EntryBody } from '#contract/entries.ts'
import { newId } from '#client/lodge.ts'
import { useLive } from '../live/live-context.ts'
import { contactQuery } from '../live/queries.ts'
import { tell, tellUndo, why } from '../shell/notices.ts'
import { t } from '../words.ts'

/** Shown at once; put back, with the reason, when the server refuses it. */
export function useChangeContact(id: string): (change: EntryBody<'contact.changed'>) => void {
  const { lodge, queries } = useLive()
  const { queryKey } = contactQuery(lodge.call, id)
  const save = async (change: EntryBody<'contact.changed'>): Promise<Contact | undefined> => {
    const before = queries.getQueryData(queryKey)
    if (before) queries.setQueryData(queryKey, { ...before, ...change })
    const outcome = await lodge.call(changeContact, { params: { contact: id }, body: { id: newId(), ...change } })
    if (!outcome.ok) {
      if (before) queries.setQueryData(queryKey, before)
      tell(why(outcome.code), { failed: true })
      return undefined
    }
    void queries.invalidateQueries({ queryKey })
    return before
  }
  return (change) => {
    void save(change).then((before) => {
      if (!before) return
      const back = Object.fromEntries(Object.keys(change).map((key) => [key, before[key as keyof typeof change]])) as EntryBody<'contact.changed'>
      tellUndo(t('didSave'), () => void save(back))
    })
  }
}
