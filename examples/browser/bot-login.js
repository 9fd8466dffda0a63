// Logs in by action=login with a bot password. For tests, parameters of the page fill in the fields
// and send them.

import { loginToken, page, post, say } from './wiki.js';

const form = document.getElementById( 'login' );

async function send() {
	const fields = Object.fromEntries( new FormData( form ) );
	const { login } = await post( { action: 'login', lgtoken: await loginToken(), ...fields } );
	if ( login.result === 'Success' ) {
		form.remove();
		say( `Hello, ${ login.lgusername }!` );
	} else {
		say( `${ login.reason?.text ?? login.result } (${ login.reason?.code ?? login.result })` );
	}
}

form.addEventListener( 'submit', ( event ) => {
	event.preventDefault();
	send().catch( ( error ) => say( error.message ) );
} );
for ( const field of form.elements ) {
	field.value = page.searchParams.get( field.name ) ?? field.value;
}
if ( page.searchParams.has( 'lgname' ) ) {
	form.requestSubmit();
}
