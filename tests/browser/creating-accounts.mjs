// An account of one's own, and an address that is confirmed.
import { scenario } from './kit/scenario.mjs';

const password = 'Correct-horse-9';

async function fillsIn(person, name, word = password) {
  await person.fills('userlogin-yourname', name);
  await person.fills('userlogin-yourpassword', word);
  await person.fills('yourpasswordagain', word);
}

scenario('a newcomer makes an account, is in, and confirms the address', { mail: true }, async ({ wiki, person, someone }) => {
  await person.opens('Special:CreateAccount', { returnto: 'Some page' });
  await person.isRemembered('userlogin-yourname', 'username');
  await person.isRemembered('userlogin-yourpassword', 'new-password');
  await person.isRemembered('yourpasswordagain', 'new-password');
  await fillsIn(person, 'Newcomer');
  await person.fills('authmanager-email-label', 'newcomer@example.org');
  await person.presses('createaccount-submit');
  await person.isIn('Newcomer');
  await person.isAt('Some page');
  const letter = await wiki.letter();
  const reader = await someone();
  await reader.opensFrom(letter);
  await reader.sees('daemun-page-confirm-email', 'newcomer@example.org', 'Newcomer');
  await reader.presses('daemun-page-confirm-email-submit');
  await reader.sees('confirmemail_success');
  await reader.opensFrom(letter);
  await reader.sees('confirmemail_invalid');
});

scenario('what cannot be is told, and what was filled in stays', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.opens('Special:CreateAccount');
  await fillsIn(person, 'William');
  await person.presses('createaccount-submit');
  await person.isWarned('userexists');
  await fillsIn(person, 'Newcomer', 'short');
  await person.presses('createaccount-submit');
  await person.isIn(null);
  await person.fills('userlogin-yourpassword', password);
  await person.fills('yourpasswordagain', 'something else');
  await person.presses('createaccount-submit');
  await person.isWarned('badretype');
  await fillsIn(person, 'Newcomer');
  await person.presses('createaccount-submit');
  await person.isIn('Newcomer');
});

scenario('a newcomer shows by letters to be human', { captcha: 'image' }, async ({ person }) => {
  await person.opens('Special:CreateAccount');
  await fillsIn(person, 'Newcomer');
  await person.fills('captcha-label', await person.readsCaptcha());
  await person.presses('createaccount-submit');
  await person.isIn('Newcomer');
});
