// Shows `{{ … }}` apart from the text around it.

import {
  Decoration,
  type DecorationSet,
  EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'

const decorator = new MatchDecorator({
  regexp: /\{\{.*?\}\}/g,
  decoration: Decoration.mark({ class: 'cm-expression' }),
})

class Expressions {
  marks: DecorationSet
  constructor(view: EditorView) {
    this.marks = decorator.createDeco(view)
  }
  update(update: ViewUpdate) {
    this.marks = decorator.updateDeco(update, this.marks)
  }
}

export const expressions = ViewPlugin.fromClass(Expressions, { decorations: (plugin) => plugin.marks })
