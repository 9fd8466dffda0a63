// What administrators see of accounts.
import { scenario } from './kit/scenario.mjs';

const password = 'William-pass-1!';

scenario('an administrator looks for accounts and reads the log', {}, async ({ wiki, person, someone }) => {
  await wiki.account('Root', password, { groups: ['sysop', 'checkuser'] });
  for (const name of ['Alice', 'Albert', 'Bora', '세종']) await wiki.account(name, password);
  const newcomer = await someone();
  await newcomer.opens('Special:CreateAccount');
  await newcomer.fills('userlogin-yourname', 'Newcomer');
  await newcomer.fills('userlogin-yourpassword', 'Correct-horse-9');
  await newcomer.fills('yourpasswordagain', 'Correct-horse-9');
  await newcomer.presses('createaccount-submit');
  await person.signsIn('Root', password, 'Special:ListUsers');
  for (const name of ['Alice', 'Albert', 'Bora', '세종', 'Newcomer']) await person.reads(name);
  await person.fills('daemun-users-name', 'Al');
  await person.presses('listusers-submit');
  await person.reads('Alice');
  await person.misses('rawmessage', 'Bora');
  await person.fills('daemun-users-name', 'Xyz');
  await person.presses('listusers-submit');
  await person.sees('listusers-noresult');
  await person.ticks('daemun-users-factors');
  await person.fills('daemun-users-name', '');
  await person.presses('listusers-submit');
  await person.sees('daemun-users-factor-off');
  await person.opens('Special:Log');
  await person.reads('Newcomer');
  await newcomer.signsOut();
  await newcomer.signsIn('Bora', 'wrong');
  await wiki.ask('settle');
  await person.opens('Special:Log', { type: 'checkuser-private-event' });
  await person.reads('Bora');
  await person.reads(newcomer.address);
});

scenario('nobody else sees what is not theirs to see', {}, async ({ wiki, person }) => {
  await wiki.account('Alice', password);
  await person.signsIn('Alice', password);
  await person.opens('Special:Log', { type: 'checkuser-private-event' });
  await person.sees('daemun-log-not-allowed');
});
