package dev.entrepot.control.store;

import dev.entrepot.common.config.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The directory in which a control plane keeps everything: its records and its authority's files. A
 * backup holds both.
 *
 * <pre>
 *   state/      RocksDB
 *   ca/         files of the authority
 *   checkpoint-… what a backup reads, while it is made
 *   restoring   there only while a restore is under way, or was cut off
 * </pre>
 */
public record StateDirectory(Path root) {
  private static final String CHECKPOINT = "checkpoint-";

  public Path state() {
    return root.resolve("state");
  }

  public Path authority() {
    return root.resolve("ca");
  }

  Path restoring() {
    return root.resolve("restoring");
  }

  /**
   * Opens the records; makes the directories, for their user alone. Blocks.
   *
   * @throws Refusal when they cannot be had, or a restore was cut off
   */
  public RocksControlStore open() {
    if (Files.exists(restoring())) {
      throw new Refusal(
          "a restore into " + root + " was cut off: empty that directory and restore again");
    }
    PrivateFiles.directory(root);
    PrivateFiles.directory(authority());
    RocksControlStore store = RocksControlStore.open(state());
    forgetCheckpoints(); // the lock is ours: no backup is under way
    return store;
  }

  Path checkpoint(Instant now) {
    return root.resolve(CHECKPOINT + now.toEpochMilli());
  }

  private void forgetCheckpoints() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(root, CHECKPOINT + "*")) {
      left.forEach(PrivateFiles::deleteAll);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
