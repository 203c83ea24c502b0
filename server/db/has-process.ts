/** Whether there is a process of this number on this machine, of whichever user. One that ended and whose parent has not asked for it yet counts as there. */
export function hasProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
