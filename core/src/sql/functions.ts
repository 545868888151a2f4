/** What kind of call a function takes part in; one name may have several (`min` of a group, `min` of its arguments). */
export type SqlFunctionKind = 'scalar' | 'aggregate' | 'window' | 'date' | 'json' | 'math' | 'table';

/** A function of SQLite, as its documentation (sqlite.org/lang_corefunc, lang_aggfunc, windowfunctions, lang_datefunc, json1, lang_mathfunc) has it. */
export interface SqlFunction {
  /** Lower case. */
  readonly name: string;
  readonly kind: SqlFunctionKind;
  readonly parameters: readonly SqlParameter[];
  /** One sentence. */
  readonly summary: string;
}

export interface SqlParameter {
  readonly name: string;
  readonly isOptional: boolean;
  /** May be given any number of times; the last one only. */
  readonly isRepeated: boolean;
}

/**
 * `name(parameters): what it gives`, one a line; `?` behind a parameter: may be left out, `...`: any number of them. Within a kind the ones
 * that people use most stand first: completion keeps the order.
 */
const table: Readonly<Record<SqlFunctionKind, string>> = {
  aggregate: `
count(expression?): How many rows there are with \`*\`, else in how many the expression is not NULL.
sum(expression): The sum of all values that are not NULL; NULL without any.
avg(expression): The mean of all values that are not NULL, as a float.
max(expression): The greatest value; NULL without any.
min(expression): The least value that is not NULL.
group_concat(expression, separator?): The values as one text, with the separator, or a comma, between them.
total(expression): The sum as a float; 0.0 without any value.
string_agg(expression, separator): The values as one text with the separator between them.`,
  scalar: `
coalesce(value, other, ...): The first argument that is not NULL.
round(number, digits?): The number rounded to so many digits behind the point, 0 if not said.
lower(text): The text in small letters; ASCII only.
upper(text): The text in capitals; ASCII only.
length(value): How many characters a text has, or bytes a blob.
substr(text, start, length?): The part of a text from a place on, counted from 1; from the end where it is negative.
ifnull(value, other): The value, or the other where it is NULL.
nullif(value, other): NULL where both are equal, else the value.
iif(condition, value, ...): The value where the condition holds, else what follows.
replace(text, pattern, replacement): The text with every occurrence of the pattern replaced.
trim(text, characters?): The text without spaces, or the characters named, at both ends.
instr(text, part): The place of the first occurrence, counted from 1; 0 without one.
abs(number): The number without its sign.
ltrim(text, characters?): The text without spaces, or the characters named, at its beginning.
rtrim(text, characters?): The text without spaces, or the characters named, at its end.
printf(format, ...): A text made as C's printf makes it; another name of format.
format(format, ...): A text made as C's printf makes it.
typeof(value): \`null\`, \`integer\`, \`real\`, \`text\` or \`blob\`.
max(value, other, ...): The greatest argument; NULL if any is.
min(value, other, ...): The least argument; NULL if any is.
concat(value, ...): The arguments joined to one text; NULL counts as empty.
concat_ws(separator, value, ...): The arguments that are not NULL as one text with the separator between them.
substring(text, start, length?): Another name of substr.
sign(number): -1, 0 or 1.
random(): An integer of 64 bits by chance.
quote(value): The value as SQL writes it.
hex(value): The bytes in hexadecimal digits.
unhex(text, ignored?): The bytes that hexadecimal digits stand for.
char(codepoint, ...): A text of the characters with these code points.
unicode(text): The code point of the first character.
unistr(text): The text with its \\\\uXXXX escapes read.
octet_length(value): How many bytes the value takes as text.
like(pattern, text, escape?): Whether the text is like the pattern: \`text LIKE pattern\`.
glob(pattern, text): Whether the text fits the pattern: \`text GLOB pattern\`.
if(condition, value, ...): Another name of iif.
likely(value): The value; tells the planner that it is mostly true.
unlikely(value): The value; tells the planner that it is mostly false.
likelihood(value, probability): The value; tells the planner how often it is true.
randomblob(bytes): So many bytes by chance.
zeroblob(bytes): So many bytes of 0.
changes(): How many rows the last statement changed.
total_changes(): How many rows were changed since the database was opened.
last_insert_rowid(): The rowid of the last row that was inserted.
sqlite_version(): The version of SQLite that runs.
sqlite_source_id(): The sources that SQLite was built from.`,
  window: `
row_number(): The number of the row in its partition, from 1.
rank(): The rank of the row with gaps: equal rows have the same.
dense_rank(): The rank of the row without gaps.
lag(expression, offset?, default?): The value in the row that is one, or so many, before.
lead(expression, offset?, default?): The value in the row that is one, or so many, after.
first_value(expression): The value in the first row of the frame.
last_value(expression): The value in the last row of the frame.
nth_value(expression, n): The value in the n-th row of the frame, from 1.
ntile(groups): Which of so many groups of equal size the row falls in.
percent_rank(): (rank - 1) / (rows - 1), 0 to 1.
cume_dist(): The share of rows up to this one and its equals.`,
  date: `
strftime(format, time?, modifier?, ...): A time in a format such as \`%Y-%m\`.
date(time?, modifier?, ...): A day as YYYY-MM-DD.
datetime(time?, modifier?, ...): A time as YYYY-MM-DD HH:MM:SS.
julianday(time?, modifier?, ...): Days since noon in Greenwich on November 24, 4714 B.C.
time(time?, modifier?, ...): A time of day as HH:MM:SS.
unixepoch(time?, modifier?, ...): Seconds since 1970-01-01.
timediff(time, other): What must be added to the second time to get the first.`,
  json: `
json_extract(json, path, ...): What stands at a path such as \`$.name\`, as a value of SQL.
json_array_length(json, path?): How many elements an array has.
json_object(label, value, ...): An object of labels and values in turn.
json_array(value, ...): An array of the arguments.
json_group_array(value): The values of a group as an array.
json_group_object(label, value): The labels and values of a group as an object.
json_type(json, path?): The type of a value: \`object\`, \`array\`, \`integer\` and so on.
json_valid(json, flags?): 1 where it is well-formed, else 0.
json(text): The JSON in its shortest form.
json_set(json, path, value, ...): The JSON with a value put in or replaced.
json_insert(json, path, value, ...): The JSON with a value put in where none is.
json_replace(json, path, value, ...): The JSON with a value replaced where one is.
json_remove(json, path, ...): The JSON without what stands at the paths.
json_patch(json, patch): The JSON changed by an RFC 7396 merge patch.
json_pretty(json, indent?): The JSON over several lines.
json_quote(value): A value of SQL as JSON.
json_error_position(json): The place of the first fault, from 1; 0 without one.
jsonb(json): The JSON in SQLite's binary form.
jsonb_extract(json, path, ...): json_extract, in binary form.
jsonb_object(label, value, ...): json_object, in binary form.
jsonb_array(value, ...): json_array, in binary form.
jsonb_group_array(value): json_group_array, in binary form.
jsonb_group_object(label, value): json_group_object, in binary form.
jsonb_set(json, path, value, ...): json_set, in binary form.
jsonb_insert(json, path, value, ...): json_insert, in binary form.
jsonb_replace(json, path, value, ...): json_replace, in binary form.
jsonb_remove(json, path, ...): json_remove, in binary form.
jsonb_patch(json, patch): json_patch, in binary form.`,
  math: `
ceil(number): The least integer that is not below.
floor(number): The greatest integer that is not above.
sqrt(number): The square root.
power(base, exponent): The base raised to the exponent.
pow(base, exponent): Another name of power.
mod(number, divisor): The rest of a division, for floats too.
ln(number): The natural logarithm.
log(base, number?): The logarithm to base 10 with one argument, else to the base named first.
log10(number): The logarithm to base 10.
log2(number): The logarithm to base 2.
exp(number): e raised to the number.
pi(): The number pi.
trunc(number): The integer part.
ceiling(number): Another name of ceil.
radians(degrees): Degrees in radians.
degrees(radians): Radians in degrees.
sin(angle): The sine of an angle in radians.
cos(angle): The cosine of an angle in radians.
tan(angle): The tangent of an angle in radians.
asin(number): The arc sine in radians.
acos(number): The arc cosine in radians.
atan(number): The arc tangent in radians.
atan2(y, x): The angle of the point (x, y) in radians.
sinh(number): The hyperbolic sine.
cosh(number): The hyperbolic cosine.
tanh(number): The hyperbolic tangent.
asinh(number): The inverse hyperbolic sine.
acosh(number): The inverse hyperbolic cosine.
atanh(number): The inverse hyperbolic tangent.`,
  table: `
json_each(json, path?): A row for every element of an array or object: key, value, type, atom, id, parent, fullkey, path.
json_tree(json, path?): A row for every element at any depth.`,
};

