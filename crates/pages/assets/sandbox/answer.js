// Shows what the API answered. Everything goes into the page as text.

function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.append(...content);
  return made;
}

// A text of the page, with values in the places that it has for them.
function say(key, ...values) {
  const text = document.getElementById("sandbox-answer").dataset[key] ?? "";
  return values.reduce((said, value, i) => said.replace(`%${i + 1}`, () => value), text);
}

// A longer body than this is shown without colours.
const LONGEST_COLOURED = 200000;

function code(body) {
  const [text, isJson] = readable(body);
  const shown = element("code", "");
  if (isJson && text.length <= LONGEST_COLOURED) {
    const spans = pieces(text).map(([kind, part]) =>
      kind === "" ? part : element("span", `json-${kind}`, part),
    );
    shown.append(...spans);
  } else {
    shown.append(text);
  }
  const block = element("pre", "sandbox-code", shown);
  // It may be wider than the page, and then the keyboard must be able to move it.
  block.tabIndex = 0;
  block.setAttribute("role", "region");
  block.setAttribute("aria-label", say("body"));
  return block;
}

function headers(reply) {
  const list = element("dl", "");
  for (const [name, value] of reply.headers) {
    list.append(element("dt", "", name), element("dd", "", value));
  }
  return element("details", "", element("summary", "", say("headers")), list);
}

function showAnswer(reply, body, milliseconds, answer) {
  const told = [say("took", String(reply.status), String(Math.round(milliseconds)), size(body.length))];
  const wait = reply.headers.get("Retry-After");
  if (wait !== null) told.push(say("wait", wait));
  const error = errorOf(answer);
  if (error !== "") told.push(say("error", error));
  document.getElementById("sandbox-status").textContent = told.join(" ");
  document.getElementById("sandbox-result").replaceChildren(code(body), headers(reply));
}

function showFailure(error) {
  document.getElementById("sandbox-status").textContent = say("failed", error.message);
  document.getElementById("sandbox-result").replaceChildren();
}
