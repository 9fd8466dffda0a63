"""Logs in with an unmodified pywikibot. Reads JSON on stdin, prints JSON.

{"origin": "http://127.0.0.1:8080", "how": "clientlogin" | "login", "user": "William",
 "password": "...", "app": "tool"}; `app` makes it a bot password.
"""

import json
import os
import sys
import tempfile
from urllib.parse import urlsplit

asked = json.load(sys.stdin)
address = urlsplit(asked["origin"])
folder = tempfile.mkdtemp(prefix="daemun-pywikibot-")
os.environ["PYWIKIBOT_DIR"] = folder
os.chdir(folder)


def write(name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(os.path.join(folder, name), 0o600)


# What `pwb generate_family_file` would write, without asking the network.
write(
    "daemun_family.py",
    f"""
from pywikibot import family


class Family(family.Family):
    name = "daemun"
    langs = {{"en": {address.netloc!r}}}

    def protocol(self, code):
        return {address.scheme!r}

    def scriptpath(self, code):
        return "/w"
""",
)
password = repr(asked["password"])
if asked["how"] == "login":
    password = f"BotPassword({asked['app']!r}, {password})"
write("user-password.py", f"({asked['user']!r}, {password})\n")
write(
    "user-config.py",
    f"""
family_files["daemun"] = {os.path.join(folder, "daemun_family.py")!r}
family = "daemun"
mylang = "en"
usernames["daemun"]["en"] = {asked["user"]!r}
password_file = "user-password.py"
put_throttle = 0
minthrottle = 0
max_retries = 2
retry_wait = 1
socket_timeout = (10, 60)
log = []
""",
)

import pywikibot  # noqa: E402  (it reads the configuration when it is imported)

site = pywikibot.Site("en", "daemun")
site.login()
reply = site.simple_request(action="query", meta="userinfo", uiprop="groups").submit()
who = reply["query"]["userinfo"]
print(
    json.dumps(
        {
            "client": "pywikibot " + pywikibot.__version__,
            "how": asked["how"],
            "name": who["name"],
            "groups": who["groups"],
            "believes": site.username() if site.logged_in() else None,
        }
    )
)
