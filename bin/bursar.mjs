#!/usr/bin/env node
// Plain JavaScript: it must run, and say what is wrong, on a Node that cannot read the sources.
import module from 'node:module';

const REQUIRED = 24;

if (Number(process.versions.node.split('.')[0]) < REQUIRED) {
  console.error(`bursar needs Node ${REQUIRED} or newer; this is ${process.version}.`);
  console.error('In a checkout, `npm run -s bursar -- …` brings its own. Elsewhere install a current Node LTS.');
  process.exit(2);
}

module.enableCompileCache?.();
const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
