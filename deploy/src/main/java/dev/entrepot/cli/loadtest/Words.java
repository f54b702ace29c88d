package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.ImageName;
import dev.entrepot.loadtest.load.http.Endpoint;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** What single words of the command line mean; a refusal for those that mean nothing. */
final class Words {
  private static final int MOST_CLIENTS = 10_000;

  private Words() {}

  /** The address of a registry. */
  static Endpoint endpoint(String option, String text) {
    try {
      return Endpoint.of(URI.create(text));
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          option
              + " "
              + text
              + " is no address of a registry; write http://HOST:PORT,"
              + " with /PREFIX or ?ns=REGISTRY behind it if it speaks for others",
          e);
    }
  }

  /** {@code NAME:TAG} or {@code NAME@DIGEST}. */
  static ImageName image(String text) {
    try {
      return ImageName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          text + " is no image; write NAME, NAME:TAG or NAME@DIGEST, in lower case", e);
    }
  }

  static List<ImageName> images(List<String> texts) {
    return texts.stream().map(Words::image).toList();
  }

  static int clients(int count) {
    if (count < 1 || count > MOST_CLIENTS) {
      throw new Refusal("--clients " + count + " cannot be had; give 1 to " + MOST_CLIENTS);
    }
    return count;
  }

  static Duration positive(String option, Duration duration) {
    if (duration.isZero()) {
      throw new Refusal(option + " must be longer than nothing");
    }
    return duration;
  }

  static <N extends Number> N positive(String option, N number) {
    double value = number.doubleValue();
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new Refusal(option + " " + number + " makes no sense; give a number above 0");
    }
    return number;
  }
}
