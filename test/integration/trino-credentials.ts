import { createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Jdk } from './jdk.ts';
import { runCommand } from './run-command.ts';

const A_DAY = 86_400;

/** What a client needs to be let in. */
export interface Credentials {
  /** a PEM of the certificate that HTTPS shows; it signed itself, for 127.0.0.1 and localhost */
  readonly ca: string;
  readonly user: string;
  readonly password: string;
  /** a JWT for `jwtUser` */
  readonly token: string;
  readonly jwtUser: string;
}

/** The files that the server needs to let such a client in. */
export interface ServerSecrets {
  readonly keyStore: string;
  readonly keyStorePassword: string;
  readonly passwordFile: string;
  readonly jwtKeyFile: string;
}

export async function writeCredentials(folder: string, jdk: Jdk): Promise<Credentials & ServerSecrets> {
  const [user, jwtUser] = ['password-user', 'jwt-user'];
  const [password, keyStorePassword] = [randomBytes(12).toString('hex'), randomBytes(12).toString('hex')];
  const at = (name: string): string => join(folder, name);
  const files = {
    passwordFile: at('password.db'),
    jwtKeyFile: at('jwt.key'),
    keyStore: at('https.p12'),
    ca: at('ca.pem'),
  };
  const jwtKey = randomBytes(32);
  writeFileSync(files.passwordFile, `${user}:${passwordHash(password)}\n`);
  writeFileSync(files.jwtKeyFile, jwtKey.toString('base64'));
  await writeCertificate(files, keyStorePassword, jdk);
  return { user, password, jwtUser, token: signToken(jwtUser, jwtKey), keyStorePassword, ...files };
}

/** As Trino reads it: iterations, salt and hash; SHA-1 is its choice. */
function passwordHash(password: string): string {
  const [iterations, salt] = [1000, randomBytes(16)];
  return `${iterations}:${salt.toString('hex')}:${pbkdf2Sync(password, salt, iterations, 32, 'sha1').toString('hex')}`;
}

function signToken(subject: string, key: Buffer): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: subject, iat: now, exp: now + A_DAY })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

async function writeCertificate(files: { keyStore: string; ca: string }, password: string, jdk: Jdk): Promise<void> {
  const store = ['-keystore', files.keyStore, '-storepass', password, '-alias', 'trino'];
  const key = [
    '-storetype',
    'PKCS12',
    '-keyalg',
    'EC',
    '-groupname',
    'secp256r1',
    '-validity',
    '2',
    '-dname',
    'CN=localhost',
  ];
  const extensions = ['-ext', 'san=ip:127.0.0.1,dns:localhost', '-ext', 'bc:critical=ca:true'];
  const keytool = (...args: string[]) => runCommand(jdk.keytool, args, '.', 'install a whole JDK, not only a runtime');
  await keytool('-genkeypair', ...store, ...key, ...extensions);
  await keytool('-exportcert', '-rfc', ...store, '-file', files.ca);
}
