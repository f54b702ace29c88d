package dev.entrepot.loadtest.load;

import dev.entrepot.common.config.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What processes have used so far: all their threads, ended ones too, but no child processes.
 *
 * @param cpuSeconds user and system time since they began, in steps of 10 ms
 * @param rss resident memory in bytes ({@code VmRSS} of {@code /proc/PID/status})
 * @param rssAnon the part of it that is backed by no file ({@code RssAnon})
 */
record ProcessUse(double cpuSeconds, long rss, long rssAnon) {
  /** {@code USER_HZ}, which the kernel shows to programs, is 100 on every architecture in use. */
  private static final double TICKS_PER_SECOND = 100;

  private static final Path PROC = Path.of("/proc");
  // Counted behind the command's closing parenthesis (proc_pid_stat(5): utime is field 14).
  private static final int USER_TICKS = 11;
  private static final int SYSTEM_TICKS = 12;

  /**
   * Reads it for some processes together.
   *
   * @throws Refusal when one of them cannot be read
   */
  static ProcessUse of(List<Long> pids) {
    ProcessUse sum = new ProcessUse(0, 0, 0);
    for (long pid : pids) {
      sum = sum.plus(read(pid));
    }
    return sum;
  }

  private static ProcessUse read(long pid) {
    Path folder = PROC.resolve(Long.toString(pid));
    try {
      String stat = Files.readString(folder.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]);
      List<String> status = Files.readAllLines(folder.resolve("status"));
      return new ProcessUse(
          ticks / TICKS_PER_SECOND, bytes(status, "VmRSS:"), bytes(status, "RssAnon:"));
    } catch (IOException e) {
      throw new Refusal(
          "process " + pid + " cannot be read under /proc; give the pid of a running process", e);
    }
  }

  private static long bytes(List<String> status, String name) {
    return status.stream()
            .filter(line -> line.startsWith(name))
            .map(line -> line.replaceAll("[^0-9]", ""))
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElse(0)
        * 1024;
  }

  private ProcessUse plus(ProcessUse other) {
    return new ProcessUse(cpuSeconds + other.cpuSeconds, rss + other.rss, rssAnon + other.rssAnon);
  }
}
