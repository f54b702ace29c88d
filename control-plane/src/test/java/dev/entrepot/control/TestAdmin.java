package dev.entrepot.control;

import dev.entrepot.common.json.JsonFields;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** An operator at the admin door. */
record TestAdmin(int port) {

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("X-Entrepot-Admin", "1");
  }

  HttpResponse<String> post(String path, String json) throws Exception {
    return send(to(path).POST(BodyPublishers.ofString(json)));
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(to(path));
  }

  String joinToken(String json) throws Exception {
    String body = post("/join-tokens", json).body();
    return JsonFields.read(body.getBytes(StandardCharsets.UTF_8), 4_096).text("token");
  }
}
