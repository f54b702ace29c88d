package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Durations;
import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.loadtest.load.Client;
import dev.entrepot.loadtest.load.Figures;
import dev.entrepot.loadtest.load.HerdLoad;
import dev.entrepot.loadtest.load.HerdPlan;
import dev.entrepot.loadtest.load.ImageName;
import dev.entrepot.loadtest.load.report.Report;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code entrepot loadtest herd}. */
@Command(
    name = "herd",
    description = "N clients ask for one image or blob at the same moment, once each.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class HerdCommand implements Callable<Integer> {
  private final Surroundings around;
  private String word = "";
  @Mixin private final TargetOptions target = new TargetOptions();

  @Parameters(
      paramLabel = "IMAGE",
      description =
          "NAME:TAG or NAME@DIGEST; without --target a whole address:"
              + " http://HOST:PORT/NAME:TAG.")
  void word(String given) {
    word = given;
  }

  @Option(
      names = "--blob",
      description = "The digest is a blob's: ask for that alone instead of a whole image.")
  private boolean isBlob;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      defaultValue = "linux/amd64",
      description = "Which image of an index (${DEFAULT-VALUE}).")
  private String platform = "linux/amd64";

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many ask at once (${DEFAULT-VALUE}).")
  private int count = 50;

  @Option(
      names = "--within",
      paramLabel = "DURATION",
      defaultValue = "10m",
      description = "How long they may take; what is under way then has failed (${DEFAULT-VALUE}).")
  private Duration within = Duration.ofMinutes(10);

  @Mixin private final ClientOptions clients = new ClientOptions();
  @Mixin private final TellingOptions telling = new TellingOptions();

  HerdCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() {
    Aim aim = Aim.of(target.targets(), List.of(word));
    HerdPlan plan =
        new HerdPlan(
            Words.clients(count),
            quarry(aim.images().getFirst()),
            Words.positive("--within", within));
    Client client = clients.client(around.environment());
    Map<String, String> settings = new LinkedHashMap<>();
    aim.tell(settings);
    settings.put(isBlob ? "blob" : "image", aim.images().getFirst().toString());
    settings.put("clients", count + ", all at once");
    settings.put("at most", Durations.print(within));
    return new Run(telling, around)
        .tell(progress -> {
          Fetched fetched = Fetched.from(target.upstream());
          Figures figures = HerdLoad.run(plan, aim.target(), client, progress);
          boolean isInterrupted = Thread.interrupted();
          return new Report.OfLoad(
              "herd", settings, aim.target(), figures, fetched.bytes(around.err()), isInterrupted);
        });
  }

  private HerdPlan.Quarry quarry(ImageName name) {
    if (!isBlob) {
      return new HerdPlan.Image(name, ImageOptions.platform(platform));
    }
    if (name.reference() instanceof Digest digest) {
      return new HerdPlan.Blob(name.repository(), digest);
    }
    throw new Refusal("--blob needs the blob's digest; write " + name.repository() + "@sha256:...");
  }
}
