// Somebody who reads what is shown, in their language: things are named by the messages that label
// them, never by how the page is built.
import assert from 'node:assert/strict';
import { text } from './stage.mjs';
import { titleAt } from './titles.mjs';

/** Milliseconds for which a person waits for what a page should do. */
export const patience = 5000;

/** Looks for something until it is so, or says what is there instead. */
async function eventually(find, isSo, tell) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await find().catch(() => undefined);
    if (isSo(found)) return found;
    if (Date.now() > end) assert.fail(tell(found));
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export class Reader {
  /** What a message says in this person's language: a key, or a list of a key and parameters. */
  text = (message, ...params) => text(this.language, ...[message].flat(), ...params);

  /** What the page is about, without what stands around it. */
  get main() {
    return this.page.locator('main, body').last();
  }

  /** The field with this label; behind it may stand that it is optional. */
  async field(label) {
    const [name, optional] = [await this.text(label), await this.text('daemun-page-optional')];
    const alone = this.main.getByLabel(name, { exact: true });
    return alone.or(this.main.getByLabel(`${name} ${optional}`, { exact: true })).first();
  }

  /** The button that says this. */
  button = async (label) =>
    this.main.getByRole('button', { name: await this.text(label), exact: true }).first();

  /** The link that says this. */
  link = async (label) =>
    this.page.getByRole('link', { name: await this.text(label), exact: true }).first();

  /** The field with this label offers a password manager to fill in this. */
  async isRemembered(label, as) {
    const field = await this.field(label);
    assert.equal(await field.getAttribute('autocomplete'), as, `autocomplete of ${label}`);
  }

  /** The page has this heading. */
  async heading(message, ...params) {
    const name = await this.text(message, ...params);
    await this.page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
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
}
