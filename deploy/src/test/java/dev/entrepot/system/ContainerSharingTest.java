package dev.entrepot.system;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The same with each program in a container: what is fetched once for a site. */
@Tag("packaged")
final class ContainerSharingTest extends SiteSharingTest {

  @BeforeAll
  static void needEngine() {
    TestImages.needEngine();
  }

  @Override
  Host host() {
    return new Containers(directory);
  }
}
