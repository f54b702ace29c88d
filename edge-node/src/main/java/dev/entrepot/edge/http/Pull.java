package dev.entrepot.edge.http;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.edge.access.Caller;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request on its way through the door. Confined to its context. */
final class Pull {
  private final HttpServerRequest request;
  private final Context context;
  private final String id;
  private final Caller caller;
  private final boolean tls;
  private final long startedAt = System.nanoTime();
  private @Nullable PullRequest asked;
  private @Nullable String namespace;
  private @Nullable String path;
  private @Nullable CacheStatus status;
  private @Nullable Failure failure;
  private final List<Runnable> whenGone = new ArrayList<>();
  private boolean gone;
  private long bytes;

  Pull(HttpServerRequest request, Context context, String id, Caller caller, boolean tls) {
    this.request = request;
    this.context = context;
    this.id = id;
    this.caller = caller;
    this.tls = tls;
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return request.response();
  }

  Context context() {
    return context;
  }

  String id() {
    return id;
  }

  Caller caller() {
    return caller;
  }

  boolean isTls() {
    return tls;
  }

  boolean isHead() {
    return request.method().equals(HttpMethod.HEAD);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  /** What was asked turned out to be this. */
  void read(PathGrammar.Parsed parsed) {
    asked = parsed.request();
    namespace = parsed.namespace().orElse(null);
    path = parsed.path();
  }

  Optional<PullRequest> asked() {
    return Optional.ofNullable(asked);
  }

  Optional<String> namespace() {
    return Optional.ofNullable(namespace);
  }

  String path() {
    return path == null ? "" : path;
  }

  /** How the answer came about. */
  void came(CacheStatus how) {
    status = how;
  }

  Optional<CacheStatus> status() {
    return Optional.ofNullable(status);
  }

  void failed(Failure why) {
    failure = why;
  }

  Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /** Runs when the client goes before its answer has ended; at once if it has. */
  void whenGone(Runnable task) {
    if (gone) {
      task.run();
    } else {
      whenGone.add(task);
    }
  }

  void gone() {
    gone = true;
    List<Runnable> tasks = List.copyOf(whenGone);
    whenGone.clear();
    tasks.forEach(Runnable::run);
  }

  /** Body bytes were written. */
  void sent(long count) {
    bytes += count;
  }

  long bytes() {
    return bytes;
  }

  long nanos() {
    return System.nanoTime() - startedAt;
  }
}
