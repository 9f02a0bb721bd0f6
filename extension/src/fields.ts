/** What stands in the fields of a form: at first, what is sent of it, and what is wrong with it. */
import type { Form, FormField } from './protocol';

/** What stands in the fields, by their names. */
export type Answers = Readonly<Record<string, string>>;

/** A text as the field shows it: one that has one line knows no line ends, any other knows one kind of them. */
const shown = ({ shape }: FormField, text: string) => shape === 'text' || shape === 'list' ? text.replace(/\r\n?/g, '\n') : text.replace(/[\r\n]+/g, ' ');

/** What stands in the fields at first: their draft, unless it is to be left out, or what the memory says. */
export const begun = ({ fields }: Form, drafted = true): Answers =>
  Object.fromEntries(fields.map(field => [field.name, shown(field, (drafted ? field.draft : null) ?? field.value)]));

/** What is sent: of a memory that is changed, what was changed; else what says something. */
export function filled({ id, fields }: Form, answers: Answers): Record<string, string | readonly string[]> {
  const said = (field: FormField) => (answers[field.name] ?? '').trim();
  const sent = fields.filter(field => id ? said(field) !== shown(field, field.value).trim() : said(field));
  return Object.fromEntries(sent.map(field => [field.name, field.shape === 'list' ? said(field).split('\n').map(line => line.trim()).filter(Boolean) : said(field)]));
}

/** The fields that must say something and don't. */
export const lacking = ({ fields }: Form, answers: Answers): readonly string[] =>
  fields.filter(({ name, required }) => required && !(answers[name] ?? '').trim()).map(({ name }) => name);

/** The field that a refusal begins with the name of; empty where it names none. */
export const refused = ({ fields }: Form, message: string): string =>
  fields.find(({ name }) => message.startsWith(`${name}:`))?.name ?? '';
