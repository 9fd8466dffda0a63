<?php
// Logs in with a bot password: php bot_login.php API NAME, the password on standard input.

require __DIR__ . '/wiki.php';

[ , $api, $name ] = $argv;
$wiki = new Wiki( $api );
$login = $wiki->post( [
	'action' => 'login',
	'lgname' => $name,
	'lgpassword' => line(),
	'lgtoken' => $wiki->token( 'login' ),
] )['login'];
if ( $login['result'] !== 'Success' ) {
	fwrite( STDERR, 'Not logged in: ' . ( $login['reason']['text'] ?? $login['result'] ) . "\n" );
	exit( 1 );
}
echo "You are {$wiki->name()}.\n";
