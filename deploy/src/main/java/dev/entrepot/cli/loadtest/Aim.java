package dev.entrepot.cli.loadtest;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.loadtest.load.ImageName;
import dev.entrepot.loadtest.load.Target;
import dev.entrepot.loadtest.load.http.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where images are pulled from, and which. */
record Aim(Target target, List<ImageName> images) {
  private static final Pattern ADDRESS =
      Pattern.compile("(https?://[^/?]+)/([^?]+)(\\?.*)?", Pattern.CASE_INSENSITIVE);

  /**
   * Images named beside targets, or by whole addresses if there are none.
   *
   * @throws Refusal when it is neither
   */
  static Aim of(List<String> targets, List<String> images) {
    if (targets.isEmpty()) {
      return whole(images);
    }
    List<Endpoint> endpoints = targets.stream().map(it -> Words.endpoint("--target", it)).toList();
    return new Aim(target(endpoints), Words.images(images));
  }

  /** Adds how it was set up, in words. */
  void tell(Map<String, String> into) {
    into.put("targets", target.name());
  }

  private static Aim whole(List<String> addresses) {
    List<Whole> read = addresses.stream().map(Whole::read).toList();
    List<Endpoint> endpoints = read.stream().map(Whole::endpoint).distinct().toList();
    if (endpoints.size() > 1) {
      throw new Refusal(
          "the images are of different registries; give each as --target and the images by name");
    }
    return new Aim(target(endpoints), read.stream().map(Whole::image).toList());
  }

  /** An image with its registry. */
  private record Whole(Endpoint endpoint, ImageName image) {
    static Whole read(String address) {
      Matcher parts = ADDRESS.matcher(address);
      if (!parts.matches()) {
        throw new Refusal(
            address
                + " names no registry; write http://HOST:PORT/NAME:TAG, or say --target"
                + " http://HOST:PORT");
      }
      String query = parts.group(3) == null ? "" : parts.group(3);
      return new Whole(
          Words.endpoint("the address", parts.group(1) + query), Words.image(parts.group(2)));
    }
  }

  private static Target target(List<Endpoint> endpoints) {
    String name = endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(", "));
    return new Target(name, endpoints, List.of());
  }
}
