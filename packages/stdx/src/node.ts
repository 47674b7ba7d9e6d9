/** What Node lacks. Kept apart from the main door, because everything behind that one also runs in a browser. */
export { type DirectoryLock, lockDirectory } from './directory-lock.ts'
