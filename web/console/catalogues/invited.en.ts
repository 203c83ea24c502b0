import type { Sentences } from '#web/ui/catalogue.ts'

/** What a visitor with an invitation reads, and what is said about pictures and badges. Visitors know nothing of this house: plain words. */
export const invitedSentences = {
  /** Title of the page; `account` = "Hotel Lantern". */
  invitedTitle: 'Your visit to {account}',
  invitedLoading: 'Your visit',
  invitedBy: '{name}, {host} is expecting you.',
  invitedByNobody: '{name}, you are expected.',
  invitedWhen: 'When',
  /** "09:00 – 11:00" */
  invitedFromTo: '{from} – {to}',
  invitedWhere: 'Where',
  invitedCode: 'Your code for the kiosk',
  invitedCodeText: 'Hold this in front of the kiosk when you arrive.',
  invitedForm: 'Before you come',
  invitedFormText: 'What you fill in now you need not type at the door. You can change it until you arrive.',
  invitedOptional: 'If you like',
  invitedSaving: 'Saving …',
  invitedSaved: 'Saved. You are all set.',
  /** `why` = one or two sentences. */
  invitedNotSaved: 'Not saved yet. {why} What you typed stays here.',
  invitedTooLate: 'Your visit began before your last answers were saved. If they matter, tell reception.',
  invitedOld: 'There is no connection right now. This may have changed.',
  invitedAway: 'Your visit cannot be shown right now',
  invitedAwayCode: 'Your code works all the same: hold it in front of the kiosk when you arrive.',
  invitedUnknown: 'This invitation is not valid',
  invitedUnknownText: 'The visit may be over, or the link is not complete. Open it from the e-mail again, or ask whoever invited you.',
  invitedCancelled: 'This visit was cancelled',
  invitedRefused: 'This invitation is no longer valid',
  invitedPast: 'The day of this visit is over',
  /** `host` = the person, or the place if nobody is named. */
  invitedAskHost: 'If you did not expect that, ask {host}.',
  invitedWaiting: 'One moment, please',
  invitedWaitingText: 'Reception knows that you are here. Somebody will let you in.',
  invitedHere: 'Welcome, {name}',
  invitedHereText: 'You are checked in at {location}, to see {host}.',
  invitedHereTextNobody: 'You are checked in at {location}.',
  invitedLeave: 'I am leaving',
  invitedLeaveTitle: 'Are you leaving now?',
  invitedLeaveText: 'You are checked out, and reception no longer counts you as in the house.',
  invitedNotLeft: 'You are not checked out yet. {why}',
  invitedLeft: 'Goodbye, {name}',
  invitedLeftText: 'You are checked out. Thank you for your visit.',

  // Pictures and the badge, in the panel of a visit
  photoOf: 'Photo of {name}',
  signatureOf: 'Signature of {name}',
  visitImageAway: 'The picture cannot be shown right now.',
  badgePrint: 'Print badge',
  badgeTitle: 'Badge for {name}',
  badgeSize: 'Label in the printer',
  badgeSize_62x100: '62 × 100 mm, portrait',
  badgeSize_102x54: '102 × 54 mm, landscape',
  badgeSizeHint: 'Remembered on this device. In the print dialogue choose the label printer, and no margins.',
  badgeSave: 'Save as PDF',
  /** The file's name: `Badge of Mara Lindqvist` */
  badgeFile: 'Badge of {name}',
  badgePreview: 'Preview',
  badgeVisitor: 'Visitor',
  badgeCode: 'Code of the visit',
  print: 'Print',
} as const satisfies Sentences
