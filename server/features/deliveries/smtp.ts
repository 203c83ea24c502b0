import { createTransport } from 'nodemailer'
import type { MailFile } from './deliveries.sql.ts'

export interface Letter { to: string; subject: string; text: string; html: string | null; files: readonly MailFile[] | null; messageId: string; createdAt: string }
/** `later`: it may work another time. `never`: the server will refuse this mail again. `why` has the server's words. */
export type Outcome = { state: 'sent' } | { state: 'later' | 'never'; why: string }
export interface Smtp {
  /** Never throws. After an end that nobody knows (a timeout, a cut after the last byte) it says `later`: the mail may arrive twice, with one Message-ID. */
  send(letter: Letter): Promise<Outcome>
  /** Greets and signs in, and sends nothing. Never throws. @returns why not, in the server's words; undefined when it would take a mail */
  refusesUs(): Promise<string | undefined>
  /** Breaks off what is being sent. */
  close(): void
}

/** Shorter than the lease of a delivery, so that nobody else sends it meanwhile. */
const sendMaxMs = 45_000

/** `url`: smtp:// (STARTTLS when the server offers it) or smtps:// (TLS from the start), with user and password; never logged. */
export function openSmtp({ url, from, atOnce, sendTimeoutMs = sendMaxMs }: { url: string; from: string; atOnce: number; sendTimeoutMs?: number }): Smtp {
  const transport = createTransport({
    url, pool: true, maxConnections: atOnce, connectionTimeout: 10_000, greetingTimeout: 10_000, dnsTimeout: 10_000, socketTimeout: 30_000,
    disableFileAccess: true, disableUrlAccess: true,
  })
  return {
    async send({ to, subject, text, html, files, messageId, createdAt }) {
      try {
        await transport.sendMail({
          from, to: { name: '', address: to }, subject, text, ...(html !== null && { html }), messageId,
          ...(files && { attachments: files.map((f) => ({ filename: f.name, contentType: f.mediaType, content: Buffer.from(f.base64, 'base64'), ...(f.cid !== undefined && { cid: f.cid }) })) }), date: new Date(createdAt),
          headers: { 'Auto-Submitted': 'auto-generated' },   // RFC 3834: no out-of-office reply, please
          signal: AbortSignal.timeout(sendTimeoutMs),        // a server that trickles its answer keeps every shorter timeout quiet
        })
        return { state: 'sent' }
      } catch (error) {
        return outcomeOf(error as SmtpError)
      }
    },
    refusesUs: async () => transport.verify().then(() => undefined, (error: unknown) => wordsOf(error as SmtpError)),
    close: () => { transport.close({ force: true }) },
  }
}

const wordsOf = (error: SmtpError): string => (error.response ?? error.message).replace(/\s+/g, ' ').slice(0, 500)

interface SmtpError extends Error { code?: string; response?: string; responseCode?: number | false; permanent?: boolean }

/**
 * A refusal for good is about this mail: sender, recipient or content. A wrong password and a greeting of 554 are 5xx as
 * well, but they hold for every mail and pass when the operator mends them; taken as final they would kill the whole queue.
 */
function outcomeOf(error: SmtpError): Outcome {
  const why = wordsOf(error)
  const isAboutThisMail = error.code === 'EENVELOPE' || error.code === 'EMESSAGE'
  return { state: isAboutThisMail && (error.permanent || !error.responseCode) ? 'never' : 'later', why }
}
