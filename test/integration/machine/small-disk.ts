import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own, in memory. */
export interface SmallDisk {
  readonly path: string;
  /** Fills it up to so many bytes, with a file that {@link free} removes. */
  fill(left: number): void;
  free(): void;
  /** Nothing of it can be written until it is unmounted. */
  makeReadOnly(): void;
  unmount(): void;
}

/** Mounts a disk of so many kilobytes at a new folder. Linux, as root or in a container that may mount. */
export function mountSmallDisk(path: string, kilobytes: number): SmallDisk {
  mkdirSync(path, { recursive: true });
  const mount = (...args: string[]): void => {
    try {
      execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    } catch (cause) {
      throw new Error(
        `these tests mount small disks (tmpfs), and this machine refused: ${(cause as Error).message.trim()}. They need Linux and root: run them with sudo, or in a container with --cap-add SYS_ADMIN`,
        { cause },
      );
    }
  };
  mount('-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path);
  const filler = join(path, 'filler');
  return {
    path,
    fill(left) {
      rmSync(filler, { force: true });
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - left)));
    },
    free: () => rmSync(filler, { force: true }),
    makeReadOnly: () => mount('-o', 'remount,ro', path),
    unmount: () => void execFileSync('umount', [path]),
  };
}
