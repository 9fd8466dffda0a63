// Signing in with a password, and out.
import assert from 'node:assert/strict';
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';

scenario('somebody signs in with name and password, and out again', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.opens('Special:UserLogin', { returnto: 'Special:ApiHelp' });
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.isIn('William');
  await person.isAt("help");
  assert.equal((await person.cookies()).wikiToken, undefined, 'nobody asked to stay in');
});
