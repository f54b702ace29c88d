package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.ImageName;
import dev.entrepot.loadtest.load.Platform;
import dev.entrepot.loadtest.load.PullPlan;
import dev.entrepot.loadtest.load.What;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a load pulls. */
final class ImageOptions {
  private List<String> words = List.of();

  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE",
      description =
          "NAME, NAME:TAG or NAME@DIGEST; for pull without --target a whole"
              + " address: http://HOST:PORT/NAME:TAG. Several are pulled in turn.")
  void words(List<String> given) {
    words = List.copyOf(given);
  }

  @Option(
      names = "--only",
      paramLabel = "WHAT",
      defaultValue = "IMAGE",
      description = "image: manifests, then blobs; manifest: those alone; blobs: those alone.")
  private What what = What.IMAGE;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      defaultValue = "linux/amd64",
      description = "Which image of an index (${DEFAULT-VALUE}).")
  private String platform = "linux/amd64";

  @Option(
      names = "--zipf",
      paramLabel = "S",
      description = "Choose images by chance instead of in turn, the k-th with weight 1/k^S.")
  private Optional<Double> zipf = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of that chance (${DEFAULT-VALUE}).")
  private long seed = 1;

  List<String> words() {
    return words;
  }

  PullPlan.Choice choice(List<ImageName> images) {
    OptionalDouble exponent =
        zipf.map(it -> OptionalDouble.of(Words.positive("--zipf", it)))
            .orElse(OptionalDouble.empty());
    return new PullPlan.Choice(images, exponent, seed, what, platform(platform));
  }

  /** Adds how it was set up, in words. */
  void tell(List<ImageName> images, Map<String, String> into) {
    into.put("images", images.size() == 1 ? images.getFirst().toString() : images.toString());
    into.put("pulled", what.name().toLowerCase(Locale.ROOT) + ", " + platform);
    zipf.ifPresent(it -> into.put("popularity", "zipf " + it + ", seed " + seed));
  }

  static Platform platform(String text) {
    try {
      return Platform.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal("--platform " + text + " is none; write OS/ARCH such as linux/arm64", e);
    }
  }
}
