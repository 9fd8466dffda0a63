// With the keyboard alone, on a phone, and without scripts.
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';

/** A wrong password, a second factor, and out. */
async function walk({ wiki, person }) {
  await wiki.account('William', password);
  const { secret } = await wiki.ask('app', { name: 'William' });
  await person.signsIn('William', 'wrong');
  await person.isWarned('wrongpassword');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.ticks(['userlogin-remembermypassword', 180]);
  await person.presses('pt-login-button');
  await person.sees('oathauth-auth-ui');
  await person.fills('oathauth-auth-token-label', await wiki.code(secret));
  await person.presses('daemun-page-go-on');
  await person.isIn('William');
  await person.opens('Special:UserLogout');
  await person.presses('logout');
  await person.isIn(null);
}

scenario('somebody who has a keyboard alone signs in and out', { hands: { keyboard: true } }, walk);
scenario('somebody on a phone signs in and out', { hands: { phone: true } }, walk);
scenario('somebody whose browser runs no scripts signs in and out', { hands: { scripts: false } }, walk);
