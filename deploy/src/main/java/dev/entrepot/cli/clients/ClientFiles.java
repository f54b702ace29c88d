package dev.entrepot.cli.clients;

import dev.entrepot.common.config.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Hands a client's set-up to the user: to read, or as files. */
public final class ClientFiles {
  /** How it is handed over. */
  public enum Format {
    TEXT,
    FILES
  }

  private final PrintWriter out;
  private final PrintWriter err;

  public ClientFiles(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /** Prints everything, or writes the files under {@code root} and prints their paths. */
  public void hand(ClientSetup setup, Format format, Optional<Path> root) {
    switch (format) {
      case TEXT -> print(setup);
      case FILES ->
          write(
              setup,
              root.orElseThrow(() -> new Refusal("--format files needs --root DIR to write to")));
    }
  }

  private void print(ClientSetup setup) {
    for (SetupFile file : setup.files()) {
      out.println("# " + file.path());
      if (!file.advice().isEmpty()) {
        out.println("# If there is such a file: " + file.advice());
      }
      out.println();
      out.println(file.content());
    }
    setup.reload().forEach(command -> out.println("# Then run: " + command));
    setup.remarks().forEach(remark -> out.println("# Note: " + remark));
  }

  private void write(ClientSetup setup, Path root) {
    setup.files().forEach(file -> write(file, root));
    setup.reload().forEach(command -> err.println("Then run: " + command));
    setup.remarks().forEach(remark -> err.println("Note: " + remark));
  }

  // Another's file is never written over: it may hold what the machine needs.
  private void write(SetupFile file, Path root) {
    Path place = root.resolve(file.path().substring(1));
    try {
      if (!file.advice().isEmpty() && isDifferent(place, file.content())) {
        throw new Refusal(place + " is there already. " + file.advice() + "\n\n" + file.content());
      }
      Files.createDirectories(Optional.ofNullable(place.getParent()).orElse(root));
      Files.writeString(place, file.content());
      out.println(place);
    } catch (IOException e) {
      throw new Refusal(place + " cannot be written; check that you may write there", e);
    }
  }

  private static boolean isDifferent(Path place, String content) throws IOException {
    return Files.exists(place) && !Files.readString(place).equals(content);
  }
}
