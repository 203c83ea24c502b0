import type { Translated } from '#web/ui/catalogue.ts'
import type { pushSentences } from './pushes.en.ts'

export const pushSentencesAr: Translated<typeof pushSentences> = {
  pushHere: 'أبلغني في هذا المتصفح',
  push_off: 'حتى حين لا تكون أي صفحة من Lodge مفتوحة. يسري على هذا المتصفح وحده.',
  push_turning: 'لحظة…',
  push_on: 'مفعّل. يبلغك هذا المتصفح حتى حين لا تكون أي صفحة من Lodge مفتوحة.',
  push_insecure: 'لم تُفتح هذه الصفحة عبر HTTPS، والمتصفحات لا تسمح به إلا هناك. اطلب من مشغّل Lodge عنوانًا يبدأ بـ https://.',
  push_unsupported: 'لا يستطيع هذا المتصفح ذلك. على iPhone أو iPad أضف Lodge إلى الشاشة الرئيسية أولًا وافتحه من هناك.',
  push_blocked: 'الإشعارات من هنا محظورة. اسمح بها في إعدادات المتصفح لهذا الموقع، ثم حمّل الصفحة من جديد.',
  push_away: 'لا يمكن الآن معرفة هل هو مفعّل.',
  pushNotAllowed: 'لم يُفعَّل شيء: سأل المتصفح ولم يُسمح له.',
  pushFailed: 'لم يصل المتصفح إلى خدمة الإشعارات، فلم يُفعَّل شيء. حاول لاحقًا؛ بعض الشبكات والمتصفحات لا تسمح بذلك.',
  pushTo: 'إلى {to}، في المتصفح',
}
