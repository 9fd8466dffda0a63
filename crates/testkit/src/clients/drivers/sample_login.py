"""What API:Login describes, with `requests`: a token, a login, a look at who one is."""

import json
import sys

import requests

asked = json.load(sys.stdin)
api = asked["origin"] + "/w/api.php"
session = requests.Session()


def get(**params):
    return session.get(api, params={**params, "format": "json"}, timeout=60).json()


token = get(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
if asked["how"] == "login":
    name = f"{asked['user']}@{asked['app']}" if asked.get("app") else asked["user"]
    form = {"action": "login", "lgname": name, "lgpassword": asked["password"], "lgtoken": token}
else:
    form = {
        "action": "clientlogin",
        "username": asked["user"],
        "password": asked["password"],
        "loginreturnurl": "http://127.0.0.1:5000/",
        "logintoken": token,
    }
reply = session.post(api, data={**form, "format": "json"}, timeout=60).json()
result = reply[form["action"]].get("result") or reply[form["action"]]["status"]
if result not in ("Success", "PASS"):
    sys.exit(f"not logged in: {json.dumps(reply)}")
who = get(action="query", meta="userinfo", uiprop="groups")["query"]["userinfo"]
print(
    json.dumps(
        {
            "client": "requests " + requests.__version__,
            "how": asked["how"],
            "name": who["name"],
            "groups": who["groups"],
        }
    )
)
