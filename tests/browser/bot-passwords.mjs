// Passwords for programs.
import assert from 'node:assert/strict';
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';

/** Logs a program in as the page says; answers the result. */
async function logsIn(someone, login, word) {
  const { context } = await someone();
  const api = (fields) =>
    context.request.post('/w/api.php', { form: { format: 'json', formatversion: '2', ...fields } });
  const tokens = await (await api({ action: 'query', meta: 'tokens', type: 'login' })).json();
  const lgtoken = tokens.query.tokens.logintoken;
  const answer = await api({ action: 'login', lgname: login, lgpassword: word, lgtoken });
  return (await answer.json()).login.result;
}

scenario('a bot password is made, used, renewed and deleted', {}, async ({ wiki, person, someone }) => {
  await wiki.account('William', password);
  await person.signsIn('William', password, 'Special:BotPasswords');
  await person.sees('daemun-bot-passwords-none');
  await person.fills('botpasswords-label-appid', 'tool');
  await person.presses('botpasswords-label-create');
  await person.ticks('grant-editpage');
  await person.presses('botpasswords-label-create');
  await person.sees('botpasswords-created-body', 'tool', 'William');
  const shown = async () => [
    await person.page.locator('#bot-login').innerText(),
    await person.page.locator('#bot-password').innerText(),
  ];
  const [login, first] = await shown();
  assert.equal(login, 'William@tool');
  assert.equal(await logsIn(someone, login, first), 'Success');

  await person.follows('daemun-bot-passwords-back');
  await person.follows(['rawmessage', 'tool']);
  await person.ticks('botpasswords-label-resetpassword');
  await person.presses('botpasswords-label-update');
  const [, second] = await shown();
  assert.equal(await logsIn(someone, login, first), 'Failed');
  assert.equal(await logsIn(someone, login, second), 'Success');

  await person.follows('daemun-bot-passwords-back');
  await person.follows(['rawmessage', 'tool']);
  await person.fills('restrictionsfield-label', 'not an address');
  await person.presses('botpasswords-label-update');
  await person.isWarned('restrictionsfield-badip', 'not an address');
  await person.fills('restrictionsfield-label', '203.0.113.0/24');
  await person.presses('botpasswords-label-update');
  await person.sees('botpasswords-updated-body', 'tool', 'William');
  assert.equal(await logsIn(someone, login, second), 'Failed', 'from another address');

  await person.follows('daemun-bot-passwords-back');
  await person.follows(['rawmessage', 'tool']);
  await person.presses('botpasswords-label-delete');
  await person.sees('botpasswords-deleted-body', 'tool', 'William');
  assert.equal(await logsIn(someone, login, second), 'Failed');
});

scenario('a stranger is sent to sign in first, and then back', {}, async ({ wiki, person }) => {
  await wiki.account('William', password);
  await person.opens('Special:BotPasswords');
  await person.isAt('Special:UserLogin');
  await person.fills('userlogin-yourname', 'William');
  await person.fills('userlogin-yourpassword', password);
  await person.presses('pt-login-button');
  await person.isAt('Special:BotPasswords');
});
