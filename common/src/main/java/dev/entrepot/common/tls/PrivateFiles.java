package dev.entrepot.common.tls;

import dev.entrepot.common.config.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files that only their user can read and write (0600), in directories that only their user can
 * enter (0700). What was written survives a crash. Everything blocks.
 */
public final class PrivateFiles {
  private static final Set<PosixFilePermission> OWN =
      Collections.unmodifiableSet(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> DIRECTORY = PosixFilePermissions.asFileAttribute(OWN);
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private PrivateFiles() {}

  /**
   * Makes the directory if it is absent, and takes it away from everybody else if it is empty.
   *
   * @throws Refusal when it cannot be made, is another user's, or holds things and is open to
   *     others: it may not be meant for secrets
   */
  public static void directory(Path directory) {
    try {
      Files.createDirectories(directory, DIRECTORY);
      if (!OWN.containsAll(Files.getPosixFilePermissions(directory))) {
        requireEmpty(directory);
        Files.setPosixFilePermissions(directory, OWN);
      }
    } catch (IOException e) {
      throw new Refusal(
          "the directory "
              + directory
              + " cannot be made, or is not this user's ("
              + e.getMessage()
              + "): give its parent to this user, or choose another one",
          e);
    }
  }

  private static void requireEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      if (entries.findAny().isPresent()) {
        throw new Refusal(
            "the directory "
                + directory
                + " holds things already and is open to other users: choose an empty one, or run"
                + " chmod 700 on it");
      }
    }
  }

  /** Writes a file that must not be there yet. */
  public static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE);
        OutputStream out = Channels.newOutputStream(channel)) {
      out.write(bytes);
      channel.force(true);
    }
    sync(parent(file));
  }

  /** Gives a file another name, in one step; what had that name is gone. */
  public static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(parent(to));
  }

  private static Path parent(Path file) {
    return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
