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
   * The same in whole units of 1e-10, as an integer: the cheap way to add up many lines.
   * NULL where the column is NULL or no money.
   */
  toMoneyUnits(expression: string, columnType: string): string;
  /** The exact sum of {@link toMoneyUnits}, as DECIMAL with 10 digits. */
  sumMoneyUnits(expression: string): string;
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
  /** A relation over Parquet files. `rowNumbers` adds `filename` and `file_row_number`. */
  parquet(files: readonly string[], options?: { readonly rowNumbers?: boolean }): string;
}
