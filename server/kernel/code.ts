import { randomInt } from 'node:crypto'

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Letters and digits, for links and QR codes. At a length of 20 it holds 119 bits: nobody guesses one, so whoever has it was given it. */
export const newCode = (length: number): string => Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
/** Eight digits, as somebody types them at a device to pair it. */
export const newPairingCode = (): string => String(randomInt(100_000_000)).padStart(8, '0')
