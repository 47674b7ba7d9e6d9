// A page of the reference, made from declarations in the sources.

export interface Page {
  /** Relative to the root. */
  readonly path: string
  readonly text: string
}

/** `from` says where the page's content is declared, for whoever wants to change it. */
export function referencePage(name: string, from: string, text: string): Page {
  const note = `<!-- Made by \`npm run docs\` from ${from}. Change it there. -->`
  return { path: `docs/reference/${name}.md`, text: `${note}\n\n${text}` }
}
