package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure.UnknownBlob;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.BlobOrigin.Answer;
import dev.entrepot.edge.origin.BlobOrigin.Span;
import dev.entrepot.edge.origin.Via;
import dev.entrepot.edge.upstream.Source.Subject;
import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;
import java.util.OptionalLong;

/** Blobs of one upstream: how long they are, and their bytes. */
final class Blobs {
  private final Asks asks;
  private final Bodies bodies;
  private final Failures failures;

  Blobs(Asks asks, Bodies bodies, Failures failures) {
    this.asks = asks;
    this.bodies = bodies;
    this.failures = failures;
  }

  /** By HEAD; where that does not tell, by a GET of one byte. */
  Future<Long> size(
      Source source,
      Repository repository,
      Digest digest,
      Deadline deadline,
      Optional<Credentials> account) {
    Ask ask = asks.of(Kind.BLOB, HttpMethod.HEAD, "*/*", deadline);
    return source
        .ask(ask, target(source, repository, digest), subject(repository, digest), account)
        .compose(reply -> {
          bodies.discard(ask, reply);
          OptionalLong length = reply.contentLength();
          return reply.status() == 200 && length.isPresent() && !reply.isEncoded()
              ? Future.succeededFuture(length.getAsLong())
              : sizeByOneByte(source, repository, digest, deadline, account);
        });
  }

  /** By a GET of one byte, redirects followed: proof that the bytes can be had. */
  Future<Long> sizeByOneByte(
      Source source,
      Repository repository,
      Digest digest,
      Deadline deadline,
      Optional<Credentials> account) {
    Subject subject = subject(repository, digest);
    Ask ask = asks.of(Kind.BLOB, HttpMethod.GET, "*/*", deadline);
    ask.headers().set("Range", "bytes=0-0");
    return source
        .ask(ask, target(source, repository, digest), subject, account)
        .compose(reply -> {
          OptionalLong size = saidSize(reply);
          if (size.isPresent()) {
            bodies.discard(ask, reply);
            return Future.succeededFuture(size.getAsLong());
          }
          return reply.status() < 300
              ? lied(ask, reply, "does not tell how long a blob is")
              : source.senseless(ask, reply, subject);
        });
  }

  private static OptionalLong saidSize(Reply reply) {
    if (reply.isEncoded() || isPage(reply)) {
      return OptionalLong.empty();
    }
    return switch (reply.status()) {
      case 200 -> reply.contentLength();
      case 206, 416 -> range(reply).map(ContentRange::total).orElse(OptionalLong.empty());
      default -> OptionalLong.empty();
    };
  }

  /** Whether it is a page for people, such as a form to log in. */
  private static boolean isPage(Reply reply) {
    return reply.header("Content-Type").filter(type -> type.startsWith("text/html")).isPresent();
  }

  Future<Answer> fetch(
      Source source,
      Repository repository,
      Digest digest,
      Span span,
      Deadline deadline,
      Optional<Credentials> account) {
    Subject subject = subject(repository, digest);
    Ask ask = asks.bulk(Kind.BLOB, deadline);
    rangeHeader(span).ifPresent(range -> ask.headers().set("Range", range));
    return source
        .ask(ask, target(source, repository, digest), subject, account)
        .compose(reply -> answer(source, ask, reply, span, subject));
  }

  private static Optional<String> rangeHeader(Span span) {
    if (span.first() == 0 && span.end().isEmpty()) {
      return Optional.empty();
    }
    String last = span.end().isPresent() ? Long.toString(span.end().getAsLong() - 1) : "";
    return Optional.of("bytes=" + span.first() + "-" + last);
  }

  private Future<Answer> answer(Source source, Ask ask, Reply reply, Span span, Subject subject) {
    if (reply.isEncoded()) {
      return lied(ask, reply, "sent an encoded blob although we forbade it");
    }
    return switch (reply.status()) {
      case 200 -> whole(ask, reply);
      case 206 -> part(ask, reply, span);
      case 416 -> lied(ask, reply, "refuses a range that lies within the blob");
      default -> source.senseless(ask, reply, subject);
    };
  }

  private Future<Answer> whole(Ask ask, Reply reply) {
    OptionalLong length = reply.contentLength();
    return Future.succeededFuture(
        new Answer(0, length, Via.UPSTREAM, bodies.open(ask, reply, length)));
  }

  private Future<Answer> part(Ask ask, Reply reply, Span span) {
    Optional<ContentRange> range =
        range(reply)
            .filter(_ -> rangeHeader(span).isPresent())
            .filter(said -> said.answers(span.first(), span.end()));
    if (range.isEmpty()) {
      return lied(ask, reply, "sent another range than asked for");
    }
    OptionalLong length = OptionalLong.of(range.get().length());
    return Future.succeededFuture(
        new Answer(
            span.first(), range.get().total(), Via.UPSTREAM, bodies.open(ask, reply, length)));
  }

  private static Optional<ContentRange> range(Reply reply) {
    return reply.header("Content-Range").flatMap(ContentRange::parse);
  }

  private <T> Future<T> lied(Ask ask, Reply reply, String detail) {
    bodies.discard(ask, reply);
    return Future.failedFuture(failures.lied(detail));
  }

  private static Subject subject(Repository repository, Digest digest) {
    return new Subject(repository, new UnknownBlob(repository, digest));
  }

  private static Target target(Source source, Repository repository, Digest digest) {
    return source.at("/v2/" + repository.path() + "/blobs/" + digest);
  }
}
