package dev.entrepot.control;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.control.fleet.Administration;
import dev.entrepot.control.keys.KeyInfo;
import dev.entrepot.control.store.Backup;
import dev.entrepot.control.store.RocksControlStore;
import dev.entrepot.control.store.StateDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What operators may do where there are no nodes. Instants are ISO 8601 in UTC. */
class StateAdministration implements Administration {
  private final Parts parts;

  /** What it works on. */
  record Parts(
      RocksControlStore store, StateDirectory directory, ControlState state, InstantSource clock) {}

  StateAdministration(Parts parts) {
    this.parts = parts;
  }

  @Override
  public Map<String, ?> status() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("installation", parts.state.installation().id());
    fields.put("snapshot", parts.state.snapshots().current().version());
    fields.put("keyActiveSince", text(parts.state.keys().activeSince()));
    return fields;
  }

  @Override
  public final Map<String, ?> keys() {
    return Map.of(
        "keys", parts.state.keys().list().stream().map(StateAdministration::fields).toList());
  }

  @Override
  public Map<String, ?> nodes() {
    throw noNodes();
  }

  @Override
  public final Map<String, ?> rotate(boolean insist) {
    return Map.of("kid", parts.state.rotate(insist));
  }

  @Override
  public final void revokeToken(String id) {
    parts.state.revocations().token(id);
    publish();
  }

  @Override
  public final void revokeSubject(String name) {
    parts.state.revocations().subject(name);
    publish();
  }

  @Override
  public final void revokeAll() {
    parts.state.revocations().all();
    publish();
  }

  @Override
  public Map<String, ?> createJoinToken(
      Optional<String> name, List<String> hosts, int uses, Duration life) {
    throw noNodes();
  }

  @Override
  public boolean removeNode(String name) {
    throw noNodes();
  }

  @Override
  public final Map<String, ?> backup(Path to) {
    Backup.write(parts.store, parts.directory, to, parts.clock.instant());
    return Map.of("directory", to.toString());
  }

  final void publish() {
    parts.state.publish();
  }

  /** ISO 8601 in UTC; nobody needs less than a second. */
  static String text(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Refusal noNodes() {
    return new Refusal(
        "standalone has no other nodes: run entrepot control-plane, and edges that join it");
  }

  private static Map<String, Object> fields(KeyInfo key) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kid", key.id());
    fields.put("state", key.state());
    fields.put("made", text(key.made()));
    key.told().ifPresent(at -> fields.put("told", text(at)));
    key.began().ifPresent(at -> fields.put("began", text(at)));
    key.ended().ifPresent(at -> fields.put("ended", text(at)));
    return fields;
  }
}
