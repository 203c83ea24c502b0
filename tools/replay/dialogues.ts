import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { messageMaxChars } from '#contract/limits.ts'
import { isBlank } from '#contract/text.ts'

export interface Turn { readonly speaker: 'user' | 'system'; readonly text: string }
export interface Dialogue { readonly id: string; readonly turns: readonly Turn[] }

/** What a person can mend; its message is shown without a stack. */
export class BadInput extends Error {}

/** One dialogue a line. @throws BadInput that names file, line and turn */
export async function readDialogues(path: string): Promise<Dialogue[]> {
  const dialogues: Dialogue[] = []
  let number = 0
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      number++
      if (line.trim() !== '') dialogues.push(parse(line, `${path}, line ${number}`))
    }
  } catch (error) {
    if (error instanceof BadInput) throw error
    throw new BadInput(`${path} cannot be read: ${(error as Error).message}`)
  }
  if (dialogues.length === 0) throw new BadInput(`${path} holds no dialogue.`)
  return dialogues
}

const shape = 'a dialogue looks like {"id": "…", "turns": [{"speaker": "user" or "system", "text": "…"}]}'

function parse(line: string, where: string): Dialogue {
  let found: unknown
  try {
    found = JSON.parse(line)
  } catch (error) {
    throw new BadInput(`${where}: this is no JSON (${(error as Error).message}); ${shape}.`)
  }
  const { id, turns } = (found ?? {}) as { id?: unknown; turns?: unknown }
  if (typeof id !== 'string' || !Array.isArray(turns) || turns.length === 0) throw new BadInput(`${where}: ${shape}.`)
  return { id, turns: turns.map((turn: unknown, i) => parseTurn(turn, `${where}, turn ${i + 1}`)) }
}

function parseTurn(turn: unknown, where: string): Turn {
  const { speaker, text } = (turn ?? {}) as { speaker?: unknown; text?: unknown }
  if ((speaker !== 'user' && speaker !== 'system') || typeof text !== 'string') throw new BadInput(`${where}: ${shape}.`)
  const why = isBlank(text) ? 'it is blank' : text.includes('\0') ? 'it contains the character U+0000' : text.length > messageMaxChars ? `it is longer than ${messageMaxChars} characters` : undefined
  if (why) throw new BadInput(`${where}: Lodge would refuse this text, because ${why}.`)
  return { speaker, text }
}
