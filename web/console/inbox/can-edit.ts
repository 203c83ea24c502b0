import { isMessage, type Message, type ThreadItem } from '#client/thread.ts'

/** @param left it runs over a channel: what was said has left */
export const canEdit = (item: ThreadItem, { mine, left }: { mine: boolean; left: boolean }): item is Message =>
  mine && !left && isMessage(item) && item.kind === 'message' && item.text !== '' && !item.deleted && item.tick !== 'failed'
