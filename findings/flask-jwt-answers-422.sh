#!/usr/bin/env bash
# Guess:    a Python API that checks tokens with the usual extension answers a token of a wrong key with 401 and takes "bearer" for
#           "Bearer", as the scheme has no case (RFC 9110 11.1).
# Happens:  Flask-JWT-Extended answers 422 to a wrong signature, a text that is no JWT and a missing "sub"; only an expired token is 401.
#           None of its answers has WWW-Authenticate. Simple JWT for Django says 401, with a challenge. For both of them
#           "Authorization: bearer TOKEN" holds no token at all.
# Versions: Debian python3-python-flask-jwt-extended 4.4.4-2, python3-djangorestframework-simplejwt 5.2.2-1, python3-jwt 2.6.0-1. Run on 2026-11-29.
# Matters:  when the issuer's key changes, clients that refresh on 401 stay outside with the old token, and the 422 is read as a fault in
#           the request's body. A client that writes the scheme as token_type came from the issuer ("bearer") is anonymous.
# Source:   vimalloc/flask-jwt-extended flask_jwt_extended/jwt_manager.py (422 handlers) and view_decorators.py;
#           jazzband/djangorestframework-simplejwt rest_framework_simplejwt/authentication.py (get_raw_token); RFC 6750 section 3.1.
set -euo pipefail
for p in python3-python-flask-jwt-extended=4.4.4-2 python3-djangorestframework-simplejwt=5.2.2-1 python3-jwt=2.6.0-1; do
  [ "$(dpkg-query -W -f '${Version}' "${p%%=*}" 2>/dev/null)" = "${p#*=}" ] || { echo "needs Debian $p"; exit 1; }
done
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > run.py <<'PY'
import datetime
import sys
import django
import flask
import flask_jwt_extended
import jwt
from django.conf import settings
key, other_key = 'k' * 32, 'x' * 32
expired = datetime.timedelta(seconds=-60)

app = flask.Flask(__name__)
app.config['JWT_SECRET_KEY'] = key
flask_jwt_extended.JWTManager(app)
app.get('/')(flask_jwt_extended.jwt_required()(lambda: 'ok'))

settings.configure(
    SECRET_KEY=key, ROOT_URLCONF=__name__, ALLOWED_HOSTS=['*'], INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'rest_framework'],
    REST_FRAMEWORK={
        'DEFAULT_AUTHENTICATION_CLASSES': ['rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication'],
        'DEFAULT_PERMISSION_CLASSES': ['rest_framework.permissions.IsAuthenticated'],
    })
django.setup()
from django.urls import path
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken
urlpatterns = [path('', api_view()(lambda request: Response('ok')))]

def of_django(lifetime=datetime.timedelta(minutes=5)):
    token = AccessToken()
    token['user_id'] = 1
    token.set_exp(lifetime=lifetime)
    return str(token)

with app.app_context():
    good = {'flask': flask_jwt_extended.create_access_token('a'), 'django': of_django()}
    old = {'flask': flask_jwt_extended.create_access_token('a', expires_delta=expired), 'django': of_django(expired)}
clients = {
    'flask': lambda header: app.test_client().get('/', headers={'Authorization': header}),
    'django': lambda header: APIClient().get('/', HTTP_AUTHORIZATION=header),
}
seen = {}
for name, ask in clients.items():
    claims = jwt.decode(good[name], key, ['HS256'])
    forms = {
        'good': 'Bearer ' + good[name],
        'expired': 'Bearer ' + old[name],
        'of another key': 'Bearer ' + jwt.encode(claims, other_key, 'HS256'),
        'no JWT': 'Bearer abc',
        'without sub and user': 'Bearer ' + jwt.encode({k: v for k, v in claims.items() if k not in ('sub', 'user_id')}, key, 'HS256'),
        'bearer': 'bearer ' + good[name],
    }
    seen[name] = {label: (answer.status_code, 'WWW-Authenticate' in answer.headers) for label, answer in ((label, ask(header)) for label, header in forms.items())}
    print(name, '(status, challenge)', seen[name])
refused = (401, True)
expected = {
    'flask': {'good': (200, False), 'expired': (401, False), 'of another key': (422, False), 'no JWT': (422, False), 'without sub and user': (422, False), 'bearer': (401, False)},
    'django': {'good': (200, False), 'expired': refused, 'of another key': refused, 'no JWT': refused, 'without sub and user': refused, 'bearer': refused},
}
sys.exit(0 if seen == expected else 1)
PY
timeout 60 /usr/bin/python3 run.py 2> errors || { cat errors; exit 1; }
