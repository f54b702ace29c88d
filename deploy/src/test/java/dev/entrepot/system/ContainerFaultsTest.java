package dev.entrepot.system;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The same with each program in a container: neighbours that fail. */
@Tag("packaged")
final class ContainerFaultsTest extends SiteFaultsTest {

  @BeforeAll
  static void needEngine() {
    TestImages.needEngine();
  }

  @Override
  Host host() {
    return new Containers(directory);
  }
}
