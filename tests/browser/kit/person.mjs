// Somebody before a browser, who reads what is shown and acts by it: things are named by the
// messages that label them, never by how the page is built.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { text } from './stage.mjs';
import { titleAt } from './titles.mjs';

const patience = 5000;
let addresses = 0;

/** Finds something until it is so, or says what is there instead. */
async function eventually(find, isSo, tell) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await find().catch(() => undefined);
    if (isSo(found)) return found;
    if (Date.now() > end) assert.fail(tell(found));
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export class Person {
  /** `hands`: `keyboard` alone, or `phone` in them; `scripts: false` for a browser without. */
  static async before(browser, wiki, language, inspection, hands) {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const desk = { viewport: { width: 1100, height: 800 } };
    const person = new Person();
    // The wiki takes this machine for a proxy: people come from different places.
    person.address = `198.51.100.${(++addresses % 250) + 1}`;
    person.context = await browser.newContext({
      ...(hands.phone ? phone : desk),
      baseURL: wiki.origin,
      locale: language,
      javaScriptEnabled: hands.scripts !== false,
      extraHTTPHeaders: { 'X-Forwarded-For': person.address },
      permissions: ['clipboard-read', 'clipboard-write'],
      reducedMotion: 'reduce',
    });
    person.context.setDefaultTimeout(patience);
    person.page = await person.context.newPage();
    Object.assign(person, { wiki, language, inspection, hands, troubles: [], loaded: [] });
    person.#listens();
    return person;
  }

  #listens() {
    const { page } = this;
    page.on('pageerror', (error) => this.troubles.push(`a script failed: ${error.message}`));
    page.on('console', (message) => {
      // That the page itself is a refusal is for the scenario to judge.
      const { url } = message.location();
      const isPage = url === page.url() || url.endsWith('/favicon.ico');
      const refused = message.text().startsWith('Failed to load resource') && isPage;
      if (['error', 'warning'].includes(message.type()) && !refused) {
        this.troubles.push(`the console says: ${message.text()} (${url})`);
      }
    });
    page.on('response', (response) => {
      if (response.request().isNavigationRequest()) this.loaded = [];
      this.loaded.push(response);
    });
  }

  /** What a message says in this person's language: a key, or a list of a key and parameters. */
  text = (message, ...params) => text(this.language, ...[message].flat(), ...params);

  /** Opens a page of the wiki by its title, or an address that begins with a slash. */
  async opens(title, query = {}) {
    const language = this.language === 'en' ? {} : { uselang: this.language };
    const address = new URL(title.startsWith('/') ? title : `/wiki/${title}`, this.wiki.origin);
    for (const [name, value] of Object.entries({ ...query, ...language })) {
      address.searchParams.set(name, value);
    }
    await this.page.goto(address.href);
    await this.#looks();
  }

  /** A new page is there: it is looked at closely, if nobody has before. */
  async #looks() {
    await this.page.waitForLoadState('load');
    if (!this.page.url().startsWith(this.wiki.origin)) return;
    await this.inspection.look(this);
  }

  /** Fills in the field with this label. */
  async fills(label, value) {
    const field = await this.field(label);
    if (!this.hands.keyboard) return field.fill(value);
    await this.tabsTo(field);
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.type(value);
  }

  /** The field with this label; behind it may stand that it is optional. */
  async field(label) {
    const [name, optional] = [await this.text(label), await this.text('daemun-page-optional')];
    const alone = this.main.getByLabel(name, { exact: true });
    return alone.or(this.main.getByLabel(`${name} ${optional}`, { exact: true })).first();
  }

  /** Ticks a box, or takes the tick away. */
  async ticks(label, ticked = true) {
    const box = this.page.getByLabel(await this.text(label));
    if (!this.hands.keyboard) return box.setChecked(ticked);
    await this.tabsTo(box);
    if ((await box.isChecked()) !== ticked) await this.page.keyboard.press('Space');
  }

  /** Fills in a parameter of the API, by the name that stands beside its label. */
  async fillsParameter(name, value) {
    await this.parameter(name).fill(value);
  }

  /** Waits until a parameter has been filled in by the page. */
  async isFilled(name) {
    const find = () => this.parameter(name).inputValue();
    await eventually(find, (value) => value, () => `expected ${name} to be filled in`);
  }

  parameter = (name) => this.main.getByLabel(new RegExp(`(^|\\s)${name}(\\s|$)`)).first();

  /** Chooses in a list, by what the choice says. */
  async chooses(label, choice) {
    const list = this.page.getByLabel(await this.text(label));
    const choices = { label: await this.text(choice) };
    if (!this.hands.keyboard) return list.selectOption(choices);
    await this.tabsTo(list);
    await this.page.keyboard.type(choices.label);
  }

  /** Presses a button that leads to another page. */
  presses = async (label) => this.goes(await this.button(label));

  /** Presses a button that does something on this page. */
  pushes = async (label) => this.#acts(await this.button(label));

  /** Follows a link that opens in a tab of its own. */
  pushesLink = async (label) => this.#acts(await this.link(label));

  /** Follows a link. */
  follows = async (label) => this.goes(await this.link(label));

  button = async (label) =>
    this.main.getByRole('button', { name: await this.text(label), exact: true }).first();

  link = async (label) =>
    this.page.getByRole('link', { name: await this.text(label), exact: true }).first();

  /** What the page is about, without what stands around it. */
  get main() {
    return this.page.locator('main, body').last();
  }

  /** Opens an address that stands in a letter, as it is there. */
  async opensFrom(letter) {
    const [address] = letter.text.match(/https?:\/\/\S+/);
    const target = new URL(address);
    if (this.language !== 'en') target.searchParams.set('uselang', this.language);
    await this.page.goto(target.href);
    await this.#looks();
  }

  /** Signs in with name and password, and goes on to this title. */
  async signsIn(name, password, returnto = 'Special:UserLogin') {
    await this.opens('Special:UserLogin', { returnto });
    await this.fills('userlogin-yourname', name);
    await this.fills('userlogin-yourpassword', password);
    await this.presses('pt-login-button');
  }

  /** The field with this label offers a password manager to fill in this. */
  async isRemembered(label, as) {
    const field = await this.field(label);
    assert.equal(await field.getAttribute('autocomplete'), as, `autocomplete of ${label}`);
  }

  /** Says at the provider who it is, and comes back. */
  async signsInThere(button, who) {
    // The page between goes on by itself.
    await this.pushes(button);
    await this.page.getByRole('link', { name: who }).click();
    await this.page.waitForURL((url) => url.origin === this.wiki.origin);
    await this.#looks();
  }

  /** Signs out by the link at the top. */
  async signsOut() {
    await this.follows('logout');
    await this.presses('logout');
    await this.isIn(null);
  }

  /** What a link gives to keep. */
  async downloads(label) {
    const download = this.page.waitForEvent('download');
    await this.#acts(await this.link(label));
    return readFileSync(await (await download).path(), 'utf8');
  }

  /** The page has this heading. */
  async heading(message, ...params) {
    const name = await this.text(message, ...params);
    await this.page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
  }

  /** The page has changed by itself: it is looked at again. */
  inspected = () => this.#looks();

  /** Uses something that leads to another page. */
  async goes(element) {
    const arrived = this.page.waitForEvent('load');
    arrived.catch(() => {});
    await this.#acts(element);
    await arrived;
    await this.#looks();
  }

  async #acts(element) {
    if (this.hands.keyboard) {
      await this.tabsTo(element);
      await this.page.keyboard.press('Enter');
    } else if (this.hands.phone) {
      await element.tap();
    } else {
      await element.click();
    }
  }

  /** Moves on by the tab key until this has the focus, which must be seen. */
  async tabsTo(element) {
    await element.waitFor();
    for (let pressed = 0; pressed < 60; pressed++) {
      if (await element.evaluate((it) => it === document.activeElement)) {
        const { outlineStyle, boxShadow } = await element.evaluate((it) => {
          const { outlineStyle, boxShadow } = getComputedStyle(it);
          return { outlineStyle, boxShadow };
        });
        assert.ok(outlineStyle !== 'none' || boxShadow !== 'none', `no focus is seen: ${element}`);
        return;
      }
      await this.page.keyboard.press('Tab');
    }
    assert.fail(`the tab key does not lead to ${element}`);
  }

  /** All that the page says. */
  said = async () => (await this.page.locator('body').innerText()).replace(/\s+/g, ' ');

  /** Reads these words somewhere on the page. */
  async reads(expected) {
    await eventually(
      this.said,
      (said) => said?.includes(expected),
      (said) => `expected to read "${expected}" in:\n${said}`,
    );
  }

  /** Reads what this message says. */
  sees = async (message, ...params) => this.reads(await this.text(message, ...params));

  /** Does not see what this message says. */
  async misses(message, ...params) {
    const expected = await this.text(message, ...params);
    assert.ok(!(await this.said()).includes(expected), `expected not to read "${expected}"`);
  }

  /** Is told this as what went wrong: a screen reader says it at once. */
  async isWarned(message, ...params) {
    const [expected, alert] = [await this.text(message, ...params), this.page.getByRole('alert')];
    await eventually(
      async () => (await alert.allInnerTexts()).join(' ').replace(/\s+/g, ' '),
      (said) => said?.includes(expected),
      (said) => `expected to be warned "${expected}", not "${said}"`,
    );
  }

  /** Has come to this page of the wiki. */
  async isAt(title) {
    await eventually(
      async () => titleAt(this.page.url()),
      (found) => found === title,
      (found) => `expected to be at ${title}, not at ${found}`,
    );
  }

  /** Is in as somebody, or (null) as nobody: the program is asked. */
  async isIn(name) {
    const query = '/w/api.php?action=query&meta=userinfo&format=json&formatversion=2';
    const { anon, name: found } = (await (await this.context.request.get(query)).json()).query.userinfo;
    assert.equal(anon ? null : found, name);
  }

  /** The cookies by name. */
  async cookies() {
    return Object.fromEntries((await this.context.cookies()).map((cookie) => [cookie.name, cookie]));
  }

  /** What a captcha that is shown here says to those who can read it. */
  async readsCaptcha() {
    const image = this.page.getByAltText(await this.text('daemun-page-captcha-image'));
    const address = new URL(await image.getAttribute('src'), this.wiki.origin);
    const id = address.searchParams.get('wpCaptchaId');
    const session = (await this.cookies()).wiki_session?.value ?? '';
    return this.wiki.ask('captcha', { id, session });
  }

  /** What went wrong beside what is shown. */
  async complained() {
    assert.deepEqual(this.troubles, []);
  }

  /** For a report: where this person got stuck. */
  async lastSeen() {
    const said = await this.said().catch(() => '(nothing)');
    return `\n--- at ${decodeURIComponent(this.page.url())}\n${said}\n${this.troubles.join('\n')}`;
  }

  leaves = () => this.context.close();
}
