import type { BadgeLanguage } from '#contract/badges.ts'

interface Words { locale: string; visitor: string; toSee: (host: string) => string; latin: string }
/** What stands on a badge beside names. */
export const words: Record<BadgeLanguage, Words> = {
  en: { locale: 'en-GB', visitor: 'Visitor', toSee: (host) => `To see ${host}`, latin: 'Written in Latin letters' },
  ar: { locale: 'ar', visitor: 'زائر', toSee: (host) => `لزيارة ${host}`, latin: 'مكتوب بأحرف لاتينية' },
}
