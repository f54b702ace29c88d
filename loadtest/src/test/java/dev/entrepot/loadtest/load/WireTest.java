package dev.entrepot.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.loadtest.load.http.Access;
import dev.entrepot.loadtest.load.http.Trust;
import dev.entrepot.loadtest.upstream.Entry;
import dev.entrepot.loadtest.upstream.Fault;
import dev.entrepot.loadtest.upstream.Hold;
import dev.entrepot.loadtest.upstream.Image;
import dev.entrepot.loadtest.upstream.Kind;
import dev.entrepot.loadtest.upstream.Match;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import dev.entrepot.loadtest.upstream.Side;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the client's HTTP makes of good and bad answers. */
final class WireTest {
  private static final int LAYER = 200_000;

  private final ScriptedRegistry registry = ScriptedRegistry.start();
  private final Image image = registry.contents().image("a", "1", LAYER);
  private final Match layer = Match.blob(image.layers().getFirst().digest());

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void a_body_shorter_than_its_length_is_truncated() {
    registry.faults().on(layer, Fault.closeAfter(LAYER / 2));

    assertFailsAs("truncated", "100000 of 200000 bytes");
  }

  @Test
  void a_longer_length_than_the_body_is_truncated() {
    registry.faults().on(layer, Fault.promiseLength(7));

    assertFailsAs("truncated", "200000 of 200007 bytes");
  }

  @Test
  void a_shorter_length_than_the_body_is_a_wrong_hash_and_ends_the_connection() {
    registry.faults().on(layer.nth(1), Fault.promiseLength(-7));

    Figures figures = Loads.run(Loads.pulls(1, 2, "a:1"), registry);

    assertThat(Loads.kinds(figures)).containsExactly("wrong-hash");
    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(1, 1, 0));
  }

  @Test
  void chunks_are_read_to_the_last_and_a_missing_one_is_noticed() {
    registry.faults().on(Match.any(), Fault.chunked());
    Figures whole = Loads.run(Loads.pulls(1, 3, "a:1"), registry);
    assertThat(whole.isRight()).isTrue();
    assertThat(whole.wire().connections()).isEqualTo(1);

    registry.faults().on(layer, Fault.closeAfter(LAYER / 2));
    assertFailsAs("truncated", "the body ended");
  }

  @Test
  void a_body_that_ends_with_its_connection_is_read_whole_and_checked() {
    registry.faults().on(Match.any(), Fault.closeDelimited());
    assertThat(Loads.run(Loads.pulls(1, 2, "a:1"), registry).isRight()).isTrue();

    registry.faults().on(layer, Fault.closeAfter(LAYER / 2));
    assertFailsAs("wrong-hash", "expected");
  }

  @Test
  void a_reset_is_told_as_broken_off() {
    registry.faults().on(layer, Fault.resetAfter(1000));

    assertFailsAs("broken-off", "");
  }

  @Test
  void a_compressed_body_was_not_asked_for_and_is_wrong() {
    registry.faults().on(layer, Fault.gzipped());

    assertFailsAs("wrong-hash", "");
  }

  @Test
  void silence_is_a_timeout() {
    registry.faults().on(layer, Fault.stallAfter(1000, new Hold()));
    Client impatient = Loads.client(new Access.Anonymous(), Trust.system(), Duration.ofMillis(200));

    Figures figures =
        PullLoad.run(Loads.pulls(1, 1, "a:1"), Loads.target(registry), impatient, Progress.none());

    assertThat(Loads.kinds(figures)).containsExactly("timeout");
  }

  @Test
  void each_status_is_a_kind_of_its_own_and_says_what_the_server_said() {
    registry.faults().on(layer.nth(1), Fault.status(404));
    registry.faults().on(layer.nth(2), Fault.status(503));

    Figures figures = Loads.run(Loads.pulls(1, 3, "a:1"), registry);

    assertThat(Loads.kinds(figures)).containsExactlyInAnyOrder("status-404", "status-503");
    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(1, 2, 0));
    assertThat(figures.failures().getFirst().sample()).contains("/blobs/sha256:", "errors");
  }

  @Test
  void a_page_instead_of_a_manifest_cannot_be_read() {
    registry.faults().on(Match.kind(Kind.MANIFEST), Fault.html());

    assertFailsAs("unreadable-manifest", "media type");
  }

  @Test
  void a_redirect_is_followed_with_its_address_untouched_and_without_credentials() {
    registry.auth(dev.entrepot.loadtest.upstream.Auth.basic("u", "p"));
    registry.storage().redirectBlobs();
    Client client =
        Loads.client(new Access.Account("u", new dev.entrepot.common.config.Secret("p")));

    Figures figures =
        PullLoad.run(Loads.pulls(1, 2, "a:1"), Loads.target(registry), client, Progress.none());

    assertThat(figures.isRight()).as("%s", figures.failures()).isTrue();
    assertThat(registry.journal().count(it -> it.kind() == Kind.STORAGE)).isEqualTo(4);
    assertThat(registry.journal().entries(it -> it.kind() == Kind.STORAGE))
        .noneMatch(Entry::isAuthorized);
    assertThat(registry.acceptedConnections(Side.STORAGE)).isEqualTo(1);
  }

  @Test
  void redirects_that_do_not_end_are_given_up() {
    registry.faults().on(layer, Fault.redirectLoop());
    assertFailsAs("redirect", "more than 5 times");

    registry.heal();
    registry.faults().on(layer, Fault.redirectTo("ftp://127.0.0.1/x"));
    assertFailsAs("redirect", "no address");
  }

  @Test
  void an_idle_connection_that_the_server_closed_is_opened_again() {
    registry.faults().on(Match.manifest("1").nth(2), Fault.closeAtOnce());

    Figures figures = Loads.run(Loads.pulls(1, 2, "a:1"), registry);

    assertThat(figures.pulls()).isEqualTo(new Figures.Pulls(2, 0, 0));
    assertThat(figures.wire().reopened()).isEqualTo(1);
    assertThat(figures.wire().connections()).isEqualTo(2);
  }

  @Test
  void a_fresh_connection_that_is_closed_at_once_is_a_failure() {
    registry.faults().on(Match.any(), Fault.closeAtOnce());

    assertFailsAs("broken-off", "");
  }

  private void assertFailsAs(String kind, String sentence) {
    Figures figures = Loads.run(Loads.pulls(1, 1, "a:1"), registry);
    assertThat(figures.isRight()).isFalse();
    assertThat(figures.failures())
        .singleElement()
        .satisfies(it -> assertThat(it.kind()).isEqualTo(kind))
        .satisfies(it -> assertThat(it.sample()).contains(sentence));
  }
}
