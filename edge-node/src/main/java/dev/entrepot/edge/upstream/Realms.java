package dev.entrepot.edge.upstream;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which token services an upstream may name in a challenge: its own hosts, and those that the
 * configuration adds. Credentials go there, so nothing else will do; and never in plain text,
 * unless the upstream itself speaks it.
 */
final class Realms {
  private final Set<String> ownHosts;
  private final List<String> others;
  private final boolean plainAllowed;

  Realms(Set<String> ownHosts, List<String> others, boolean plainAllowed) {
    this.ownHosts = ownHosts;
    this.others = others.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
    this.plainAllowed = plainAllowed;
  }

  boolean mayAsk(Target realm) {
    boolean named =
        ownHosts.contains(realm.host())
            || others.contains(realm.host())
            || others.contains(realm.host() + ":" + realm.port());
    return named && (realm.tls() || plainAllowed);
  }
}
