import { changeContact, type Contact } from '#contract/contacts.ts'
import type { EntryBody } from '#contract/entries.ts'
import { newId } from '#client/lodge.ts'
import { useLive } from '../live/live-context.ts'
import { overlay } from '../live/overlay.ts'
import { contactQuery } from '../live/queries.ts'
import { refusalOf, tellIfRefused, tellUndo, type Refusal } from '../shell/notices.ts'
import { t } from '../words.ts'

const laid = overlay<Contact>(() => false)

/** Shown at once; put back when the server refuses it. Resolves to the reason. */
export function useChangeContact(id: string): (change: EntryBody<'contact.changed'>) => Promise<Refusal | undefined> {
  const { lodge, queries } = useLive()
  const { queryKey } = contactQuery(lodge.call, id)
  const save = async (change: EntryBody<'contact.changed'>): Promise<{ before?: Contact | undefined; refusal?: Refusal }> => {
    const before = queries.getQueryData(queryKey)
    if (before) queries.setQueryData(queryKey, laid.lay(id, before, change))
    const outcome = await lodge.call(changeContact, { params: { contact: id }, body: { id: newId(), ...change } })
    const settled = before && laid.settle(id, queries.getQueryData(queryKey), change, outcome.ok)
    if (!outcome.ok) {
      queries.setQueryData(queryKey, settled)
      return { refusal: refusalOf(outcome.code) }
    }
    void queries.invalidateQueries({ queryKey })
    return { before }
  }
  return async (change) => {
    const { before, refusal } = await save(change)
    if (before) {
      const back = Object.fromEntries(Object.keys(change).map((key) => [key, before[key as keyof typeof change]])) as EntryBody<'contact.changed'>
      tellUndo(t('didSave'), () => void tellIfRefused(async () => (await save(back)).refusal))
    }
    return refusal
  }
}
