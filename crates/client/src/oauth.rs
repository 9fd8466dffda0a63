//! Headers of OAuth, for calls without a login: a bearer token (2.0), or a signature (1.0a, RFC
//! 5849, with HMAC-SHA1) for consumers that belong to one person alone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use url::Url;
use zeroize::Zeroizing;

use crate::clock;
use crate::error::Error;
use crate::params::Params;

/// A consumer by its key and secret.
#[derive(Clone)]
pub struct Consumer {
    /// Its key.
    pub key: String,
    /// Its secret.
    pub secret: Zeroizing<String>,
}

/// What its owner granted: the access token and its secret.
#[derive(Clone)]
pub struct Grant {
    /// The access token.
    pub token: String,
    /// Its secret.
    pub secret: Zeroizing<String>,
}

/// What stands in the header `Authorization`.
#[derive(Clone)]
pub(crate) enum Authorization {
    Bearer(Zeroizing<String>),
    Signed(Consumer, Grant),
}

impl std::fmt::Debug for Authorization {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Bearer(_) => "Bearer",
            Self::Signed(..) => "OAuth",
        })
    }
}

impl Authorization {
    pub(crate) fn bearer(token: &str) -> Result<Self, Error> {
        let token = token.trim();
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::OAuthForm);
        }
        Ok(Self::Bearer(Zeroizing::new(token.to_owned())))
    }

    pub(crate) fn signed(consumer: Consumer, grant: Grant) -> Result<Self, Error> {
        let parts = [&consumer.key, consumer.secret.as_str(), &grant.token, grant.secret.as_str()];
        if parts.iter().any(|part| part.trim().is_empty()) {
            return Err(Error::OAuthForm);
        }
        Ok(Self::Signed(consumer, grant))
    }

    /// The header for a request with these parameters in its query or form.
    pub(crate) fn header(
        &self,
        method: &str,
        url: &Url,
        params: &Params,
    ) -> Result<Zeroizing<String>, Error> {
        match self {
            Self::Bearer(token) => Ok(Zeroizing::new(format!("Bearer {}", **token))),
            Self::Signed(consumer, grant) => {
                let moment = Moment { nonce: clock::nonce()?, time: clock::now() };
                Ok(sign(consumer, grant, &moment, method, url, params))
            }
        }
    }
}

/// What makes each signature different.
struct Moment {
    nonce: String,
    time: i64,
}

fn sign(
    consumer: &Consumer,
    grant: &Grant,
    moment: &Moment,
    method: &str,
    url: &Url,
    params: &Params,
) -> Zeroizing<String> {
    let time = moment.time.to_string();
    let own = [
        ("oauth_consumer_key", consumer.key.as_str()),
        ("oauth_nonce", moment.nonce.as_str()),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", time.as_str()),
        ("oauth_token", grant.token.as_str()),
        ("oauth_version", "1.0"),
    ];
    let mut pairs: Vec<(String, Zeroizing<String>)> = own
        .into_iter()
        .chain(params.pairs())
        .map(|(name, value)| (encode(name), Zeroizing::new(encode(value))))
        .collect();
    pairs.sort_by(|(one, value), (other, second)| {
        (one, value.as_str()).cmp(&(other, second.as_str()))
    });
    let pairs: Vec<Zeroizing<String>> = pairs
        .into_iter()
        .map(|(name, value)| Zeroizing::new(format!("{name}={}", *value)))
        .collect();
    let pairs: Vec<&str> = pairs.iter().map(|pair| pair.as_str()).collect();
    let mut place = url.clone();
    place.set_query(None);
    place.set_fragment(None);
    let base = Zeroizing::new(format!(
        "{method}&{}&{}",
        encode(place.as_str()),
        encode(&Zeroizing::new(pairs.join("&")))
    ));
    let key = Zeroizing::new(format!("{}&{}", encode(&consumer.secret), encode(&grant.secret)));
    let signature = match Hmac::<Sha1>::new_from_slice(key.as_bytes()) {
        Ok(mut mac) => {
            mac.update(base.as_bytes());
            STANDARD.encode(mac.finalize().into_bytes())
        }
        // HMAC takes keys of every length.
        Err(_) => String::new(),
    };
    let mut header = Zeroizing::new("OAuth ".to_owned());
    for (name, value) in own.into_iter().chain([("oauth_signature", signature.as_str())]) {
        if !header.ends_with(' ') {
            header.push_str(", ");
        }
        header.push_str(&format!("{name}=\"{}\"", encode(value)));
    }
    header
}

/// RFC 3986's unreserved characters stay.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    /// The example of OAuth Core 1.0, appendix A.5.
    #[test]
    fn a_request_is_signed_as_others_sign_it() {
        let consumer =
            Consumer { key: "dpf43f3p2l4k3l03".into(), secret: secret("kd94hf93k423kf44") };
        let grant = Grant { token: "nnch734d00sl2jdk".into(), secret: secret("pfkkdhi9sl3r4s00") };
        let moment = Moment { nonce: "kllo9940pd9333jh".into(), time: 1_191_242_096 };
        let url = Url::parse("http://photos.example.net:80/photos").unwrap();
        let params = Params::of(&[("file", "vacation.jpg"), ("size", "original")]);
        let header = sign(&consumer, &grant, &moment, "GET", &url, &params);
        assert!(
            header.contains("oauth_signature=\"tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D\""),
            "{}",
            *header
        );
        assert!(header.starts_with("OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce="));
    }

    #[test]
    fn a_token_that_cannot_stand_in_a_header_is_refused() {
        for token in ["", " ", "a b", "a\nb", "토큰"] {
            assert!(matches!(Authorization::bearer(token), Err(Error::OAuthForm)), "{token}");
        }
        let header = Authorization::bearer("abc.def").unwrap();
        assert_eq!(format!("{header:?}"), "Bearer");
    }
}
