package dev.entrepot.edge.policy.enrol;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.tls.PrivateFiles;
import dev.entrepot.common.wire.NodeCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The credentials directory. New files are written beside the old ones, in {@code next.tmp}, and
 * proved there; renaming that to {@code next} is the one step that decides, and whoever opens the
 * directory afterwards finishes what a crash cut off.
 */
final class CredentialFiles {
  private final NodeCredentials files;
  private final Path draft;
  private final Path next;

  CredentialFiles(Path directory) {
    this.files = new NodeCredentials(directory);
    this.draft = directory.resolve("next.tmp");
    this.next = directory.resolve("next");
  }

  /** Who this edge is; empty if it has never joined. */
  Optional<NodeIdentity> read() {
    finish();
    List<Path> present = names(files).stream().filter(Files::exists).toList();
    if (present.isEmpty()) {
      return Optional.empty();
    }
    if (present.size() < names(files).size()) {
      throw new Refusal(
          files.directory()
              + " holds only a part of a node's credentials: put the rest back, or empty it and"
              + " join again with a new join token");
    }
    return Optional.of(IdentityReader.read(files));
  }

  /** Proves that the directory can be written, before a join token is spent. */
  void prepare() {
    PrivateFiles.directory(files.directory());
    finish();
    try {
      Files.createDirectory(draft);
      Files.delete(draft);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Replaces all four files; readers find the old ones or the new ones after a crash.
   *
   * @throws Refusal when what would be written does not fit together; the old files stay
   */
  NodeIdentity write(Grant grant, String key) {
    NodeCredentials proposed = new NodeCredentials(draft);
    finish();
    try {
      PrivateFiles.directory(draft);
      for (Map.Entry<Path, byte[]> it : grant.files(proposed, key).entrySet()) {
        PrivateFiles.write(it.getKey(), it.getValue());
      }
      grant.check(IdentityReader.read(proposed));
      PrivateFiles.move(draft, next);
    } catch (IOException e) {
      throw cannotWrite(e);
    } finally {
      finish();
    }
    return IdentityReader.read(files);
  }

  /** Moves what was decided into place; forgets what was not. */
  private void finish() {
    try {
      if (Files.isDirectory(draft, LinkOption.NOFOLLOW_LINKS)) {
        empty(draft);
      }
      if (Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
        for (Path file : names(new NodeCredentials(next))) {
          if (Files.exists(file)) {
            PrivateFiles.move(file, files.directory().resolve(file.getFileName()));
          }
        }
        Files.delete(next);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private static void empty(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private static List<Path> names(NodeCredentials of) {
    return List.of(of.key(), of.certificate(), of.authorities(), of.installation());
  }

  private Refusal cannotWrite(IOException e) {
    return new Refusal(
        "the credentials cannot be written to "
            + files.directory()
            + " ("
            + e.getMessage()
            + "): make room there and give the directory to this user",
        e);
  }
}
