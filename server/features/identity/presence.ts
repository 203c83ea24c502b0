import type { PeopleView } from '#contract/people.ts'
import { Refusal } from '#server/kernel/refusal.ts'
import { isInside } from '#server/kernel/session.ts'
import type { ViewKind } from '#server/realtime/plugs.ts'

/** The view `people`: who is there now. */
export const peopleView = (present: (account: string) => PeopleView['presence']): ViewKind => ({
  kind: 'people',
  async open(session): Promise<PeopleView> {
    if (!isInside(session)) throw new Refusal('not_found')
    return { presence: present(session.account) }
  },
})
