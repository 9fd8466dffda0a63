// Logs in by action=clientlogin, showing whatever fields the wiki asks for. The browser keeps the
// cookies. ?api= names the API; for tests, further parameters fill in fields and send them.

const page = new URL( location.href );
const api = page.searchParams.get( 'api' ) ?? '/w/api.php';
const isElsewhere = new URL( api, page ).origin !== page.origin;

async function post( params ) {
	const url = new URL( api, page );
	if ( isElsewhere ) {
		// Says to a wiki on another host who asks; it answers only those whom it trusts.
		url.searchParams.set( 'origin', page.origin );
	}
	const body = new URLSearchParams( { format: 'json', formatversion: '2', errorformat: 'plaintext', ...params } );
	const response = await fetch( url, { method: 'POST', body, credentials: 'include' } );
	const answer = await response.json();
	if ( answer.errors ) {
		throw new Error( `${ answer.errors[ 0 ].text } (${ answer.errors[ 0 ].code })` );
	}
	return answer;
}

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

const say = ( text ) => {
	document.getElementById( 'outcome' ).textContent = text;
};
let step = { loginreturnurl: page.href };

async function send( form ) {
	const tokens = await post( { action: 'query', meta: 'tokens', type: 'login' } );
	const fields = Object.fromEntries( new FormData( form ) );
	const logintoken = tokens.query.tokens.logintoken;
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
