// The mark: a mill wheel of six paddles in one stroke weight. It turns slowly while something runs.

import { classNames } from './class-names.ts'

const paddles =
  'M12.00 7.80L15.03 1.43M15.64 9.90L22.67 9.34M15.64 14.10L19.64 19.91M12.00 16.20L8.97 22.57M8.36 14.10L1.33 14.66M8.36 9.90L4.36 4.09'

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
      <circle cx="12" cy="12" r="7.4" />
      <path d={paddles} />
    </svg>
  )
}
