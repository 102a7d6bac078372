// The editor of a cell. It is loaded when a reader edits for the first time.
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tagHighlighter, tags } from "@lezer/highlight";

// The classes that printed code has on the pages, so that both have the same colours.
const classes = [
  [tags.keyword, "k"],
  [tags.controlKeyword, "k"],
  [tags.definitionKeyword, "k"],
  [tags.moduleKeyword, "kn"],
  [tags.operatorKeyword, "ow"],
  [tags.bool, "kc"],
  [tags.null, "kc"],
  [tags.definition(tags.className), "nc"],
  [tags.function(tags.definition(tags.variableName)), "nf"],
  [tags.comment, "c1"],
  [tags.number, "mf"],
  [tags.string, "s2"],
  [tags.operator, "o"],
];
const highlighter = tagHighlighter(classes.map(([tag, name]) => ({ tag, class: name })));

// Tab indents, so that it does not leave the code. After Escape it does, until the next visit.
const leave = (view) => {
  view.setTabFocusMode(true);
  return true;
};
const stay = EditorView.domEventHandlers({ focus: (_, view) => view.setTabFocusMode(false) });

// Open an editor in an element. `onChange` gets the code after each change.
export const open = (parent, doc, { label, hint, onChange, onRun }) => {
  const run = () => {
    onRun();
    return true;
  };
  const keys = [
    { key: "Shift-Enter", run },
    { key: "Mod-Enter", run },
    { key: "Escape", run: leave },
    indentWithTab,
  ];
  return new EditorView({
    parent,
    doc,
    extensions: [
      lineNumbers(),
      history(),
      indentUnit.of("    "),
      indentOnInput(),
      pythonLanguage,
      syntaxHighlighting(highlighter),
      keymap.of([...keys, ...historyKeymap, ...defaultKeymap]),
      stay,
      EditorView.contentAttributes.of({
        "aria-label": label,
        "aria-describedby": hint,
        tabindex: "0",
      }),
      EditorView.updateListener.of((it) => it.docChanged && onChange(it.state.doc.toString())),
    ],
  });
};

// Replace all code. The reader can undo it.
export const replace = (view, code) =>
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: code } });
