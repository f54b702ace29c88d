package dev.entrepot.loadtest.load.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads heads (RFC 9112 sections 4 and 5). */
final class HeadReader {
  private static final int MOST_HEADERS = 200;

  private HeadReader() {}

  /** The head of the final answer; interim ones are passed over. */
  static Head read(Inbound in) throws IOException, PullFailed {
    Head head = one(in);
    while (head.isInterim()) {
      head = one(in);
    }
    return head;
  }

  private static Head one(Inbound in) throws IOException, PullFailed {
    String line = in.line();
    if (!line.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
      throw new PullFailed(
          Trouble.NOT_HTTP, "the answer begins with \"" + Text.shown(line) + "\", not HTTP/1.1");
    }
    Map<String, List<String>> headers = headers(in);
    List<String> connection = headers.getOrDefault("connection", List.of());
    boolean close =
        connection.stream().anyMatch(it -> it.toLowerCase(Locale.ROOT).contains("close"));
    boolean persistent = line.startsWith("HTTP/1.1") && !close;
    return new Head(Integer.parseInt(line.substring(9, 12)), persistent, headers);
  }

  private static Map<String, List<String>> headers(Inbound in) throws IOException, PullFailed {
    Map<String, List<String>> headers = new HashMap<>();
    String line = in.line();
    for (int count = 0; !line.isEmpty(); count++) {
      int colon = line.indexOf(':');
      if (colon <= 0 || count >= MOST_HEADERS) {
        throw new PullFailed(Trouble.NOT_HTTP, "the head has a line that is no header");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.computeIfAbsent(name, _ -> new ArrayList<>()).add(line.substring(colon + 1).strip());
      line = in.line();
    }
    return headers;
  }
}
