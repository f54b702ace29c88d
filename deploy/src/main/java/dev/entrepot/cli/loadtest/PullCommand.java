package dev.entrepot.cli.loadtest;

import dev.entrepot.loadtest.load.Client;
import dev.entrepot.loadtest.load.Figures;
import dev.entrepot.loadtest.load.Progress;
import dev.entrepot.loadtest.load.PullLoad;
import dev.entrepot.loadtest.load.PullPlan;
import dev.entrepot.loadtest.load.UpstreamBytes;
import dev.entrepot.loadtest.load.report.Report;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code entrepot loadtest pull}. */
@Command(
    name = "pull",
    description = "N clients pull images, as fast as they can or at a rate.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PullCommand implements Callable<Integer> {
  private static final Duration USUAL = Duration.ofSeconds(30);

  private final Surroundings around;
  @Mixin private final TargetOptions target = new TargetOptions();
  @Mixin private final ImageOptions images = new ImageOptions();
  @Mixin private final PaceOptions pace = new PaceOptions();

  @Option(
      names = "--each",
      description =
          "Pull every image once from every target, instead of once from one of them: clients are"
              + " spread over the targets, and those of one share its pulls.")
  private boolean isEach;

  @Mixin private final ClientOptions clients = new ClientOptions();
  @Mixin private final TellingOptions telling = new TellingOptions();

  PullCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() {
    Aim aim = Aim.of(target.targets(), images.words());
    PullPlan.Choice choice = images.choice(aim.images());
    PullPlan plan =
        isEach ? pace.each(aim.target().endpoints().size(), choice) : pace.plan(USUAL, choice);
    Client client = clients.client(around.environment());
    Map<String, String> settings = new LinkedHashMap<>();
    aim.tell(settings);
    images.tell(aim.images(), settings);
    pace.tell(plan, settings);
    Optional<UpstreamBytes> upstream = target.upstream();
    return new Run(telling, around)
        .tell(progress -> run(aim, plan, client, settings, upstream, progress));
  }

  private Report run(
      Aim aim,
      PullPlan plan,
      Client client,
      Map<String, String> settings,
      Optional<UpstreamBytes> upstream,
      Progress progress) {
    Fetched fetched = Fetched.from(upstream);
    Figures figures = PullLoad.run(plan, aim.target(), client, progress);
    boolean isInterrupted = Thread.interrupted();
    return new Report.OfLoad(
        "pull", settings, aim.target(), figures, fetched.bytes(around.err()), isInterrupted);
  }
}
