package dev.entrepot.control;

import dev.entrepot.common.config.ControlSettings;
import dev.entrepot.common.config.Decisions;
import dev.entrepot.common.config.ListenAddress;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.control.ca.JoinTokens;
import dev.entrepot.control.policy.Revocations;
import dev.entrepot.control.store.Backup;
import dev.entrepot.control.store.StateDirectory;
import dev.entrepot.control.tokens.TokenSigner;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;

/** A running control plane with a door for edges and clients. Callable from any thread. */
public final class ControlPlane implements AutoCloseable {
  private static final Duration END = Duration.ofSeconds(5);

  private final ControlAssembly assembly;
  private final ControlSettings settings;
  private ListenAddress door = new ListenAddress("", 0);
  private ListenAddress observe = new ListenAddress("", 0);
  private ListenAddress admin = new ListenAddress("", 0);

  private ControlPlane(ControlAssembly assembly, ControlSettings settings) {
    this.assembly = assembly;
    this.settings = settings;
  }

  /**
   * Starts a control plane; when this returns, it answers. Blocks, for a second or two when its
   * keys are yet to be made.
   *
   * @throws Refusal with one sentence that says what to do
   */
  public static ControlPlane start(ControlSettings settings) {
    return start(settings, InstantSource.system());
  }

  /**
   * Opens what decides within another process, which has no nodes and no door of its own for it.
   * Blocks, for a second or two when its keys are yet to be made.
   *
   * @param directory where its state is; made if absent
   * @param realm where that process answers {@code /token} with {@link EmbeddedControl#tokens}
   * @throws Refusal with one sentence that says what to do
   */
  public static EmbeddedControl embedded(Path directory, Decisions decisions, URI realm) {
    return EmbeddedControl.open(
        new StateDirectory(directory), decisions, realm, InstantSource.system());
  }

  /**
   * Makes a state directory of a backup. Access tokens and join tokens from before are worthless
   * then: which of them were revoked or used since the backup, nobody knows. Blocks.
   *
   * @return when the backup was made
   * @throws Refusal with one sentence that says what to do
   */
  public static Instant restore(Path from, Path directory) {
    InstantSource clock = InstantSource.system();
    return Backup.restore(
        from,
        new StateDirectory(directory),
        clock.instant(),
        store -> {
          new JoinTokens(store, clock, new SecureRandom()).removeAll();
          new Revocations(store, clock).all();
        });
  }

  /**
   * Whether this process sees that a directory is not there or holds no finished backup. Blocks.
   */
  public static boolean lacksBackup(Path directory) {
    return Files.notExists(directory.resolve(Backup.MARKER));
  }

  static ControlPlane start(ControlSettings settings, InstantSource clock) {
    ControlPlane plane =
        new ControlPlane(ControlAssembly.open(settings, clock, new SecureRandom()), settings);
    try {
      plane.listen();
      return plane;
    } catch (RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  /** The port of the door for edges and clients. */
  public int port() {
    return door.port();
  }

  /** Where health and meters are. */
  public ListenAddress observe() {
    return observe;
  }

  /** Where the operator's door is. */
  public ListenAddress admin() {
    return admin;
  }

  /** How edges and clients name the door. */
  public URI url() {
    return settings.listen().publicUrl();
  }

  /** The pin of the authority's key, as edges are given it to join. */
  public String pin() {
    return assembly.authority().pin();
  }

  /** The installation's name. */
  public String installation() {
    return assembly.state().installation().id();
  }

  /** The current snapshot, a compact JWS. */
  public String currentSnapshot() {
    return assembly.state().snapshots().current().text();
  }

  /**
   * Hands over the current snapshot now and each new one as it is made, in order.
   *
   * @param listener must neither block nor throw
   * @return ends it
   */
  public Runnable onSnapshot(Consumer<String> listener) {
    return assembly.state().snapshots().subscribe(it -> listener.accept(it.text()));
  }

  /** What snapshots are signed with. */
  public RSAPublicKey snapshotKey() {
    return assembly.state().installation().snapshotKey();
  }

  public TokenSigner signer() {
    return assembly.state().signer();
  }

  /** Lets running answers finish, at most for so long, and takes no new traffic. Blocks. */
  public void drain(Duration most) {
    assembly.notReady("draining");
    Doors.await(assembly.server().drain(most), most.plus(END));
  }

  @Override
  public void close() {
    assembly.close();
  }

  private void listen() {
    ControlSettings.Listen listen = settings.listen();
    observe = Doors.bind(listen.observe(), assembly.observe()::listen);
    admin = Doors.bind(listen.admin(), assembly.admin()::listen);
    door = Doors.bind(listen.control(), at -> assembly.server().listen(at, assembly.identity()));
    assembly.begin();
  }
}
