// The mark: a mill wheel of six paddles in one stroke weight. It turns slowly while something runs.

import { classNames } from './class-names.ts'

const paddles =
  'M12.00 6.60L15.63 2.04M16.68 9.30L22.44 10.16M16.68 14.70L18.81 20.12M12.00 17.40L8.37 21.96M7.32 14.70L1.56 13.84M7.32 9.30L5.19 3.88'

export function Mark({ size = 22, turning = false }: { readonly size?: number; readonly turning?: boolean }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={classNames('shrink-0 text-accent', turning && 'turning')}
    >
      <circle cx="12" cy="12" r="5.4" />
      <path d={paddles} />
    </svg>
  )
}
