/** Delivery receipts as SMPP carriers write them: TLVs when there are any, else the text of appendix B, which nobody follows to the letter. */
import type { Report } from '../channel.ts'

export interface ReceiptPdu { text: string; receipted_message_id?: unknown; message_state?: unknown; user_message_reference?: unknown; source_addr: string; network_error_code?: unknown }

const states: Readonly<Record<string, Pick<Report, 'state' | 'reason'>>> = {
  ENROUTE: { state: 'on_its_way' }, ACCEPTD: { state: 'on_its_way' }, BUFFRED: { state: 'on_its_way' }, SCHEDUL: { state: 'on_its_way' },
  DELIVRD: { state: 'delivered' },
  EXPIRED: { state: 'failed', reason: 'expired' }, DELETED: { state: 'failed', reason: 'undeliverable' }, UNDELIV: { state: 'failed', reason: 'undeliverable' }, REJECTD: { state: 'failed', reason: 'refused' },
}
/** Values of the TLV message_state. 7, UNKNOWN, says nothing: the part stays what it is. */
const byNumber: Readonly<Record<number, string>> = { 1: 'ENROUTE', 2: 'DELIVRD', 3: 'EXPIRED', 4: 'DELETED', 5: 'UNDELIV', 6: 'ACCEPTD', 8: 'REJECTD' }

/** Undefined when it says nothing that could be kept. */
export function readReceipt(pdu: ReceiptPdu): Report | undefined {
  const field = (name: string): string | undefined => new RegExp(`\\b${name}:\\s*([^\\s]+)`, 'i').exec(pdu.text)?.[1]
  const stat = (typeof pdu.message_state === 'number' ? byNumber[pdu.message_state] : undefined) ?? field('stat')?.toUpperCase().slice(0, 7)
  const known = stat === undefined ? undefined : states[stat]
  if (!known) return undefined
  const carrierId = typeof pdu.receipted_message_id === 'string' && pdu.receipted_message_id !== '' ? pdu.receipted_message_id.replace(/\0+$/, '') : field('id')
  const error = field('err')
  return {
    ...known, recipient: pdu.source_addr,
    ...(carrierId !== undefined && { carrierId }), ...(typeof pdu.user_message_reference === 'number' && { reference: pdu.user_message_reference }),
    ...(known.state === 'failed' && { detail: [stat, error && error !== '000' && `err ${error}`].filter(Boolean).join(' ') }),
  }
}
