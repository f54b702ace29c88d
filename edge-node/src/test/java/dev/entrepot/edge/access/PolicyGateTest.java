package dev.entrepot.edge.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Repository;
import dev.entrepot.common.oci.Tag;
import dev.entrepot.common.wire.AccessToken.Grant;
import dev.entrepot.common.wire.Snapshot;
import dev.entrepot.edge.policy.Installation;
import dev.entrepot.edge.policy.PolicySource;
import dev.entrepot.edge.policy.SnapshotKeeper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Who may pull what, under real snapshots and real tokens. */
class PolicyGateTest {
  private static final Installation OURS = new Installation("ours");
  private static final Vertx VERTX = Vertx.vertx();
  private static final String NEAR = "10.1.0.1";
  private static final String FAR = "192.0.2.1";
  private static final Repository APP = new Repository("docker.io", "team/app");

  private Instant now = Instant.now();
  private boolean everyone;
  private final SnapshotKeeper keeper =
      new SnapshotKeeper(OURS.id, OURS.snapshotKey(), Optional.empty(), () -> now, Runnable::run);

  @AfterAll
  static void end() {
    VERTX.close();
  }

  @Test
  void a_token_opens_its_repository_at_its_upstream_and_nothing_else() {
    decided(Snapshot.Access.UNCHANGED);
    String token = OURS.sign(OURS.claims("ci", new Grant("docker.io/team/app", false)));
    assertThat(admits(FAR, token, APP)).isTrue();
    for (String other :
        List.of("team/app-x", "team/ap", "team", "team/app/sub", "x/team/app", "library/team")) {
      assertThat(admits(FAR, token, new Repository("docker.io", other))).as(other).isFalse();
    }
    assertThat(admits(FAR, token, new Repository("ghcr.io", "team/app"))).isFalse();
  }

  @Test
  void a_token_that_may_push_alone_opens_nothing() {
    decided(Snapshot.Access.UNCHANGED);
    everyone = true;
    for (String actions : List.of("[\"push\"]", "[]", "[\"Pull\"]", "[\"pull,push\"]")) {
      assertThat(admits(FAR, token(actions), APP)).as(actions).isFalse();
    }
    assertThat(admits(FAR, token("[\"push\",\"pull\"]"), APP)).isTrue();
  }

  @Test
  void a_token_for_public_content_opens_what_everyone_may_read() {
    decided(Snapshot.Access.UNCHANGED);
    String token = OURS.sign(OURS.claims("ci", new Grant("docker.io/team/app", true)));
    assertThat(admits(FAR, token, APP)).isFalse();
    everyone = true;
    assertThat(admits(FAR, token, APP)).isTrue();
  }

  @Test
  void the_control_plane_narrows_the_trusted_networks_and_never_widens_them() {
    everyone = true;
    decided(Snapshot.Access.UNCHANGED);
    assertThat(admits(NEAR, "", APP)).isTrue();
    assertThat(admits(FAR, "", APP)).isFalse();

    decided(access(Optional.of(List.of("10.2.0.0/16", "0.0.0.0/1", "192.0.0.0/8")), List.of()));
    assertThat(admits(NEAR, "", APP)).as("0.0.0.0/1 leaves it").isTrue();
    assertThat(admits(FAR, "", APP)).as("192.0.0.0/8 makes nobody trusted").isFalse();

    decided(access(Optional.of(List.of("10.2.0.0/16")), List.of()));
    assertThat(admits(NEAR, "", APP)).isFalse();
    assertThat(admits("10.2.0.1", "", APP)).isTrue();

    decided(access(Optional.of(List.of()), List.of()));
    assertThat(admits("10.2.0.1", "", APP)).isFalse();
  }

