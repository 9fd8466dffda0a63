// What stands around every page, and what can happen on any of them.
import assert from 'node:assert/strict';
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';

scenario('whoever chooses the other language keeps it through forms', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.opens('Special:UserLogin', { returnto: 'Some page' });
  person.language = person.language === 'en' ? 'ko' : 'en';
  await person.follows(['rawmessage', person.language === 'ko' ? '한국어' : 'English']);
  await person.isAt('Special:UserLogin');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', 'wrong');
  await person.presses('pt-login-button');
  await person.isWarned('wrongpassword');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.isAt('Some page');
  await person.sees('logout');
});

scenario('a form that was left open too long says so, and works then', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.opens('Special:UserLogin');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.context.clearCookies();
  await person.presses('pt-login-button');
  await person.isWarned('daemun-page-session-lost');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.isIn('William');
});

scenario('while nothing can be changed, pages say why', { readOnly: 'Upkeep' }, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.opens('Special:UserLogin');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.reads('Upkeep');
  await person.isIn(null);
});

scenario('the first press of the tab key leads past the head', { hands: { keyboard: true } }, async ({ person }) => {
  await person.opens('Special:ListUsers');
  await person.tabsTo(await person.link('daemun-page-skip'));
  await person.page.keyboard.press('Enter');
  const at = await person.page.evaluate(() => location.hash);
  assert.equal(at, '#content');
});
