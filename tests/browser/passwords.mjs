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
  await person.presses('daemun-page-go-on');
  await person.isIn('William');
  await person.isAt('Some page');
});

scenario('a change that is only suggested may be skipped', {}, async ({ wiki, person }) => {
  await wiki.account('William', password, { expiresIn: -day });
  await person.signsIn('William', password, 'Some page');
  await person.sees('resetpass-expired-soft');
  await person.presses('authprovider-resetpass-skip-label');
  await person.isIn('William');
});

scenario('a forgotten password is made new by mail', {}, async ({ wiki, person }) => {
  await wiki.account('William', password, { email: 'w@example.org', confirmed: true });
  await person.opens('Special:UserLogin');
  await person.follows('userlogin-resetpassword-link');
  await person.presses('mailmypassword');
  await person.isWarned('passwordreset-nodata');
  await person.fills('userlogin-yourname', 'William');
  await person.presses('mailmypassword');
  await person.sees('passwordreset-success-details-generic');
  const letter = await wiki.letter();
  const [temporary] = letter.text.match(/[A-Za-z0-9]{10,}(?=\s)/g).filter((word) => !word.includes('http'));
  await person.signsIn('William', temporary, 'Some page');
  await person.sees('resetpass-temp-emailed');
  await person.fills('newpassword', other);
  await person.fills('retypenew', other);
  await person.presses('daemun-page-go-on');
  await person.isIn('William');
  await person.isAt('Some page');
});

scenario('nobody learns from a reset who has an account', {}, async ({ person }) => {
  await person.opens('Special:PasswordReset');
  await person.fills('userlogin-yourname', 'Nobody');
  await person.presses('mailmypassword');
  await person.sees('passwordreset-success-details-generic');
});
