package dev.entrepot.loadtest.upstream;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The faults of one request, in order. A step no longer counts once its rule is removed. */
record Plan(List<Step> steps) {

  record Step(Fault fault, Rule rule) {}

  /** The steps of one type that still count. */
  <F extends Fault> Stream<F> all(Class<F> type) {
    return live().map(Step::fault).filter(type::isInstance).map(type::cast);
  }

  /** The steps that still count. */
  Stream<Step> live() {
    return steps.stream().filter(step -> !step.rule().isRemoved());
  }

  /** The positions in the body at which something happens. */
  LongStream positions() {
    return Stream.concat(
            all(Fault.Stall.class).map(Fault.Stall::after),
            all(Fault.Cut.class).map(Fault.Cut::after))
        .mapToLong(Long::longValue);
  }

  /** The request as it is to be understood. */
  Request rewritten(Request request) {
    return all(Fault.Rewrite.class)
        .reduce(request, (asked, step) -> step.change().apply(asked), (_, last) -> last);
  }

  /** The answer given in the registry's place, if any. */
  Optional<Answer> replacement(Request request) {
    return all(Fault.Replace.class).flatMap(step -> step.by().apply(request).stream()).findFirst();
  }

  /** The answer as it is to be sent. */
  Answer edited(Answer answer) {
    return all(Fault.Edit.class)
        .reduce(answer, (given, step) -> step.change().apply(given), (_, last) -> last);
  }

  /** Does what is to be done before or after the answer. */
  void run(boolean afterwards) {
    all(Fault.Run.class)
        .filter(step -> step.afterwards() == afterwards)
        .forEach(step -> step.action().run());
  }
}
