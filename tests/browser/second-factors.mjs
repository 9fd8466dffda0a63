// Signing in with a second factor.
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';

async function asked({ wiki, person }) {
  await wiki.account('William', password);
  const app = await wiki.ask('app', { name: 'William' });
  await person.signsIn('William', password, 'Main Page');
  await person.sees('oathauth-auth-ui');
  return app;
}

scenario('a wrong code is told, and the right one lets in', {}, async (world) => {
  const { wiki, person } = world;
  const { secret } = await asked(world);
  await person.isRemembered('oathauth-auth-token-label', 'one-time-code');
  await person.fills('oathauth-auth-token-label', '000000');
  await person.presses('daemun-page-go-on');
  await person.isWarned('oathauth-login-failed');
  await person.fills('oathauth-auth-token-label', await wiki.code(secret));
  await person.presses('daemun-page-go-on');
  await person.isIn('William');
});

scenario('who has lost the phone chooses a recovery code', {}, async (world) => {
  const { person } = world;
  const { recoveryCodes } = await asked(world);
  await person.presses('oathauth-module-recoverycodes-label');
  await person.fills('oathauth-auth-recovery-code-label', 'AAAA BBBB CCCC DDDD');
  await person.presses('daemun-page-go-on');
  await person.isWarned('oathauth-recovery-code-login-failed');
  await person.fills('oathauth-auth-recovery-code-label', recoveryCodes[0]);
  await person.presses('daemun-page-go-on');
  await person.isIn('William');
});
