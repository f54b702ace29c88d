package dev.entrepot.edge.catalogue;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.edge.access.Permit;
import dev.entrepot.edge.origin.ManifestOrigin;
import dev.entrepot.edge.origin.ManifestOrigin.TagPage;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The tags of repositories. The whole list is fetched and kept, so that any page of it can be given
 * while the upstream is away; pages are cut here, in lexical order (distribution specification,
 * "Listing Tags").
 */
final class TagLists {
  /** Tags asked for in one page; what most registries allow at most. */
  private static final int PAGE = 1000;

  /** Pages of one list, so that no upstream keeps this edge busy for ever. */
  private static final int MOST_PAGES = 200;

  private final Listings listings;
  private final ManifestOrigin origin;
  private final CatalogueConfig config;

  TagLists(Listings listings, ManifestOrigin origin, CatalogueConfig config) {
    this.listings = listings;
    this.origin = origin;
    this.config = config;
  }

  Future<Catalogue.Tags> tags(Permit permit, Optional<Integer> limit, Optional<String> last) {
    Repository repository = permit.repository();
    return listings
        .get(
            new Question.OfTags(repository),
            config.upstream(repository.upstream()).freshness(),
            () -> fetch(repository, Optional.empty(), new TreeSet<>(), 0))
        .map(listed -> page(listed, limit, last));
  }

  private Future<byte[]> fetch(
      Repository repository, Optional<String> last, NavigableSet<String> gathered, int pages) {
    return origin
        .tags(repository, Optional.of(PAGE), last)
        .compose(page -> {
          gathered.addAll(page.tags());
          return hasMore(page, last)
              ? pages + 1 < MOST_PAGES
                  ? fetch(repository, page.next(), gathered, pages + 1)
                  : Future.failedFuture(endless(repository))
              : Future.succeededFuture(encode(gathered));
        });
  }

  /** A page that names itself as the next one would never end. */
  private static boolean hasMore(TagPage page, Optional<String> last) {
    return page.next().isPresent() && !page.next().equals(last);
  }

  private static RuntimeException endless(Repository repository) {
    return new Failure.OriginLied(
            repository.upstream(), "a list of tags with more than " + MOST_PAGES + " pages")
        .asException();
  }

  private static byte[] encode(NavigableSet<String> tags) {
    return String.join("\n", tags).getBytes(StandardCharsets.UTF_8);
  }

  private static Catalogue.Tags page(
      Listings.Listed listed, Optional<Integer> limit, Optional<String> last) {
    List<String> rest =
        new String(listed.body(), StandardCharsets.UTF_8)
            .lines()
            .filter(tag -> last.filter(before -> tag.compareTo(before) <= 0).isEmpty())
            .toList();
    int count = Math.min(limit.orElse(Integer.MAX_VALUE), rest.size());
    return new Catalogue.Tags(rest.subList(0, count), count < rest.size(), listed.status());
  }
}