  @Test
  void what_is_denied_is_closed_to_networks_and_tokens_alike() {
    everyone = true;
    decided(access(Optional.empty(), List.of("docker.io/team/**")));
    String token = OURS.sign(OURS.claims("ci", new Grant("docker.io/team/app", false)));
    assertThat(admits(NEAR, "", APP)).isFalse();
    assertThat(admits(NEAR, token, APP)).isFalse();
    assertThat(admits(FAR, token, APP)).isFalse();
    assertThat(admits(NEAR, "", new Repository("ghcr.io", "team/app"))).isTrue();
    assertThat(refusal(NEAR, "", APP))
        .as("the same as for what does not exist")
        .isEqualTo(refusal(NEAR, "", new Repository("docker.io", "team/app")));
  }

  @Test
  void a_stale_policy_closes_private_content_until_it_is_confirmed() {
    decided(new Snapshot.Access(Optional.empty(), List.of(), Duration.ofMinutes(1)));
    String token = OURS.sign(OURS.claims("ci", new Grant("docker.io/team/app", false)));
    assertThat(admits(FAR, token, APP)).isTrue();
    now = now.plus(Duration.ofMinutes(2));
    assertThat(admits(FAR, token, APP)).isFalse();
    everyone = true;
    assertThat(admits(FAR, token, APP)).as("public content is not private").isTrue();
    assertThat(admits(NEAR, "", APP)).isTrue();
    everyone = false;
    keeper.confirmed();
    assertThat(admits(FAR, token, APP)).isTrue();
  }

  @Test
  void while_a_control_plane_is_awaited_nothing_is_opened() {
    everyone = true;
    assertThat(refusal(NEAR, "", APP)).isInstanceOf(Failure.Overloaded.class);
    assertThat(refusal(FAR, "", APP)).isInstanceOf(Failure.Overloaded.class);
    assertThat(await(gate(keeper).greet(caller(NEAR, ""))))
        .containsInstanceOf(Failure.Overloaded.class);
    assertThat(await(gate(PolicySource.none()).admit(caller(NEAR, ""), manifest(APP)))).isEmpty();
    decided(Snapshot.Access.UNCHANGED);
    assertThat(admits(NEAR, "", APP)).isTrue();
  }

  private void decided(Snapshot.Access access) {
    long version = keeper.current().map(it -> it.version() + 1).orElse(1L);
    keeper.snapshot(OURS.sign(OURS.snapshot(version, Snapshot.Revocations.NONE, access)));
    assertThat(keeper.current().orElseThrow().version()).isEqualTo(version);
  }

  private static Snapshot.Access access(Optional<List<String>> only, List<String> denied) {
    return new Snapshot.Access(only, denied, Duration.ofDays(7));
  }

  private static String token(String actions) {
    String claims = new String(OURS.claims("ci").toJson(), StandardCharsets.UTF_8);
    String access =
        "\"access\":[{\"type\":\"repository\",\"name\":\"docker.io/team/app\",\"actions\":"
            + actions
            + "}]";
    String changed = claims.replace("\"access\":[]", access);
    assertThat(changed).contains(actions);
    return OURS.signToken(changed.getBytes(StandardCharsets.UTF_8));
  }

  private boolean admits(String from, String token, Repository repository) {
    return await(gate(keeper).admit(caller(from, token), manifest(repository))).isEmpty();
  }

  private Failure refusal(String from, String token, Repository repository) {
    return await(gate(keeper).admit(caller(from, token), manifest(repository))).orElseThrow();
  }

  private PolicyGate gate(PolicySource policies) {
    return new PolicyGate(
        new TrustedNetworks(List.of(Cidr.parse("10.0.0.0/8")), Set.of()),
        policies,
        new TokenVerifier(VERTX, () -> now),
        _ -> Future.succeededFuture(everyone),
        false);
  }

  private static Caller caller(String from, String token) {
    InetAddress address = InetAddress.ofLiteral(from);
    Optional<String> authorization =
        token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
    return new Caller(Optional.of(address), address, authorization, Entrance.PLAIN);
  }

  private static PullRequest.Manifest manifest(Repository repository) {
    return new PullRequest.Manifest(repository, new Tag("1"));
  }

  /** Why not; empty if it was let in. */
  private static Optional<Failure> await(Future<?> future) {
    try {
      future.await(10, TimeUnit.SECONDS);
      return Optional.empty();
    } catch (PullException e) {
      return Optional.of(e.failure());
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
