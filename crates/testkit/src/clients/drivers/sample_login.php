<?php
// What API:Login describes, with curl and a cookie file.
$asked = json_decode( stream_get_contents( STDIN ), true );
$api = $asked['origin'] . '/w/api.php';
$jar = tempnam( sys_get_temp_dir(), 'daemun-cookies-' );
register_shutdown_function( static fn () => @unlink( $jar ) );

function request( array $params, bool $post = false ): array {
	global $api, $jar;
	$params['format'] = 'json';
	$curl = curl_init( $post ? $api : $api . '?' . http_build_query( $params ) );
	if ( $post ) {
		curl_setopt( $curl, CURLOPT_POST, true );
		curl_setopt( $curl, CURLOPT_POSTFIELDS, http_build_query( $params ) );
	}
	curl_setopt( $curl, CURLOPT_RETURNTRANSFER, true );
	curl_setopt( $curl, CURLOPT_COOKIEJAR, $jar );
	curl_setopt( $curl, CURLOPT_COOKIEFILE, $jar );
	curl_setopt( $curl, CURLOPT_TIMEOUT, 60 );
	$output = curl_exec( $curl );
	$problem = curl_error( $curl );
	// The cookie file is written when the handle goes.
	unset( $curl );
	$reply = $output === false ? null : json_decode( $output, true );
	if ( !is_array( $reply ) ) {
		fwrite( STDERR, "no JSON: $problem $output\n" );
		exit( 1 );
	}
	return $reply;
}

$reply = request( [ 'action' => 'query', 'meta' => 'tokens', 'type' => 'login' ] );
$token = $reply['query']['tokens']['logintoken'];
if ( $asked['how'] === 'login' ) {
	$form = [
		'action' => 'login',
		'lgname' => isset( $asked['app'] ) ? "{$asked['user']}@{$asked['app']}" : $asked['user'],
		'lgpassword' => $asked['password'],
		'lgtoken' => $token,
	];
} else {
	$form = [
		'action' => 'clientlogin',
		'username' => $asked['user'],
		'password' => $asked['password'],
		'loginreturnurl' => 'http://127.0.0.1:5000/',
		'logintoken' => $token,
	];
}
$reply = request( $form, true );
$result = $reply[$form['action']]['result'] ?? $reply[$form['action']]['status'] ?? '';
if ( $result !== 'Success' && $result !== 'PASS' ) {
	fwrite( STDERR, 'not logged in: ' . json_encode( $reply ) . "\n" );
	exit( 1 );
}
$reply = request( [ 'action' => 'query', 'meta' => 'userinfo', 'uiprop' => 'groups' ] );
echo json_encode( [
	'client' => 'php ' . PHP_VERSION,
	'how' => $asked['how'],
	'name' => $reply['query']['userinfo']['name'],
	'groups' => $reply['query']['userinfo']['groups'],
] ), "\n";
