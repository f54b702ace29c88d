package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.config.EdgeSettings.ControlLink;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.common.tls.PemPair;
import dev.entrepot.common.wire.Enrolment;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives this edge a new key and certificate from half of the old one's life on, and goes on trying
 * with growing pauses. While it fails the old files stay; the edge serves by what it has.
 */
public final class Renewal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

  /** The first pause after a failure; doubles with each further one. */
  public static final Duration FIRST_RETRY = Duration.ofMinutes(1);

  /** The longest pause, and how often the wall clock is looked at. */
  public static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** Before its certificate ends, what is wrong is said again each {@link #REMIND}. */
  public static final Duration SOON = Duration.ofDays(7);

  /** How often it is said again. */
  public static final Duration REMIND = Duration.ofDays(1);

  /** Renewals spread over this part of a certificate's life, behind its half. */
  private static final double SPREAD = 0.05;

  private static final double LEAST_OF_PAUSE = 0.8;

  private final ControlLink link;
  private final List<String> names;
  private final InstantSource clock;
  private final Scheduler scheduler;
  private final Executor worker;
  private final SecureRandom random;
  private final List<Consumer<NodeIdentity>> listeners = new CopyOnWriteArrayList<>();
  private volatile NodeIdentity node;
  private volatile Instant due;
  private volatile boolean closed;
  private volatile Scheduler.Timer waiting = () -> {};
  private int failures; // of the worker's one task alone, as is the next
  private String complaint = "";
  private Instant complained = Instant.MIN;

  /**
   * @param names DNS names and addresses of the peer door, for the certificate
   * @param worker runs what blocks; the scheduler's thread never does
   */
  public Renewal(
      NodeIdentity node,
      ControlLink link,
      List<String> names,
      InstantSource clock,
      Scheduler scheduler,
      Executor worker,
      SecureRandom random) {
    this.node = node;
    this.link = link;
    this.names = List.copyOf(names);
    this.clock = clock;
    this.scheduler = scheduler;
    this.worker = worker;
    this.random = random;
    this.due = due(node);
  }

  /** Is told of each new identity, on the worker's thread; its files are in place by then. */
  public void onRenewed(Consumer<NodeIdentity> listener) {
    listeners.add(listener);
  }

  /** Begins to wait. */
  public void start() {
    pause(untilDue());
  }

  /** Who this edge is now. */
  public NodeIdentity current() {
    return node;
  }

  /** When the next renewal begins. */
  public Instant due() {
    return due;
  }

  /** Begins no further renewal. */
  @Override
  public void close() {
    closed = true;
    waiting.cancel();
  }

  /**
   * Renews now, whatever the dates. Blocks.
   *
   * @throws Refusal with one sentence that says what to do; the old files stay then
   */
  public static NodeIdentity renew(
      NodeIdentity node,
      ControlLink link,
      List<String> names,
      InstantSource clock,
      SecureRandom random) {
    List<X509Certificate> trusted = new ArrayList<>(PemPair.certificates(node.authorities()));
    link.authorities().map(PemPair::certificates).ifPresent(trusted::addAll);
    ControlClient client =
        new ControlClient(
            link.url(),
            new ServerTrust(trusted, Optional.empty(), clock),
            Optional.of(OwnCertificate.of(node)));
    KeyAndRequest mine = KeyAndRequest.make(node.name(), names, random);
    JsonFields answer = client.post(Enrolment.RENEW, Map.of("csr", mine.requestPem()));
    Grant grant =
        Grant.of(
            link.url(),
            answer,
            proposed -> {
              requireSame(node, proposed);
              Grant.requireNow(proposed, clock.instant());
            });
    return new CredentialFiles(node.files().directory()).write(grant, mine.keyPem());
  }

  private static void requireSame(NodeIdentity before, NodeIdentity after) {
    if (!after.name().equals(before.name())
        || !after.installation().equals(before.installation())
        || !after.snapshotKey().equals(before.snapshotKey())) {
      throw new Refusal(
          "the control plane answered for the node "
              + after.name()
              + " of the installation "
              + after.installation()
              + " with another identity than before: empty "
              + before.files().directory()
              + " and join again if that is meant");
    }
  }

  private void attempt() {
    if (closed) {
      return;
    }
    if (clock.instant().isBefore(due)) {
      pause(untilDue());
      return;
    }
    try {
      succeed(renew(node, link, names, clock, random));
    } catch (Refusal refusal) {
      fail(String.valueOf(refusal.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("the node's certificate could not be renewed", e);
      fail("");
    }
  }

  private void succeed(NodeIdentity renewed) {
    node = renewed;
    due = due(renewed);
    failures = 0;
    complaint = "";
    LOG.info(
        "the certificate of {} was renewed until {}",
        renewed.name(),
        renewed.certified().getNotAfter().toInstant());
    for (Consumer<NodeIdentity> listener : listeners) {
      try {
        listener.accept(renewed);
      } catch (RuntimeException e) {
        LOG.error("a listener failed on the renewed certificate", e);
      }
    }
    pause(untilDue());
  }

  private void fail(String sentence) {
    if (isToBeSaid(sentence)) {
      complained = clock.instant();
      LOG.warn(
          "the certificate of {}, good until {}, could not be renewed: {}",
          node.name(),
          node.certified().getNotAfter().toInstant(),
          sentence);
    }
    complaint = sentence;
    Duration pause = FIRST_RETRY;
    for (int i = 0; i < failures && pause.compareTo(LONGEST_PAUSE) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    failures++;
    Duration bounded = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    pause(scaled(bounded, LEAST_OF_PAUSE + (1 - LEAST_OF_PAUSE) * random.nextDouble()));
  }

  /** Once; but again and again when it gets urgent. */
  private boolean isToBeSaid(String sentence) {
    Instant end = node.certified().getNotAfter().toInstant();
    Instant now = clock.instant();
    boolean isNew = !sentence.equals(complaint);
    boolean isDue = now.plus(SOON).isAfter(end) && !now.isBefore(complained.plus(REMIND));
    return !sentence.isEmpty() && (isNew || isDue);
  }

  private void pause(Duration delay) {
    if (!closed) {
      waiting = scheduler.after(delay, () -> worker.execute(this::attempt));
    }
  }

  /** Not longer than the longest pause: timers are monotonic, certificates live by wall time. */
  private Duration untilDue() {
    Duration left = Duration.between(clock.instant(), due);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE;
  }

  private Instant due(NodeIdentity of) {
    Instant from = of.certified().getNotBefore().toInstant();
    Duration life = Duration.between(from, of.certified().getNotAfter().toInstant());
    return from.plus(life.dividedBy(2)).plus(scaled(life, SPREAD * random.nextDouble()));
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofMillis((long) (duration.toMillis() * factor));
  }
}
