package dev.entrepot.control.store;

import dev.entrepot.common.config.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files and directories that only their user can read, and that survive a crash once written. */
final class PrivateFiles {
  private static final FileAttribute<?> DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final int BUFFER = 64 << 10;

  private PrivateFiles() {}

  /** Makes the directory if it is absent; takes it away from everybody else if it is there. */
  static void directory(Path directory) {
    try {
      Files.createDirectories(directory, DIRECTORY);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
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

  static boolean isEmptyOrAbsent(Path directory) {
    if (!Files.exists(directory)) {
      return true;
    }
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every regular file below, by its path with slashes; a missing directory has none. */
  static SortedMap<String, Path> below(Path root) throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    if (Files.isDirectory(root)) {
      try (Stream<Path> all = Files.walk(root)) {
        all.filter(it -> Files.isRegularFile(it, LinkOption.NOFOLLOW_LINKS))
            .forEach(it -> files.put(root.relativize(it).toString(), it));
      }
    }
    return files;
  }

  /** Copies one file, synced; gives the SHA-256 of what was written, in hexadecimal. */
  static String copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.toAbsolutePath().getParent(), DIRECTORY);
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(from);
        FileChannel channel =
            FileChannel.open(
                to, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE);
        OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest)) {
      in.transferTo(out);
      channel.force(true);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Writes a new file, synced. */
  static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE)) {
      Channels.newOutputStream(channel).write(bytes);
      channel.force(true);
    }
    syncDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
  }

  /** Makes names in a directory survive a crash. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static void deleteAll(Path root) {
    try {
      if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
        try (Stream<Path> entries = Files.list(root)) {
          entries.forEach(PrivateFiles::deleteAll);
        }
      }
      Files.deleteIfExists(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
