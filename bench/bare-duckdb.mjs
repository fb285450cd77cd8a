// The peer of every comparison: a process that opens DuckDB with its default settings, runs the statement it was given
// and prints the rows as JSON. Plain JavaScript: stripping types would cost 50 ms, and a floor should be as low as it can.
import { DuckDBInstance } from '@duckdb/node-api';

const [statement = 'SELECT 1'] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const result = await connection.runAndReadAll(statement);
console.log(JSON.stringify(result.getRowObjectsJson()));
