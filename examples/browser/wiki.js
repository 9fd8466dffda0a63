// What both pages share: a request to the API, with the cookies that the browser keeps. ?api= names
// the API.

export const page = new URL( location.href );
const api = page.searchParams.get( 'api' ) ?? '/w/api.php';
const isElsewhere = new URL( api, page ).origin !== page.origin;

export async function post( params ) {
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

/** A token for logging in. */
export async function loginToken() {
	const { query } = await post( { action: 'query', meta: 'tokens', type: 'login' } );
	return query.tokens.logintoken;
}

/** Tells the person how it went. */
export function say( text ) {
	document.getElementById( 'outcome' ).textContent = text;
}
