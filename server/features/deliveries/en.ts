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
  notice: {
    unanswered: {
      /** `Mara Lindqvist has been waiting since 14:02 UTC` */
      subject: ({ contact, since }: { contact: string; since: string }) => `${contact} has been waiting since ${since}`,
      body: ({ contact, inbox, since }: { contact: string; inbox: string; since: string }) => `${contact} wrote to ${inbox} and has had no answer since ${since}. The last message:`,
      button: 'Open the conversation',
    },
  },
}
export type Words = typeof en
