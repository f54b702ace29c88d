package dev.entrepot.system;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs that Debian installs and that these tests need. */
final class Programs {
  /** Where Debian puts programs, whatever the PATH of the build says. */
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/bin"), Path.of("/sbin"));

  private Programs() {}

  /**
   * The program's path. Where it is absent the test stands aside and names the package; with {@code
   * -Dentrepot.real-clients=required} it fails instead.
   */
  static String need(String program, String debianPackage) {
    for (Path place : PLACES) {
      if (Files.isExecutable(place.resolve(program))) {
        return place.resolve(program).toString();
      }
    }
    return standAside(program + " is not installed: apt-get install " + debianPackage);
  }

  /** These tests start daemons and mount namespaces. */
  static void needRoot() {
    if (!"root".equals(System.getProperty("user.name"))) {
      standAside("this test starts daemons and needs root");
    }
  }

  /** The test ends here, as one that was not run; where these tests are required it fails. */
  static String standAside(String why) {
    if ("required".equals(System.getProperty("entrepot.real-clients"))) {
      throw new AssertionError(why);
    }
    return abort(why);
  }
}
