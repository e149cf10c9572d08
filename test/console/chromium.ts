import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflate } from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/**
 * A real Chromium out of an npm package, with the libraries and the font that it needs: nothing has to
 * be installed beside Node.js.
 */
const packed = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../bin');
const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
const unpacked = join(cache, 'chromium');

/** Starts a browser; the first time after an install it is unpacked, which takes some seconds. */
export async function startBrowser(): Promise<Browser> {
  if (!(await exists(unpacked))) await unpack();
  return chromium.launch({
    executablePath: join(unpacked, 'chromium'),
    // The sandbox needs rights that root in a container does not have. All pages are our own.
    args: ['--no-sandbox', '--font-render-hinting=none'],
    env: {
      ...process.env,
      HOME: unpacked,
      FONTCONFIG_PATH: join(unpacked, 'fonts'),
      LD_LIBRARY_PATH: join(unpacked, 'al2023/lib'),
    },
  });
}

/** The package's own settings look for its font in /tmp, where it is not. */
const fontSettings = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${unpacked}/fonts</dir><cachedir>${unpacked}/fonts/cache</cachedir></fontconfig>
`;

/** Into a folder of its own first, so that nobody finds half a browser, then moved to its place. */
async function unpack(): Promise<void> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'chromium-'));
  const { TMPDIR } = process.env;
  try {
    // The package unpacks into the folder for temporary files.
    process.env['TMPDIR'] = folder;
    await Promise.all(
      ['chromium.br', 'fonts.tar.br', 'al2023.tar.br', 'swiftshader.tar.br'].map((file) =>
        inflate(join(packed, file)),
      ),
    );
    await writeFile(join(folder, 'fonts/fonts.conf'), fontSettings);
    await rename(folder, unpacked).catch(async (error: unknown) => {
      // Another test may have been quicker.
      if (!(await exists(unpacked))) throw error;
    });
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    await rm(folder, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
