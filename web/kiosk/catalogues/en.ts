import type { Catalogue, Sentences } from '#web/ui/catalogue.ts'

/** English, the source of all other catalogues. Read standing, from two metres away, by somebody who is expected elsewhere: short. */
const sentences = {
  // On every screen
  /** Screen readers: name of the choice of languages. */
  language: 'Language',
  contrast: 'High contrast',
  back: 'Back',
  next: 'Next',
  skip: 'Skip',
  /** Screen readers: the row of dots; `step` = 2, `steps` = 5. */
  progress: 'Step {step} of {steps}',
  /** Leaves a last screen for the start. */
  finish: 'Finish',
  tryAgain: 'Try again',
  /** A field that must be filled in. */
  required: 'Please fill this in.',

  // The start
  /** `place` = "Hotel Lantern". */
  welcome: 'Welcome to {place}',
  expected: 'I am expected',
  expectedHint: 'You have an appointment or an invitation',
  walkIn: 'I am just visiting',
  walkInHint: 'Nobody is expecting you yet',
  scan: 'Scan a code',
  checkOut: 'Check out',
  /** Small: how old the list of expected visitors is; `time` = "09:12". */
  listOf: 'List of {time}',
  /** Small, for staff: the server does not know this device any more. */
  unpaired: 'This kiosk needs pairing again',
  pairAgain: 'Pair it',

  // Pairing, done once by staff
  pairTitle: 'Pair this kiosk',
  pairHint: 'Type the eight digits that Lodge shows under Settings, Kiosks.',
  pair: 'Pair',
  pairWrong: 'This code is not valid, or no longer. Make a new one and type it here.',
  pairLater: 'Too many tries. Wait a minute, then try again.',
  pairUnreachable: 'Lodge cannot be reached right now. Check the network, then try again.',
  fetching: 'Fetching today’s list …',
  fetchingLong: 'Lodge cannot be reached yet. This goes on by itself as soon as it can.',
  brokenTitle: 'Please see reception',
  brokenHint: 'This device cannot keep anything at the moment.',

  // Questions
  nameTitle: 'What is your name?',
  nameHint: 'First and last name, as on your invitation',
  nameWalkInHint: 'First and last name',
  /** Button: the visitor has been here before and asked to be remembered. */
  beenHere: 'I have been here before',
  emailTitle: 'What is your e-mail address?',
  emailHint: 'The one you gave us last time',
  email: 'E-mail address',
  emailUnknown: 'We do not remember this address. Check it, or go back and type your name.',
  emailWrong: 'This does not look like an e-mail address. One looks like mara@example.org.',
  companyTitle: 'Which company are you from?',
  /** Several expected visitors have that name. */
  companySeveral: 'So that we find the right person',
  confirmTitle: 'Is that you?',
  /** `who` = "Mara L.", `host` = "Ada", `time` = "10:00". */
  confirmHostTime: '{who}, expected by {host} at {time}',
  confirmHost: '{who}, expected by {host}',
  confirmTime: '{who}, expected at {time}',
  confirmTomorrow: '{who}, expected tomorrow',
  confirmName: '{who}, expected today',
  confirmYes: 'Yes, that is me',
  confirmNo: 'No',
  typeTitle: 'What brings you here?',
  hostTitle: 'Whom are you visiting?',
  hostHint: 'First and last name',
  hostNobody: 'Nobody in particular',
  hostUnknownTitle: 'We do not know that name',
  /** `name` = "Ada Okafor", as it was typed. */
  hostUnknownHint: 'Check the spelling of “{name}”, or go on without.',
  hostWithout: 'Go on without',
  /** On a question whose answer may be left out. */
  optional: 'You may skip this',
  rememberTitle: 'Shall we remember you?',
  rememberHint: 'Next time your e-mail address will be enough.',
  rememberYes: 'Remember me',
  rememberNo: 'No, thank you',
  /** Screen readers: the frame with the text of a document. */
  documentText: 'Text of the document',
  signHere: 'Sign here with your finger',
  /** Button: sign by typing the name. */
  signTyped: 'Type it instead',
  signDrawn: 'Draw it instead',
  signTypedLabel: 'Your name as a signature',
  signAgain: 'Clear',
  agree: 'Agree and sign',
  photoTitle: 'A photo for your badge',
  photoHint: 'Look into the camera.',
  photoTake: 'Take photo',
  photoAgain: 'Once more',
  photoUse: 'Use this one',
  /** Screen readers: the photo that was taken. */
  photoYours: 'Your photo',
  photoNone: 'There is no camera here. You can go on without.',
  scanTitle: 'Hold your code before the camera',
  scanHint: 'It is in your invitation.',
  scanNone: 'The camera cannot be used.',
  scanUnknown: 'We do not know this code today. Please type your name.',
  scanName: 'Type my name',

  // Not found
  unknownTitle: 'We did not find your name',
  unknownHint: 'Is “{name}” spelled as on your invitation?',
  unknownVisiting: 'I am just visiting',
  unknownLeaving: 'Nobody of that name is checked in here.',
  toReception: 'See reception',

  // The end
  saving: 'One moment …',
  /** `name` = "Mara". */
  doneTitle: 'You are checked in, {name}.',
  /** Only when it is true; `host` = "Ada". */
  doneTold: '{host} has been told.',
  doneSoon: '{host} will be told in a moment.',
  doneOffline: '{host} will be told as soon as we are back online.',
  doneBadge: 'Your badge is being printed.',
  printAgain: 'Print it again',
  already: 'You are already checked in, {name}.',
  leaveConfirm: 'Check out {who}?',
  leaveYes: 'Yes, check out',
  leftTitle: 'Goodbye, {name}.',
  leftHint: 'You are checked out.',
  waitingTitle: 'Reception is coming',
  waitingHint: 'Please wait here for a moment.',
  /** Nobody could be told. */
  waitingOffline: 'We cannot call reception from here right now. Please go there.',
  refusedTitle: 'Please speak to reception',
  receptionTitle: 'Please speak to reception',
  receptionHint: 'They will help you.',
  /** What happened could not be kept on this device: nothing was recorded. */
  failedTitle: 'Please see reception',
  failedHint: 'You are not checked in: this device could not keep it.',

  // Stillness
  stillTitle: 'Are you still there?',
  /** `n` = seconds left. */
  stillHint: { one: 'What you typed is cleared in {n} second.', other: 'What you typed is cleared in {n} seconds.' },
  stillYes: 'Yes, go on',

  // On the badge
  badgeVisitor: 'Visitor',
  badgeHost: 'Host: {host}',
} as const satisfies Sentences

export type KioskSentences = typeof sentences
export const en = { language: 'en', direction: 'ltr', sentences } as const satisfies Catalogue<KioskSentences>
