import { createHash } from 'node:crypto'

/** What is kept of a random secret (a token, a code, a link): whoever reads the database can open nothing with it. */
export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()
