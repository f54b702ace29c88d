package dev.entrepot.control.store;

import dev.entrepot.common.config.Refusal;
import dev.entrepot.common.json.JsonFields;
import dev.entrepot.common.json.UnreadableJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Copies of a control plane's whole state. A copy is the state of one moment; the file {@link
 * #MARKER}, written last, names every file with its checksum. Without it a directory is no backup.
 * A backup holds private keys and is as secret as the state itself.
 */
public final class Backup {
  /** Written last. */
  public static final String MARKER = "entrepot-backup.json";

  private static final int FORMAT = 1;
  private static final int MOST_MARKER_BYTES = 16 << 20;

  private Backup() {}

  /**
   * Copies the running state into a directory that is absent or empty. Blocks; writers go on.
   *
   * @throws Refusal when it cannot be written or what was written cannot be read again
   */
  public static void write(
      RocksControlStore store, StateDirectory from, Path to, Instant now, KillPoint killPoint) {
    requireEmpty(to, "a backup goes into a new directory; choose another one than " + to);
    Path moment = from.checkpoint(now);
    try {
      PrivateFiles.directory(to);
      store.checkpoint(moment);
      RocksControlStore.prove(moment).close();
      killPoint.reached("proven");
      Map<String, String> sums = new LinkedHashMap<>();
      copy(moment, to, "state", sums, killPoint);
      copy(from.authority(), to, "ca", sums, killPoint);
      requireSame(to, sums);
      killPoint.reached("copied");
      mark(to, now, sums);
    } catch (IOException e) {
      throw new Refusal(
          "the backup to " + to + " is incomplete (" + e + "): free the disk and try again", e);
    } finally {
      PrivateFiles.deleteAll(moment);
    }
  }

  /** {@link #write} without anybody watching. */
  public static void write(RocksControlStore store, StateDirectory from, Path to, Instant now) {
    write(store, from, to, now, KillPoint.NONE);
  }

  /**
   * Makes a state directory of a backup, which says from then on that it is {@link Restored}.
   * Blocks.
   *
   * @param then changes what must not be as it was; the state cannot be opened before it returns
   * @return when the backup was made
   * @throws Refusal when the backup is incomplete or damaged, or the directory is not empty
   */
  public static Instant restore(
      Path from, StateDirectory to, Instant now, Consumer<ControlStore> then) {
    requireEmpty(
        to.root(),
        "a restore goes into an empty directory; move what is in " + to.root() + " away first");
    try {
      Marked marked = marked(from);
      SortedMap<String, String> sums = marked.sums;
      requireSame(from, sums);
      PrivateFiles.directory(to.root());
      PrivateFiles.write(to.restoring(), new byte[0]);
      for (String name : sums.keySet()) {
        PrivateFiles.copy(from.resolve(name), to.root().resolve(name));
      }
      requireSame(to.root(), sums);
      RocksControlStore.prove(to.state()).close();
      try (RocksControlStore store = RocksControlStore.open(to.state())) {
        store.write(List.of(new Restored(marked.made, now).kept()));
        then.accept(store);
      }
      PrivateFiles.syncDirectory(to.root());
      Files.delete(to.restoring());
      PrivateFiles.syncDirectory(to.root());
      return marked.made;
    } catch (IOException e) {
      throw new Refusal(
          "the restore from " + from + " failed (" + e + "): empty " + to.root() + " and retry", e);
    }
  }

  /** Where tests end the process. */
  @FunctionalInterface
  public interface KillPoint extends Consumer<String> {
    KillPoint NONE = _ -> {};

    default void reached(String step) {
      accept(step);
    }
  }

  private static void copy(
      Path from, Path to, String name, Map<String, String> sums, KillPoint killPoint)
      throws IOException {
    for (Map.Entry<String, Path> file : PrivateFiles.below(from).entrySet()) {
      if (name.equals("state") && isLock(file.getKey())) {
        continue;
      }
      String path = name + "/" + file.getKey();
      try {
        sums.put(path, PrivateFiles.copy(file.getValue(), to.resolve(path)));
      } catch (NoSuchFileException e) {
        // A temporary file of the authority, renamed meanwhile.
        sums.remove(path);
      }
      killPoint.reached(path);
    }
  }

  private static boolean isLock(String name) {
    return name.equals("LOCK") || name.equals("LOG") || name.startsWith("LOG.old");
  }

  private static void mark(Path to, Instant now, Map<String, String> sums) throws IOException {
    Map<String, Object> marker = new LinkedHashMap<>();
    marker.put("format", FORMAT);
    marker.put("made", now.getEpochSecond());
    marker.put("files", sums);
    PrivateFiles.syncDirectory(to);
    PrivateFiles.write(to.resolve(MARKER), JsonFields.write(marker));
  }

  private record Marked(Instant made, SortedMap<String, String> sums) {}

  private static Marked marked(Path from) throws IOException {
    Path marker = from.resolve(MARKER);
    if (!Files.isRegularFile(marker)) {
      throw new Refusal(
          from + " is no complete backup, it has no " + MARKER + ": choose one that was finished");
    }
    try {
      JsonFields fields = JsonFields.read(Files.readAllBytes(marker), MOST_MARKER_BYTES);
      if (fields.number("format") > FORMAT) {
        throw new Refusal("the backup " + from + " is of a newer version: restore it with that");
      }
      SortedMap<String, String> sums = new TreeMap<>();
      JsonFields files = fields.object("files");
      for (String name : files.names()) {
        requireBelow(from, name);
        sums.put(name, files.text(name));
      }
      return new Marked(Instant.ofEpochSecond(fields.number("made")), sums);
    } catch (UnreadableJsonException e) {
      throw damaged(from, MARKER + " cannot be read: " + e.getMessage());
    }
  }

  private static void requireBelow(Path from, String name) {
    boolean known = name.startsWith("state/") || name.startsWith("ca/");
    if (!known
        || Path.of(name).isAbsolute()
        || !Path.of(name).normalize().toString().equals(name)) {
      throw damaged(from, MARKER + " names a file that no backup has");
    }
  }

  private static void requireSame(Path root, Map<String, String> sums) throws IOException {
    for (Map.Entry<String, String> sum : sums.entrySet()) {
      Path file = root.resolve(sum.getKey());
      if (!Files.isRegularFile(file) || !PrivateFiles.sha256(file).equals(sum.getValue())) {
        throw damaged(root, sum.getKey() + " is missing or changed");
      }
    }
  }

  private static Refusal damaged(Path from, String why) {
    return new Refusal("the backup " + from + " is damaged, " + why + ": choose another one");
  }

  private static void requireEmpty(Path directory, String otherwise) {
    if (!PrivateFiles.isEmptyOrAbsent(directory)) {
      throw new Refusal(otherwise);
    }
  }
}
