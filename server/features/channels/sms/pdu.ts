/** What a deliver_sm says, out of the forms that carriers give it. */
import type { Pdu } from 'smpp'
import { e164Of } from '#server/kernel/phone.ts'

type Body = Pdu['short_message']
const messageOf = (body: Body | undefined): string | Buffer | undefined => body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : body.message
const headersOf = (body: Body | undefined): readonly Buffer[] => body !== undefined && typeof body === 'object' && !Buffer.isBuffer(body) ? body.udh ?? [] : []

/** The library has decoded it as its data_coding says; bytes that are no text are told so. */
export function textOf(pdu: Pdu): string {
  const short = messageOf(pdu.short_message)
  const message = short === undefined || short.length === 0 ? messageOf(pdu.message_payload) ?? short ?? '' : short
  return typeof message === 'string' ? message : `[${message.length} B]`
}

/** By a header in the message (8 or 16 bits of reference), or by TLVs. */
export function partOf(pdu: Pdu): { reference: number; total: number; seq: number } | undefined {
  const found = concatenation([...headersOf(pdu.short_message), ...headersOf(pdu.message_payload)]) ?? tlvs(pdu)
  return found && found.total > 1 && found.seq >= 1 && found.seq <= found.total ? found : undefined
}
function concatenation(headers: readonly Buffer[]): { reference: number; total: number; seq: number } | undefined {
  for (const h of headers) {
    if (h[0] === 0x00 && h.length >= 5) return { reference: h[2]!, total: h[3]!, seq: h[4]! }
    // 16 bits: told apart from those of 8, whose numbers it may share.
    if (h[0] === 0x08 && h.length >= 6) return { reference: 0x10000 + h.readUInt16BE(2), total: h[4]!, seq: h[5]! }
  }
  return undefined
}
function tlvs(pdu: Pdu): { reference: number; total: number; seq: number } | undefined {
  const [reference, total, seq] = [pdu['sar_msg_ref_num'], pdu['sar_total_segments'], pdu['sar_segment_seqnum']]
  return typeof reference === 'number' && typeof total === 'number' && typeof seq === 'number' ? { reference: 0x20000 + reference, total, seq } : undefined
}

/** E.164 where it is a phone number: carriers leave the plus out, whether or not they say that it is international. */
export function toAddress(text: string, ton: unknown): string {
  const bare = text.trim()
  if (!/^\+?\d+$/.test(bare) || bare.replace('+', '').length < 7) return bare.slice(0, 40)
  if (bare.startsWith('+')) return e164Of(bare) ?? bare.slice(0, 40)
  return (ton === 1 || bare.length > 8 ? e164Of(`+${bare}`) : undefined) ?? bare.slice(0, 40)
}
