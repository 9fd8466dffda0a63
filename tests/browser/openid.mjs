// Signing in elsewhere.
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';
const label = ['rawmessage', 'Example ID'];

/** Goes to the provider from the page for signing in. */
async function signsInThere(person, who) {
  await person.opens('Special:UserLogin', { returnto: 'Some page' });
  await person.signsInThere(label, who);
}

scenario('who is known there is in', { openid: true }, async ({ wiki, person }) => {
  await wiki.account('Maria', password, { subject: 'maria-1' });
  await signsInThere(person, 'maria-1');
  await person.isIn('Maria');
  await person.isAt('Some page');
});

scenario('who is new is made an account, where the wiki wants it', { openid: true, openidCreates: true }, async ({ person }) => {
  await signsInThere(person, 'nora-1');
  await person.isIn('Nora');
});

scenario('who is not known signs in another way, and is linked', { openid: true }, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await signsInThere(person, 'nora-1');
  await person.isWarned('authmanager-authn-no-local-user-link');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.sees('authprovider-confirmlink-message');
  await person.page.getByLabel('Nora').check();
  await person.presses('daemun-page-go-on');
  await person.isIn('William');
  await person.signsOut();
  await signsInThere(person, 'nora-1');
  await person.isIn('William');
});

scenario('who says no there is told, and may try again', { openid: true }, async ({ wiki, person }) => {
  await wiki.account('Maria', password, { subject: 'maria-1' });
  await signsInThere(person, 'nobody');
  await person.isWarned('daemun-openid-denied');
  await person.signsInThere(label, 'maria-1');
  await person.isIn('Maria');
});

scenario('who is not known makes an account, and is linked', { openid: true }, async ({ person }) => {
  await signsInThere(person, 'nora-1');
  await person.isWarned('authmanager-authn-no-local-user-link');
  await person.follows('userlogin-joinproject');
  await person.fills('userlogin-yourname', 'Nora');
  await person.presses('createaccount-submit');
  await person.isIn('Nora');
  await person.signsOut();
  await signsInThere(person, 'nora-1');
  await person.isIn('Nora');
});
