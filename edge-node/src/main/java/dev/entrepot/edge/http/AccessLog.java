package dev.entrepot.edge.http;

import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.edge.access.Caller;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line for each request in the logger {@code entrepot.access}, with the field names of the
 * Elastic Common Schema. Blobs and pings are told at debug, everything else at info. No query, no
 * {@code Authorization}.
 */
public final class AccessLog implements DoorObserver {
  private static final Logger LOG = LoggerFactory.getLogger("entrepot.access");
  private static final int MAX_TEXT = 1024;

  @Override
  public void answered(Answered answered) {
    Level level = level(answered);
    if (!LOG.isEnabledForLevel(level)) {
      return;
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    request(fields, answered.asking());
    String user = answered.token().map(AccessToken::subject).orElse(AccessToken.ANONYMOUS);
    fields.put("user.name", user);
    answered.token().ifPresent(it -> fields.put("registry.token.id", it.id()));
    response(fields, answered);
    LoggingEventBuilder line = LOG.atLevel(level);
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      line = line.addKeyValue(field.getKey(), field.getValue());
    }
    line.log("{} {} {}", answered.asking().method(), answered.asking().path(), answered.status());
  }

  private static Level level(Answered answered) {
    boolean frequent = List.of("blob", "ping").contains(answered.asking().kind());
    return frequent && answered.failure().isEmpty() ? Level.DEBUG : Level.INFO;
  }

  private static void request(Map<String, Object> line, Asking asking) {
    Caller caller = asking.caller();
    line.put("data_stream.dataset", "registry.access");
    line.put("event.action", action(asking));
    line.put("http.request.id", asking.id());
    line.put("http.request.method", asking.method());
    line.put("http.version", asking.httpVersion());
    line.put("url.path", cut(asking.path()));
    line.put("source.ip", caller.peer().getHostAddress());
    caller.client().map(InetAddress::getHostAddress).ifPresent(it -> line.put("client.ip", it));
    asking.userAgent().ifPresent(it -> line.put("user_agent.original", cut(it)));
    asking.ofRepository().ifPresent(of -> image(line, of));
  }

  private static void image(Map<String, Object> line, PullRequest.OfRepository of) {
    line.put("registry.repository", of.repository().toString());
    line.put("registry.upstream.name", of.repository().upstream());
    switch (of) {
      case PullRequest.Manifest(_, Digest digest) -> line.put("registry.digest", digest.toString());
      case PullRequest.Manifest(_, var tag) -> line.put("registry.reference", tag.toString());
      case PullRequest.Blob(_, var digest) -> line.put("registry.digest", digest.toString());
      case PullRequest.Referrers(_, var digest, _) ->
          line.put("registry.digest", digest.toString());
      case PullRequest.TagList _ -> {}
    }
  }

  private static void response(Map<String, Object> line, Answered answered) {
    boolean well = answered.failure().isEmpty() && !answered.aborted();
    line.put("event.outcome", well ? "success" : "failure");
    line.put("event.duration", answered.duration().toNanos());
    line.put("http.response.status_code", answered.status());
    line.put("http.response.body.bytes", answered.bytes());
    if (!well) {
      line.put("event.reason", answered.outcome());
    }
    answered.code().ifPresent(code -> line.put("error.code", code.name()));
    answered
        .cache()
        .ifPresent(status -> {
          line.put("registry.cache.status", CacheStatusField.word(status));
          line.put("registry.cache.age_s", status.age().toSeconds());
        });
  }

  private static String action(Asking asking) {
    return switch (asking.kind()) {
      case "tags" -> "list-tags";
      case "referrers" -> "list-referrers";
      case "manifest", "blob" -> asking.method().equals("HEAD") ? "head" : "pull";
      default -> asking.kind();
    };
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
