// Logs in as a person does, step by step: node client-login.mjs API NAME, secrets on standard input.

import { Wiki, line } from './wiki.mjs';

const [api, username] = process.argv.slice(2);
const wiki = new Wiki(api);

/** What is known, what is hidden, and a line of standard input for each further field. */
async function answers(requests, known) {
	const given = {};
	for (const { fields } of requests) {
		for (const [name, field] of Object.entries(fields)) {
			if (name in known) {
				given[name] = known[name];
			} else if (field.type === 'hidden') {
				given[name] = field.value ?? '';
			} else if (['string', 'password'].includes(field.type) && !field.optional) {
				console.log(`${name} asked for: ${field.label}`);
				given[name] = await line();
			}
		}
	}
	return given;
}

const asked = await wiki.post({ action: 'query', meta: 'authmanagerinfo', amirequestsfor: 'login' });
let { requests } = asked.query.authmanagerinfo;
let known = { username, password: await line() };
let step = { loginreturnurl: 'http://localhost/' };
const logintoken = await wiki.token('login');
for (let steps = 0; steps < 10; steps++) {
	const fields = await answers(requests, known);
	const { clientlogin } = await wiki.post({ action: 'clientlogin', logintoken, ...step, ...fields });
	if (clientlogin.status === 'PASS') {
		console.log(`You are ${await wiki.name()}.`);
		process.exit(0);
	}
	if (clientlogin.status !== 'UI') {
		// REDIRECT wants a browser, RESTART another account: not in so small a program.
		const { status, message = '', messagecode = '' } = clientlogin;
		console.error(`${status}: ${message} (${messagecode})`);
		break;
	}
	// The further steps ask anew: the old password is not the answer to what the new one shall be.
	requests = clientlogin.requests;
	known = {};
	step = { logincontinue: '1' };
}
process.exit(1);
