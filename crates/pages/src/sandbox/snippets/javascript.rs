//! For a browser, or for a file of Node that ends in `.mjs`.

use super::{ApiRequest, Remarks, comments, quoted, token_params};

/// Asks the API. A browser keeps cookies itself and lets no program set them; Node needs the map.
const SEND: &str = "\
const cookies = new Map();
async function send(method, params) {
  const url = new URL(API), fields = new URLSearchParams(params);
  if (method === \"GET\") url.search = fields;
  const reply = await fetch(url, {
    method,
    headers: { Cookie: [...cookies.values()].join(\"; \") },
    body: method === \"POST\" ? fields : undefined,
  });
  for (const line of reply.headers.getSetCookie()) {
    const [cookie] = line.split(\";\");
    cookies.set(cookie.split(\"=\")[0], cookie);
  }
  return reply;
}
";

pub(super) fn write(api: &str, request: &ApiRequest, remarks: &Remarks) -> String {
    let mut code = format!("const API = {};\n", quoted(api));
    let mut items: String =
        request.params.iter().map(|(name, value)| item(name, &quoted(value))).collect();
    let known: Vec<_> = request.known_to_people().collect();
    if !known.is_empty() {
        code.push_str("const secret = (name) => globalThis.process?.env[name] ?? prompt(name);\n");
    }
    for secret in known {
        items.push_str(&item(&secret.name, &format!("secret({})", quoted(&secret.variable()))));
    }
    if let Some((secret, _)) = request.token() {
        items.push_str(&item(&secret.name, "token"));
    }
    let Some((_, kind)) = request.token() else {
        let (url, options) = match request.is_posted {
            false => ("`${API}?${fields}`", ""),
            true => ("API", ", { method: \"POST\", body: fields }"),
        };
        code.push_str(&comments("//", request, remarks));
        code.push_str(&format!("const fields = new URLSearchParams({{\n{items}}});\n"));
        code.push_str(&format!("const reply = await fetch({url}{options});\n"));
        return code + "console.log(await reply.text());\n";
    };
    let params: String = token_params(kind).into_iter().map(|(n, v)| item(n, &quoted(v))).collect();
    code.push_str(SEND);
    code.push('\n');
    code.push_str(&comments("//", request, remarks));
    code.push_str(&format!("const tokens = await send(\"GET\", {{\n{params}}});\n"));
    code.push_str(&format!("const token = (await tokens.json()).query.tokens.{kind}token;\n"));
    code.push_str(&format!("const reply = await send(\"POST\", {{\n{items}}});\n"));
    code + "console.log(await reply.text());\n"
}

fn item(name: &str, value: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_alphabetic());
    if is_plain && !name.is_empty() {
        return format!("  {name}: {value},\n");
    }
    format!("  {}: {value},\n", quoted(name))
}
