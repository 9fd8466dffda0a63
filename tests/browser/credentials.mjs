// What somebody signs in with: changed, removed, linked, unlinked.
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';
const other = 'Correct-horse-9';
const provider = 'daemun-openid-provider';

scenario('a password is changed, and everybody else is out', {}, async ({ wiki, person, someone }) => {
  await wiki.account('William', password);
  const elsewhere = await someone();
  await elsewhere.signsIn('William', password);
  await person.signsIn('William', password, 'Special:ChangeCredentials');
  await person.follows('changepassword');
  await person.isRemembered('newpassword', 'new-password');
  await person.fills('newpassword', other);
  await person.fills('retypenew', 'something else');
  await person.presses('changepassword');
  await person.isWarned('badretype');
  await person.fills('newpassword', other);
  await person.fills('retypenew', other);
  await person.presses('changepassword');
  await person.sees('changecredentials-success');
  await person.isIn('William');
  await elsewhere.isIn(null);
  await elsewhere.signsIn('William', password);
  await elsewhere.isWarned('wrongpassword');
  await elsewhere.signsIn('William', other);
  await elsewhere.isIn('William');
});

scenario('a password manager finds where passwords are changed', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.signsIn('William', password);
  // The password manager knows no language.
  await person.page.goto('/.well-known/change-password');
  await person.isAt('Special:ChangeCredentials/MediaWiki\\Auth\\PasswordAuthenticationRequest');
});

scenario('who signed in long ago must prove again who it is', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.signsIn('William', password, 'Special:ChangeCredentials');
  await wiki.minutesPass(30);
  await person.follows('changepassword');
  await person.sees('userlogin-reauth', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.heading('changepassword');
});

scenario('an address is changed and confirmed', {}, async ({ wiki, person }) => {
  await wiki.account('William', password, { email: 'old@example.org', confirmed: true });
  await person.signsIn('William', password, 'Special:ChangeCredentials');
  await person.follows('changeemail');
  await person.sees('daemun-page-address-present', 'old@example.org');
  await person.fills('changeemail-newemail', 'new@example.org');
  await person.presses('changeemail-submit');
  await person.sees('daemun-page-address-to-confirm', 'new@example.org');
  const letters = await wiki.letters(2);
  await person.opensFrom(letters.find(({ to }) => to.includes('new@')));
  await person.presses('daemun-page-confirm-email-submit');
  await person.sees('confirmemail_success');
});

scenario('an account elsewhere is linked, signs in, and is unlinked', { openid: true }, async ({ wiki, person }) => {
  await wiki.account('William', password);
  const host = new URL(wiki.issuer).hostname;
  await person.signsIn('William', password, 'Special:ChangeCredentials');
  await person.follows('linkaccounts');
  await person.signsInThere(['rawmessage', 'Example ID'], 'nora-1');
  await person.presses('linkaccounts');
  await person.sees('linkaccounts-success-text');
  await person.follows('changecredentials');
  await person.signsOut();
  await person.opens('Special:UserLogin', { returnto: 'Special:UnlinkAccounts' });
  await person.signsInThere(['rawmessage', 'Example ID'], 'nora-1');
  await person.isIn('William');
  const there = await person.text(provider, host);
  await person.follows(['daemun-page-unlink', there]);
  await person.presses(['daemun-page-unlink', there]);
  await person.sees('unlinkaccounts-success', there);
  await person.signsOut();
  await person.opens('Special:UserLogin');
  await person.signsInThere(['rawmessage', 'Example ID'], 'nora-1');
  await person.isIn(null);
});

scenario('a temporary password that nobody wants is removed', {}, async ({ wiki, person, someone }) => {
  await wiki.account('William', password, { email: 'w@example.org', confirmed: true });
  const stranger = await someone();
  await stranger.opens('Special:PasswordReset');
  await stranger.fills('userlogin-yourname', 'William');
  await stranger.presses('mailmypassword');
  await wiki.letter();
  await person.signsIn('William', password, 'Special:RemoveCredentials');
  const what = await person.text('authmanager-provider-temporarypassword');
  await person.follows(['daemun-page-remove', what]);
  await person.presses(['daemun-page-remove', what]);
  await person.sees('removecredentials-success', what);
});
