import { translator, type Catalogue, type Sentences } from '#web/ui/catalogue.ts'

/** The page of a demo, in the language of its hotel. */
const sentences = {
  hotel: 'Hotel Lantern',
  yourNumber: 'Your number: {number}',
  empty: 'Text the hotel. What you write goes over real SMPP to Lodge and stands in its inbox.',
  write: 'Text message',
  send: 'Send',
  parts: { one: '{n} part', other: '{n} parts' },
  sent: 'Sending',
  taken: 'Delivered',
  away: 'The carrier has no line to Lodge. What you send is delivered when it is back.',
  offline: 'This page has lost the demo. It comes back by itself.',
  carrier: 'The carrier',
  carrierText: 'Make it misbehave, then look at the thread in the inbox.',
  loseReports: 'Loses its reports',
  loseReportsText: 'Answers stay at “the carrier has it”.',
  slow: 'Is slow',
  slowText: 'Everything takes up to four seconds.',
  throttle: 'Says “too much”',
  throttleText: 'Lodge waits and sends more slowly.',
  long: 'A long one',
  emoji: 'Emoji',
  stop: 'STOP',
  longText: 'Good evening! We are four, two of us vegetarian, and would love a table by the window at eight. Is the terrace open when it rains a little? And could somebody bring the suitcases up to 412 while we eat? Thank you so much, see you in an hour.',
  emojiText: 'The room is lovely 🏨✨ could we get two more pillows? 🙏',
  stopText: 'STOP',
} as const satisfies Sentences

const en = { language: 'en', direction: 'ltr', sentences } as const satisfies Catalogue<typeof sentences>
export const t = translator<typeof sentences>(en)
