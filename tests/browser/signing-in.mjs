// Signing in with a password, and out.
import assert from 'node:assert/strict';
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';

scenario('somebody signs in, and out again', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.opens('Special:UserLogin', { returnto: 'Some page' });
  await person.isRemembered('userlogin-yourname', 'username');
  await person.isRemembered('userlogin-yourpassword', 'current-password');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.isIn('William');
  await person.isAt('Some page');
  assert.equal((await person.cookies()).wikiToken, undefined, 'nobody asked to stay in');
  await person.opens('Special:UserLogout');
  await person.presses('logout');
  await person.sees('daemun-page-signed-out');
  await person.isIn(null);
});

scenario('a wrong password is told, and the right one still counts', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.signsIn('William', 'wrong');
  await person.isWarned('wrongpassword');
  await person.isIn(null);
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.isIn('William');
});

scenario('who asks for it stays signed in', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.opens('Special:UserLogin');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.ticks(['userlogin-remembermypassword', 180]);
  await person.presses('pt-login-button');
  // The browser is closed, and the session is forgotten.
  await person.context.clearCookies({ name: 'wiki_session' });
  await wiki.minutesPass(60 * 24 * 20);
  await person.isIn('William');
});

scenario('nobody is led away from the wiki', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  for (const target of ['https://evil.example/', '//evil.example', '\\\\evil.example']) {
    await person.context.clearCookies();
    await person.signsIn('William', password, target);
    assert.ok(person.page.url().startsWith(`${wiki.origin}/`), person.page.url());
  }
});

scenario('a private wiki asks to sign in, and shows the page then', { private: true }, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.opens('Some page');
  await person.sees('daemun-page-sign-in-to-read');
  await person.follows('login');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.isAt('Some page');
  await person.isIn('William');
});

scenario('too many wrong passwords are told, and time heals it', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  for (let time = 0; time < 6; time++) await person.signsIn('William', 'wrong');
  await person.reads((await person.text('login-throttled', '@')).split('@')[0]);
  await wiki.minutesPass(6);
  await person.signsIn('William', password);
  await person.isIn('William');
});
