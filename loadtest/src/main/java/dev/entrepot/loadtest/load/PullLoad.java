package dev.entrepot.loadtest.load;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.oci.ManifestDocument;
import dev.entrepot.loadtest.load.http.PullFailed;
import dev.entrepot.loadtest.load.http.Session;
import dev.entrepot.loadtest.load.http.Trouble;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Clients that pull images, one after the other each, until the plan ends.
 *
 * <p>At a rate, pulls fall due at fixed times whatever the server does; a free client takes the
 * next. A pull's latency counts from when it was due, so that a server that stalls cannot hide the
 * pulls that would have come meanwhile.
 */
public final class PullLoad {
  /**
   * How long a client rests after a failure, so that a dead server is not asked in a tight loop.
   */
  public static final Duration REST_AFTER_FAILURE = Duration.ofMillis(20);

  private static final double SECOND = 1e9;

  private final PullPlan plan;
  private final Target target;
  private final Client client;
  private final Popularity popularity;
  private final Tally tally = new Tally();
  private final List<AtomicLong> turns;
  private final AtomicLong begun = new AtomicLong();
  private final Map<ImageName, ManifestDocument> known = new HashMap<>();
  private final Crew crew;
  private volatile long start = System.nanoTime();

  private PullLoad(PullPlan plan, Target target, Client client) {
    this.plan = plan;
    this.target = target;
    this.client = client;
    this.popularity = new Popularity(plan.choice());
    int shares = plan.isEach() ? target.endpoints().size() : 1;
    if (plan.clients() < shares) {
      throw new IllegalArgumentException("an address without a client");
    }
    this.turns = Stream.generate(AtomicLong::new).limit(shares).toList();
    this.crew = new Crew(plan.clients());
  }

  /**
   * Runs the load to its end.
   *
   * @throws Refusal when blobs alone are wanted and a manifest that names them cannot be had
   */
  public static Figures run(PullPlan plan, Target target, Client client, Progress progress) {
    return new PullLoad(plan, target, client).run(progress);
  }

  private Figures run(Progress progress) {
    if (plan.choice().what() == What.BLOBS) {
      plan.choice().images().forEach(this::learn);
    }
    for (int number = 0; number < plan.clients(); number++) {
      AtomicLong next = turns.get(number % turns.size());
      crew.add(client.session(target, number, tally), session -> pullOn(session, next));
    }
    crew.run(
        () -> start = System.nanoTime(),
        plan.duration().plus(plan.grace()),
        () -> progress.at(target.name(), figures()));
    failNeverBegun();
    return figures();
  }

  /** Who pulls for itself was to have everything. */
  private void failNeverBegun() {
    long all = plan.isEach() ? plan.pulls().orElse(0) * turns.size() : 0;
    for (long left = all - begun.get(); left > 0; left--) {
      tally.failed(
          new PullFailed(Trouble.UNFINISHED, "the load ended before every pull had begun"));
    }
  }

  private Figures figures() {
    long elapsed = System.nanoTime() - start;
    return tally.figures(Duration.ofNanos(elapsed), Math.max(0, due(elapsed) - begun.get()));
  }

  /** How many pulls have fallen due at a rate; none do otherwise. */
  private long due(long elapsed) {
    if (plan.rate().isEmpty()) {
      return 0;
    }
    double seconds = Math.min(elapsed, plan.duration().toNanos()) / SECOND;
    long due = (long) Math.ceil(seconds * plan.rate().getAsDouble());
    return Math.min(due, plan.pulls().orElse(Long.MAX_VALUE));
  }

  /** Before the clock starts, with figures of its own that nobody is told. */
  private void learn(ImageName image) {
    Tally unmeasured = new Tally();
    try (Session session = client.session(target, 0, unmeasured)) {
      known.put(image, new Puller(session, plan.choice().platform(), unmeasured).manifests(image));
    } catch (PullFailed e) {
      throw new Refusal(
          "the blobs of %s cannot be learnt from %s: %s; see that it can be pulled there"
              .formatted(image, target.name(), e.sentence()));
    }
  }

  private void pullOn(Session session, AtomicLong next) throws InterruptedException {
    Puller puller = new Puller(session, plan.choice().platform(), tally);
    while (true) {
      long number = next.getAndIncrement();
      long from = dueAt(number);
      if (number >= plan.pulls().orElse(Long.MAX_VALUE) || isOver(from)) {
        return;
      }
      long early = from - System.nanoTime();
      if (crew.isStopped(Math.max(0, early)) || (early <= 0 && isOver(System.nanoTime()))) {
        return; // who waited for it begins it, also when the last moment passes in waking up
      }
      begun.incrementAndGet();
      if (!pull(puller, image(number), from) && crew.isStopped(REST_AFTER_FAILURE.toNanos())) {
        return;
      }
    }
  }

  private ImageName image(long number) {
    return plan.choice().images().get(popularity.choose(number));
  }

  private long dueAt(long number) {
    return plan.rate().isPresent()
        ? start + (long) (number * SECOND / plan.rate().getAsDouble())
        : System.nanoTime();
  }

  private boolean isOver(long at) {
    return at - start >= plan.duration().toNanos();
  }

  private boolean pull(Puller puller, ImageName image, long from) {
    try {
      pull(puller, image);
      tally.pulled(System.nanoTime() - from);
      return true;
    } catch (PullFailed e) {
      tally.failed(e);
      return false;
    }
  }

  private void pull(Puller puller, ImageName image) throws PullFailed {
    switch (plan.choice().what()) {
      case IMAGE -> puller.blobs(image.repository(), puller.manifests(image));
      case MANIFEST -> puller.manifests(image);
      case BLOBS -> puller.blobs(image.repository(), known(image));
    }
  }

  private ManifestDocument known(ImageName image) {
    ManifestDocument document = known.get(image);
    if (document == null) {
      throw new IllegalStateException("not learnt: " + image);
    }
    return document;
  }
}
