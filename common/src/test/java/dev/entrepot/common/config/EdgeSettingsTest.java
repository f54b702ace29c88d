package dev.entrepot.common.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.config.EdgeSettings.Result;
import dev.entrepot.common.config.UpstreamSettings.Proxy;
import dev.entrepot.common.config.UpstreamSettings.Visibility;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EdgeSettingsTest {
  @TempDir Path folder;

  @Test
  void without_a_file_everything_has_a_default() {
    EdgeSettings settings = EdgeSettings.defaults();

    assertThat(settings.listen().registry())
        .extracting(EdgeSettings.Door::address)
        .containsExactly(ListenAddress.parse("0.0.0.0:5000"));
    assertThat(settings.listen().admin()).isEqualTo(ListenAddress.parse("127.0.0.1:5081"));
    assertThat(settings.storage().directory()).isEqualTo(Path.of("entrepot-data"));
    assertThat(settings.storage().capacity().of(100L << 30)).isEqualTo(80L << 30);
    assertThat(settings.storage().capacity().of(1L << 40)).isEqualTo(100L << 30);
    assertThat(settings.access().trustedNetworks())
        .contains("10.0.0.0/8")
        .doesNotContain("100.64.0.0/10");
    assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void the_public_registries_are_known_and_docker_hub_is_the_default() {
    List<UpstreamSettings> upstreams = EdgeSettings.defaults().upstreams();

    assertThat(upstreams)
        .extracting(UpstreamSettings::name)
        .startsWith("docker.io")
        .contains("ghcr.io", "quay.io", "*.pkg.dev");
    assertThat(upstreams)
        .filteredOn(UpstreamSettings::isDefault)
        .extracting(UpstreamSettings::name)
        .containsExactly("docker.io");
    assertThat(upstreams.getFirst().freshness().staleIfError()).isEqualTo(Durations.UNLIMITED);
    assertThat(upstreams.getFirst().freshness().tag()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void a_whole_file_is_read() throws IOException {
    Files.writeString(folder.resolve("hub"), "s3cret\n");
    EdgeSettings settings =
        ok(
            """
            version: 1
            listen:
              registry: [{address: 127.0.0.1:6000}, {address: "[::1]:6001"}]
              public-url: http://mirror.example:6000
            storage:
              volumes: [{directory: data, capacity: 200GiB}]
              min-free: 10%
              mapped-reads: false
            upstreams:
              - name: docker.io
                urls: [https://registry-1.docker.io, https://mirror.corp.example/hub]
                credentials: {username: bot, password-file: hub}
                visibility: public
                proxy: socks5://proxy.corp.example:1080
                tls: {ca: corp.crt}
                freshness: {tag: 10m, offline: true}
                tags: [{match: "library/alpine:3.*", freshness: {tag: 1h}}]
              - {name: corp.example:8443, urls: [https://corp.example:8443], aliases: [corp]}
            pins: ["docker.io/library/alpine:3.20"]
            timeouts: {upstream-answer: unlimited}
            logging: {format: ecs, level: debug}
            """,
            Map.of());
    UpstreamSettings hub = settings.upstreams().getFirst();

    assertThat(settings.listen().registry())
        .extracting(EdgeSettings.Door::address)
        .containsExactly(new ListenAddress("127.0.0.1", 6000), new ListenAddress("::1", 6001));
    assertThat(settings.storage().directory()).isEqualTo(folder.resolve("data"));
    assertThat(settings.storage().capacity()).isEqualTo(new SizeOrShare.Bytes(200L << 30));
    assertThat(hub.urls()).hasSize(2);
    assertThat(hub.aliases()).containsExactly("registry-1.docker.io", "index.docker.io");
    assertThat(hub.credentials().orElseThrow().password()).isEqualTo(new Secret("s3cret"));
    assertThat(hub.visibility()).isEqualTo(Visibility.PUBLIC);
    assertThat(hub.proxy())
        .isEqualTo(new Proxy.Through(URI.create("socks5://proxy.corp.example:1080")));
    assertThat(hub.tlsCa()).contains(folder.resolve("corp.crt"));
    assertThat(settings.upstreams().getLast().name()).isEqualTo("corp.example:8443");
    assertThat(settings.timeouts().upstreamAnswer()).isEqualTo(Durations.UNLIMITED);
  }

  @Test
  void pins_and_tag_rules_that_no_edge_could_use_are_complaints() {
    List<String> complaints =
        refused(
            """
            upstreams:
              - {name: docker.io, tags: [{match: "*"}, {match: "alpine:"}]}
            pins: ["docker.io/UPPER:1", "alpine:", "alpine@sha256:12", "a//b"]
            """,
            Map.of());
    assertThat(complaints).hasSize(6).allSatisfy(line -> assertThat(line).contains("such as"));
  }

  @Test
  void a_tag_rule_takes_what_it_does_not_say_from_its_upstream() throws IOException {
    UpstreamSettings hub =
        ok(
                """
                upstreams:
                  - name: docker.io
                    freshness: {tag: 10m, offline: true}
                    tags: [{match: "library/alpine:3.*", freshness: {tag: 1h}}]
                """,
                Map.of())
            .upstreams()
            .getFirst();

    UpstreamSettings.TagRule rule = hub.tags().getFirst();
    assertThat(rule.match()).isEqualTo("library/alpine:3.*");
    assertThat(rule.freshness().tag()).isEqualTo(Duration.ofHours(1));
    assertThat(rule.freshness().offline()).isTrue();
  }

  @Test
  void every_complaint_comes_at_once_with_key_line_value_and_expectation() {
    List<String> complaints =
        refused(
            """
            listen: {registry: [{address: "5000"}]}
            storage:
              min-free: lots
              capcity: 5GiB
            upstreams:
              - {name: UPPER, urls: ["https://user:word@upper.example"]}
              - {name: nowhere.example}
            access:
              trusted-networks: [10.0.0.1/8]
            timeouts: {client-idle: 5 minutes}
            limits: {retries: 21}
            logging: loud
            """,
            Map.of());

    assertThat(complaints)
        .containsExactlyInAnyOrder(
            "listen.registry[0].address (line 1): \"5000\", expected an address with a port, such"
                + " as 0.0.0.0:5000 or [::1]:5000",
            "storage.min-free (line 3): \"lots\", expected a size such as 50GiB, 200MiB or 1GB, or"
                + " a share such as 80%",
            "storage.capcity (line 4): unknown key; did you mean storage.volumes[].capacity?",
            "upstreams[UPPER].name (line 6): \"UPPER\", expected a name such as ghcr.io,"
                + " registry.corp.example:8443 or *.pkg.dev, in lower case",
            "upstreams[UPPER].urls (line 6): \"https://…@upper.example\", expected a URL such as"
                + " https://registry.example, without account, query or fragment",
            "upstreams[nowhere.example].urls: missing; give where it is, such as"
                + " [https://nowhere.example]",
            "access.trusted-networks (line 9): \"10.0.0.1/8\", expected a network such as"
                + " 10.0.0.0/8 or fc00::/7, without bits behind the prefix",
            "timeouts.client-idle (line 10): \"5 minutes\", expected a duration such as 250ms, 30s,"
                + " 5m, 2h, 3d or unlimited",
            "limits.retries (line 11): \"21\", expected a whole number from 0 to 20",
            "logging (line 12): \"loud\", expected a section with keys of its own");
  }

  @Test
  void an_unknown_key_names_the_nearest_known_one() {
    assertThat(refused("storge: {}", Map.of()))
        .containsExactly("storge (line 1): unknown key; did you mean storage?");
    assertThat(refused("timeouts: {cleint-idle: 5s}", Map.of()))
        .containsExactly(
            "timeouts.cleint-idle (line 1): unknown key; did you mean timeouts.client-idle?");
  }

  @Test
  void a_key_given_twice_is_refused() {
    assertThat(refused("drain: 1s\ndrain: 2s\n", Map.of()))
        .containsExactly("drain (line 2): this key is given twice");
  }

  @Test
  void names_and_the_default_belong_to_one_upstream() {
    assertThat(
            refused(
                """
                upstreams:
                  - {name: a.example, urls: [https://a.example], default: true, aliases: [quay.io]}
                  - {name: b.example, urls: [https://b.example], default: true}
                  - {name: b.example, urls: [https://b.example]}
                """,
                Map.of()))
        .containsExactlyInAnyOrder(
            "upstreams[a.example].aliases (line 2): \"quay.io\", expected a name that quay.io does"
                + " not have",
            "upstreams[b.example].default (line 3): \"true\", expected one default upstream",
            "upstreams[b.example].name (line 4): \"b.example\", expected a name used once");
  }

  @Test
  void another_default_takes_the_place_of_docker_hub() throws IOException {
    EdgeSettings settings = ok("upstreams: [{name: quay.io, default: true}]", Map.of());

    assertThat(settings.upstreams())
        .filteredOn(UpstreamSettings::isDefault)
        .extracting(UpstreamSettings::name)
        .containsExactly("quay.io");
  }

  @Test
  void the_built_in_list_can_be_closed() throws IOException {
    EdgeSettings settings =
        ok(
            "builtin-upstreams: false\nupstreams: [{name: a.example, urls: [http://a.example]}]",
            Map.of());

    assertThat(settings.upstreams())
        .extracting(UpstreamSettings::name)
        .containsExactly("a.example");
  }

  @Test
  void the_environment_overrides_the_file() throws IOException {
    EdgeSettings settings =
        ok(
            "drain: 1s",
            Map.of(
                "ENTREPOT_DRAIN", "2s",
                "ENTREPOT_STORAGE_VOLUMES_0_DIRECTORY", "elsewhere",
                "ENTREPOT_ACCESS_TRUSTED_NETWORKS", "10.0.0.0/8, ::1",
                "ENTREPOT_UPSTREAMS_DOCKER_IO_CREDENTIALS_USERNAME", "bot",
                "ENTREPOT_UPSTREAMS_DOCKER_IO_CREDENTIALS_PASSWORD", "s3cret"));

    assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.storage().directory()).isEqualTo(Path.of("elsewhere"));
    assertThat(settings.access().trustedNetworks()).containsExactly("10.0.0.0/8", "::1/128");
    assertThat(settings.upstreams().getFirst().credentials().orElseThrow().username())
        .isEqualTo("bot");
  }

  @Test
  void an_unknown_variable_is_refused_but_not_those_that_kubernetes_sets() {
    assertThat(
            refused(
                "",
                Map.of(
                    "ENTREPOT_DRIAN", "2s",
                    "ENTREPOT_PORT", "tcp://10.0.0.1:5000",
                    "ENTREPOT_SERVICE_HOST", "10.0.0.1",
                    "ENTREPOT_PORT_5000_TCP_ADDR", "10.0.0.1",
                    "ENTREPOT_JAVA_OPTS", "-Xmx1g")))
        .containsExactly(
            "ENTREPOT_DRIAN (environment): unknown variable; did you mean ENTREPOT_DRAIN?");
  }

  @Test
  void a_complaint_about_a_variable_names_it() {
    assertThat(refused("", Map.of("ENTREPOT_DRAIN", "soon")))
        .containsExactly(
            "drain (ENTREPOT_DRAIN): \"soon\", expected a duration such as 250ms, 30s, 5m, 2h, 3d"
                + " or unlimited");
  }

  @Test
  void half_of_an_account_is_refused() {
    assertThat(refused("upstreams: [{name: ghcr.io, credentials: {username: bot}}]", Map.of()))
        .containsExactly(
            "upstreams[ghcr.io].credentials.password: missing; a username needs password or"
                + " password-file");
  }

  @Test
  void what_is_not_yaml_or_not_there_is_one_complaint() {
    assertThat(refused("listen: [", Map.of()))
        .singleElement()
        .asString()
        .contains("line 1", "not YAML");
    assertThat(refused("- a\n", Map.of()))
        .containsExactly("file (line 1): a mapping of keys is expected");
    assertThat(refused("a: ".repeat(1) + "[".repeat(200_000), Map.of()))
        .singleElement()
        .asString()
        .contains("nested deeper than 32 levels");
    assertThat(EdgeSettings.read(Optional.of(folder.resolve("absent")), Map.of()))
        .isInstanceOf(Result.Refused.class);
  }

  @Test
  void a_bomb_of_aliases_ends_in_a_complaint() {
    String bomb =
        """
        a: &a [x, x]
        b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
        c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
        d: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
        """;
    assertThat(refused(bomb, Map.of())).singleElement().asString().contains("aliases");
  }

  @Test
  void a_secret_is_never_printed() throws IOException {
    EdgeSettings settings =
        ok(
            "upstreams: [{name: ghcr.io, credentials: {username: bot, password: s3cret}}]",
            Map.of());

    assertThat(settings.toString()).contains("bot").doesNotContain("s3cret");
  }

  private EdgeSettings ok(String yaml, Map<String, String> environment) throws IOException {
    Result result = read(yaml, environment);
    assertThat(result).isInstanceOf(Result.Ok.class);
    return ((Result.Ok) result).settings();
  }

  private List<String> refused(String yaml, Map<String, String> environment) {
    try {
      Result result = read(yaml, environment);
      assertThat(result).isInstanceOf(Result.Refused.class);
      return ((Result.Refused) result).complaints().stream().map(Complaint::sentence).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Result read(String yaml, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(folder.resolve("edge.yaml"), yaml);
    return EdgeSettings.read(Optional.of(file), environment);
  }
}
