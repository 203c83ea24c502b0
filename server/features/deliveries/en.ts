/** What mails say, in English. Another language is another object of this shape. Nothing here is HTML: it is escaped where it is laid out. */
export const en = {
  language: 'en',
  invitation: {
    /** `Ada invites you to Hotel Lantern` */
    subject: ({ inviter, account }: { inviter: string; account: string }) => `${inviter} invites you to ${account}`,
    greeting: (name: string) => `Hello ${name},`,
    body: ({ inviter, account }: { inviter: string; account: string }) => `${inviter} invites you to answer guests and visitors of ${account} with Lodge. Open this link and choose a password:`,
    button: 'Choose a password',
    /** `until`: a day and a time with its zone. */
    until: (until: string) => `The link works once, until ${until}.`,
    otherwise: 'If you did not expect this, you need not do anything.',
  },
  password: {
    subject: (account: string) => `Choose a new password for ${account}`,
    body: ({ inviter, account }: { inviter: string; account: string }) => `${inviter} sends you this link, by which you choose a new password for Lodge at ${account}. Whoever is signed in with the old one is signed out then.`,
    otherwise: 'Until it is used the old password holds.',
  },
  transcript: {
    subject: (account: string) => `Your conversation with ${account}`,
    /** For colleagues. */
    insideSubject: (contact: string) => `Conversation with ${contact}`,
    intro: (account: string) => `Here is what was written in your conversation with ${account}. All times are in UTC.`,
    insideIntro: (contact: string) => `Here is what was written in the conversation with ${contact}, notes included: do not forward it to guests. All times are in UTC.`,
    /** Before the first line shown. */
    leftOut: (count: number) => count === 1 ? 'One earlier message is left out.' : `${count.toLocaleString('en')} earlier messages are left out.`,
    empty: 'Nothing was written.',
    someone: 'Somebody',
    note: (name: string) => `${name} (note)`,
    edited: 'edited',
    deleted: 'This was deleted.',
    file: ({ name, size }: { name: string; size: string }) => `File: ${name} (${size})`,
    closed: (name: string) => `${name} closed the conversation.`,
    reopened: (name: string) => `${name} reopened the conversation.`,
    woke: 'The conversation came back from being snoozed.',
    assigned: ({ name, to }: { name: string; to: string }) => `${name} assigned this to ${to}.`,
    unassigned: (name: string) => `${name} took the assignment away.`,
  },
  visit: {
    subject: ({ location, day }: { location: string; day: string }) => `Your visit to ${location} on ${day}`,
    greeting: (name: string) => `Hello ${name},`,
    body: ({ host, location, when }: { host: string; location: string; when: string }) => host ? `${host} expects you at ${location} on ${when}.` : `You are expected at ${location} on ${when}.`,
    /** `dates`: the first of a visit that repeats. */
    repeats: (dates: readonly string[]) => `You are expected more than once. The next dates: ${dates.join('; ')}. The calendar entry has them all, and one code serves for every one of them.`,
    address: (address: string) => `Address: ${address}`,
    code: 'Hold this code to the kiosk when you arrive:',
    codeInWords: (code: string) => `Your code: ${code}`,
    button: 'Fill in your details beforehand',
    otherwise: 'You can leave through the same page when your visit is over.',
    event: ({ account }: { account: string }) => `Visit to ${account}`,
  },
  booking: {
    subject: ({ what, space, when }: { what: 'booked' | 'moved' | 'cancelled' | 'closed' | 'released'; space: string; when: string }) => ({
      booked: `${space} is booked for you on ${when}`, moved: `Your booking of ${space} was moved to ${when}`, cancelled: `Your booking of ${space} on ${when} was cancelled`,
      closed: `${space} is closed: your booking on ${when} was cancelled`, released: `Your booking of ${space} on ${when} was released`,
    })[what],
    greeting: (name: string) => `Hello ${name},`,
    /** `by` is empty when nobody in particular did it. */
    body: ({ what, by, space, when }: { what: 'booked' | 'moved' | 'cancelled' | 'closed' | 'released'; by: string; space: string; when: string }) => ({
      booked: `${by || 'Somebody'} booked ${space} for you: ${when}.`, moved: `${by || 'Somebody'} moved your booking. It is now ${space}, ${when}.`, cancelled: `${by || 'Somebody'} cancelled your booking of ${space}, ${when}.`,
      closed: `${space} is closed at that time, so your booking, ${when}, is cancelled or ends early.`, released: `Nobody checked in, so ${space} was given free again. It was booked for you: ${when}.`,
    })[what],
    about: (title: string) => `For: ${title}`,
    checkIn: 'Check in', another: 'Find another space',
  },
  rule: {
    /** To somebody outside: what a rule writes. */
    subject: (account: string) => `A message from ${account}`,
    /** To a colleague. */
    notice: ({ rule }: { rule: string }) => `The rule “${rule}” tells you:`,
    button: 'Open in Lodge',
    paused: {
      subject: (rule: string) => `The rule “${rule}” was paused`,
      budget: 'It did more than twenty things to one conversation, visit or booking within an hour: something seems to go round in a circle, for example with another machine that answers by itself. It is switched off until somebody looks at it.',
      chain: 'It was set off by a rule that was set off by a rule, again and again: they go round in a circle. It is switched off until somebody looks at it.',
      button: 'Look at the rule',
    },
  },
  notice: {
    arrived: {
      subject: ({ visitor, group }: { visitor: string; group: 'first' | 'last' | undefined }) => group === 'first' ? `${visitor} is here, the first of your group` : group === 'last' ? `${visitor} is here, your group is complete` : `${visitor} is here`,
      body: ({ visitor, location, time }: { visitor: string; location: string; time: string }) => `${visitor} checked in at ${location} at ${time}.`,
      late: ({ visitor, location, time }: { visitor: string; location: string; time: string }) => `${visitor} checked in at ${location} at ${time}. The kiosk was offline, so this notice comes late.`,
      button: 'Open the visit',
    },
    someone: 'A rule',
    mentioned: {
      subject: ({ by, contact }: { by: string; contact: string }) => `${by} mentioned you: ${contact}`,
      body: ({ by, contact }: { by: string; contact: string }) => `${by} mentioned you in a note, in the conversation with ${contact}.`,
    },
    assigned: {
      subject: ({ by, contact }: { by: string; contact: string }) => `${by} gave you a conversation: ${contact}`,
      body: ({ by, contact }: { by: string; contact: string }) => `${by} assigned the conversation with ${contact} to you.`,
    },
    unanswered: {
      /** `Mara Lindqvist has been waiting since 14:02 UTC` */
      subject: ({ contact, since }: { contact: string; since: string }) => `${contact} has been waiting since ${since}`,
      body: ({ contact, inbox, since }: { contact: string; inbox: string; since: string }) => `${contact} wrote to ${inbox} and has had no answer since ${since}. The last message:`,
      button: 'Open the conversation',
    },
  },
}
export type Words = typeof en
