package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.PullRequest;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One record for each request, with the field names of ECS 9. No header and no query is in it. */
final class AccessLog {
  private static final Logger LOG = LoggerFactory.getLogger("entrepot.access");

  private AccessLog() {}

  static void write(Pull pull, int status, boolean complete) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("data_stream.dataset", "registry.access");
    event.put("event.kind", "event");
    event.put("event.action", action(pull));
    event.put("event.outcome", status < 400 && complete ? "success" : "failure");
    event.put("event.duration", pull.nanos());
    event.put("http.request.id", pull.id());
    event.put("http.request.method", pull.request().method().name());
    event.put("http.response.status_code", status);
    event.put("http.response.body.bytes", pull.bytes());
    event.put(
        "client.ip", pull.caller().client().map(InetAddress::getHostAddress).orElse("unknown"));
    event.put("source.ip", pull.caller().peer().getHostAddress());
    event.put("user.name", "anonymous");
    describe(event, pull);
    pull.failure().map(Answers::of).ifPresent(answer -> why(event, answer));
    LoggingEventBuilder record = LOG.atInfo();
    for (Map.Entry<String, Object> field : event.entrySet()) {
      record = record.addKeyValue(field.getKey(), field.getValue());
    }
    record.log(
        "{} {} {} {} bytes{}",
        pull.request().method(),
        pull.path().isEmpty() ? "?" : pull.path(),
        status,
        pull.bytes(),
        complete ? "" : " (broken off)");
  }

  private static void describe(Map<String, Object> event, Pull pull) {
    event.put("url.path", pull.path());
    pull.asked().ifPresent(asked -> describe(event, asked));
    pull.status()
        .ifPresent(how -> {
          event.put("registry.cache.status", cache(how));
          event.put("registry.cache.age_s", how.age().toSeconds());
        });
  }

  private static void describe(Map<String, Object> event, PullRequest asked) {
    if (asked instanceof PullRequest.OfRepository of) {
      event.put("registry.repository", of.repository().toString());
      event.put("registry.upstream.name", of.repository().upstream());
    }
    switch (asked) {
      case PullRequest.Manifest(_, var reference) ->
          event.put("registry.reference", reference.toString());
      case PullRequest.Blob(_, var digest) -> event.put("registry.digest", digest.toString());
      case PullRequest.Referrers(_, var digest, _) ->
          event.put("registry.digest", digest.toString());
      case PullRequest.Ping _, PullRequest.TagList _ -> {}
    }
  }

  private static void why(Map<String, Object> event, Answers.Answer answer) {
    event.put("event.reason", answer.kind());
    event.put("error.code", answer.code().name());
    event.put("error.message", answer.message());
  }

  static String action(Pull pull) {
    Optional<PullRequest> asked = pull.asked();
    return asked
        .map(is ->
            switch (is) {
              case PullRequest.Ping _ -> "ping";
              case PullRequest.Manifest _, PullRequest.Blob _ -> pull.isHead() ? "head" : "pull";
              case PullRequest.TagList _ -> "list-tags";
              case PullRequest.Referrers _ -> "list-referrers";
            })
        .orElse("unreadable");
  }

  static String cache(CacheStatus status) {
    if (status.details().contains(CacheStatus.Detail.STALE)) {
      return "stale";
    }
    return status.collapsed() ? "coalesced" : status.outcome().name().toLowerCase(Locale.ROOT);
  }

  /** A failure's kind, for meters. */
  static String reason(Optional<Failure> failure) {
    return failure.map(Answers::of).map(Answers.Answer::kind).orElse("none");
  }
}
