package dev.entrepot.edge.upstream;

import dev.entrepot.common.failure.Failure.UnknownManifest;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Reference;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.origin.ManifestOrigin.Current;
import dev.entrepot.edge.origin.ManifestOrigin.Fetched;
import dev.entrepot.edge.upstream.Source.Subject;
import dev.entrepot.edge.upstream.UpstreamObserver.Kind;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Manifests of one upstream: gets them, proves them, and asks what a tag means now. */
final class Manifests {
  private static final String ACCEPT =
      List.of(
              MediaType.OCI_INDEX,
              MediaType.DOCKER_LIST,
              MediaType.OCI_MANIFEST,
              MediaType.DOCKER_MANIFEST)
          .stream()
          .map(MediaType::value)
          .collect(Collectors.joining(", "));

  private static final String DIGEST = "Docker-Content-Digest";

  private final Asks asks;
  private final Bodies bodies;
  private final int limit;
  private final Failures failures;

  Manifests(Asks asks, Bodies bodies, int limit, Failures failures) {
    this.asks = asks;
    this.bodies = bodies;
    this.limit = limit;
    this.failures = failures;
  }

  Future<Fetched> get(
      Source source,
      Repository repository,
      Reference reference,
      Optional<Credentials> account,
      Deadline deadline) {
    Subject subject = subject(repository, reference);
    Ask ask = asks.of(Kind.MANIFEST, HttpMethod.GET, ACCEPT, deadline);
    return source
        .ask(ask, target(source, repository, reference), subject, account)
        .compose(reply ->
            reply.status() == 200
                ? fetched(ask, reply, reference)
                : source.senseless(ask, reply, subject));
  }

  Future<Current> current(
      Source source,
      Repository repository,
      Reference reference,
      Optional<Digest> known,
      Optional<Credentials> account,
      Deadline deadline) {
    Subject subject = subject(repository, reference);
    Ask ask = asks.of(Kind.MANIFEST, HttpMethod.HEAD, ACCEPT, deadline);
    return source
        .ask(ask, target(source, repository, reference), subject, account)
        .compose(reply -> {
          Optional<Digest> digest = reply.header(DIGEST).flatMap(MediaTypes::digest);
          bodies.discard(ask, reply);
          return reply.status() == 200 && digest.isPresent()
              ? Future.succeededFuture(compare(known, digest.get(), Optional.empty()))
              : bytes(source, repository, reference, known, account, deadline);
        });
  }

  private Future<Current> bytes(
      Source source,
      Repository repository,
      Reference reference,
      Optional<Digest> known,
      Optional<Credentials> account,
      Deadline deadline) {
    Subject subject = subject(repository, reference);
    Ask ask = asks.of(Kind.MANIFEST, HttpMethod.GET, ACCEPT, deadline);
    known.ifPresent(digest -> ask.headers().set("If-None-Match", "\"" + digest + "\""));
    return source
        .ask(ask, target(source, repository, reference), subject, account)
        .compose(reply -> {
          if (reply.status() == 304 && known.isPresent()) {
            bodies.discard(ask, reply);
            return Future.succeededFuture(new Current.Unchanged());
          }
          return reply.status() == 200
              ? fetched(ask, reply, reference)
                  .map(found -> compare(known, found.digest(), Optional.of(found)))
              : source.senseless(ask, reply, subject);
        });
  }

  private static Current compare(Optional<Digest> known, Digest digest, Optional<Fetched> fetched) {
    return known.filter(digest::equals).isPresent()
        ? new Current.Unchanged()
        : new Current.Changed(digest, fetched);
  }

  private Future<Fetched> fetched(Ask ask, Reply reply, Reference reference) {
    Optional<MediaType> type = reply.header("Content-Type").flatMap(MediaTypes::tryParse);
    Optional<String> said = reply.header(DIGEST);
    return bodies.small(ask, reply, limit).map(bytes -> proved(bytes, type, said, reference));
  }

  private Fetched proved(
      byte[] bytes, Optional<MediaType> header, Optional<String> said, Reference reference) {
    Digest digest = digest(bytes, said, reference);
    MediaType type =
        ManifestShape.read(bytes)
            .filter(shape -> !shape.isAmbiguous())
            .flatMap(shape -> shape.type(header))
            .orElseThrow(() -> failures.lied("sent something else than a manifest"));
    return new Fetched(type, digest, bytes);
  }

  private Digest digest(byte[] bytes, Optional<String> said, Reference reference) {
    if (reference instanceof Digest wanted) {
      return matching(bytes, wanted);
    }
    if (said.isEmpty()) {
      return Digest.sha256(bytes);
    }
    return matching(
        bytes,
        MediaTypes.digest(said.get())
            .orElseThrow(() -> failures.lied("sent a digest that is none")));
  }

  private Digest matching(byte[] bytes, Digest wanted) {
    if (!Digest.of(wanted.algorithm(), bytes, 0, bytes.length).equals(wanted)) {
      throw failures.lied("sent a manifest that does not have its digest");
    }
    return wanted;
  }

  private static Subject subject(Repository repository, Reference reference) {
    return new Subject(repository, new UnknownManifest(repository, reference));
  }

  private static Target target(Source source, Repository repository, Reference reference) {
    return source.at("/v2/" + repository.path() + "/manifests/" + reference);
  }
}
