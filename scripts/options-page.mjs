// Makes docs/options.md from the TSDoc of the configuration's interfaces. A test compares the page with it.
import { declarations, docOf } from './config-declarations.mjs';
import { GUIDES, SECTIONS } from './options-sections.mjs';

const HEAD = `<!-- Written by \`npm run docs\` from the TSDoc in src/config. Change it there. -->

# Options

\`AuthModule.forRoot(config)\` takes an \`AuthModuleConfig\`. All options are checked at start: see [what happens at start](running.md#at-start). Units are in the names: \`…Seconds\`, \`…Ms\`, \`…Bytes\`. An option without a default says what happens when it is absent. How to read the configuration [from the environment](trust-list.md#from-an-environment-variable).
`;

/**
 * The page.
 * @param {string} root the repository's folder, with a slash at the end
 */
export function optionsPage(root) {
  const known = declarations(`${root}src/`);
  const sections = SECTIONS.map((section) => ({ ...section, node: known.interface(section.type) }));
  const options = sections.flatMap(({ prefix, node }) =>
    node.members.map((member) => prefix + member.name.text),
  );
  const lost = Object.keys(GUIDES).filter((option) => !options.includes(option));
  if (lost.length > 0) throw new Error(`options-sections.mjs names no option: ${lost.join(', ')}`);
  return [
    HEAD,
    ...sections.map(contentsOf),
    ...sections.flatMap((section) => [
      `\n## ${section.title}`,
      ...facts(docOf(section.node)),
      ...section.node.members.map((member) => optionOf(section, member, known)),
    ]),
    '',
  ].join('\n');
}

function contentsOf({ title, prefix, node }) {
  const options = node.members.map(({ name: { text } }) => link(code(text), prefix + text));
  return `- ${link(title, title)}: ${options.join(', ')}`;
}

function optionOf({ prefix }, member, known) {
  const name = prefix + member.name.text;
  const doc = docOf(member);
  const type = typeText(member.type.getText());
  const aliases = known.aliasesIn(type);
  const shown = aliases
    .filter(({ literals }) => literals !== undefined)
    .reduce((text, alias) => text.replace(alias.name, alias.literals), type);
  const members = SECTIONS.find((section) => [`${name}.`, `${name}[].`].includes(section.prefix));
  return [
    `\n### ${code(name)}`,
    [
      code(shown),
      ...(doc.default === undefined ? [] : [`default ${doc.default}`]),
      ...(members === undefined ? [] : [`members: ${link(members.title, members.title)}`]),
    ].join(' · '),
    ...facts(
      doc,
      aliases.map(({ node }) => docOf(node)),
      GUIDES[name],
    ),
  ].join('\n');
}

/** Text, the text of named types, and where to read on; each a paragraph. */
function facts(doc, types = [], guide = undefined) {
  const read = [...new Set([doc, ...types].flatMap(({ see }) => see))].map(specification);
  if (guide !== undefined) read.unshift(guide);
  const paragraphs = [doc, ...types].map(({ text }) => text);
  return [...paragraphs, ...(read.length > 0 ? [`See ${read.join(', ')}.`] : [])].map(
    (paragraph) => `\n${paragraph}`,
  );
}

function specification(see) {
  const [, rfc, section] = /^RFC (\d+)(?: section ([\d.]+))?$/.exec(see) ?? [];
  const fragment = section === undefined ? '' : `#section-${section}`;
  return rfc === undefined ? see : `[${see}](https://www.rfc-editor.org/rfc/rfc${rfc}${fragment})`;
}

/** A type on one line, without what only its declaration needs. */
function typeText(source) {
  return source
    .replaceAll(/\breadonly /g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('( ', '(')
    .replaceAll(', )', ')')
    .replace(/^\| /, '');
}

/** A link to a heading of the page, whose anchor is made as GitHub makes it. */
function link(text, heading) {
  const anchor = heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
  return `[${text}](#${anchor})`;
}

function code(text) {
  return `\`${text}\``;
}
