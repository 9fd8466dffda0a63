//! A client for HTTPS to other services.

/// A client with ring's cryptography, which builds quickly everywhere. It follows no redirects:
/// what is sent is for nobody else.
pub(crate) fn client() -> reqwest::ClientBuilder {
    // Done before in this process: then that one holds.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none())
}
