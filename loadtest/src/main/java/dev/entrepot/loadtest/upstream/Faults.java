package dev.entrepot.loadtest.upstream;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The script: rules that are added and removed while the registry runs. */
public final class Faults {
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  Faults() {}

  /**
   * Makes these faults happen to the requests that match. A request may fall under several rules:
   * the faults of all of them happen to it, in the order in which they were added.
   */
  public Rule on(Match match, Fault... faults) {
    Rule rule = new Rule(match, List.of(faults));
    rules.add(rule);
    return rule;
  }

  /** Removes all rules and lets everything go on that waits on one. */
  public void clear() {
    rules.forEach(Rule::remove);
    rules.clear();
  }

  /** What happens to this request; counts it. A rule whose predicate throws becomes a 500. */
  Plan planFor(Request request) {
    rules.removeIf(Rule::isRemoved);
    try {
      List<Rule> taken = rules.stream().filter(rule -> rule.takes(request)).toList();
      return new Plan(taken.stream().flatMap(Faults::steps).toList());
    } catch (RuntimeException e) {
      Rule broken = new Rule(Match.any(), List.of(Fault.answer(Edits.broken(e))));
      return new Plan(steps(broken).toList());
    }
  }

  private static Stream<Plan.Step> steps(Rule rule) {
    return rule.faults().stream().map(fault -> new Plan.Step(fault, rule));
  }
}
