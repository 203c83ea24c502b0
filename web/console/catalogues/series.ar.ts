import type { Translated } from '#web/ui/catalogue.ts'
import type { seriesSentences } from './series.en.ts'

export const seriesSentencesAr: Translated<typeof seriesSentences> = {
  repeatNext: 'المواعيد التالية',
  repeatMore: 'وهكذا',
  repeatInviteHint: 'رسالة واحدة لكل المواعيد، مع موعد متكرر للتقويم ورمز واحد.',
  repeatReading: 'لا يمكن حساب المواعيد الآن.',
  didRepeat: '{name} متوقع {rule}',

  seriesChange: 'غيّر السلسلة',
  seriesChangeText: 'ما غُيّر في زيارة وحدها يبقى. ولا تُمس الزيارات التي بدأت.',
  seriesScope: 'أي الزيارات',
  scope_one: 'هذه وحدها',
  scope_following: 'هذه وما يليها',
  scope_all: 'كل ما هو آتٍ',
  seriesCancelTitle: 'إلغاء زيارات {name}؟',
  seriesCancelText: 'تتوقف الدعوة عن العمل فيما أُلغي، ولا تعود الأكشاك تتوقع هذا الشخص حينها. ومن كان هنا يبقى في الدفتر.',
  seriesTime: 'الوقت',
  seriesRuleKept: 'تبقى القاعدة كما هي',
  seriesRuleKeep: 'تتكرر {rule}',
  didChangeSeries: 'غُيّرت السلسلة',
  didCancelSeries: 'أُلغيت زيارات {name}',
  logSeriesExpected: 'سجّل {who} هذه السلسلة',
  logSeriesChanged: 'غيّر {who} في السلسلة: {what}',
  logSeriesCancelled: 'ألغى {who} السلسلة من {day}',
  theRule: 'القاعدة',
  theTime: 'الوقت',

  expectAgain: 'توقّعه من جديد',
  didRestore: '{name} متوقع من جديد',
  logRestored: 'تراجع {who} عن الإلغاء',

  watchedBecause: 'يشبه هذا في قائمة المراقبة:',
  watchedGone: 'كان في قائمة المراقبة حين سُجّلت الزيارة؛ ولا قيد يشبهه الآن.',
}
