import type { Catalogue, Sentences } from '#web/ui/catalogue.ts'

/** English, the source of all other catalogues. */
const sentences = {
  // The round button and what stands beside it
  /** Name of the round button while the panel is closed and nothing is unread. */
  openPanel: 'Write to us',
  /** The same with unread answers. `n` = 3: "Write to us, 3 new messages". */
  openPanelUnread: { one: 'Write to us, {n} new message', other: 'Write to us, {n} new messages' },
  /** Name of the round button and of the × while the panel is open. */
  closePanel: 'Close',
  /** × of the small card that invites to write. */
  dismissInvitation: 'No, thanks',
  /** Button of the same card. */
  acceptInvitation: 'Write to us',
  /** The button was pressed, and the panel could not be loaded. It is tried again by itself. */
  panelUnreachable: 'We cannot be reached right now. Trying again …',

  // The head of the panel
  /** Who is there; `who` = "Ada", "Ada and Kit". */
  here: { one: '{who} is here', other: '{who} are here' },
  /** More people are there than are named; `who` = "Ada, Kit", `n` = 3. */
  hereAndMore: { one: '{who} and {n} more are here', other: '{who} and {n} more are here' },
  /** Nobody is there; people answer later. */
  nobodyHere: 'Nobody is here right now',
  /** Screen readers: name of the ⋯ button. */
  menu: 'More',
  menuTranscript: 'E-mail me this conversation',
  menuNew: 'Start a new conversation',
  menuDetails: 'Your name and e-mail address',
  /** One of them; `date` = "12 November". */
  conversationOf: 'Conversation of {date}',
  back: 'Back',

  // The thread
  /** Screen readers: name of the list of messages. */
  thread: 'Conversation',
  today: 'Today',
  yesterday: 'Yesterday',
  earlier: 'Show earlier messages',
  loading: 'Loading …',
  /** A pill over the thread while one reads further up. */
  newBelow: { one: '{n} new message', other: '{n} new messages' },
  /** First words of a conversation when the team has written none of its own. */
  greeting: 'Hello. How can we help?',
  /** Author of own messages, for screen readers. */
  you: 'You',
  /** Author whose name is not known. */
  agent: 'Team',
  /** Somebody writes; `who` = "Ada". */
  typing: '{who} is writing …',
  edited: 'edited',
  deleted: 'This message was deleted',
  closedLine: 'The conversation was closed',
  reopenedLine: 'The conversation goes on',
  /** Name of the button that saves a file which was sent; `name` = "menu.pdf". */
  attachment: 'Save {name}',
  /** A picture that was sent; `name` = "room.jpg". */
  image: 'Picture {name}',
  attachmentGone: 'This file is no longer there',

  // What became of an own message (ticks)
  tickPending: 'Kept on this device, not sent yet',
  tickKept: 'Kept by the server, not stored yet',
  tickStored: 'Sent',
  tickDelivered: 'Delivered',
  tickRead: 'Read',
  /** Followed by the reason and the button `tryAgain`. */
  tickFailed: 'Not sent',
  tryAgain: 'Try again',
  discard: 'Discard',

  // Writing
  /** Name and placeholder of the line to write. */
  write: 'Write a message',
  /** Placeholder when the conversation is closed. */
  writeToReopen: 'Write to go on with this conversation',
  send: 'Send',
  attach: 'Attach a file',
  removeFile: 'Remove {name}',
  /** A file on its way; `percent` = "40 %". */
  uploading: '{percent} uploaded',
  uploadWaits: 'Is uploaded when the connection is back',
  /** Followed by the button `tryAgain`. */
  uploadFailed: 'Could not be uploaded.',
  /** `size` = "25 MB". */
  fileTooLarge: 'Files can have up to {size}.',
  fileEmpty: 'This file is empty.',
  fileType: 'Files of this type are not accepted.',
  tooManyFiles: { one: 'A message can carry {n} file.', other: 'A message can carry {n} files.' },
  dropHere: 'Drop the file here',
  blank: 'Write something first: a message needs at least one visible character.',
  /** `n` = characters over the limit. */
  tooLong: { one: 'This is {n} character too long. Split it into two messages.', other: 'This is {n} characters too long. Split it into two messages.' },
  /** The same said of a message that the server refused. */
  tooLongAlready: 'This is too long. Split it into two messages.',
  nul: 'The text holds an invisible character (U+0000) that cannot be sent. Remove it and send again.',
  // Of a disturbance on the side of the house: when more will be said, `Next news by 14:30`; and the link to the status page
  statusNext: 'Next news by {time}',
  statusMore: 'More',
  offline: 'Offline. What you write is kept here and sent when the connection is back.',
  /** The same when the browser's storage is full or forbidden. */
  offlineUnkept: 'Offline. This device cannot keep what you write: leave this page open, and it is sent when the connection is back.',
  /** The server refused this page or device; what was written stays readable. */
  ended: 'This chat has ended here. Load the page again to go on.',

  // Name, e-mail address, transcript
  askEmail: 'Nobody is here right now. Where may we send the answer?',
  askName: 'Thank you. And your name?',
  email: 'E-mail address',
  name: 'Your name',
  save: 'Save',
  notNow: 'Not now',
  /** `email` = "mara@example.org". */
  reachAt: 'Thank you. If you are gone by then, we reach you at {email}.',
  emailWrong: 'This does not look like an e-mail address. One looks like mara@example.org.',
  saveFailed: 'That could not be saved right now. Try again in a moment.',
  transcriptTo: 'Where should the conversation go?',
  transcriptSend: 'Send it',
  transcriptSent: 'It is on its way to {email}.',
  transcriptKept: 'No mail can leave here right now. It is kept for {email}.',
  transcriptFailed: 'That could not be sent right now. Try again in a moment.',
  /** `time` = "14:30", on another day "Thursday 12 November, 02:10". */
  transcriptLimit: 'It was asked for too often. You can ask again from {time} on.',
} as const satisfies Sentences

export type MessengerSentences = typeof sentences
export const en = { language: 'en', direction: 'ltr', sentences } as const satisfies Catalogue<MessengerSentences>
