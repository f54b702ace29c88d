package dev.entrepot.system;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The same with each program in a container: who may pull what. */
@Tag("packaged")
final class ContainerAccessTest extends SiteAccessTest {

  @BeforeAll
  static void needEngine() {
    TestImages.needEngine();
  }

  @Override
  Host host() {
    return new Containers(directory);
  }
}
