package dev.entrepot.system;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Each program in a container of the image that users build, as the user who is in it, with the
 * host's network.
 */
final class Containers implements Host {
  private static final Duration QUICK = Duration.ofSeconds(30);
  private static final int GRACE_SECONDS = 10;
  private static final String USER = "10001:10001";

  private final Path root;
  private final String image;

  /**
   * @param root a folder that the containers see at the same place, and may write
   */
  Containers(Path root) {
    this(root, TestImages.entrepot(root.resolve("images")));
  }

  private Containers(Path root, String image) {
    this.root = root;
    this.image = image;
  }

  @Override
  public Started start(
      String name, Path directory, List<String> jvmOptions, List<String> arguments) {
    Running.run(root, QUICK, "chmod", "755", root.toString());
    Running.run(root, QUICK, "chown", "--recursive", USER, directory.toString());
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withNetworkMode("host")
            .withFileSystemBind(root.toString(), root.toString(), BindMode.READ_WRITE)
            .withWorkingDirectory(directory.toString())
            .withEnv("ENTREPOT_JAVA_OPTS", "-Xmx256m " + String.join(" ", jvmOptions))
            .withCommand(arguments.toArray(String[]::new));
    container.start();
    return new InContainer(name, container);
  }

  private record InContainer(String name, GenericContainer<?> container) implements Started {

    @Override
    public String output() {
      return container.getLogs();
    }

    @Override
    public long pid() {
      return container.getCurrentContainerInfo().getState().getPidLong();
    }

    @Override
    public boolean isAlive() {
      return container.isRunning();
    }

    @Override
    public void kill() {
      docker().killContainerCmd(container.getContainerId()).exec();
      container.stop();
    }

    @Override
    public void close() {
      if (container.getContainerId() == null) {
        return; // it was killed
      }
      try {
        docker().stopContainerCmd(container.getContainerId()).withTimeout(GRACE_SECONDS).exec();
      } catch (NotFoundException | NotModifiedException _) {
        // it has ended already
      }
      container.stop();
    }

    private DockerClient docker() {
      return container.getDockerClient();
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
