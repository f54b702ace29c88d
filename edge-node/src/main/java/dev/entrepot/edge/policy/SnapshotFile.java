package dev.entrepot.edge.policy;

import dev.entrepot.common.tls.PrivateFiles;
import dev.entrepot.common.wire.SnapshotCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good snapshot on disk: its signed text, and as the file's time when it was last known to
 * be current. Everything blocks; nothing throws: an edge that cannot write goes on from memory, and
 * writes later. For one thread at a time.
 */
final class SnapshotFile {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);

  private final Path file;
  private String complaint = "";
  private Optional<String> unwritten = Optional.empty();

  SnapshotFile(Path file) {
    this.file = file;
  }

  /** What was kept, and when it was last confirmed. */
  record Kept(String text, Instant confirmed) {}

  Optional<Kept> read() {
    try {
      if (Files.size(file) > SnapshotCodec.MAX_CHARS) {
        return Optional.empty();
      }
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      return Optional.of(new Kept(text, Files.getLastModifiedTime(file).toInstant()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("{} cannot be read ({}): the control plane sends it again", file, e.toString());
      return Optional.empty();
    }
  }

  /** Keeps a new one; if that cannot be done now, the next confirmation tries again. */
  void write(String text, Instant confirmed) {
    unwritten = Optional.of(text);
    Path draft = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.deleteIfExists(draft);
      PrivateFiles.write(draft, text.getBytes(StandardCharsets.US_ASCII));
      Files.setLastModifiedTime(draft, FileTime.from(confirmed));
      PrivateFiles.move(draft, file);
      complaint = "";
      unwritten = Optional.empty();
    } catch (IOException e) {
      complain(e);
    }
  }

  /** Notes that the last one given is current; an older one on disk never seems so. */
  void confirm(Instant at) {
    if (unwritten.isPresent()) {
      write(unwritten.get(), at);
      return;
    }
    try {
      Files.setLastModifiedTime(file, FileTime.from(at));
    } catch (IOException e) {
      complain(e);
    }
  }

  private void complain(IOException e) {
    if (!e.toString().equals(complaint)) {
      complaint = e.toString();
      LOG.warn(
          "the snapshot cannot be kept in {} ({}): make room there; until then a restart without"
              + " the control plane begins with an older one",
          file,
          complaint);
    }
  }
}
