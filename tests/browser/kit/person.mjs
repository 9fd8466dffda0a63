// Somebody before a browser, who acts by what is shown.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Reader, patience } from './reader.mjs';

let addresses = 0;

export class Person extends Reader {
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

  /** Ticks a box, or takes the tick away. */
  async ticks(label, ticked = true) {
    const box = this.page.getByLabel(await this.text(label));
    if (!this.hands.keyboard) return box.setChecked(ticked);
    await this.tabsTo(box);
    if ((await box.isChecked()) !== ticked) await this.page.keyboard.press('Space');
  }

  /** Presses a button that leads to another page. */
  presses = async (label) => this.goes(await this.button(label));

  /** Presses a button that does something on this page. */
  pushes = async (label) => this.#acts(await this.button(label));

  /** Follows a link that opens in a tab of its own. */
  pushesLink = async (label) => this.#acts(await this.link(label));

  /** Follows a link. */
  follows = async (label) => this.goes(await this.link(label));

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
