import type { Sentences } from '#web/ui/catalogue.ts'

/** What is said of channels: SMS in the inbox, and their settings. */
export const smsSentences = {
  error_opted_out: 'This number said STOP. Nothing may be sent to it until it says START.',
  error_left_already: 'This has left already and cannot be changed any more. Send another message.',

  // The inbox
  channelSms: 'SMS',
  /** A line in the thread; `word` = what was written, for example "stop". */
  sysOptedOut: '{who} has opted out of messages (“{word}”)',
  sysOptedIn: '{who} gets messages again (“{word}”)',
  optedOutNotice: 'This number has opted out. Nothing can be sent to it until it writes START. Notes still work.',
  /** Under the words of an SMS: how much of a part is used; "23 / 160". */
  smsUsed: '{used} / {room}',
  smsParts: { one: '{n} part', other: '{n} parts' },
  /** Screen readers: what the counter counts. */
  smsCounter: 'Length of this SMS',
  /** Why it costs more: a sign that the phone's alphabet lacks. */
  smsWide: 'A sign here makes each part shorter (70 instead of 160).',
  reported_waiting: 'On its way to the carrier',
  reported_sent: 'The carrier has it',
  reported_delivered: 'On the phone',
  reported_failed: 'Not delivered',
  reported_unknown: 'Perhaps not delivered',
  reason_refused: 'The carrier refused it.',
  reason_undeliverable: 'It could not be delivered.',
  reason_expired: 'The phone was not reached in time.',
  reason_given_up: 'It could not be handed over in time.',
  reason_opted_out: 'The number has opted out.',
  reason_no_answer: 'The line broke while it was handed over.',
  reason_no_report: 'The carrier never said whether it arrived.',
  partsArrived: '{delivered} of {parts} parts arrived.',
  /** Of a message that may have arrived already. */
  sendAgain: 'Send again (it may arrive twice)',

  // Settings
  settingsChannels: 'Channels',
  settingsChannelsText: 'Ways to reach guests beside the web site. What they write stands in the inbox; answers go to their phones.',
  channelNew: 'New channel',
  channelChange: 'Change channel',
  channelsEmpty: 'No channel yet. With one, guests can write by SMS.',
  channelKind: 'Carrier',
  kind_smpp: 'SMPP',
  kind_twilio: 'Twilio',
  channelInbox: 'Inbox',
  channelNumbers: 'Our numbers',
  channelNumbersHint: 'With the country, one a line: +46850001000. Or a short code, or a name of up to 11 letters.',
  channelNumberWrong: '“{number}” is no such number. With the country, one a line: +46850001000. Or a short code of 3 to 8 digits, or a name of up to 11 letters.',
  channelHost: 'Host',
  channelPort: 'Port',
  channelTls: 'Encrypted (TLS)',
  channelSystemId: 'System ID',
  channelSystemType: 'System type',
  channelPassword: 'Password',
  channelAuthToken: 'Auth token',
  channelAccountSid: 'Account SID',
  channelSecretKept: 'Kept, and never shown. Write a new one to replace it.',
  channelSecretAgain: 'The channel would sign in elsewhere or as somebody else. Enter its password again: the one that is kept goes nowhere else.',
  channelRate: 'Parts per second and number',
  channelRateHint: 'What the carrier allows: 1 for an ordinary number, more for a short code.',
  channelLanguages: 'Languages of STOP, START and HELP',
  channelLanguagesHint: 'The English words always count. The first language answers.',
  channelHours: 'Open hours',
  channelAlways: 'Always open',
  channelFrom: 'Opens, {day}',
  channelTo: 'Closes, {day}',
  channelZone: 'Time zone',
  channelAnswer: 'Automatic answer outside these hours',
  channelAnswerHint: 'Once per guest and closing time. Empty: none.',
  channelActive: 'In use',
  channelWebhook: 'Set this as the webhook for incoming messages at Twilio:',
  health_off: 'Switched off',
  health_elsewhere: 'Starting',
  health_connecting: 'Connecting',
  health_ready: 'Connected',
  health_waiting: 'Disconnected',
  health_refused: 'Not let in',
  /** `when` = "14:02" or a date. */
  healthSince: 'since {when}',
  /** Seconds until the next try. */
  healthRetry: { one: 'next try in {n} s', other: 'next try in {n} s' },
  healthThrottled: { one: 'slowed down by the carrier for {n} s', other: 'slowed down by the carrier for {n} s' },
  healthError: '{when}: {error}',
  channelWaits: { one: '{n} message waits to leave', other: '{n} messages wait to leave' },
  channelTest: 'Send a test',
  channelTestTo: 'Phone number',
  channelTestHint: 'It stands in a thread, and what becomes of it is shown there.',
  didTestChannel: 'The test is on its way.',
  channelTestOpen: 'Look',
  didSaveChannel: 'Saved.',
  channelWrong: 'Something in the form is not right. Look at the numbers and the address.',

  // People
  phonesHide: 'Mask phone numbers',
  phonesShow: 'Show phone numbers',
  phonesMasked: 'numbers masked',

  // The demo
  doorPhone: 'A guest’s phone',
  doorPhoneText: 'Text the hotel, long or with emoji, and make the carrier misbehave.',
} as const satisfies Sentences
