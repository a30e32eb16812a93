#!/usr/bin/env bash
# Guess:    java.net.http.HttpClient sends the Authorization header that the request sets; an Authenticator, for instance one
#           that only knows the proxy's password, matters when somebody asks for a password.
# Happens:  as soon as the client has an Authenticator, Authorization set by the caller is never sent, on no request, without a
#           warning. A 401 that has no WWW-Authenticate is then no answer at all: send() throws an IOException.
# Versions: OpenJDK 17.0.15+6-1~deb12u1 (Debian openjdk-17-jdk-headless). Run on 2026-11-29.
# Matters:  a company build adds a proxy Authenticator and each API call with a bearer token becomes anonymous; the API's log says
#           "no token" and the caller's code plainly sets one.
# Source:   openjdk/jdk pull request 21408 (8326949), which changes it for later releases; jdk/internal/net/http/AuthenticationFilter.
set -euo pipefail
[ "$(dpkg-query -W -f '${Version}' openjdk-17-jdk-headless 2>/dev/null)" = 17.0.15+6-1~deb12u1 ] || { echo 'needs Debian openjdk-17-jdk-headless 17.0.15+6-1~deb12u1'; exit 1; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
cat > Probe.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.*;
import java.net.http.*;
import java.time.Duration;
public class Probe {
  static volatile String received;
  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", exchange -> {
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      received = authorization == null ? "no header" : authorization;
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/challenge")) exchange.getResponseHeaders().add("WWW-Authenticate", "Bearer realm=\"api\"");
      exchange.sendResponseHeaders(path.equals("/ok") ? 200 : 401, -1);
      exchange.close();
    });
    server.start();
    Authenticator forProxiesOnly = new Authenticator() {
      @Override protected PasswordAuthentication getPasswordAuthentication() {
        return getRequestorType() == RequestorType.PROXY ? new PasswordAuthentication("user", "x".toCharArray()) : null;
      }
    };
    for (boolean authenticator : new boolean[] {false, true}) {
      HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5));
      HttpClient client = (authenticator ? builder.authenticator(forProxiesOnly) : builder).build();
      for (String path : new String[] {"/ok", "/challenge", "/bare"}) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
            .timeout(Duration.ofSeconds(5)).header("Authorization", "Bearer token").build();
        String result;
        try {
          result = String.valueOf(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        } catch (java.io.IOException e) {
          result = "IOException";
        }
        System.out.println((authenticator ? "with" : "without") + " Authenticator, " + path + ": sent " + received + ", " + result);
      }
    }
    server.stop(0);
    System.exit(0);
  }
}
JAVA
timeout 60 java Probe.java | tee seen
diff - seen <<'EXPECTED'
without Authenticator, /ok: sent Bearer token, 200
without Authenticator, /challenge: sent Bearer token, 401
without Authenticator, /bare: sent Bearer token, 401
with Authenticator, /ok: sent no header, 200
with Authenticator, /challenge: sent no header, 401
with Authenticator, /bare: sent no header, IOException
EXPECTED
