package dev.entrepot.loadtest.load;

import dev.entrepot.loadtest.load.http.PullFailed;
import dev.entrepot.loadtest.load.http.Session;
import java.time.Duration;

/** Clients that all start at once and pull the same thing, once each. */
public final class HerdLoad {
  private static final Platform ANY = Platform.parse("linux/amd64");

  private final HerdPlan plan;
  private final Target target;
  private final Client client;
  private final Tally tally = new Tally();
  private volatile long start = System.nanoTime();

  private HerdLoad(HerdPlan plan, Target target, Client client) {
    this.plan = plan;
    this.target = target;
    this.client = client;
  }

  /** Runs the herd to its end. Connections are opened after the start: that is part of a herd. */
  public static Figures run(HerdPlan plan, Target target, Client client, Progress progress) {
    return new HerdLoad(plan, target, client).run(progress);
  }

  private Figures run(Progress progress) {
    Crew crew = new Crew(plan.clients());
    for (int number = 0; number < plan.clients(); number++) {
      crew.add(client.session(target, number, tally), this::pull);
    }
    crew.run(
        () -> start = System.nanoTime(), plan.most(), () -> progress.at(target.name(), figures()));
    return figures();
  }

  private Figures figures() {
    return tally.figures(Duration.ofNanos(System.nanoTime() - start), 0);
  }

  private void pull(Session session) {
    try {
      pull(session, plan.quarry());
      tally.pulled(System.nanoTime() - start);
    } catch (PullFailed e) {
      tally.failed(e);
    }
  }

  private void pull(Session session, HerdPlan.Quarry quarry) throws PullFailed {
    switch (quarry) {
      case HerdPlan.Blob(var repository, var digest) ->
          new Puller(session, ANY, tally).blob(repository, digest);
      case HerdPlan.Image(var name, var platform) -> {
        Puller puller = new Puller(session, platform, tally);
        puller.blobs(name.repository(), puller.manifests(name));
      }
    }
  }
}
