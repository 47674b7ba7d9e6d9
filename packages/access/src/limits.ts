/** The limits of access, each with its reason. */

/** 256 bits: guessing is hopeless, so a plain SHA-256 is enough to keep it by. */
export const tokenBytes = 32
/** A token somebody chose themselves: shorter ones can be guessed over a network. */
export const tokenLettersMin = 32
/** Longer than any token: nothing beyond it is worth hashing. */
export const tokenLettersMax = 512
/** A working week and a weekend: people sign in once, and a forgotten browser does not stay signed in for ever. */
export const sessionMsMax = 7 * 24 * 3_600_000
/** One person has a few browsers; more than this is a script that signs in for every request, and the oldest go. */
export const sessionsMax = 1000
/** How long a token or session reset in another process may still be believed in this one. */
export const beliefMsMax = 5000
/** Answers kept for `beliefMsMax`, so that a busy console costs no statement per request. */
export const beliefsMax = 2000
/** Environments are walls that people build by hand, and lists of them are answered whole. */
export const environmentsMax = 200
