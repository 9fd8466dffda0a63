// JSON in colours. The files in this folder are served as one script, in the order of their names
// in assets.rs.

// A text of JSON in pieces, each with its kind: "key", "string", "number", "word", and "" for what
// stands between. Joined they are the text again, whatever it is.
function pieces(json) {
  const found = [];
  const add = (kind, text) => {
    if (text !== "") found.push([kind, text]);
  };
  const pattern = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;
  let end = 0;
  for (const match of json.matchAll(pattern)) {
    add("", json.slice(end, match.index));
    const [, string, colon, number, word] = match;
    if (string !== undefined) {
      add(colon === undefined ? "string" : "key", string);
      add("", colon ?? "");
    } else {
      add(number === undefined ? "word" : "number", number ?? word);
    }
    end = match.index + match[0].length;
  }
  add("", json.slice(end));
  return found;
}

// What a body holds, over several lines where it is JSON; the second value says whether it is.
function readable(body) {
  try {
    return [JSON.stringify(JSON.parse(body), null, 2), true];
  } catch {
    return [body, false];
  }
}

// The error of an answer in a line, in whichever form it was asked for; nothing where there is none.
function errorOf(answer) {
  const error = answer?.error ?? answer?.errors?.[0];
  if (error === undefined || error === null) return "";
  const text = error.info ?? error.text ?? error["*"] ?? error.html ?? "";
  return [error.code, text].filter((part) => typeof part === "string" && part !== "").join(": ");
}

// Where a dialogue leads, if a browser may be sent there.
function leadsTo(target) {
  try {
    const url = new URL(target);
    return ["https:", "http:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

// A count of bytes as people read it.
function size(bytes) {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}
