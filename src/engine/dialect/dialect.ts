/** All that differs between engines in the SQL that Bursar writes. Pure text; a missing difference must fail to compile. */
export interface Dialect {
  /** A name, quoted; any character is allowed. */
  identifier(name: string): string;
  /** A string literal; any character is allowed. */
  text(value: string): string;
  /** `YYYY-MM-DD` */
  date(day: string): string;
  /**
   * A cost column as DECIMAL(18,10): the shortest decimal that prints the double, half up.
   * @param columnType the engine's type of the column, which decides the way
   */
  toMoney(expression: string, columnType: string): string;
  /**
   * The same money in whatever type the engine adds up most cheaply and exactly; NULL where the column is NULL or no
   * money. Only for {@link sumAddends}, `<> 0` and `IS NULL`.
   */
  toAddend(expression: string, columnType: string): string;
  /** The exact sum of {@link toAddend}, as DECIMAL with 10 digits. */
  sumAddends(expression: string): string;
  /** A usage amount as DECIMAL(28,10), by the same rule as money; NULL where it is no finite number below 1e18. */
  toQuantity(expression: string, columnType: string): string;
  /** TRUE where the cost is NULL or an amount that {@link toMoney} takes; FALSE, never NULL, elsewhere. */
  isMoney(expression: string, columnType: string): string;
  /** A CUR timestamp of any physical type as a UTC TIMESTAMP. */
  toTimestamp(expression: string, columnType: string): string;
  /** The value of a key in a map<string,string>, NULL where it has none. */
  mapValue(map: string, key: string): string;
  /** A map as text that is equal exactly where the maps are equal in content and order. */
  mapText(map: string): string;
  /** The text of {@link mapText} as a map again. */
  textMap(text: string): string;
  /** One row a key that occurs in the map column of the relation: column `key`. */
  mapKeys(map: string, relation: string): string;
}

/** SQL for tables that lie in partitions and outlive the engine; a ledger in a schema is made of them. */
export interface TableDialect {
  /** Creates the table where it is not there yet. `columns` and `partitions`: name -> SQL type, in order. */
  createPartitioned(
    table: string,
    columns: Readonly<Record<string, string>>,
    partitions: Readonly<Record<string, string>>,
  ): string;
  /** A relation with one row a partition that holds something; reads metadata only. */
  partitionsOf(table: string): string;
  /** Deletes whole partitions: those where all the columns have these values. */
  deletePartition(table: string, values: Readonly<Record<string, string>>): string;
}
