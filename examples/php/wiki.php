<?php
// A wiki's API, and the session with it: cookies are kept, secrets go into the body.

const AGENT = 'daemun-example/1.0 (https://example.org/me)';

class Wiki {
	private CurlHandle $curl;

	public function __construct( private string $api ) {
		$this->curl = curl_init();
		curl_setopt_array( $this->curl, [
			CURLOPT_RETURNTRANSFER => true,
			CURLOPT_USERAGENT => AGENT,
			CURLOPT_TIMEOUT => 60,
			// An empty name keeps cookies in memory. Without them no token is good.
			CURLOPT_COOKIEFILE => '',
		] );
	}

	public function post( array $params ): array {
		$params += [ 'format' => 'json', 'formatversion' => '2', 'errorformat' => 'plaintext' ];
		curl_setopt( $this->curl, CURLOPT_URL, $this->api );
		// http_build_query turns the plus sign that tokens end in into %2B.
		curl_setopt( $this->curl, CURLOPT_POSTFIELDS, http_build_query( $params ) );
		$body = curl_exec( $this->curl );
		if ( $body === false ) {
			throw new RuntimeException( curl_error( $this->curl ) );
		}
		$answer = json_decode( $body, true, 64, JSON_THROW_ON_ERROR );
		foreach ( $answer['errors'] ?? [] as $error ) {
			throw new RuntimeException( "The wiki refused: {$error['text']} ({$error['code']})" );
		}
		return $answer;
	}

	public function token( string $type ): string {
		$answer = $this->post( [ 'action' => 'query', 'meta' => 'tokens', 'type' => $type ] );
		return $answer['query']['tokens'][$type . 'token'];
	}

	public function name(): string {
		$answer = $this->post( [ 'action' => 'query', 'meta' => 'userinfo' ] );
		return $answer['query']['userinfo']['name'];
	}
}

/** The next line of standard input. */
function line(): string {
	return rtrim( (string)fgets( STDIN ), "\n" );
}
