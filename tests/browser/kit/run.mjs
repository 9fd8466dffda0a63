// Plays all scenarios in one browser, or those whose title or file has the words of
// DAEMUN_SCENARIOS in it.
import { after, before, describe, test } from 'node:test';
import { readdirSync } from 'node:fs';
import { chromium } from './packages.mjs';
import { Inspection } from './inspection.mjs';
import { scenarios } from './scenario.mjs';
import { hangUp } from './stage.mjs';

const chosen = process.env.DAEMUN_SCENARIOS ?? '';
const folder = new URL('../', import.meta.url);
const inspection = new Inspection(process.env.SCREENSHOTS);
let browser;

before(async () => {
  // Whoever tests as root has no sandbox to put the browser in.
  const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });
});

after(async () => {
  inspection.finish();
  await browser?.close();
  hangUp();
});

for (const file of readdirSync(folder).filter((name) => name.endsWith('.mjs')).sort()) {
  const from = scenarios.length;
  await import(new URL(file, folder));
  const here = scenarios.slice(from);
  const wanted = here.filter(({ title }) => file.includes(chosen) || title.includes(chosen));
  if (wanted.length === 0) continue;
  // Two at a time, as small machines have two processors.
  describe(file.replace('.mjs', '').replaceAll('-', ' '), { concurrency: 2 }, () => {
    for (const { title, run } of wanted) {
      test(title, { timeout: 60_000 }, () => run(browser, inspection));
    }
  });
}
