package dev.entrepot.loadtest.load;

import dev.entrepot.loadtest.load.http.Endpoint;
import java.util.List;

/**
 * What is put under load.
 *
 * @param name for tables
 * @param endpoints one or more; clients are spread over them in turn
 * @param pids its processes on this machine, whose CPU time and memory are told; may be none
 */
public record Target(String name, List<Endpoint> endpoints, List<Long> pids) {
  public Target {
    endpoints = List.copyOf(endpoints);
    pids = List.copyOf(pids);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("a target without an address");
    }
  }

  /** Where the client with that number pulls from. */
  Endpoint endpoint(int client) {
    return endpoints.get(client % endpoints.size());
  }
}
