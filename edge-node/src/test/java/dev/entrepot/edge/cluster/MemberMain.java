package dev.entrepot.edge.cluster;

import dev.entrepot.edge.cluster.Site.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A site in a process of its own, which can be paused and killed; ends with its standard input. */
final class MemberMain {
  private MemberMain() {}

  /**
   * @param ports this member's, then those of all; lines of input are keys that it tells
   */
  public static void main(String[] ports) throws IOException {
    List<Integer> all = Arrays.stream(ports).map(Integer::valueOf).toList();
    try (Sites sites = new Sites(0);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Site site =
          sites.start(Sites.settings(all.getFirst(), all.subList(1, all.size()), Sites.SECRET));
      String key = in.readLine();
      while (key != null) {
        site.tell(Kind.TAG, key, Sites.bytes("said " + key), Duration.ofMinutes(5));
        key = in.readLine();
      }
    }
  }
}
