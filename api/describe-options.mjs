/**
 * Writes what each option does into the declarations of dist, over the option, where editors show it. The text stands once, in the call of
 * `option` or `required` that describes the option.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');
const DIST = join(ROOT, 'dist');

const { KINDS } = await import('../dist/core/options.js');
const { usualText } = await import('../dist/core/option-check.js');
const { factoriesOf } = await import('../dist/study/yaml/recipes.js');
/** Defaults in words by the name and the text of their option. */
const defaults = new Map(
  Object.keys(KINDS)
    .flatMap((kind) => Object.values(factoriesOf(kind)))
    .flatMap(({ options }) => Object.entries(options))
    .map(([name, option]) => [`${name}|${option.doc}`, usualText(option)]),
);

/** Tables of options by file and name, and those that others are made of by name alone. */
const tables = new Map();
const shared = new Map();

const files = readdirSync(SRC, { recursive: true }).filter((file) => file.endsWith('.ts'));
const texts = new Map(files.map((file) => [file, readFileSync(join(SRC, file), 'utf8')]));
const described = files.filter((file) => /core\/options\.ts'/.test(texts.get(file)));

for (const file of described)
  ts.forEachChild(sourceOf(file, texts.get(file)), (statement) => {
    if (!ts.isVariableStatement(statement)) return;
    for (const { name, initializer } of statement.declarationList.declarations)
      if (initializer && isTable(name, initializer)) {
        const known = tables.get(file) ?? tables.set(file, new Map()).get(file);
        // `const { kernel, ...SHARED } = PROCESS`: the rest is a table too.
        const rest = ts.isObjectBindingPattern(name) && name.elements.find(({ dotDotDotToken }) => dotDotDotToken);
        const own = (rest ? rest.name : name).getText();
        known.set(own, initializer);
        if (isExported(statement)) shared.set(own, [file, initializer]);
      }
  });

for (const [file, own] of tables) {
  const path = join(DIST, file.replace(/\.ts$/, '.d.ts'));
  const text = readFileSync(path, 'utf8');
  const edits = [];
  ts.forEachChild(sourceOf(file, text), (statement) => {
    if (!ts.isVariableStatement(statement)) return;
    for (const { name, type } of statement.declarationList.declarations)
      if (type && ts.isTypeLiteralNode(type) && own.has(name.getText()))
        for (const member of type.members) {
          const doc = docOf(file, own.get(name.getText()), member.name.getText());
          if (doc)
            edits.push([member.getFullStart(), member.getStart(), `\n    /** ${doc.replace(/\*\//g, '* /')} */\n    `]);
        }
  });
  const told = edits.reduceRight((rest, [from, to, comment]) => rest.slice(0, from) + comment + rest.slice(to), text);
  if (told !== text) writeFileSync(path, told);
}

function sourceOf(file, text) {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
}

function isTable(name, initializer) {
  return ts.isObjectBindingPattern(name) ? ts.isIdentifier(initializer) : ts.isObjectLiteralExpression(initializer);
}

function isExported(statement) {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** What a table, written out or by its name, says of an option. */
function docOf(file, table, option) {
  if (ts.isIdentifier(table)) {
    const own = tables.get(file)?.get(table.text);
    const [home, other] = own ? [file, own] : (shared.get(table.text) ?? []);
    return other && docOf(home, other, option);
  }
  for (const property of [...table.properties].reverse()) {
    if (ts.isSpreadAssignment(property)) {
      const doc = docOf(file, property.expression, option);
      if (doc) return doc;
    } else if (ts.isPropertyAssignment(property) && property.name.getText() === option)
      return textOf(option, property.initializer);
  }
  return undefined;
}

/** `option(type, 'What it does.', usual)` as a comment; the default is what the built table says, whose text is not always a value. */
function textOf(option, call) {
  if (!ts.isCallExpression(call) || !ts.isStringLiteralLike(call.arguments[1])) return undefined;
  const { text } = call.arguments[1];
  const usual = defaults.get(`${option}|${text}`);
  return usual === undefined ? text : `${text} Default \`${usual}\`.`;
}
