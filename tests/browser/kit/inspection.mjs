// What must hold for every page, looked at once for each language and each form that a page takes:
// nothing keeps people out of it, in either theme; it fits a phone; it is light. Pictures are kept.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { axe } from './packages.mjs';
import { titleAt } from './titles.mjs';

const mostBytes = 60_000;
const mostRequests = 3;

// To preload would be to fetch style sheets by a script, which pages forbid.
const axeOptions = { preload: false, resultTypes: ['violations'] };

/** All rules; what a theme changes is the contrast. */
const rules = {
  light: {
    ...axeOptions,
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    rules: { 'target-size': { enabled: true } },
  },
  dark: { ...axeOptions, runOnly: { type: 'rule', values: ['color-contrast'] } },
};

/** How a page is built, whatever it says: two pages of one form look alike. */
const form = () => {
  const told = new Set(['INPUT', 'SELECT', 'BUTTON', 'TEXTAREA', 'FORM', 'TABLE', 'IMG', 'H2', 'DIALOG']);
  const parts = [...document.body.querySelectorAll('*')]
    .filter((it) => it.type !== 'hidden' && (told.has(it.tagName) || it.hasAttribute('role')))
    .map((it) => `${it.tagName}#${it.id}.${it.name ?? ''}.${it.type ?? ''}.${it.getAttribute('role') ?? ''}`);
  return parts.join(' ');
};

export class Inspection {
  #names = new Map();
  #counts = new Map();
  #seen = new Set();
  #pictures = new Map();

  /** Pictures of before are thrown away. */
  constructor(folder) {
    this.folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  /** Looks at the page that a person has before them. */
  async look(person) {
    const { page, language, hands } = person;
    if (hands.scripts === false) return;
    const name = this.#name(nameOf(page.url()), await page.evaluate(form));
    if (this.#seen.has(`${name} ${language}`)) return;
    this.#seen.add(`${name} ${language}`);
    await weigh(person, name);
    assert.equal(await page.locator('html').getAttribute('lang'), language, `${name}: its language`);
    const [viewport, problems] = [page.viewportSize(), []];
    await page.evaluate(axe);
    for (const theme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: theme });
      problems.push(...(await violations(page, rules[theme])).map((problem) => `${theme}: ${problem}`));
      await this.#picture(page, name, language, theme);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
    if (wide > 0) problems.push(`${wide} pixels do not fit a phone`);
    await this.#picture(page, name, language, 'phone');
    await page.setViewportSize(viewport);
    assert.deepEqual(problems, [], `${name} in ${language}`);
  }

  /** The page's name, with a number for each form that it takes. */
  #name(title, built) {
    const key = `${title} ${built}`;
    if (!this.#names.has(key)) {
      const count = (this.#counts.get(title) ?? 0) + 1;
      this.#counts.set(title, count);
      this.#names.set(key, count === 1 ? title : `${title}-${count}`);
    }
    return this.#names.get(key);
  }

  async #picture(page, name, language, look) {
    const file = `${name}-${language}-${look}.png`;
    await page.screenshot({ path: `${this.folder}/${file}`, fullPage: true });
    this.#pictures.set(name, [...(this.#pictures.get(name) ?? []), file]);
  }

  /** Writes a page to look through all pictures. */
  finish() {
    const picture = (file) =>
      `<a href="${file}"><img src="${file}" alt="${file}" loading="lazy"></a>`;
    const rows = [...this.#pictures]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, files]) => `<h2>${name}</h2><p>${files.sort().map(picture).join('\n')}</p>`);
    const style =
      'body{font-family:sans-serif;background:#888}img{width:16%;vertical-align:top;margin:2px}';
    writeFileSync(
      `${this.folder}/index.html`,
      `<!DOCTYPE html><meta charset="utf-8"><title>Pages</title><style>${style}</style>\n${rows.join('\n')}\n`,
    );
  }
}

/** `Special:UserLogin` is `UserLogin`. */
function nameOf(address) {
  const [page] = titleAt(address).replace(/^[^:]*:/, '').split('/');
  return page.replaceAll(/[^\p{L}\p{N}]+/gu, '_') || 'Main_Page';
}

/** The responses of a page view together. */
async function weigh(person, name) {
  // What a script fetches later is no part of the page.
  const isPart = (response) => !['fetch', 'xhr'].includes(response.request().resourceType());
  const loaded = person.loaded.filter(isPart);
  const sizes = await Promise.all(
    loaded.map(async (response) => (await response.body().catch(() => '')).length),
  );
  const told = loaded.map((response, at) => `${sizes[at]} ${response.url()}`).join('\n');
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(loaded.length <= mostRequests, `${name} takes ${loaded.length} requests:\n${told}`);
  assert.ok(bytes <= mostBytes, `${name} takes ${bytes} bytes:\n${told}`);
}

async function violations(page, options) {
  const found = await page.evaluate((options) => axe.run(document, options), options);
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
  );
}
