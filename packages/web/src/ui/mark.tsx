// The mark: a mill wheel of six paddles in one stroke weight. It turns slowly while something runs.

import { classNames } from './class-names.ts'

const paddles =
  'M12 8.8V5L16.56 2.65M14.77 10.4L18.06 8.5L22.37 11.27M14.77 13.6L18.06 15.5L17.82 20.62M12 15.2V19L7.44 21.35M9.23 13.6L5.94 15.5L1.63 12.73M9.23 10.4L5.94 8.5L6.18 3.38'

export function Mark({ size = 22, turning = false }: { readonly size?: number; readonly turning?: boolean }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.9}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={classNames('shrink-0 text-accent', turning && 'turning')}
    >
      <circle cx="12" cy="12" r="3.2" />
      <path d={paddles} />
    </svg>
  )
}
