//! For Python with the package `requests`.

use super::{ApiRequest, Remarks, USER_AGENT, comments, quoted, token_params};

pub(super) fn write(api: &str, request: &ApiRequest, remarks: &Remarks) -> String {
    let known: Vec<_> = request.known_to_people().collect();
    let mut code = String::new();
    if !known.is_empty() {
        code.push_str("import os\n\n");
    }
    code.push_str(&format!("import requests\n\nAPI = {}\n", quoted(api)));
    code.push_str(&format!(
        "session = requests.Session()\nsession.headers[\"User-Agent\"] = {}\n\n",
        quoted(USER_AGENT)
    ));
    code.push_str(&comments("#", request, remarks));
    if let Some((_, kind)) = request.token() {
        let params: String =
            token_params(kind).into_iter().map(|(n, v)| item(n, &quoted(v))).collect();
        code.push_str(&format!(
            "reply = session.get(API, params={{\n{params}}})\n\
             token = reply.json()[\"query\"][\"tokens\"][\"{kind}token\"]\n\n"
        ));
    }
    let mut items: String =
        request.params.iter().map(|(name, value)| item(name, &quoted(value))).collect();
    for secret in known {
        items.push_str(&item(&secret.name, &format!("os.environ[\"{}\"]", secret.variable())));
    }
    if let Some((secret, _)) = request.token() {
        items.push_str(&item(&secret.name, "token"));
    }
    let (method, place) = if request.is_posted { ("post", "data") } else { ("get", "params") };
    code.push_str(&format!(
        "reply = session.{method}(API, {place}={{\n{items}}})\nprint(reply.text)\n"
    ));
    code
}

fn item(name: &str, value: &str) -> String {
    format!("    {}: {value},\n", quoted(name))
}
