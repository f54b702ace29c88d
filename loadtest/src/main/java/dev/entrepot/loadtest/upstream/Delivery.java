package dev.entrepot.loadtest.upstream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Sends the body of one answer, with the faults that befall it on its way. */
final class Delivery {
  private static final int SLICE = 16 * 1024;

  private final Wire wire;
  private final Recording recording;
  private final Answer answer;
  private final boolean bodiless;
  private final long length;
  private final Plan plan;
  private final List<Pacer> pacers;
  private final byte[] buffer;

  Delivery(
      Wire wire, Recording recording, Answer answer, boolean bodiless, Plan plan, List<Pacer> all) {
    this.wire = wire;
    this.recording = recording;
    this.answer = answer;
    this.bodiless = bodiless;
    this.length = bodiless ? 0 : answer.part().length();
    this.plan = plan;
    this.pacers = Stream.concat(all.stream(), drips(plan)).toList();
    this.buffer = new byte[(int) Math.min(SLICE, length)];
  }

  /** Sends everything; whether the end was reached and the connection not cut. */
  boolean send() throws IOException {
    long position = 0;
    while (!isCutAt(position)) {
      if (position == length) {
        end();
        return true;
      }
      int bytes = sliceAt(position);
      sendSlice(position, bytes);
      position += bytes;
    }
    return false;
  }

  private void end() throws IOException {
    if (answer.framing() == Answer.Framing.CHUNKED && !bodiless) {
      wire.write("0\r\n\r\n");
    }
    wire.flush();
  }

  /** Lets happen what happens at this position; each position is come to once. */
  private boolean isCutAt(long position) throws IOException {
    for (Plan.Step step : plan.steps()) {
      if (step.fault() instanceof Fault.Stall(long after, Hold hold) && after == position) {
        stall(step.rule(), hold);
      }
      if (step.fault() instanceof Fault.Cut(long after, boolean reset)
          && after == position
          && !step.rule().isRemoved()) {
        wire.flush();
        wire.cut(reset);
        return true;
      }
    }
    return false;
  }

  private void stall(Rule rule, Hold hold) throws IOException {
    if (!rule.isRemoved()) {
      wire.flush();
      hold.arrive();
      wire.pause(() -> hold.isReleased() || rule.isRemoved(), Wire.UNBOUNDED);
    }
  }

  /** How many bytes to send next: no more than the pacers like, none past the next fault. */
  private int sliceAt(long position) {
    int most = buffer.length;
    for (Pacer pacer : pacers) {
      most = pacer.slice(most);
    }
    OptionalLong fault = plan.positions().filter(after -> after > position).min();
    return (int)
        LongStream.of(most, length - position, fault.orElse(length) - position)
            .filter(bytes -> bytes > 0)
            .min()
            .orElseThrow();
  }

  private void sendSlice(long position, int bytes) throws IOException {
    answer.body().read(answer.part().first() + position, buffer, bytes);
    pace(bytes);
    recording.sending(bytes);
    try {
      write(bytes);
    } catch (IOException e) {
      recording.notSent(bytes);
      throw e;
    }
  }

  private void write(int bytes) throws IOException {
    if (answer.framing() == Answer.Framing.CHUNKED) {
      wire.write(Integer.toHexString(bytes) + "\r\n");
      wire.write(buffer, bytes);
      wire.write("\r\n");
    } else {
      wire.write(buffer, bytes);
    }
    wire.flush();
  }

  private void pace(int bytes) throws IOException {
    try {
      for (Pacer pacer : pacers) {
        pacer.take(bytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException().initCause(e);
    }
  }

  private static Stream<Pacer> drips(Plan plan) {
    return plan.live()
        .filter(step -> step.fault() instanceof Fault.Drip)
        .map(step -> new Pacer(() -> rate(step)));
  }

  private static long rate(Plan.Step step) {
    boolean drips = !step.rule().isRemoved();
    return drips && step.fault() instanceof Fault.Drip(long bytesPerSecond) ? bytesPerSecond : 0;
  }
}
