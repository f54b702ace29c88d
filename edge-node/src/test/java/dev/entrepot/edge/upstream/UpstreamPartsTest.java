package dev.entrepot.edge.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.PullException;
import dev.entrepot.common.net.Cidr;
import dev.entrepot.common.net.IpAddresses;
import dev.entrepot.common.oci.Digest;
import dev.entrepot.common.oci.Repository;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UpstreamPartsTest {
  private static final Digest NOTHING = Digest.sha256(new byte[0]);
  private static final Target BASE = Target.parse("https://r.test/v2/a/blobs/x?y=1").orElseThrow();

  @Test
  void challenges_are_read_in_every_shape_that_registries_send() {
    assertThat(best("Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:x:pull\""))
        .contains(
            new Challenge(
                "bearer",
                Map.of("realm", "https://a/t", "service", "s", "scope", "repository:x:pull")));
    assertThat(best("Bearer realm=\"https://gcr.io/v2/token\",service=gcr.io"))
        .contains(
            new Challenge(
                "bearer", Map.of("realm", "https://gcr.io/v2/token", "service", "gcr.io")));
    assertThat(best("BASIC realm=\"Sonatype, Nexus\"")).map(Challenge::isBasic).contains(true);
    assertThat(best("Negotiate abc==, Basic realm=x, bearer Realm = \"y\\\"z\""))
        .contains(new Challenge("bearer", Map.of("realm", "y\"z")));
    assertThat(Challenge.best(List.of("Basic realm=\"b\"", "Bearer realm=\"c\"")))
        .map(Challenge::isBearer)
        .contains(true);
    assertThat(best("")).isEmpty();
    assertThat(best("\"=,=\"")).isEmpty();
    assertThat(best("Bearer realm=\"unfinished"))
        .contains(new Challenge("bearer", Map.of("realm", "unfinished")));
  }

  private static Optional<Challenge> best(String header) {
    return Challenge.best(List.of(header));
  }

  @ParameterizedTest
  @CsvSource({
    "https://S3.test/a%2Fb?sig=%2B, https://s3.test:443, /a%2Fb?sig=%2B",
    "//other.test:8443/x, https://other.test:8443, /x",
    "/root?q, https://r.test:443, /root?q",
    "sibling, https://r.test:443, /v2/a/blobs/sibling",
    "?page=2, https://r.test:443, /v2/a/blobs/x?page=2",
    "http://[::1]:5000, http://[::1]:5000, /",
    "https://x.test?q=1#frag, https://x.test:443, /?q=1",
    "/path#frag, https://r.test:443, /path",
  })
  void references_are_resolved_and_kept_raw(String reference, String shown, String uri) {
    Target target = BASE.resolve(reference).orElseThrow();
    assertThat(target).hasToString(shown);
    assertThat(target.requestUri()).isEqualTo(uri);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user@x.test/",
        "ftp://x.test/",
        "https://x.test:0/",
        "https:///x",
        "/a b",
        "/a\r\nX: y",
        "https://x.test\\@y.test/",
        "javascript:alert(1)",
        "/\u00e4"
      })
  void references_that_lead_astray_are_refused(String reference) {
    assertThat(BASE.resolve(reference)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, 8.8.4.4, true",
    "10.0.0.9, 8.8.8.8, false",
    "127.0.0.1, 8.8.8.8, false",
    "169.254.169.254, 169.254.169.254, false",
    "10.0.0.9, 10.1.1.1, true",
    "192.168.0.9, 10.1.1.1, false",
    "127.0.0.1, 127.0.0.1, true",
    "fd00:ec2::254, fd00::1, false",
    "fd00::2, fd00::1, true",
    "172.20.0.1, 8.8.8.8, true",
  })
  void a_foreign_host_is_in_reach_as_its_upstream_is(String address, String base, boolean allowed) {
    Reach reach = new Reach(Set.of("r.test"), List.of(Cidr.parse("172.16.0.0/12")));
    Target foreign = Target.parse("https://store.test/").orElseThrow();

    assertThat(reach.allows(foreign, literal(address), List.of(literal(base)))).isEqualTo(allowed);
  }

  @Test
  void the_own_host_may_be_private_but_not_by_a_name_for_credentials() {
    Reach reach = new Reach(Set.of("r.test", "169.254.169.254"), List.of());

    assertThat(reach.allows(BASE, literal("10.0.0.1"), List.of())).isTrue();
    assertThat(reach.allows(BASE, literal("169.254.169.254"), List.of())).isFalse();
    assertThat(
            reach.allows(
                Target.parse("http://169.254.169.254/").orElseThrow(),
                literal("169.254.169.254"),
                List.of()))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https://r.test/token, true",
    "https://r.test:8443/token, true",
    "https://auth.test/token, true",
    "https://exact.test:444/token, true",
    "https://exact.test/token, false",
    "https://evil.test/token, false",
    "https://r.test.evil.test/token, false",
    "http://r.test/token, false",
    "http://auth.test/token, false",
  })
  void only_configured_realms_are_asked(String realm, boolean allowed) {
    Realms realms =
        new Realms(
            BASE, new Reach(Set.of("r.test"), List.of()), List.of("Auth.test", "exact.test:444"));

    assertThat(realms.allows(Target.parse(realm).orElseThrow(), BASE)).isEqualTo(allowed);
  }

  @Test
  void upstreams_are_found_by_name_by_alias_and_by_wildcard() {
    UpstreamConfig hub =
        UpstreamConfig.of("docker.io", URI.create("https://registry-1.docker.io"))
            .withAliases(List.of("registry-1.docker.io"))
            .asDefault();
    UpstreamConfig wildcard =
        UpstreamConfig.of("*.pkg.dev", URI.create("https://pkg.dev")).withUrls(List.of());
    Vertx vertx = Vertx.vertx();
    Upstreams upstreams =
        new Upstreams(
            vertx,
            List.of(hub, wildcard),
            UpstreamSettings.DEFAULTS,
            InstantSource.system(),
            UpstreamObserver.NONE);

    assertThat(upstreams.find("registry-1.docker.io").map(UpstreamConfig::name))
        .contains("docker.io");
    assertThat(upstreams.find("europe-west1-docker.pkg.dev")).isPresent();
    assertThat(upstreams.find("evil.example")).isEmpty();
    assertThat(upstreams.find("pkg.dev")).isEmpty();
    assertThat(upstreams.find("a_b.pkg.dev")).isEmpty();
    assertThat(upstreams.find("*.pkg.dev")).isEmpty();
    assertThat(upstreams.defaultUpstream().map(UpstreamConfig::name)).contains("docker.io");
    assertThat(upstreams.health("docker.io").open()).isFalse();
    TestOrigin.await(upstreams.close());
    TestOrigin.await(vertx.close());
  }

  @Test
  void names_made_up_for_a_wildcard_keep_nobody_from_a_configured_upstream() {
    UpstreamConfig wildcard =
        UpstreamConfig.of("*.pkg.dev", URI.create("https://pkg.dev")).withUrls(List.of());
    UpstreamConfig named = UpstreamConfig.of("named", URI.create("https://named.test"));
    Vertx vertx = Vertx.vertx();
    Upstreams upstreams =
        new Upstreams(
            vertx,
            List.of(named, wildcard),
            UpstreamSettings.DEFAULTS,
            InstantSource.system(),
            UpstreamObserver.NONE,
            _ -> Future.failedFuture("no such name"));
    List<Future<Long>> made = new ArrayList<>();
    for (int n = 0; n < 1_010; n++) {
      made.add(upstreams.size(new Repository("a" + n + ".pkg.dev", "x"), NOTHING));
    }

    assertThat(failure(made.getFirst())).isInstanceOf(Failure.OriginUnreachable.class);
    assertThat(failure(made.getLast())).isInstanceOf(Failure.Overloaded.class);
    assertThat(failure(upstreams.size(new Repository("named", "x"), NOTHING)))
        .isInstanceOf(Failure.OriginUnreachable.class);
    assertThat(failure(upstreams.size(new Repository("a0.pkg.dev", "x"), NOTHING)))
        .isInstanceOf(Failure.OriginUnreachable.class);
    TestOrigin.await(upstreams.close());
    TestOrigin.await(vertx.close());
  }

  private static Failure failure(Future<Long> future) {
    return TestOrigin.await(
        future.transform(it -> Future.succeededFuture(PullException.failureOf(it.cause()))));
  }

  @Test
  void two_upstreams_cannot_share_a_name() {
    UpstreamConfig one = UpstreamConfig.of("a", URI.create("https://a.test"));
    UpstreamConfig two =
        UpstreamConfig.of("b", URI.create("https://b.test")).withAliases(List.of("a"));
    Vertx vertx = Vertx.vertx();

    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Upstreams(
                vertx,
                List.of(one, two),
                UpstreamSettings.DEFAULTS,
                InstantSource.system(),
                UpstreamObserver.NONE));
    TestOrigin.await(vertx.close());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://a.test", "https://u:p@a.test", "https://a.test?x=1", "a.test"})
  void a_url_that_is_no_registrys_is_refused_without_being_shown(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UpstreamConfig.of("a", URI.create(url)))
        .withMessageNotContaining(url);
  }

  private static InetAddress literal(String text) {
    return IpAddresses.parse(text).orElseThrow();
  }
}
