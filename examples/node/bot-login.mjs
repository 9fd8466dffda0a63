// Logs in with a bot password: node bot-login.mjs API NAME, the password on standard input.

import { Wiki, line } from './wiki.mjs';

const [api, lgname] = process.argv.slice(2);
const wiki = new Wiki(api);
const lgpassword = await line();
const lgtoken = await wiki.token('login');
const { login } = await wiki.post({ action: 'login', lgname, lgpassword, lgtoken });
if (login.result !== 'Success') {
	console.error(`Not logged in: ${login.reason?.text ?? login.result}`);
	process.exit(1);
}
console.log(`You are ${await wiki.name()}.`);
process.exit(0);
