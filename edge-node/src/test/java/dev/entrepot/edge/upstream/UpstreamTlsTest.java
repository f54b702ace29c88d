package dev.entrepot.edge.upstream;

import static dev.entrepot.edge.upstream.TestOrigin.ALPINE;
import static dev.entrepot.edge.upstream.TestOrigin.MANIFEST_DIGEST;
import static dev.entrepot.edge.upstream.TestOrigin.await;
import static dev.entrepot.edge.upstream.TestOrigin.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.entrepot.common.failure.Failure.OriginLied;
import dev.entrepot.common.failure.Failure.OriginUnreachable;
import dev.entrepot.common.oci.Tag;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpstreamTlsTest {
  private static final Tag LATEST = new Tag("latest");

  private final World world = new World();
  private Path directory;

  @BeforeAll
  void makeCertificate(@TempDir Path fresh) throws IOException, InterruptedException {
    directory = fresh;
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=registry.test",
        "-validity",
        "2",
        "-ext",
        "san=dns:registry.test",
        "-alias",
        "k");
    keytool("-exportcert", "-rfc", "-alias", "k", "-file", file("ca.pem"));
  }

  @AfterAll
  void close() {
    world.close();
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", file("k.p12"), "-storetype", "PKCS12", "-storepass", "changeit"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private int serve(Handler<HttpServerRequest> script) {
    HttpServer server =
        world.vertx.createHttpServer(
            new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(
                    new PfxOptions().setPath(file("k.p12")).setPassword("changeit")));
    await(server.requestHandler(script).listen(0, "127.0.0.1"));
    return server.actualPort();
  }

  private Upstreams upstreams(String host, int port, Optional<Path> ca) {
    world.names.put(host, "127.0.0.1");
    UpstreamConfig plain = UpstreamConfig.of("test", URI.create("https://" + host + ":" + port));
    return world.open(
        new UpstreamConfig(
            plain.name(),
            plain.aliases(),
            plain.urls(),
            false,
            List.of(),
            List.of(),
            Optional.empty(),
            plain.visibility(),
            ca,
            Optional.empty(),
            plain.limits()));
  }

  @Test
  void the_name_is_verified_although_the_address_is_dialled() {
    int port = serve(TestOrigin::manifest);

    assertThat(
            await(
                    upstreams("registry.test", port, Optional.of(directory.resolve("ca.pem")))
                        .manifest(ALPINE, LATEST))
                .digest())
        .isEqualTo(MANIFEST_DIGEST);
  }

  @Test
  void a_certificate_for_another_name_is_refused() {
    int port = serve(TestOrigin::manifest);

    assertThat(
            failure(
                upstreams("other.test", port, Optional.of(directory.resolve("ca.pem")))
                    .manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginUnreachable.class);
  }

  @Test
  void an_authority_that_nobody_configured_is_refused() {
    int port = serve(TestOrigin::manifest);

    assertThat(failure(upstreams("registry.test", port, Optional.empty()).manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginUnreachable.class)
        .asString()
        .contains("TLS with https://registry.test:" + port);
  }

  @Test
  void a_redirect_from_https_to_http_is_refused() {
    TestOrigin plain = world.origin(TestOrigin::manifest);
    int port = serve(request -> TestOrigin.redirect(request, plain.url() + "/v2/x"));

    assertThat(
            failure(
                upstreams("registry.test", port, Optional.of(directory.resolve("ca.pem")))
                    .manifest(ALPINE, LATEST)))
        .isInstanceOf(OriginLied.class);
    assertThat(plain.seen).isEmpty();
  }

  @Test
  void a_proxy_is_asked_with_the_name_unresolved() {
    TestOrigin proxy = world.origin(TestOrigin::manifest);
    UpstreamConfig plain = UpstreamConfig.of("test", URI.create("http://nowhere.test"));
    Upstreams upstreams =
        world.open(
            new UpstreamConfig(
                plain.name(),
                plain.aliases(),
                plain.urls(),
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                plain.visibility(),
                Optional.empty(),
                Optional.of(proxy.url()),
                plain.limits()));

    assertThat(await(upstreams.manifest(ALPINE, LATEST)).digest()).isEqualTo(MANIFEST_DIGEST);
    assertThat(proxy.seen.getFirst().uri())
        .isEqualTo("http://nowhere.test/v2/library/alpine/manifests/latest");
  }
}
