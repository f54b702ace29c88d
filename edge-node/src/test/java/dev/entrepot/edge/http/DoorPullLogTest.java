package dev.entrepot.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.cache.CacheStatus;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.common.time.Scheduler;
import dev.entrepot.edge.access.Caller;
import dev.entrepot.edge.access.Entrance;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoorPullLogTest {
  private static final Repository ALPINE = new Repository("docker.io", "library/alpine");
  private static final Digest DIGEST = Digest.sha256(new byte[0]);

  private final List<Runnable> waiting = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private final Scheduler scheduler =
      (_, task) -> {
        waiting.add(task);
        return () -> waiting.remove(task);
      };
  private final PullLog log = new PullLog(scheduler, () -> now, PullLog.QUIET, lines::add);

  @Test
  void a_pull_is_one_line_when_nothing_more_is_asked() {
    request(
        asking("HEAD", new PullRequest.Manifest(ALPINE, new Tag("3.20"))),
        0,
        CacheStatus.Outcome.HIT);
    request(asking("GET", new PullRequest.Manifest(ALPINE, DIGEST)), 500, CacheStatus.Outcome.HIT);
    Asking blob = asking("GET", new PullRequest.Blob(ALPINE, DIGEST));
    log.began(blob);
    assertThat(waiting).isEmpty();
    now = now.plusMillis(1500);
    log.answered(answered(blob, 3 << 20, CacheStatus.Outcome.MISS));
    assertThat(lines).isEmpty();

    waiting.removeFirst().run();

    assertThat(lines)
        .containsExactly(
            "pull docker.io/library/alpine:3.20 by 10.0.0.5: 500 B from cache,"
                + " 3.0 MiB from upstream, 1.5 s");
  }

  @Test
  void a_blob_alone_or_a_look_at_a_tag_is_no_pull() {
    request(asking("GET", new PullRequest.Blob(ALPINE, DIGEST)), 1, CacheStatus.Outcome.HIT);
    request(
        asking("HEAD", new PullRequest.Manifest(ALPINE, new Tag("1"))), 0, CacheStatus.Outcome.HIT);
    waiting.forEach(Runnable::run);

    assertThat(lines).isEmpty();
  }

  private void request(Asking asking, long bytes, CacheStatus.Outcome outcome) {
    log.began(asking);
    log.answered(answered(asking, bytes, outcome));
  }

  private static Asking asking(String method, PullRequest request) {
    InetAddress client = InetAddress.ofLiteral("10.0.0.5");
    Caller caller = new Caller(Optional.of(client), client, Optional.empty(), Entrance.PLAIN);
    return new Asking(
        "1", method, "/v2/x", "http/1.1", Optional.empty(), caller, Optional.of(request));
  }

  private static Answered answered(Asking asking, long bytes, CacheStatus.Outcome outcome) {
    return new Answered(
        asking,
        Optional.empty(),
        200,
        bytes,
        Duration.ofMillis(1),
        Optional.of(CacheStatus.of(outcome)),
        Optional.empty(),
        Optional.empty(),
        false);
  }
}
