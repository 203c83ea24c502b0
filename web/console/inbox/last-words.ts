import type { ConversationRow } from '#contract/conversations.ts'
import { t } from '../words.ts'

/** The newest words of a conversation, or why there are none. */
export const lastWords = ({ lastText, lastActor }: Pick<ConversationRow, 'lastText' | 'lastActor'>): string => lastText || t(lastActor ? 'rowDeleted' : 'rowNoText')
