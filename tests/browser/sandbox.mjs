// Requests tried out in Special:ApiSandbox: run in place, and whole dialogues step by step.
import assert from 'node:assert/strict';
import { axe } from './kit/packages.mjs';
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';
const run = 'daemun-sandbox-run';

/** The field of a parameter: its label is the wire's name with much beside it. */
const field = (person, name) => person.page.locator(`[id="p-${name}"]`);

/** Waits until the page has made of what was filled in a request that says this. */
const writes = (person, way, expected) =>
  person.page.locator(`#code-${way}`).filter({ hasText: expected }).waitFor({ state: 'attached' });

const answers = (person, expected) => person.page.locator('#sandbox-result').getByText(expected).first().waitFor();

/** What the script has made of the page keeps nobody out of it, in either theme. */
async function keepsNobodyOut({ page }) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document, { preload: false }));
    const told = found.violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${target}`));
    assert.deepEqual(told, [], colorScheme);
  }
}

async function begins(person, name) {
  await person.opens('Special:ApiSandbox');
  await person.follows('daemun-sandbox-start-clientlogin');
  await field(person, 'username').fill(name);
  await field(person, 'password').fill(password);
}

scenario('somebody asks the wiki about itself, and copies the program', {}, async ({ person }) => {
  await person.opens('Special:ApiSandbox');
  await person.follows('daemun-sandbox-start-siteinfo');
  await person.pushes(run);
  await answers(person, '"Example Wiki"');
  await person.reads('200');
  await person.page.locator('[id="p-siprop-more"] summary').click();
  await person.page.locator('input[value="statistics"]').check();
  await writes(person, 'url', 'siprop=statistics');
  assert.ok(person.page.url().includes('#action=query'), 'the address opens the same form again');
  await person.pushes(run);
  await answers(person, '"activeusers"');
  await keepsNobodyOut(person);
  await person.page.locator('summary', { hasText: 'Python' }).click();
  const name = `${await person.text('daemun-sandbox-copy')}: Python`;
  await person.page.getByRole('button', { name, exact: true }).click();
  await person.sees('daemun-sandbox-copied');
  // The clipboard is one for all people before this browser.
  const copied = await person.page.evaluate(() => navigator.clipboard.readText());
  assert.ok(copied.includes('import requests') && copied.includes('/w/api.php'), copied);
});

scenario('another module brings its own fields', {}, async ({ person }) => {
  await person.opens('Special:ApiSandbox');
  await field(person, 'action').selectOption('paraminfo');
  await field(person, 'modules').fill('nothing');
  await writes(person, 'curl', 'modules=nothing');
  await field(person, 'modules').press('Enter');
  await answers(person, '"warnings"');
});

scenario('an error is told in words', {}, async ({ person }) => {
  await person.opens('Special:ApiSandbox', { module: 'query+allusers' });
  await person.page.locator('#sandbox-fields > details > summary').last().click();
  await field(person, 'assert').selectOption('user');
  await person.pushes(run);
  await person.reads('assertuserfailed');
});

scenario('an example of the help opens as a form', {}, async ({ person }) => {
  await person.opens('Special:ApiHelp/query+siteinfo');
  // The form is fetched by the script: what is light as a page is not looked at once more.
  await person.page.locator('a[href*="ApiSandbox#"]').first().click();
  await writes(person, 'url', 'siprop=general%7Cnamespaces%7Cnamespacealiases%7Cstatistics');
  assert.ok(await person.page.locator('input[value="namespacealiases"]').isChecked());
  await person.pushes(run);
  await answers(person, '"namespacealiases"');
});

scenario('a secret behind # is taken out of the address, and warned of', {}, async ({ person }) => {
  await person.opens('Special:ApiHelp');
  await person.opens('Special:ApiHelp/login');
  await person.page.locator('a[href*="ApiSandbox#"]').first().click();
  await person.sees('daemun-sandbox-exposed');
  assert.equal(await field(person, 'lgpassword').inputValue(), 'password');
  const said = await person.page.locator('#sandbox-request').innerText();
  assert.ok(!said.includes('123ABC') && !person.page.url().includes('123ABC'), person.page.url());
});

scenario('a login with a second factor goes step by step', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  const app = await wiki.ask('app', { name: 'William' });
  await begins(person, 'William');
  await person.pushes(run);
  await person.sees('daemun-sandbox-after-ui');
  await keepsNobodyOut(person);
  assert.ok(!(await person.page.locator('#sandbox-redirect').isVisible()), 'nothing leads elsewhere');
  await field(person, 'OATHToken').fill(await wiki.code(app.secret));
  await person.pushes(run);
  await person.sees('daemun-sandbox-after-pass');
  await person.isIn('William');
  const said = await person.page.locator('#sandbox-request').innerText();
  assert.ok(!said.includes(password) && !person.page.url().includes('password'), said);
});

scenario('a captcha is shown and answered', { captcha: 'image', unthrottled: true }, async ({ wiki, person }) => {
  await wiki.account('William', password);
  for (let wrong = 0; wrong < 4; wrong++) {
    await begins(person, 'William');
    await field(person, 'password').fill('not-it');
    await person.pushes(run);
    await person.sees('daemun-sandbox-after-fail');
    if (await field(person, 'captchaWord').count()) break;
  }
  const image = person.page.locator('#sandbox-fields img');
  await image.waitFor();
  await image.evaluate((it) => it.decode());
  assert.ok(await image.evaluate((it) => it.naturalWidth > 0), 'the image is there');
  const id = await field(person, 'captchaId').inputValue();
  const session = (await person.cookies()).wiki_session?.value ?? '';
  await field(person, 'captchaWord').fill(await wiki.ask('captcha', { id, session }));
  await field(person, 'password').fill(password);
  await person.pushes(run);
  await person.sees('daemun-sandbox-after-pass');
  await person.isIn('William');
});

scenario('a dialogue that leads elsewhere comes back to the sandbox', { openid: true }, async ({ wiki, person }) => {
  await wiki.account('Maria', password, { subject: 'maria-1' });
  await person.opens('Special:ApiSandbox', { module: 'clientlogin' });
  await person.page.getByRole('checkbox', { name: 'Example ID' }).check();
  await person.pushes(run);
  await person.sees('daemun-sandbox-after-redirect');
  await person.page.locator('#sandbox-redirect').click();
  await person.page.getByRole('link', { name: 'maria-1' }).click();
  await person.page.waitForURL(/ApiSandbox/);
  await person.sees('daemun-sandbox-dialogue-continued');
  await person.pushes(run);
  await person.sees('daemun-sandbox-after-pass');
  await person.isIn('Maria');
});

scenario('without scripts a form makes a request and runs it', { hands: { scripts: false } }, async ({ person }) => {
  await person.opens('Special:ApiSandbox');
  await field(person, 'action').selectOption('query');
  await person.page.locator('input[value="userinfo"]').check();
  await person.presses('daemun-sandbox-show-form');
  await person.page.locator('[id="p-uiprop-more"] summary').click();
  await person.page.locator('input[value="groups"]').check();
  await person.presses('daemun-sandbox-show-request');
  await person.reads('uiprop=groups');
  await person.presses(run);
  await person.reads('"groups"');
});

scenario('somebody with a keyboard alone chooses, fills in and runs', { hands: { keyboard: true } }, async ({ person }) => {
  await person.opens('Special:ApiSandbox', { module: 'checktoken' });
  await person.tabsTo(field(person, 'type'));
  await person.page.keyboard.press('End');
  await person.tabsTo(field(person, 'token'));
  await person.page.keyboard.type('123ABC');
  await person.page.keyboard.press('Enter');
  await answers(person, '"invalid"');
});

scenario('on a phone a request is run, and nothing is wider than it', { hands: { phone: true } }, async ({ person }) => {
  await person.opens('Special:ApiSandbox');
  await person.follows('daemun-sandbox-start-userinfo');
  await person.pushes(run);
  await answers(person, '"anon"');
  const wide = await person.page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} pixels do not fit`);
});
