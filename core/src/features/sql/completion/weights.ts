/**
 * What speaks for and against an item, as numbers that are added. They were chosen by hand on half of the databases of the evaluation and
 * judged on the other half (`npm run report -- sql-completion`); each says something that is true of SQL in general.
 */
export const weights = {
  /** The question names the column; its table. */
  mentioned: 2.2,
  tableMentioned: 0.4,
  /** A table that the query has. */
  inScope: 0.6,
  /** Columns of a query around this one. */
  outer: -2.6,
  outerQualifier: 0,
  /** Before FROM, a column is as likely as its table. */
  tableOfColumn: 0.35,
  /** For each table that one is joined with, up to six: what many tables are about is asked for most. */
  centralTable: 0.1,
  /** A table itself before FROM, where its columns are written without it so far. */
  bareTable: -0.5,
  /** One that is joined with nothing that columns are written with. */
  otherTable: -2,
  /** A table that is joined with one which columns are written with. */
  comingTable: -0.4,
  /** Before FROM, for each other table that holds the key, up to three. */
  sharedKey: 0.15,
  sameQualifier: 2,
  /** An alias that is given only further on, and looks like one of the table. */
  aliasLike: 2,
  /** Another statement of the document gave it to the table. */
  aliasHabit: 2,
  /** An alias or table before its own best column, and that column written with it. */
  qualifier: 0.6,
  qualifiedColumn: 0.4,
  /** Subtracted from a column without its table where the list has columns with theirs. */
  bareColumn: 1,
  /** A table for which an alias was written already that looks like one of it. */
  aliasOfTable: 1.5,
  earlierQualifier: 2.5,
  /** One that FROM will probably give stands behind one that is used already, and before most functions. */
  comingAlias: -0.6,
  comingAliasLeast: 1.5,
  aggregatedNumber: 1.2,
  aggregatedKey: -1,
  countedKey: 0.5,
  /** The first and the last day; numbers that are cast, rounded and divided by. */
  extremeDate: 0.8,
  wrappedNumber: 1,
  /** The first columns of a table before its last. */
  selectEarly: 0.3,
  selectName: 0.9,
  /** Keys are selected less often than they are joined by, where nobody asks for them. */
  selectKey: -0.4,
  selectOwnKey: 0,
  /** But a common table expression hands them on, for it is joined by them. */
  commonKey: 0.3,
  selectedAlready: -3,
  selectCompared: -0.8,
  selectGrouped: 2,
  selectOrdered: 0.5,
  /** What stands there in the query before UNION and the like; what that is joined by. */
  sameAsTwin: 3,
  joinedAsTwin: 2.6,
  /** The document's other statements name it, up to three times. */
  usedElsewhere: 0.6,
  groupedAlready: -4,
  groupSelected: 3,
  groupKey: 0.2,
  orderedAlready: -3,
  orderSelected: 1.2,
  orderNumber: 0.8,
  join: 0.8,
  joinEarlier: 0.9,
  /** A whole condition before its first operand. */
  joinCondition: 3.5,
  looseJoin: 0.35,
  /** A table that is joined and not selected of is there to be compared, if it is not between two others; or to sort by, at last. */
  whereJoined: 0.9,
  orderJoined: 1.2,
  /** A table that is not compared yet where others are. */
  whereNext: 0.3,
  /** Groups are told apart and sorted by what is computed of them. */
  havingBare: -2,
  orderGrouped: -1.5,
  whereName: 0,
  whereKey: -0.4,
  whereAlready: -1.3,
  /** The question names a value that the column holds. */
  whereValue: 2,
  whereRange: 0.8,
  /** Few different values in many rows: what rows are told apart by. */
  whereCategory: 0.4,
  dateArgument: 2.5,
  /** Descriptions, addresses of pictures and the like are rarely selected, compared or sorted by. */
  longText: -0.7,
  /** Ways to reach somebody; columns that are NULL throughout. */
  contact: -0.6,
  empty: -1,
  whereSelected: -0.8,
  computedNumber: 1.4,
  comparedOwn: -2,
  comparedJoin: 0.9,
  outerSame: 3.2,
  outerSameTable: 2,
  /** One value that it is compared with is more often an aggregate of it. */
  outerAggregate: 1.8,
  outerJoin: 0.85,
  /** A table whose columns are named and that no table of the query is joined with; one that leads to it. */
  tableFar: -2.5,
  /** One that is joined with what probably gets the next number: `SELECT T2.name FROM |`. */
  tableBefore: 1.2,
  tableOnWay: 3,
  /** A table that has what the list names already. */
  sameTable: 1.2,
  /** The question has a word for the function; the statement has it already. */
  functionAsked: 3.2,
  functionHinted: 1.4,
  functionFirst: 1.5,
  /** `MIN(a)` beside `MAX(a)`; an aggregate that another one is computed with. */
  functionPair: 2,
  functionComputed: 2.5,
  functionBeside: 0,
  functionBesideQualified: 1,
  /** Beside what many rows share. */
  functionOfCategory: 0.7,
  /** `a / NULLIF(b, 0)`. */
  functionDivisor: 2.6,
  functionAgain: 2.2,
  /** Columns of a common table expression, which is written to be used. */
  commonTable: 1.5,
  /** One that no FROM names yet. */
  unusedCommon: 5,
  /** Keys in a join's condition whose partner is not known. */
  joinKey: 1.2,
  /** How much of what the question says counts for keys of joins. */
  joinMentioned: 0.35,
} as const;
