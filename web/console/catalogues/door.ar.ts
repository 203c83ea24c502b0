import type { Translated } from '#web/ui/catalogue.ts'
import type { doorSentences } from './door.en.ts'

export const doorSentencesAr: Translated<typeof doorSentences> = {
  doorTitle: '{name} مفتوح',
  doorText: 'دار للعرض فيها ضيوف يكتبون من تلقاء أنفسهم. خلف كل باب شاشة حقيقية، وما تفعله يُحفظ.',
  doorGuest: 'صفحة الضيف',
  doorGuestText: 'موقع الفندق مع نافذة المراسلة. اكتب كضيف، وأجب نفسك في الوارد.',
  doorInbox: 'الوارد',
  doorInboxText: 'حيث يقضي الاستقبال يومه. الضيوف يكتبون الآن.',
  doorContactsText: 'كل من كتب.',
  doorTrayText: 'ما كان سيغادر بالبريد.',
  doorDrills: 'التدريبات',
  doorDrillsText: 'أوقف قاعدة البيانات أو الخادم، وشاهد الشاشتين تواصلان العمل.',
  doorSettingsText: 'الأشخاص والصناديق والمواقع والمساحات والأكشاك وطريق الرسائل النصية.',
  doorOperationsText: 'ما يَعِد به Lodge، وكيف يُوفى به الآن، وما العمل إن لم يُوفَ.',
  doorStatusText: 'صفحة قائمة بذاتها تبقى حين يتوقف كل شيء آخر.',
  doorRulesText: 'ما يحدث من تلقاء نفسه. جرّب قاعدة على الأسبوع الماضي.',
  doorApi: 'واجهة API',
  doorApiText: 'كل ما تفعله الشاشات، للبرامج.',
  doorFoot: 'Lodge {version}',
}
