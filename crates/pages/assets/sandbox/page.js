// Makes the page live: asks it for the request whenever something was changed, runs the request, and
// walks dialogues.

const byId = (id) => document.getElementById(id);
const form = byId("sandbox");
const runForm = byId("sandbox-run");

// Parts that a new choice of modules changes.
const PARTS = ["sandbox-notice", "sandbox-choosing", "sandbox-fields"];

// The fields that belong to the form that asks the API: secrets.
const secrets = () => [...runForm.elements].filter((field) => field.dataset.secret !== undefined);

let newest = 0;
let pending = null;
let waiting = 0;

// What is filled in, without secrets.
function filledIn() {
  const data = new URLSearchParams(new FormData(form));
  data.set("live", "1");
  const given = secrets().filter((field) => field.value !== "");
  data.set("given", given.map((field) => field.name).join("|"));
  return data;
}

// Asks for the page anew. `whole` says that other fields may belong to it now.
async function refresh(data, whole) {
  clearTimeout(waiting);
  waiting = 0;
  if (!whole) data.set("keep", "1");
  const mine = ++newest;
  pending = (async () => {
    const reply = await fetch(form.getAttribute("action"), { method: "POST", body: data });
    if (!reply.ok) throw new Error(String(reply.status));
    const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
    // Somebody has changed something meanwhile: what was asked for then comes too late.
    if (mine === newest) take(fresh, whole);
  })();
  await pending;
}

function take(fresh, whole) {
  if (whole) takeParts(fresh);
  const made = fresh.getElementById("sandbox-run");
  // Its fields have the API's names, and one of them hides what forms call "action".
  runForm.setAttribute("method", made.getAttribute("method"));
  runForm.dataset.dialogue = made.dataset.dialogue;
  runForm.dataset.fragment = made.dataset.fragment;
  byId("sandbox-secret-note").hidden = fresh.getElementById("sandbox-secret-note").hidden;
  byId("sandbox-hidden").replaceChildren(...fresh.getElementById("sandbox-hidden").childNodes);
  for (const shown of document.querySelectorAll("#sandbox-request pre code")) {
    shown.textContent = fresh.getElementById(shown.id).textContent;
  }
}

// Takes the fields over; what people typed, opened and stood at stays.
function takeParts(fresh) {
  const focused = document.activeElement?.id ?? "";
  const typed = new Map(secrets().map((field) => [field.name, field.value]));
  const open = new Map([...form.querySelectorAll("details")].map((part) => [part.id, part.open]));
  for (const id of PARTS) {
    byId(id).replaceChildren(...fresh.getElementById(id).childNodes);
  }
  byId("sandbox-secrets").value = fresh.getElementById("sandbox-secrets").value;
  for (const field of secrets()) {
    if (field.value === "") field.value = typed.get(field.name) ?? "";
  }
  for (const part of form.querySelectorAll("details")) {
    part.open = open.get(part.id) ?? part.open;
  }
  if (focused !== "") byId(focused)?.focus();
}

// The address of the page opens the same form again, without secrets.
function remember() {
  history.replaceState(null, "", `#${runForm.dataset.fragment}`);
}

async function change(whole) {
  try {
    await refresh(filledIn(), whole);
    remember();
  } catch (error) {
    showFailure(error);
  }
}

async function getToken() {
  const data = filledIn();
  data.set("get-token", "1");
  await refresh(data, true);
}

async function run() {
  byId("sandbox-status").textContent = say("running");
  await (waiting === 0 ? pending : refresh(filledIn(), false));
  const token = secrets().find((field) => field.dataset.secret !== "");
  if (token !== undefined && token.value === "") await getToken();
  const all = [...new FormData(runForm)].filter(([, value]) => value !== "");
  const fields = new URLSearchParams(all);
  const isPosted = runForm.getAttribute("method") === "post";
  const url = new URL(runForm.getAttribute("action"), location.href);
  if (!isPosted) url.search = fields;
  const start = performance.now();
  const reply = await fetch(url, isPosted ? { method: "POST", body: fields } : {});
  const body = await reply.text();
  const milliseconds = performance.now() - start;
  const answer = parsed(body);
  showAnswer(reply, body, milliseconds, answer);
  const name = runForm.dataset.dialogue ?? "";
  const step = name === "" ? undefined : answer?.[name];
  if (typeof step?.status === "string") await goOn(step);
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

// After a step of a dialogue: what it said, and the form of the next one.
async function goOn(step) {
  for (const field of secrets()) {
    if (field.dataset.secret === "") field.value = "";
  }
  const data = filledIn();
  data.set("after", step.status);
  await refresh(data, true);
  if (typeof step.message === "string") {
    byId("sandbox-said").textContent = step.message;
    byId("sandbox-said").hidden = false;
  }
  const target = leadsTo(step.redirecttarget ?? "");
  const link = byId("sandbox-redirect");
  if (target !== "" && link !== null) {
    link.href = target;
    link.hidden = false;
  }
  byId("sandbox-notice").focus();
}

async function copy(button) {
  const source = byId(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    byId("sandbox-copied").textContent = say("copied");
  } catch {
    // Not every browser lets pages write there; then it is marked, to be copied by hand.
    getSelection().selectAllChildren(source);
    byId("sandbox-copied").textContent = say("marked");
  }
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => change(false), 300);
});
form.addEventListener("change", (event) => {
  if (event.target.dataset.reloads !== undefined) change(true);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  // Whoever presses the enter key in a field wants to see what comes of it.
  const done = event.submitter?.name === "get-token" ? getToken() : run();
  done.catch(showFailure);
});
runForm.addEventListener("submit", (event) => {
  event.preventDefault();
  run().catch(showFailure);
});
byId("sandbox-request").addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copy]");
  if (button !== null) copy(button);
});

// What an address holds behind "#" is a request: MediaWiki's links to examples are made so.
function openFragment() {
  const request = location.hash.slice(1);
  if (request === "" || !request.includes("=") || request === runForm.dataset.fragment) return;
  // A secret that stood there does not stay there.
  refresh(new URLSearchParams({ request, live: "1" }), true).then(remember).catch(showFailure);
}
addEventListener("hashchange", openFragment);
for (const hidden of document.querySelectorAll("[data-live]")) hidden.hidden = false;
for (const hidden of document.querySelectorAll("[data-still]")) hidden.hidden = true;
openFragment();
