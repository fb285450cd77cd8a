import { spawnSync } from 'node:child_process';
import { existsSync, globSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The oldest Java that Trino 476 starts on. */
const OLDEST = 24;

/** The homes that installers on Linux and macOS give a JDK. */
const HOMES = [
  '/usr/lib/jvm/*',
  '/usr/java/*',
  '/opt/java/*',
  '/opt/jdk*',
  join(homedir(), '.sdkman/candidates/java/*'),
  join(homedir(), '.jdks/*'),
  '{/Library,~/Library}/Java/JavaVirtualMachines/*/Contents/Home'.replace('~', homedir()),
  '/{opt/homebrew,usr/local}/opt/openjdk*/libexec/openjdk.jdk/Contents/Home',
];

export interface Jdk {
  readonly java: string;
  readonly keytool: string;
  readonly version: number;
}

/** The first JDK that is new enough: the one of JAVA_HOME, then of PATH, then any that lies in a usual place. */
export function findJdk(): Jdk {
  const seen: string[] = [];
  for (const java of candidates()) {
    const version = javaVersion(java);
    if (version !== null && version >= OLDEST) return { java, keytool: join(dirname(java), 'keytool'), version };
    seen.push(`${java} (${version ?? 'does not run'})`);
  }
  throw new Error(
    `Trino needs JDK ${OLDEST} or later, such as Temurin 25: install it, or point JAVA_HOME to it. ` +
      `Looked at JAVA_HOME, PATH, ${HOMES.join(', ')}; found ${seen.join(', ') || 'no Java at all'}`,
  );
}

function candidates(): Set<string> {
  const { JAVA_HOME, PATH = '' } = process.env;
  const bins = [...(JAVA_HOME === undefined ? [] : [join(JAVA_HOME, 'bin')]), ...PATH.split(delimiter)];
  const homes = globSync(HOMES.map((home) => `${home}/bin/java`));
  const found = [...bins.map((bin) => join(bin, 'java')), ...homes].filter((java) => existsSync(java));
  // The real path: /usr/bin/java and /usr/bin/keytool may belong to different JDKs.
  return new Set(found.map((java) => realpathSync(java)));
}

function javaVersion(java: string): number | null {
  const { stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const major = /version "(\d+)/.exec(stderr ?? '')?.[1];
  return major === undefined ? null : Number(major);
}

if (import.meta.main) {
  try {
    const { java, version } = findJdk();
    console.log(`JDK ${version}: ${java}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
