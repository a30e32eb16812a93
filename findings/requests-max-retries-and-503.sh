#!/usr/bin/env bash
# Guess:    HTTPAdapter(max_retries=3) of Python requests retries failed connections only; its documentation rules out requests
#           that have reached the server.
# Happens:  an answered 503 (also 413, 429) with Retry-After is sent again, three times, after the named wait; the same 503
#           without Retry-After is returned at once. urllib3's Retry, which the number becomes, honours Retry-After by itself.
# Versions: requests 2.28.1 (Debian python3-requests 2.28.1+dfsg-1), urllib3 1.26.12 (python3-urllib3 1.26.12-1+deb12u4).
#           Run on 2026-11-29.
# Matters:  an API that adds Retry-After to its 503, as it should, multiplies the load of such clients by four exactly when it is in
#           trouble, and a caller with a deadline waits in a place where no wait was expected.
# Source:   psf/requests src/requests/adapters.py (HTTPAdapter); urllib3/urllib3 src/urllib3/util/retry.py (is_retry); psf/requests issue 6809.
set -euo pipefail
for want in python3-requests=2.28.1+dfsg-1 python3-urllib3=1.26.12-1+deb12u4; do
  [ "$(dpkg-query -W -f '${Version}' "${want%%=*}" 2>/dev/null)" = "${want#*=}" ] || { echo "needs Debian $want"; exit 1; }
done
timeout 60 /usr/bin/python3 - <<'PY'
import http.server, threading, requests
from requests.adapters import HTTPAdapter

count = 0
class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        global count
        count += 1
        self.send_response(503)
        if self.path == '/with': self.send_header('Retry-After', '1')
        self.send_header('Content-Length', '0')
        self.end_headers()
    def log_message(self, *args): pass

server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = 'http://127.0.0.1:%d' % server.server_port
assert 'never to requests' in HTTPAdapter.__doc__
seen = {}
for path in ('/without', '/with'):
    for retries in (0, 3):
        session = requests.Session()
        session.trust_env = False
        session.mount('http://', HTTPAdapter(max_retries=retries))
        count = 0
        status = session.get(base + path, timeout=10).status_code
        seen[path, retries] = (status, count)
        print('503 %s Retry-After, max_retries=%d: status %d, requests sent %d' % (path[1:], retries, status, count))
server.shutdown()
assert seen == {('/without', 0): (503, 1), ('/without', 3): (503, 1), ('/with', 0): (503, 1), ('/with', 3): (503, 4)}
PY
