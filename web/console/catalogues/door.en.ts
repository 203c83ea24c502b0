import type { Sentences } from '#web/ui/catalogue.ts'

/** The first page of a demo, with a door to every screen. Doors of an area of its own are said in its file. */
export const doorSentences = {
  doorTitle: '{name} is open',
  doorText: 'A demonstration house with guests who write by themselves. Behind every door is a real screen; what you do is kept.',
  doorGuest: 'Guest page',
  doorGuestText: 'The hotel’s web site with the messenger. Write as a guest, and answer yourself in the inbox.',
  doorInbox: 'Inbox',
  doorInboxText: 'Where reception lives all day. Guests are writing right now.',
  doorContactsText: 'Everybody who has written.',
  doorTrayText: 'What would have left by mail.',
  doorDrills: 'Drills',
  doorDrillsText: 'Kill the database or the server, and watch both screens go on.',
  doorSettingsText: 'People, inboxes, locations, spaces, kiosks and the way to texts.',
  doorOperationsText: 'What Lodge promises, how it is kept right now, and what to do if not.',
  doorStatusText: 'A page of its own that goes on when all else is down.',
  doorRulesText: 'What happens by itself. Try a rule on the last week.',
  doorApi: 'API',
  doorApiText: 'Everything that the screens do, for programs.',
  doorFoot: 'Lodge {version}',
} as const satisfies Sentences
