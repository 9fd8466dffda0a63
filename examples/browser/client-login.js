// Logs in by action=clientlogin, showing whatever fields the wiki asks for. For tests, parameters of
// the page fill in fields and send them.

import { loginToken, page, post, say } from './wiki.js';

/** Shows fields; what the wiki says is text, never HTML. */
function show( requests ) {
	const fields = document.getElementById( 'fields' );
	fields.replaceChildren();
	for ( const request of requests ) {
		for ( const [ name, field ] of Object.entries( request.fields ) ) {
			if ( [ 'null', 'button' ].includes( field.type ) || ( field.optional && field.type === 'select' ) ) {
				continue;
			}
			const input = document.createElement( 'input' );
			input.name = name;
			input.type = { password: 'password', checkbox: 'checkbox', hidden: 'hidden' }[ field.type ] ?? 'text';
			input.value = field.type === 'checkbox' ? '1' : field.value ?? page.searchParams.get( name ) ?? '';
			const label = document.createElement( 'label' );
			label.append( field.type === 'hidden' ? '' : field.label, ' ', input );
			fields.append( label );
		}
	}
}

let step = { loginreturnurl: page.href };

async function send( form ) {
	const logintoken = await loginToken();
	const fields = Object.fromEntries( new FormData( form ) );
	const { clientlogin } = await post( { action: 'clientlogin', logintoken, ...step, ...fields } );
	if ( clientlogin.status === 'PASS' ) {
		form.remove();
		say( `Hello, ${ clientlogin.username }!` );
	} else if ( clientlogin.status === 'UI' ) {
		step = { logincontinue: '1' };
		show( clientlogin.requests );
		say( clientlogin.message );
	} else if ( clientlogin.status === 'REDIRECT' ) {
		location.assign( clientlogin.redirecttarget );
	} else {
		say( `${ clientlogin.message } (${ clientlogin.messagecode })` );
	}
}

const form = document.getElementById( 'login' );
form.addEventListener( 'submit', ( event ) => {
	event.preventDefault();
	send( form ).catch( ( error ) => say( error.message ) );
} );
const info = await post( { action: 'query', meta: 'authmanagerinfo', amirequestsfor: 'login' } );
show( info.query.authmanagerinfo.requests );
if ( page.searchParams.has( 'username' ) ) {
	form.requestSubmit();
}
