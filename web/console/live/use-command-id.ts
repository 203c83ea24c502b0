import { useState } from 'react'
import { commandId } from '#web/ui/command-id.ts'

export const useCommandId = (): ((body: unknown) => string) => useState(commandId)[0]
