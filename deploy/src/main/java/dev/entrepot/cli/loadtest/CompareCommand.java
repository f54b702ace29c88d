package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Durations;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.Client;
import dev.entrepot.loadtest.load.Comparison;
import dev.entrepot.loadtest.load.ImageName;
import dev.entrepot.loadtest.load.PullPlan;
import dev.entrepot.loadtest.load.Target;
import dev.entrepot.loadtest.load.report.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code entrepot loadtest compare}. */
@Command(
    name = "compare",
    description = "The same load on two registries in turn; ratios are B to A, round by round.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  private static final Duration USUAL_ROUND = Duration.ofSeconds(10);

  private final Surroundings around;

  @Option(
      names = "--a",
      paramLabel = "URL",
      required = true,
      description =
          "The one to compare with: http://HOST:PORT, with /PREFIX or ?ns=REGISTRY"
              + " behind it where it speaks for others.")
  private String a = "";

  @Option(names = "--b", paramLabel = "URL", required = true, description = "The other one.")
  private String b = "";

  @Option(
      names = "--name-a",
      paramLabel = "NAME",
      defaultValue = "A",
      description = "What tables call it (${DEFAULT-VALUE}).")
  private String nameA = "A";

  @Option(
      names = "--name-b",
      paramLabel = "NAME",
      defaultValue = "B",
      description = "What tables call the other (${DEFAULT-VALUE}).")
  private String nameB = "B";

  @Option(
      names = "--pid-a",
      paramLabel = "PID",
      description =
          "A process of A on this machine, whose CPU time and memory are told; repeatable.")
  private List<Long> pidsOfA = new ArrayList<>();

  @Option(names = "--pid-b", paramLabel = "PID", description = "Likewise of B.")
  private List<Long> pidsOfB = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "How many pairs of loads (${DEFAULT-VALUE}).")
  private int rounds = 5;

  @Option(
      names = "--warm-up",
      paramLabel = "DURATION",
      defaultValue = "5s",
      description = "How long each is loaded before that (${DEFAULT-VALUE}); 0s for not at all.")
  private Duration warmUp = Duration.ofSeconds(5);

  @Mixin private final ImageOptions images = new ImageOptions();
  @Mixin private final PaceOptions pace = new PaceOptions();
  @Mixin private final ClientOptions clients = new ClientOptions();
  @Mixin private final TellingOptions telling = new TellingOptions();

  CompareCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() {
    if (nameA.equals(nameB)) {
      throw new Refusal("--name-b " + nameB + " is A's name too; give them names that differ");
    }
    List<ImageName> names = Words.images(images.words());
    Comparison.Plan plan =
        new Comparison.Plan(
            pace.plan(USUAL_ROUND, images.choice(names)),
            Words.positive("--rounds", rounds),
            warmUp);
    Target first = new Target(nameA, List.of(Words.endpoint("--a", a)), pidsOfA);
    Target second = new Target(nameB, List.of(Words.endpoint("--b", b)), pidsOfB);
    Client client = clients.client(around.environment());
    Map<String, String> settings = settings(names, plan.load());
    return new Run(telling, around)
        .tell(progress -> {
          Comparison comparison = Comparison.run(plan, first, second, client, progress);
          boolean isInterrupted = Thread.interrupted();
          return new Report.OfComparison(settings, comparison, isInterrupted);
        });
  }

  private Map<String, String> settings(List<ImageName> names, PullPlan load) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(nameA, a);
    settings.put(nameB, b);
    images.tell(names, settings);
    pace.tell(load, settings);
    settings.put("rounds", rounds + ", after a warm-up of " + Durations.print(warmUp) + " each");
    return settings;
  }
}
