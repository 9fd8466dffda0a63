//! For a shell.

use super::{ApiRequest, Remarks, USER_AGENT, comments, token_params};

pub(super) fn write(api: &str, request: &ApiRequest, remarks: &Remarks) -> String {
    let api = quoted(api);
    let mut code = comments("#", request, remarks);
    if !request.is_posted {
        code.push_str(&format!("curl --get {api}"));
        for (name, value) in &request.params {
            code.push_str(&data(&format!("{name}={value}")));
        }
        return code + "\n";
    }
    let mut options = String::new();
    if let Some((_, kind)) = request.token() {
        code.push_str("jar=$(mktemp)\n");
        options.push_str(" --cookie \"$jar\" --cookie-jar \"$jar\"");
        code.push_str(&format!("token=$(curl --silent --get{options} {api}"));
        for (name, value) in token_params(kind) {
            code.push_str(&data(&format!("{name}={value}")));
        }
        // A token is hexadecimal digits, a plus sign and a backslash, which JSON doubles.
        code.push_str(" \\\n  | sed 's/.*token\":\"\\([0-9a-f]*\\).*/\\1+\\\\/')\n");
    }
    code.push_str(&format!("curl{options} --user-agent {} {api}", quoted(USER_AGENT)));
    for (name, value) in &request.params {
        code.push_str(&data(&format!("{name}={value}")));
    }
    // Not as an argument, which others on the machine can see.
    for secret in request.known_to_people() {
        let (name, variable) = (&secret.name, secret.variable());
        let read = format!("@<(printf %s \"${variable}\")");
        code.push_str(&format!(" \\\n  --data-urlencode {}{read}", quoted(name)));
    }
    if let Some((secret, _)) = request.token() {
        code.push_str(&format!(" \\\n  --data-urlencode {}\"=$token\"", quoted(&secret.name)));
    }
    if request.params.is_empty() && request.secrets.is_empty() {
        code.push_str(" --data ''");
    }
    code + "\n"
}

fn data(pair: &str) -> String {
    format!(" \\\n  --data-urlencode {}", quoted(pair))
}

/// A word that a shell takes as it stands.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
