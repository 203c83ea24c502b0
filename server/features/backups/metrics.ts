import { Gauge, type Registry } from 'prom-client'
import type { BackupState } from './backups.ts'

/** For those who watch: an age that only grows is a backup that does not come. No figure where there is none yet. */
export function backupMetrics(registry: Registry, state: () => BackupState, now: () => number): void {
  const gauge = (name: string, help: string, read: (s: BackupState) => number | undefined): void => {
    new Gauge({ name, help, registers: [registry], collect() { const value = read(state()); if (value === undefined) this.remove(); else this.set(value) } })
  }
  gauge('lodge_backup_age_seconds', 'Age of the newest whole backup.', ({ last }) => last && (now() - last.takenAtMs) / 1000)
  gauge('lodge_backup_duration_seconds', 'How long the newest backup took.', ({ last }) => last && last.tookMs / 1000)
  gauge('lodge_backup_bytes', 'Size of the newest backup, packed, without attachments.', ({ last }) => last?.sizeBytes)
  gauge('lodge_backup_failures_total', 'Scheduled backups that failed since the start.', ({ failures }) => failures)
  gauge('lodge_backup_running', '1 while a scheduled backup is taken.', ({ isRunning }) => Number(isRunning))
  gauge('lodge_backup_rehearsal_age_seconds', 'Age of the last rehearsed restore.', ({ rehearsal }) => rehearsal && (now() - Date.parse(rehearsal.at)) / 1000)
  gauge('lodge_backup_rehearsal_seconds', 'How long that restore took.', ({ rehearsal }) => rehearsal && rehearsal.tookMs / 1000)
  gauge('lodge_backup_rehearsal_ok', '1 when what was restored then was equal to the backup.', ({ rehearsal }) => rehearsal && Number(rehearsal.differences.length === 0))
}
