"""A client that speaks XML only, as older libraries do: every answer goes through an XML parser."""

import json
import platform
import sys
import xml.etree.ElementTree as ElementTree

import requests

asked = json.load(sys.stdin)
api = asked["origin"] + "/w/api.php"
session = requests.Session()


def parsed(reply):
    kind = reply.headers["Content-Type"]
    if kind != "text/xml; charset=utf-8":
        sys.exit(f"not XML but {kind}")
    answer = ElementTree.fromstring(reply.content)
    error = answer.find("error")
    if answer.tag != "api" or error is not None:
        sys.exit(f"an error: {reply.text}")
    return answer


def get(**params):
    return parsed(session.get(api, params={**params, "format": "xml"}, timeout=60))


def post(**form):
    return parsed(session.post(api, data={**form, "format": "xml"}, timeout=60))


def token(kind):
    return get(action="query", meta="tokens", type=kind).find("query/tokens").get(f"{kind}token")


if asked["how"] == "login":
    name = f"{asked['user']}@{asked['app']}" if asked.get("app") else asked["user"]
    answer = post(action="login", lgname=name, lgpassword=asked["password"], lgtoken=token("login"))
    good = answer.find("login").get("result") == "Success"
else:
    # Which fields there are is asked for, and only those are sent.
    offered = get(action="query", meta="authmanagerinfo", amirequestsfor="login")
    fields = {field.tag: field.get("type") for field in offered.findall(".//fields/*")}
    values = {"username": asked["user"], "password": asked["password"]}
    form = {name: values[name] for name in fields if name in values}
    answer = post(
        action="clientlogin",
        loginreturnurl="http://127.0.0.1:5000/",
        logintoken=token("login"),
        **form,
    )
    good = answer.find("clientlogin").get("status") == "PASS"
if not good:
    sys.exit(f"not logged in: {ElementTree.tostring(answer, 'unicode')}")
who = get(action="query", meta="userinfo", uiprop="groups").find("query/userinfo")
print(
    json.dumps(
        {
            "client": f"XML with Python {platform.python_version()}",
            "how": asked["how"],
            "name": who.get("name"),
            "groups": [group.text for group in who.findall("groups/g")],
        }
    )
)
