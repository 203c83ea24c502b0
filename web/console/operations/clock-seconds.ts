import { locale } from '../times.ts'

const format = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
/** "14:02:05": a page of figures is as old as its seconds. */
export const seconds = (at: string): string => format.format(new Date(at))
