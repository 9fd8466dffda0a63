<?php
// Logs in as a person does, step by step: php client_login.php API NAME, secrets on standard input.

require __DIR__ . '/wiki.php';

/** What is known, what is hidden, and a line of standard input for each further field. */
function answers( array $requests, array $known ): array {
	$given = [];
	foreach ( $requests as $request ) {
		foreach ( $request['fields'] as $name => $field ) {
			if ( isset( $known[$name] ) ) {
				$given[$name] = $known[$name];
			} elseif ( $field['type'] === 'hidden' ) {
				$given[$name] = $field['value'] ?? '';
			} elseif ( in_array( $field['type'], [ 'string', 'password' ] ) && !( $field['optional'] ?? false ) ) {
				echo "$name asked for: {$field['label']}\n";
				$given[$name] = line();
			}
		}
	}
	return $given;
}

[ , $api, $name ] = $argv;
$wiki = new Wiki( $api );
$asked = $wiki->post( [ 'action' => 'query', 'meta' => 'authmanagerinfo', 'amirequestsfor' => 'login' ] );
$requests = $asked['query']['authmanagerinfo']['requests'];
$known = [ 'username' => $name, 'password' => line() ];
$step = [ 'loginreturnurl' => 'http://localhost/' ];
$token = $wiki->token( 'login' );
for ( $steps = 0; $steps < 10; $steps++ ) {
	$fields = answers( $requests, $known );
	$login = $wiki->post( [ 'action' => 'clientlogin', 'logintoken' => $token ] + $step + $fields )['clientlogin'];
	if ( $login['status'] === 'PASS' ) {
		echo "You are {$wiki->name()}.\n";
		exit( 0 );
	}
	if ( $login['status'] !== 'UI' ) {
		// REDIRECT wants a browser, RESTART another account: not in so small a program.
		$why = ( $login['message'] ?? '' ) . ' (' . ( $login['messagecode'] ?? '' ) . ')';
		fwrite( STDERR, "{$login['status']}: $why\n" );
		exit( 1 );
	}
	// The further steps ask anew: the old password is not the answer to what the new one shall be.
	$requests = $login['requests'];
	$known = [];
	$step = [ 'logincontinue' => '1' ];
}
exit( 1 );
