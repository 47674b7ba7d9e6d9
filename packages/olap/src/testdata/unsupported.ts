// Opens the embedded store on a platform that it has no build for, and prints what a person would read.

import { MillraceError } from '@millrace/stdx'
import { openChdb } from '../chdb.ts'

Object.defineProperty(process, 'platform', { value: 'win32' })
const fault = await openChdb({ directory: process.argv[2] ?? '' }).catch((thrown: unknown) => thrown)
process.stdout.write(fault instanceof MillraceError ? `${fault.code} ${fault.message}` : String(fault))
