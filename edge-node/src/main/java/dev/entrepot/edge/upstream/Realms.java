package dev.entrepot.edge.upstream;

import java.util.List;
import java.util.Locale;

/**
 * Which token services an upstream may name. What stands in a challenge is the word of whoever
 * answered; our password goes only where the configuration says.
 *
 * @param source the upstream's first url
 * @param reach knows the urls' own hosts
 * @param further {@code host} or {@code host:port}
 */
record Realms(Target source, Reach reach, List<String> further) {
  Realms {
    further = further.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
  }

  /** Whether a url of the upstream, {@code base}, may send us to that realm. */
  boolean allows(Target realm, Target base) {
    boolean plainAllowed = !source.ssl() && !base.ssl();
    return (realm.ssl() || plainAllowed) && (reach.isOwn(realm) || isListed(realm));
  }

  private boolean isListed(Target realm) {
    return further.contains(realm.host()) || further.contains(realm.authority());
  }
}
