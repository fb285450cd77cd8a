import { score } from './backtest.ts';
import { sampleCases } from './sample.ts';
import { shapeCases, youngCases } from './shapes.ts';

const t = Date.now();
console.table(score([...shapeCases([1, 2, 3]), ...youngCases([1, 2, 3, 4])]));
console.log(Date.now() - t);
console.table(score(await sampleCases('/tmp/chg/orgs')));
console.log(Date.now() - t);
