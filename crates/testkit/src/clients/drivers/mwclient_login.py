"""Logs in with an unmodified mwclient. Reads and prints JSON, as pywikibot_login.py does."""

import json
import sys
from urllib.parse import urlsplit

import mwclient

asked = json.load(sys.stdin)
address = urlsplit(asked["origin"])
site = mwclient.Site(address.netloc, scheme=address.scheme, path="/w/", max_retries=2)
if asked["how"] == "login":
    name = f"{asked['user']}@{asked['app']}" if asked.get("app") else asked["user"]
    site.login(name, asked["password"])
else:
    site.clientlogin(username=asked["user"], password=asked["password"])
who = site.get("query", meta="userinfo", uiprop="groups")["query"]["userinfo"]
print(
    json.dumps(
        {
            "client": "mwclient " + mwclient.__version__,
            "how": asked["how"],
            "name": who["name"],
            "groups": who["groups"],
        }
    )
)