/** SQLite's functions, those that people use most first within a kind. A name may stand twice, with another kind. */
export const sqlFunctions: readonly SqlFunction[] = Object.entries(table).flatMap(([kind, lines]) =>
  lines
    .trim()
    .split('\n')
    .map((line) => readFunction(kind as SqlFunctionKind, line)),
);

const byName = new Map<string, readonly SqlFunction[]>();
for (const each of sqlFunctions) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);

/** The functions of a name, in any case; empty for a name that SQLite does not have. */
export function functionsNamed(name: string): readonly SqlFunction[] {
  return byName.get(name.toLowerCase()) ?? [];
}

/** How a function is called: `substr(text, start[, length])`. */
export function signatureOf({ name, parameters }: SqlFunction): string {
  let text = '';
  parameters.forEach(({ name: own, isOptional, isRepeated }, i) => {
    const comma = i === 0 ? '' : ', ';
    text += isRepeated ? `${comma}...` : isOptional ? `[${comma}${own}]` : comma + own;
  });
  return `${name}(${text})`;
}

function readFunction(kind: SqlFunctionKind, line: string): SqlFunction {
  const [, name = '', parameters = '', summary = ''] = /^(\w+)\((.*?)\): (.+)$/u.exec(line) ?? [];
  return {
    name,
    kind,
    summary,
    parameters:
      parameters === ''
        ? []
        : parameters.split(', ').map((text) => ({
            name: text.replace('?', ''),
            isOptional: text.endsWith('?') || text === '...',
            isRepeated: text === '...',
          })),
  };
}
