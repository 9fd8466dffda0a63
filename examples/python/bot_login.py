"""Logs in with a bot password: bot_login.py API NAME, the password on standard input."""

import sys

from wiki import Wiki

wiki, name = Wiki(sys.argv[1]), sys.argv[2]
password = sys.stdin.readline().rstrip("\n")

login = wiki.post(action="login", lgname=name, lgpassword=password, lgtoken=wiki.token("login"))["login"]
if login["result"] != "Success":
    reason = login.get("reason", {})
    raise SystemExit(f"Not logged in: {reason.get('text', login['result'])}")
print(f"You are {wiki.name()}.")
