"""Logs in as a person does, step by step: client_login.py API NAME, secrets on standard input."""

import sys

from wiki import Wiki

wiki, name = Wiki(sys.argv[1]), sys.argv[2]


def answers(requests, known):
    """What is known, what is hidden, and a line of standard input for each further field."""
    given = {}
    for request in requests:
        for field, about in request["fields"].items() if request["fields"] else []:
            if field in known:
                given[field] = known[field]
            elif about["type"] == "hidden":
                given[field] = about.get("value", "")
            elif about["type"] in ("string", "password") and not about.get("optional"):
                print(f"{field} asked for: {about['label']}")
                given[field] = sys.stdin.readline().rstrip("\n")
    return given


asked = wiki.post(action="query", meta="authmanagerinfo", amirequestsfor="login")
requests = asked["query"]["authmanagerinfo"]["requests"]
known = {"username": name, "password": sys.stdin.readline().rstrip("\n")}
token = wiki.token("login")
step = {"loginreturnurl": "http://localhost/"}
for _ in range(10):
    step.update(answers(requests, known))
    login = wiki.post(action="clientlogin", logintoken=token, **step)["clientlogin"]
    if login["status"] == "PASS":
        print(f"You are {wiki.name()}.")
        break
    if login["status"] != "UI":
        # REDIRECT wants a browser, RESTART another account: not in so small a program.
        raise SystemExit(f"{login['status']}: {login.get('message', '')} ({login.get('messagecode', '')})")
    # The further steps ask anew: the old password is not the answer to what the new one shall be.
    requests, known, step = login["requests"], {}, {"logincontinue": "1"}
