#!/usr/bin/env bash
# Guess:    urllib raises HTTPError for a 401, so "except HTTPError" sees the API's refusal, its challenge and its body.
# Happens:  an opener that holds a Basic or Digest handler, for whatever host, raises ValueError when the challenge of the 401 is
#           Bearer ("does not support the following scheme"). Status, headers and body are gone; ValueError is no URLError.
#           An opener without such a handler raises HTTPError with the body.
# Versions: CPython 3.11.2 (Debian python3.11 3.11.2-6+deb12u6). Run on 2026-11-29.
# Matters:  scripts that keep one opener for a package mirror (Basic) and an API (Bearer) die on the first expired token with an
#           error that reads like a bug of theirs. Servers that send no challenge hide it; those that follow RFC 6750 show it.
# Source:   python/cpython Lib/urllib/request.py, AbstractBasicAuthHandler and AbstractDigestAuthHandler.
set -euo pipefail
[ "$(dpkg-query -W -f '${Version}' python3.11 2>/dev/null)" = 3.11.2-6+deb12u6 ] || { echo 'needs Debian python3.11 3.11.2-6+deb12u6'; exit 1; }
timeout 60 /usr/bin/python3.11 - <<'PY'
import http.server, threading, urllib.request

class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(401)
        self.send_header('WWW-Authenticate', 'Bearer realm="api", error="invalid_token"')
        self.end_headers()
        self.wfile.write(b'{"code":"token_expired"}')
    def log_message(self, *args): pass

server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
request = urllib.request.Request('http://127.0.0.1:%d/' % server.server_port, headers={'Authorization': 'Bearer old'})

def outcome(*handlers):
    for handler in handlers:
        handler.add_password('mirror', 'https://mirror.example/', 'user', 'password')
    try:
        urllib.request.build_opener(*handlers).open(request, timeout=5)
    except Exception as error:
        return type(error).__name__, getattr(error, 'code', None), error.read() if hasattr(error, 'read') else str(error)

seen = [outcome(), outcome(urllib.request.HTTPBasicAuthHandler()), outcome(urllib.request.HTTPDigestAuthHandler())]
for line in seen: print(line)
server.shutdown()
assert seen[0] == ('HTTPError', 401, b'{"code":"token_expired"}'), seen[0]
for index, name in ((1, 'Basic'), (2, 'Digest')):
    assert seen[index] == ('ValueError', None, "Abstract%sAuthHandler does not support the following scheme: 'Bearer'" % name), seen[index]
PY
