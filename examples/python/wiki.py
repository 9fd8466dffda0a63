"""A wiki's API, and the session with it: cookies are kept, secrets go into the body."""

import json
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

AGENT = "daemun-example/1.0 (https://example.org/me)"


class Wiki:
    def __init__(self, api):
        self.api = api
        # One session for the token and the login: without its cookie no token is good.
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(cookies)

    def post(self, **params):
        params = {"format": "json", "formatversion": "2", "errorformat": "plaintext", **params}
        # urlencode turns the plus sign that tokens end in into %2B.
        body = urllib.parse.urlencode(params).encode()
        request = urllib.request.Request(self.api, body, {"User-Agent": AGENT})
        with self.opener.open(request, timeout=60) as answer:
            answer = json.load(answer)
        for error in answer.get("errors", []):
            raise SystemExit(f"The wiki refused: {error['text']} ({error['code']})")
        return answer

    def token(self, kind):
        tokens = self.post(action="query", meta="tokens", type=kind)["query"]["tokens"]
        return tokens[kind + "token"]

    def name(self):
        return self.post(action="query", meta="userinfo")["query"]["userinfo"]["name"]
