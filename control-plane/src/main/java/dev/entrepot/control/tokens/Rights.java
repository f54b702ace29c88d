package dev.entrepot.control.tokens;

import dev.entrepot.common.config.Decisions;
import dev.entrepot.common.oci.RepositoryPattern;
import dev.entrepot.common.wire.AccessToken;
import dev.entrepot.common.wire.AccessToken.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who may pull what. Rules add up; what is denied is denied to everyone. Immutable. */
final class Rights {
  private static final String EVERY_USER = "*";

  private final List<Entry> entries;
  private final List<RepositoryPattern> denied;

  private record Entry(
      Set<String> users, List<RepositoryPattern> repositories, boolean publicOnly) {
    boolean isFor(Optional<String> user, String name) {
      boolean who =
          users.contains(AccessToken.ANONYMOUS)
              || user.filter(it -> users.contains(EVERY_USER) || users.contains(it)).isPresent();
      return who && repositories.stream().anyMatch(it -> it.covers(name));
    }
  }

  Rights(Decisions.Access access) {
    this.entries =
        access.rules().stream()
            .map(it ->
                new Entry(Set.copyOf(it.users()), patterns(it.repositories()), it.publicOnly()))
            .toList();
    this.denied = patterns(access.denied());
  }

  /**
   * What of the scopes is granted, at most {@link AccessToken#MAX_GRANTS}, in the order asked.
   *
   * @param user empty: nobody who has shown a password
   */
  List<Grant> granted(Optional<String> user, Set<Scope> scopes) {
    List<Grant> grants = new ArrayList<>();
    for (Scope scope : scopes) {
      if (grants.size() < AccessToken.MAX_GRANTS) {
        granted(user, scope.name()).ifPresent(grants::add);
      }
    }
    return grants;
  }

  private Optional<Grant> granted(Optional<String> user, String name) {
    if (denied.stream().anyMatch(it -> it.covers(name))) {
      return Optional.empty();
    }
    List<Entry> matching = entries.stream().filter(it -> it.isFor(user, name)).toList();
    return matching.isEmpty()
        ? Optional.empty()
        : Optional.of(new Grant(name, matching.stream().allMatch(Entry::publicOnly)));
  }

  private static List<RepositoryPattern> patterns(List<String> texts) {
    return texts.stream().map(RepositoryPattern::of).toList();
  }
}
