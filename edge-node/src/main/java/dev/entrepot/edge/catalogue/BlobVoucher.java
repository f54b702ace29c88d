package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Descriptor;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.MediaType;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.access.Vouched;
import dev.entrepot.edge.origin.BlobOrigin;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Vouches that a repository mentions a blob: a manifest seen under it does, or the upstream has
 * said so for this very repository.
 */
final class BlobVoucher {
  private final Library library;
  private final BlobOrigin origin;
  private final AskMemory memory;
  private final CatalogueConfig config;
  private final Coalescer<Question, Descriptor> asking = new Coalescer<>();

  BlobVoucher(Library library, BlobOrigin origin, AskMemory memory, CatalogueConfig config) {
    this.library = library;
    this.origin = origin;
    this.memory = memory;
    this.config = config;
  }

  Future<Vouched> vouch(Permit permit, Digest blob) {
    Repository repository = permit.repository();
    return library
        .mention(Mention.blob(repository, blob))
        .compose(mentioned ->
            mentioned
                .map(said -> Future.succeededFuture(describe(blob, said)))
                .orElseGet(() -> ask(repository, blob)))
        .map(descriptor -> new Vouched(permit, descriptor));
  }

  private Future<Descriptor> ask(Repository repository, Digest blob) {
    Question question = new Question.OfBlob(repository, blob);
    FreshnessRules rules = config.upstream(repository.upstream()).freshness();
    Optional<Failure> refusal =
        rules.offline()
            ? Optional.of(Freshness.offline(repository.upstream()))
            : memory.standingFailure(question);
    if (refusal.isPresent()) {
      return Future.failedFuture(refusal.get().asException());
    }
    return asking
        .join(question, () -> memory.noting(question, rules.negative(), converse(repository, blob)))
        .outcome();
  }

  private Future<Descriptor> converse(Repository repository, Digest blob) {
    return origin
        .size(repository, blob)
        .map(size -> new Mentioned(MediaType.OCTET_STREAM, size, library.today()))
        .compose(said ->
            library.keep(Mention.blob(repository, blob), said).map(_ -> describe(blob, said)));
  }

  private static Descriptor describe(Digest blob, Mentioned said) {
    return new Descriptor(said.mediaType(), blob, said.size());
  }
}
