// The interfaces and type aliases of the configuration, with what their TSDoc says.
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * Finds declarations by name.
 * @param {string} src the folder of the sources, with a slash at the end
 */
export function declarations(src) {
  const files = readdirSync(`${src}config/`)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `config/${name}`);
  const statements = ['auth.module-definition.ts', ...files].flatMap((file) => [
    ...ts.createSourceFile(file, readFileSync(src + file, 'utf8'), ts.ScriptTarget.Latest, true)
      .statements,
  ]);
  const aliases = statements.filter(ts.isTypeAliasDeclaration).map((node) => ({
    name: node.name.text,
    node,
    literals: literalsOf(node),
  }));
  return {
    interface(name) {
      const found = statements.find(
        (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name,
      );
      if (found === undefined) throw new Error(`No interface ${name} in src/config`);
      return found;
    },
    aliasesIn: (type) => aliases.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(type)),
  };
}

/** `'a' | 'b'` of an alias that is a union of literals, and of nothing else. */
function literalsOf({ type }) {
  const members = ts.isUnionTypeNode(type) ? type.types : [];
  const only = members.length > 0 && members.every(ts.isLiteralTypeNode);
  return only ? members.map((member) => member.getText()).join(' | ') : undefined;
}

/** What the TSDoc of a declaration says: its text, its default, and the specifications it names. */
export function docOf(node) {
  const comment = node.jsDoc?.at(-1);
  if (comment === undefined) throw new Error(`${node.name.text} has no TSDoc`);
  const tags = (name) => (comment.tags ?? []).filter(({ tagName }) => tagName.text === name);
  return {
    text: plain(ts.getTextOfJSDocComment(comment.comment) ?? ''),
    default: tags('default').map(tagText)[0],
    see: tags('see').map(tagText),
  };
}

/** The parser takes the first word of `@see` for a name. */
function tagText({ name, comment }) {
  return plain(`${name?.getText() ?? ''} ${ts.getTextOfJSDocComment(comment) ?? ''}`);
}

/** A link to a name is that name in code; the lines of a paragraph are one line. */
function plain(text) {
  return text
    .replaceAll(/\{@link[\s*]+([^}|]+?)\s*\}/g, '`$1`')
    .replaceAll(/(?<!\n)\n(?!\n|- )\s*/g, ' ')
    .trim();
}
