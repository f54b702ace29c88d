package dev.entrepot.loadtest.upstream;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One request and its answer, with whatever the script makes of them. */
final class Exchange {
  private final Origin origin;
  private final Wire wire;
  private final Recording recording;
  private final Plan plan;
  private final List<Pacer> pacers;

  Exchange(Origin origin, Wire wire, Recording recording, Plan plan, List<Pacer> pacers) {
    this.origin = origin;
    this.wire = wire;
    this.recording = recording;
    this.plan = plan;
    this.pacers = pacers;
  }

  /** Answers; whether the connection can take another request. */
  boolean serve(Request request) throws IOException {
    delay();
    if (isSilent() || isCutAtOnce()) {
      return false;
    }
    Answer answer = answer(request);
    recording.answered(answer);
    boolean reusable = send(request, answer);
    plan.run(true);
    return reusable;
  }

  private boolean isSilent() throws IOException {
    Optional<Plan.Step> silence =
        plan.live().filter(step -> step.fault() instanceof Fault.Silence).findFirst();
    if (silence.isPresent()) {
      wire.pause(silence.get().rule()::isRemoved, Wire.UNBOUNDED);
    }
    return silence.isPresent();
  }

  private boolean isCutAtOnce() throws IOException {
    Optional<Fault.Cut> cut = plan.all(Fault.Cut.class).filter(it -> it.after() < 0).findFirst();
    if (cut.isPresent()) {
      wire.cut(cut.get().reset());
    }
    return cut.isPresent();
  }

  private void delay() throws IOException {
    for (Plan.Step step : plan.steps()) {
      if (step.fault() instanceof Fault.Delay(Duration duration)) {
        wire.pause(step.rule()::isRemoved, duration);
      }
    }
  }

  private Answer answer(Request request) {
    try {
      plan.run(false);
      Answer answer = unedited(plan.rewritten(request));
      return plan.edited(answer.with("Date", HttpDate.of(Instant.now())));
    } catch (RuntimeException e) {
      return Edits.broken(e);
    }
  }

  private Answer unedited(Request request) {
    if (plan.all(Fault.Challenge.class).findAny().isPresent()) {
      return origin.challenge(request);
    }
    return plan.replacement(request).orElseGet(() -> origin.answer(request));
  }

  private boolean send(Request request, Answer answer) throws IOException {
    boolean bodiless = request.isHead() || answer.isBodiless();
    boolean reusable = isReusable(request, answer);
    wire.head(answer.status(), framed(answer, reusable));
    return new Delivery(wire, recording, answer, bodiless, plan, pacers).send() && reusable;
  }

  private static Headers framed(Answer answer, boolean reusable) {
    Headers framed =
        switch (answer.framing()) {
          case CHUNKED -> answer.headers().with("Transfer-Encoding", "chunked");
          case CLOSE -> answer.headers();
          case LENGTH ->
              answer.headers().has("Content-Length") || answer.status() == 204
                  ? answer.headers()
                  : answer.headers().plus("Content-Length", "" + answer.part().length());
        };
    return reusable ? framed : framed.with("Connection", "close");
  }

  /** A length that is set by hand may be wrong, and only the end of the connection mends that. */
  private static boolean isReusable(Request request, Answer answer) {
    return answer.framing() != Answer.Framing.CLOSE
        && !answer.headers().has("Content-Length")
        && !request.headers().lists("Connection", "close");
  }
}
