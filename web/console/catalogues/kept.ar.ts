import type { Translated } from '#web/ui/catalogue.ts'
import type { keptSentences } from './kept.en.ts'

export const keptSentencesAr: Translated<typeof keptSentences> = {
  keptCheckIn: 'يحفظ الخادم تسجيل وصول {name}. يُدوَّن في السجل حالما تعود قاعدة البيانات.',
  keptCheckOut: 'يحفظ الخادم تسجيل مغادرة {name}. يُدوَّن في السجل حالما تعود قاعدة البيانات.',
  keptRefused: { zero: 'لا شيء مما حُفظ تعذّر تنفيذه', one: 'أمر واحد مما حُفظ تعذّر تنفيذه', two: 'أمران مما حُفظ تعذّر تنفيذهما', few: '{n} أمور مما حُفظ تعذّر تنفيذها', many: '{n} أمرًا مما حُفظ تعذّر تنفيذها', other: '{n} أمر مما حُفظ تعذّر تنفيذها' },
  keptRefusedText: 'قُبلت حين كانت قاعدة البيانات غائبة. لا يضيع شيء حتى تتجاهله.',
  keptRefusedOpen: 'محادثة جديدة',
  keptRefusedArrival: 'تسجيل وصول من المكتب',
  keptRefusedDeparture: 'تسجيل مغادرة من المكتب',
  keptRefusedOperation: 'شيء أرسله كشك',
  keptRefusedLook: 'افتح المحادثة',
  keptRefusedStill: 'ما زال تنفيذه متعذرًا: {reason}',
  keptRefusedDone: 'نُفّذ الآن',
}
