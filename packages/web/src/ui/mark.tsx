// The mark: a mill wheel of six paddles in one stroke weight. It turns slowly while something runs.

import { classNames } from './class-names.ts'

const paddles =
  'M12.00 8.00L17.91 4.44M15.46 10.00L21.51 13.34M15.46 14.00L15.60 20.90M12.00 16.00L6.09 19.56M8.54 14.00L2.49 10.66M8.54 10.00L8.40 3.10'

export function Mark({ size = 22, turning = false }: { readonly size?: number; readonly turning?: boolean }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={classNames('shrink-0 text-accent', turning && 'turning')}
    >
      <circle cx="12" cy="12" r="10.2" />
      <path d={paddles} />
    </svg>
  )
}
