import { createHash } from 'node:crypto';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

// What is built is for use, also where a test runner has it built.
process.env.NODE_ENV = 'production';

/** The web page: src/dashboard/browser -> build/page, which bursar serve serves. */
export default defineConfig({
  root: join(import.meta.dirname, 'src/dashboard/browser'),
  base: './',
  plugins: [react(), fontsAsFiles()],
  build: {
    outDir: join(import.meta.dirname, 'build/page'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2_000,
  },
});

/** Cloudscape's styles carry their fonts in themselves: a browser then loads all weights, needed or not, before it draws. */
function fontsAsFiles(): Plugin {
  return {
    name: 'fonts-as-files',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        file.source = String(file.source).replaceAll(
          /url\(["']?data:font\/woff2;base64,([^"')]+)["']?\)/g,
          (_, text: string) => {
            const source = Buffer.from(text, 'base64');
            const name = `font-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.woff2`;
            this.emitFile({ type: 'asset', fileName: `assets/${name}`, source });
            return `url(./${name})`;
          },
        );
      }
    },
  };
}
