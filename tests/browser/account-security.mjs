// A second factor of one's own, and where one is signed in.
import assert from 'node:assert/strict';
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';

scenario('an app is set up by its text key, asked for, and turned off', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.signsIn('William', password, 'Special:AccountSecurity');
  await person.sees('daemun-security-two-factor-off');
  await person.follows('daemun-security-add-app');
  const qr = person.page.getByRole('img', { name: await person.text('oathauth-qrcode-alt') });
  assert.ok((await qr.boundingBox()).width >= 150, 'a camera can read it');
  const secret = await person.page.locator('#secret').innerText();
  await person.isRemembered('oathauth-entertoken', 'one-time-code');
  await person.fills('oathauth-entertoken', '000000');
  await person.presses('daemun-security-confirm');
  await person.isWarned('oathauth-failedtovalidateoath');
  await person.fills('oathauth-entertoken', await wiki.code(secret));
  await person.presses('daemun-security-confirm');
  await person.sees('oathauth-validatedoath');
  const codes = await person.page.locator('#codes li').allInnerTexts();
  assert.equal(new Set(codes).size, 10);
  const saved = await person.downloads('oathauth-recoverycodes-download');
  for (const code of codes) assert.ok(saved.includes(code), `${code} in ${saved}`);

  await person.signsOut();
  await wiki.minutesPass(2);
  await person.signsIn('William', password, 'Special:AccountSecurity');
  await person.fills('oathauth-auth-token-label', await wiki.code(secret));
  await person.presses('daemun-page-go-on');
  await person.sees('daemun-security-two-factor-on');
  await person.presses('daemun-security-new-codes');
  const others = await person.page.locator('#codes li').allInnerTexts();
  assert.ok(others.every((code) => !codes.includes(code)));
  await person.follows('daemun-security-back');
  await person.follows('daemun-security-turn-off');
  await person.presses('daemun-security-turn-off');
  await person.sees('daemun-security-two-factor-off');
  await person.signsOut();
  await person.signsIn('William', password);
  await person.isIn('William');
});

scenario('sessions are seen and ended, one and then all others', {}, async ({ wiki, person, someone }) => {
  await wiki.account('William', password);
  const others = [await someone({ phone: true }), await someone(), await someone()];
  for (const other of others) await other.signsIn('William', password);
  await person.signsIn('William', password, 'Special:AccountSecurity');
  await person.sees('daemun-security-this');
  const ends = person.page.getByRole('button', { name: `${await person.text('daemun-security-end')}: ` });
  assert.equal(await ends.count(), 3);
  await person.goes(ends.first());
  await person.sees('daemun-security-ended');
  const still = await Promise.all(others.map((other) => other.isIn('William').then(() => 1, () => 0)));
  assert.equal(still.reduce((sum, one) => sum + one), 2);
  await person.presses('daemun-security-end-others');
  await person.sees('daemun-security-ended-others');
  for (const other of others) await other.isIn(null);
  await person.isIn('William');
});
