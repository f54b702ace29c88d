package dev.entrepot.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure;
import dev.entrepot.common.failure.OciErrorCode;
import dev.entrepot.common.oci.PullRequest;
import dev.entrepot.common.oci.Repository;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoorGrammarTest {
  private static final String HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private final PathGrammar grammar = new PathGrammar(OpenDoor.NAMES, DoorLimits.DEFAULT);

  @ParameterizedTest
  @CsvSource({
    "/v2/alpine/manifests/1, docker.io, library/alpine",
    "/v2/library/alpine/manifests/1, docker.io, library/alpine",
    "/v2/docker.io/alpine/manifests/1, docker.io, library/alpine",
    "/v2/registry-1.docker.io/a/b/manifests/1, docker.io, a/b",
    "/v2/quay.io/a/manifests/1, quay.io, a",
    "/v2/local:5001/a/manifests/1, local:5001, a",
    "/v2/alpine/manifests/1?ns=docker.io, docker.io, library/alpine",
    "/v2/a/b/manifests/1?ns=quay.io, quay.io, a/b",
    "/v2/a/manifests/1?ns=local%3A5001, local:5001, a",
    "/v2/quay.io/a/manifests/1?ns=docker.io, docker.io, quay.io/a",
    "/v2/a/manifests/manifests/1, docker.io, a/manifests",
    "/v2/blobs/tags/list/manifests/1, docker.io, blobs/tags/list",
  })
  void a_name_stands_for_a_repository_of_an_upstream(String target, String upstream, String path) {
    assertThat(grammar.parse(target)).isInstanceOf(Parsed.Asked.class);
    Parsed.Asked asked = (Parsed.Asked) grammar.parse(target);
    assertThat(((PullRequest.OfRepository) asked.request()).repository())
        .isEqualTo(new Repository(upstream, path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/a%2Fb/manifests/1",
        "/v2/a%2fb/manifests/1",
        "/v2/../manifests/1",
        "/v2/a/../b/manifests/1",
        "/v2/./a/manifests/1",
        "/v2/a//b/manifests/1",
        "/v2//manifests/1",
        "/v2/A/manifests/1",
        "/v2/a\u0000/manifests/1",
        "/v2/é/manifests/1",
        "/v2/a\\b/manifests/1",
        "/v2/docker.io//manifests/1",
        "/v2/a/manifests/1?ns=%zz",
        "/v2/a/manifests/1?ns=%00",
        "/v2/a/manifests/1?ns=a&ns=b"
      })
  void a_name_that_is_none_is_refused(String target) {
    assertThat(code(target)).isEqualTo(OciErrorCode.NAME_INVALID);
  }

  @Test
  void what_is_too_long_is_refused_quickly() {
    long began = System.nanoTime();

    assertThat(code("/v2/" + "a".repeat(256) + "/manifests/1"))
        .isEqualTo(OciErrorCode.NAME_INVALID);
    assertThat(code("/v2/" + "a-".repeat(4000) + "/manifests/1"))
        .isEqualTo(OciErrorCode.NAME_INVALID);
    assertThat(code("/v2/a/manifests/" + "a".repeat(129))).isEqualTo(OciErrorCode.MANIFEST_UNKNOWN);
    assertThat(code("/v2/a/manifests/1?x=" + "a".repeat(9000)))
        .isEqualTo(OciErrorCode.NAME_INVALID);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void only_lower_case_sha256_and_sha512_are_digests() {
    assertThat(code("/v2/a/blobs/sha256:" + HEX.toUpperCase(java.util.Locale.ROOT)))
        .isEqualTo(OciErrorCode.DIGEST_INVALID);
    assertThat(code("/v2/a/manifests/md5:abc")).isEqualTo(OciErrorCode.DIGEST_INVALID);
    assertThat(code("/v2/a/referrers/latest")).isEqualTo(OciErrorCode.DIGEST_INVALID);
    assertThat(grammar.parse("/v2/a/blobs/sha256:" + HEX)).isInstanceOf(Parsed.Asked.class);
    assertThat(grammar.parse("/v2/a/blobs/sha512:" + HEX + HEX)).isInstanceOf(Parsed.Asked.class);
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/ghcr.io/a/manifests/1, ghcr.io",
    "/v2/localhost/a/manifests/1, localhost",
    "/v2/evil:80/a/manifests/1, evil:80",
    "/v2/a/manifests/1?ns=ghcr.io, ghcr.io",
    "/v2/a/manifests/1?ns=http%3A%2F%2F169.254.169.254, http://169.254.169.254",
  })
  void an_upstream_that_is_not_configured_is_unknown(String target, String name) {
    assertThat(grammar.parse(target))
        .isEqualTo(new Parsed.Wrong(new Failure.UnknownUpstream(name)));
  }

  @Test
  void a_tag_list_has_a_limit_and_a_beginning() {
    Repository repository = new Repository("quay.io", "a");

    assertThat(grammar.parse("/v2/quay.io/a/tags/list?n=5&last=v1"))
        .isEqualTo(
            new Parsed.Asked(
                new PullRequest.TagList(repository, Optional.of(5), Optional.of("v1")),
                Optional.empty()));
    assertThat(code("/v2/a/tags/list?n=-1")).isEqualTo(OciErrorCode.PAGINATION_NUMBER_INVALID);
    assertThat(code("/v2/a/tags/list?n=x")).isEqualTo(OciErrorCode.PAGINATION_NUMBER_INVALID);
    assertThat(grammar.parse("/v2/a/tags/list?n=99999999999")).isInstanceOf(Parsed.Asked.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1/", "/v2/_catalog", "/v2/a", "/v2/a/b/c", "http://x/v2/", "*"})
  void other_targets_are_no_endpoints(String target) {
    assertThat(grammar.parse(target)).isInstanceOf(Parsed.NoEndpoint.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2", "/v2/", "/v2/?x=1"})
  void the_root_is_a_ping(String target) {
    assertThat(grammar.parse(target))
        .isEqualTo(new Parsed.Asked(new PullRequest.Ping(), Optional.empty()));
  }

  private OciErrorCode code(String target) {
    assertThat(grammar.parse(target)).isInstanceOf(Parsed.Wrong.class);
    Failure failure = ((Parsed.Wrong) grammar.parse(target)).failure();
    assertThat(failure).isInstanceOf(Failure.Unreadable.class);
    return ((Failure.Unreadable) failure).code();
  }
}
