#!/usr/bin/env bash
# Guess:    "exp" of an introspection answer is seconds since 1970 in UTC, so the site's TIME_ZONE has no part in whether a token is valid.
# Happens:  Django OAuth Toolkit as a resource server turns exp into a time in UTC and then reads that as a time in TIME_ZONE. East of
#           Greenwich a fresh token is too old by the zone's offset: one of ten minutes is never valid in Lagos, one of five hours never
#           in Kolkata. It is asked about at each request and refused each time, with 403 and no challenge. An answer without exp
#           works in each zone. Each new "username" in an answer becomes a row in the table of users.
# Versions: Debian python3-django-oauth-toolkit 1.7.0-2, python3-django 3:3.2.25-0+deb12u7. Run on 2026-11-29.
# Matters:  developed with TIME_ZONE = 'UTC', or with an issuer whose tokens live for a day, it works. Then the offset changes with
#           summer time, or the issuer shortens its tokens, and one country's site refuses tokens that another's takes.
# Source:   jazzband/django-oauth-toolkit oauth2_provider/oauth2_validators.py (_get_token_from_authentication_server) and
#           oauth2_provider/decorators.py (protected_resource); RFC 7662 section 2.2, RFC 7519 section 2.
set -euo pipefail
for p in python3-django-oauth-toolkit=1.7.0-2 python3-django=3:3.2.25-0+deb12u7; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > run.py <<'PY'
import http.server
import json
import logging
import sys
import threading
import time
import urllib.parse
import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

asked = 0
class Issuer(http.server.BaseHTTPRequestHandler):
    """Tokens are named after their life in minutes; one that is named "none" has no exp."""
    def do_POST(self):
        global asked
        asked += 1
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers['Content-Length'])).decode())
        life = form['token'][0]
        answer = {'active': True, 'username': f'user of {life}', 'scope': 'read'}
        if life != 'none':
            answer['exp'] = int(time.time()) + 60 * int(life)
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

issuer = http.server.HTTPServer(('127.0.0.1', 0), Issuer)
threading.Thread(target=issuer.serve_forever, daemon=True).start()
settings.configure(
    SECRET_KEY='s', ROOT_URLCONF=__name__, ALLOWED_HOSTS=['*'], USE_TZ=True, TIME_ZONE=sys.argv[1],
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}, DEFAULT_AUTO_FIELD='django.db.models.AutoField',
    INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'oauth2_provider'],
    OAUTH2_PROVIDER={
        'SCOPES': {'read': 'read'}, 'RESOURCE_SERVER_INTROSPECTION_URL': f'http://127.0.0.1:{issuer.server_port}/introspect',
        'RESOURCE_SERVER_INTROSPECTION_CREDENTIALS': ('api', 'secret'),
    },
)
django.setup()
logging.disable(logging.CRITICAL)
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from oauth2_provider.decorators import protected_resource
call_command('migrate', verbosity=0)
urlpatterns = [path('', protected_resource(scopes=['read'])(lambda request: HttpResponse('ok')))]

seen = {}
for life in ['10', '90', '300', '600', 'none']:
    asked = 0
    answers = [Client().get('/', HTTP_AUTHORIZATION=f'Bearer {life}') for _ in range(2)]
    assert not any('WWW-Authenticate' in answer for answer in answers)
    seen[life] = [*[answer.status_code for answer in answers], asked]
seen['users'] = User.objects.count()
print(sys.argv[1], 'answers to two calls and how often the issuer was asked, by the token\'s life in minutes:', seen)
ok, refused = [200, 200, 1], [403, 403, 2]
valid = {'UTC': ['10', '90', '300', '600', 'none'], 'Africa/Lagos': ['90', '300', '600', 'none'], 'Asia/Kolkata': ['600', 'none']}[sys.argv[1]]
assert seen == {**{life: ok if life in valid else refused for life in ['10', '90', '300', '600', 'none']}, 'users': 5}, seen
PY
for zone in UTC Africa/Lagos Asia/Kolkata; do timeout 60 /usr/bin/python3 run.py "$zone"; done
