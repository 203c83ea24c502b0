import { cx } from './cx.ts'

export const Skeleton = ({ className }: { className?: string }) => <span aria-hidden className={cx('late block animate-pulse rounded-control bg-raised', className)} />
