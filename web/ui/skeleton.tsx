import { cx } from './cx.ts'

export const Skeleton = ({ className }: { className?: string }) => <span aria-hidden className={cx('late block', className)}><span className="block size-full animate-pulse rounded-control bg-raised" /></span>
