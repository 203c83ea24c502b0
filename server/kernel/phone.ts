/** Phone numbers: read as people write them, kept in E.164, masked for those who need none. */
import parse from 'libphonenumber-js/min'
import type { Session } from './session.ts'

/** Of a number that says its country; undefined of anything else, short codes and names of senders included. */
export function e164Of(text: string): string | undefined {
  const number = parse(text)
  return number?.isPossible() ? number.number : undefined
}

/** As a person writes it, with its country and spaces. */
export const written = (number: string): string => parse(number)?.formatInternational() ?? number

/** `+46 •• ••• •• 12`: the country and the last two digits. */
export function masked(text: string): string {
  const number = parse(text)
  const [country, rest] = number ? [`+${number.countryCallingCode}`, number.formatInternational().slice(number.countryCallingCode.length + 1)] : ['', text]
  const last = rest.search(/\d\D*\d\D*$/)
  return country + (last < 0 ? rest : rest.slice(0, last)).replace(/[\p{L}\p{N}]/gu, '•') + (last < 0 ? '' : rest.slice(last))
}

export const hidesPhones = (role: Session['role'], seesPhones: boolean): boolean => role !== 'admin' && !seesPhones

/** As this person may see it. */
export const phoneFor = (session: Session, phone: string | null): string | null => phone !== null && session.hidesPhones ? masked(phone) : phone
