package dev.entrepot.loadtest.load;

import dev.entrepot.loadtest.load.http.Access;
import dev.entrepot.loadtest.load.http.Dialer;
import dev.entrepot.loadtest.load.http.Endpoint;
import dev.entrepot.loadtest.load.http.Trust;
import dev.entrepot.loadtest.upstream.ScriptedRegistry;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Plans as the tests need them. */
final class Loads {
  private static final Duration LONG = Duration.ofSeconds(30);

  static final Platform PLATFORM = Platform.parse("linux/amd64");
  static final Client ANONYMOUS = client(new Access.Anonymous());

  private Loads() {}

  static Client client(Access access) {
    return client(access, Trust.system(), LONG);
  }

  static Client client(Access access, Trust trust, Duration readTimeout) {
    return new Client(new Dialer(LONG, readTimeout, trust, List.of()), access);
  }

  static Target target(ScriptedRegistry... registries) {
    List<Endpoint> sites =
        Stream.of(registries).map(registry -> Endpoint.of(registry.uri())).toList();
    return new Target("scripted", sites, List.of());
  }

  static PullPlan.Choice choice(What what, String... images) {
    List<ImageName> names = Stream.of(images).map(ImageName::parse).toList();
    return new PullPlan.Choice(names, OptionalDouble.empty(), 1, what, PLATFORM);
  }

  /** So many pulls of images by so many clients, as fast as they can. */
  static PullPlan pulls(int clients, long pulls, PullPlan.Choice choice) {
    return new PullPlan(
        clients, LONG, OptionalLong.of(pulls), OptionalDouble.empty(), LONG, choice);
  }

  static PullPlan pulls(int clients, long pulls, String... images) {
    return pulls(clients, pulls, choice(What.IMAGE, images));
  }

  static PullPlan atRate(int clients, long pulls, double rate, String... images) {
    return new PullPlan(
        clients,
        LONG,
        OptionalLong.of(pulls),
        OptionalDouble.of(rate),
        LONG,
        choice(What.IMAGE, images));
  }

  static Figures run(PullPlan plan, ScriptedRegistry... registries) {
    return PullLoad.run(plan, target(registries), ANONYMOUS, Progress.none());
  }

  static List<String> kinds(Figures figures) {
    return figures.failures().stream().map(Figures.Failures::kind).toList();
  }
}
