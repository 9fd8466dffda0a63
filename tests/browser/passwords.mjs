// Passwords that must be changed, and those that are forgotten.
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';
const other = 'Correct-horse-9';
const day = 24 * 60 * 60;

scenario('an expired password must be changed before going on', {}, async ({ wiki, person }) => {
  await wiki.account('William', password, { expiresIn: -30 * day });
  await person.signsIn('William', password, 'Some page');
  await person.sees('resetpass-expired');
  await person.isIn(null);
  await person.isRemembered('newpassword', 'new-password');
  await person.fills('newpassword', other);
  await person.fills('retypenew', other);
  await person.presses('pt-login-button');
  await person.isIn('William');
  await person.isAt('/wiki/Some_page');
});

scenario('a change that is only suggested may be skipped', {}, async ({ wiki, person }) => {
  await wiki.account('William', password, { expiresIn: -day });
  await person.signsIn('William', password, 'Some page');
  await person.sees('resetpass-expired-soft');
  await person.presses('authprovider-resetpass-skip-label');
  await person.isIn('William');
});
