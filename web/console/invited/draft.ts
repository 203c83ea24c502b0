/** What the visitor typed and has not saved; on the device, so that a page that is closed or a line that is cut loses nothing. */
import type { Invited } from '#contract/visits.ts'
import { read, write } from '../kept/preferences.ts'

export interface Draft { company?: string; phone?: string; fields?: Readonly<Record<string, string>> }
const key = (code: string): string => `lodge:invited:${code}`

export const keptDraft = (code: string): Draft => read<Draft>(key(code)) ?? {}
export const keepDraft = (code: string, draft: Draft): void => void write(key(code), Object.keys(draft).length > 0 ? draft : undefined)

/** Of what was typed, that which differs from what is saved. */
export function changed(draft: Draft, { company, phone, fields }: Invited): { company?: string; phone?: string; fields?: Record<string, string> } {
  const said = Object.entries(draft.fields ?? {}).map(([name, value]) => [name, value.trim()] as const)
    .filter(([name, value]) => value !== (fields[name] ?? ''))
  const [ofCompany, ofPhone] = [draft.company?.trim(), draft.phone?.trim()]
  return {
    ...(ofCompany !== undefined && ofCompany !== company && { company: ofCompany }),
    ...(ofPhone !== undefined && ofPhone !== (phone ?? '') && { phone: ofPhone }),
    ...(said.length > 0 && { fields: Object.fromEntries(said) }),
  }
}
